//! Ages and other durations as a scenario writes them: `3d`, `26h`, `1d12h`, `90s`.
//!
//! Invariants: whole numbers with a unit each, the larger unit first; no sign, no blanks.

use jiff::SignedDuration;

/// Units and their seconds, largest first.
const UNITS: [(char, i64); 5] = [
    ('w', 7 * 86_400),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];
/// The oldest that anything can be: twenty years, about as old as AWS.
const OLDEST: i64 = 20 * 366 * 86_400;

/// Reads an age; the error names the value and what would be right.
pub(super) fn parse(text: &str) -> Result<SignedDuration, String> {
    let wrong = || {
        format!(
            "\"{text}\" is not an age; write whole numbers with units w, d, h, m or s, such as \
             \"3d\", \"26h\" or \"1d12h\""
        )
    };
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut seconds: i64 = 0;
    if text.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|character: char| !character.is_ascii_digit())
            .ok_or_else(wrong)?;
        let number: i64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = rest[digits..].chars().next().ok_or_else(wrong)?;
        // Going on in the list of units keeps them in order and single.
        let (_, worth) = units.find(|(known, _)| *known == unit).ok_or_else(wrong)?;
        seconds = number
            .checked_mul(*worth)
            .and_then(|part| seconds.checked_add(part))
            .filter(|seconds| *seconds <= OLDEST)
            .ok_or_else(|| format!("\"{text}\" is older than 20 years"))?;
        rest = &rest[digits + unit.len_utf8()..];
    }
    Ok(SignedDuration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages() {
        for (text, seconds) in [
            ("3d", 259_200),
            ("26h", 93_600),
            ("1d12h", 129_600),
            ("2w", 1_209_600),
            ("90s", 90),
            ("0s", 0),
        ] {
            assert_eq!(parse(text).unwrap().as_secs(), seconds, "{text}");
        }
    }

    #[test]
    fn no_ages() {
        for text in [
            "", "3", "d", "3 d", "-3d", "3x", "1h1d", "1d1d", "1.5h", "3é",
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.contains("is not an age"), "{text}: {problem}");
        }
        assert!(parse("9999w").unwrap_err().contains("20 years"));
        assert!(
            parse("9223372036854775807w")
                .unwrap_err()
                .contains("20 years")
        );
    }
}
