//! Patterns for a whole text, in which `*` stands for any text.

/// Whether a text fits a pattern in which `*` stands for any text, and nothing else for anything but
/// itself.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    matches(pattern, text, false)
}

/// Whether a text fits a pattern in which `*` stands for any text and `?` for one character.
#[must_use]
pub fn fits_with_marks(pattern: &str, text: &str) -> bool {
    matches(pattern, text, true)
}

/// The last `*` takes as little as it can, and one character more whenever what follows it does not
/// fit; the ones before it need not be tried again.
fn matches(pattern: &str, text: &str, marks: bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    let mut last = None;
    loop {
        let (mut behind, mut rest) = (pattern.clone(), text.clone());
        match (behind.next(), rest.next()) {
            (Some('*'), _) => {
                pattern = behind;
                last = Some((pattern.clone(), text.clone()));
                continue;
            }
            (None, None) => return true,
            (Some(own), Some(c)) if own == c || marks && own == '?' => {
                (pattern, text) = (behind, rest);
                continue;
            }
            _ => {}
        }
        let Some((after, mut from)) = last.take() else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        (pattern, text) = (after.clone(), from.clone());
        last = Some((after, from));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fit) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("logs-*", "logs-1", true),
            ("logs-*", "xlogs-1", false),
            ("*-1", "logs-1", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b", "ab", true),
            ("a*a", "a", false),
            ("orders", "orders", true),
            ("orders", "orders2", false),
            ("*é*", "café au lait", true),
            ("a?c", "abc", false),
        ] {
            assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
        }
        assert!(fits_with_marks("a?c", "abc") && fits_with_marks("?*", "é"));
        assert!(!fits_with_marks("a?c", "ac") && !fits_with_marks("a.c", "abc"));
        let (many, long) = ("*a".repeat(30), "a".repeat(2000) + "b");
        assert!(!fits(&many, &long), "and that soon");
    }

    proptest! {
        /// As a regular expression says.
        #[test]
        fn it_fits_where_the_same_regular_expression_does(
            pattern in "[ab*?]{0,8}",
            text in "[ab?*]{0,10}",
        ) {
            let expression = |marks: bool| {
                let mut expression = "^".to_owned();
                for c in pattern.chars() {
                    match c {
                        '*' => expression.push_str(".*"),
                        '?' if marks => expression.push('.'),
                        other => expression.push_str(&regex::escape(&other.to_string())),
                    }
                }
                Regex::new(&(expression + "$")).unwrap()
            };
            prop_assert_eq!(fits(&pattern, &text), expression(false).is_match(&text));
            prop_assert_eq!(fits_with_marks(&pattern, &text), expression(true).is_match(&text));
        }
    }
}
