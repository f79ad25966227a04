//! Words of AWS's: closed sets of names that the APIs use.
//!
//! Invariants: names are the wire names, exactly. The words themselves are the services' own.

/// A word with its wire name.
pub(crate) trait Word: Copy + PartialEq + Sized + 'static {
    /// Every word and its name, in the order in which they are listed to a user.
    const WORDS: &'static [(&'static str, Self)];

    fn name(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, word)| *word == self)
            .map_or("", |(name, _)| *name)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, word)| *word)
    }
}
