//! Identifiers of directories and snapshots.
//!
//! Invariants: an identifier is ten lower-case hexadecimal digits behind its letter, and nothing
//! else is one.

use std::fmt;

/// `d-` and ten hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DirectoryId(u64);

/// `s-` and ten hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SnapshotId(u64);

const DIGITS: usize = 10;

impl DirectoryId {
    pub(crate) const PATTERN: &'static str = "^d-[0-9a-f]{10}$";

    pub(crate) fn parse(text: &str) -> Option<Self> {
        digits(text.strip_prefix("d-")?).map(Self)
    }

    /// `number` has at most 40 bits.
    pub(super) const fn from_number(number: u64) -> Self {
        Self(number)
    }
}

impl SnapshotId {
    pub(crate) const PATTERN: &'static str = "^s-[0-9a-f]{10}$";

    pub(crate) fn parse(text: &str) -> Option<Self> {
        digits(text.strip_prefix("s-")?).map(Self)
    }

    /// `number` has at most 40 bits.
    pub(super) const fn from_number(number: u64) -> Self {
        Self(number)
    }

    pub(super) const fn number(self) -> u64 {
        self.0
    }
}

fn digits(text: &str) -> Option<u64> {
    let good = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    if text.len() != DIGITS || !text.bytes().all(good) {
        return None;
    }
    u64::from_str_radix(text, 16).ok()
}

impl fmt::Display for DirectoryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "d-{:010x}", self.0)
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "s-{:010x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_one_form() {
        let id = DirectoryId::parse("d-00ab12cd34").unwrap();
        assert_eq!(id.to_string(), "d-00ab12cd34");
        for text in [
            "d-00AB12CD34",
            "d-00ab12cd3",
            "d-00ab12cd345",
            "s-00ab12cd34",
            "d-00ab12cd3g",
        ] {
            assert_eq!(DirectoryId::parse(text), None, "{text}");
        }
    }
}
