//! The rules of names that more than one room checks.

use super::text::harmless;

/// The name of a search domain, by AWS's rule: it is the id of the domain, and stands in the ids of what
/// the domain holds.
///
/// # Errors
/// What is wrong with it, and what would be right.
pub fn search_domain(text: &str) -> Result<(), String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if first && text.len() <= 28 && text.bytes().all(plain) {
        return Ok(());
    }
    Err(format!(
        "'{}' is not the name of a domain: at most 28 of a-z, 0-9 and -, the first one a letter",
        harmless(text)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_a_plain_name() {
        for good in ["a", "logs-1", "abcdefghijklmnopqrstuvwxyz01"] {
            assert_eq!(search_domain(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "1logs",
            "-logs",
            "Logs",
            "logs/r",
            "abcdefghijklmnopqrstuvwxyz012",
        ] {
            let why = search_domain(bad).unwrap_err();
            assert!(why.contains(&format!("'{bad}'")), "{why}");
        }
    }
}
