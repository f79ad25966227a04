//! The names of Regions.
//!
//! Invariants: only the form is judged, so that Regions and partitions that are new, or a
//! scenario's own, are as good as others.

/// Could this be the name of a Region, such as `us-east-1` or `us-gov-west-1`?
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] => {
            (2..=3).contains(&words.len())
                && words.iter().all(word)
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn regions_have_words_and_a_number() {
        for name in ["us-east-1", "us-gov-west-1", "ap-southeast-11"] {
            assert!(is_region(name), "{name}");
        }
        for name in [
            "",
            "us-east",
            "mars-1",
            "us-east-1a",
            "US-EAST-1",
            "-east-1",
        ] {
            assert!(!is_region(name), "{name}");
        }
    }
}
