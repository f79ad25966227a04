//! Patterns with `*` for any text and `?` for any character.
//!
//! Invariants: matching is by character, with regard to case, and takes no more than the product
//! of both lengths. What is matched, and whether case counts, is the caller's business.

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    AnyText,
    AnyCharacter,
    Exactly(char),
}

impl Part {
    fn read(character: char) -> Self {
        match character {
            '*' => Self::AnyText,
            '?' => Self::AnyCharacter,
            other => Self::Exactly(other),
        }
    }
}

impl Pattern {
    /// A pattern as IAM policies write it: without escapes.
    pub(crate) fn plain(text: &str) -> Self {
        Self(text.chars().map(Part::read).collect())
    }

    /// A pattern as EC2's filters write it: `\` takes the meaning off the next character.
    pub(crate) fn with_escapes(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            parts.push(match character {
                '\\' => Part::Exactly(characters.next().unwrap_or('\\')),
                other => Part::read(other),
            });
        }
        Self(parts)
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut at, mut place) = (0, 0);
        // Where to go on when a guess for the latest `*` proves too short.
        let mut retry = None;
        while let Some(character) = text.get(place) {
            match self.0.get(at) {
                Some(Part::AnyText) => {
                    retry = Some((at, place));
                    at += 1;
                }
                Some(Part::AnyCharacter) => (at, place) = (at + 1, place + 1),
                Some(Part::Exactly(wanted)) if wanted == character => {
                    (at, place) = (at + 1, place + 1);
                }
                _ => match retry {
                    Some((star, taken)) => {
                        retry = Some((star, taken + 1));
                        (at, place) = (star + 1, taken + 1);
                    }
                    None => return false,
                },
            }
        }
        self.0[at..].iter().all(|rest| *rest == Part::AnyText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "anything"),
            ("ds:*snapshot", "ds:createsnapshot"),
            ("a*b*c", "a-b-b-c"),
            ("d-?", "d-1"),
            ("gr?ße*", "größer"),
        ] {
            assert!(Pattern::plain(pattern).matches(text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a*b", "abc"), ("d-?", "d-12"), ("a", "")] {
            assert!(!Pattern::plain(pattern).matches(text), "{pattern} {text}");
        }
    }

    #[test]
    fn escapes_take_the_meaning_off() {
        let pattern = Pattern::with_escapes(r"\*amazon\?\\*");
        assert!(pattern.matches(r"*amazon?\ and more"));
        assert!(!pattern.matches(r"xamazon?\"));
        assert!(!pattern.matches(r"*amazonx\"));
        assert!(Pattern::with_escapes("a\\").matches("a\\"));
    }
}
