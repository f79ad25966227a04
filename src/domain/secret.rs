//! What must not be seen: keys and codes, in whatever is written of a value for debugging.

use std::fmt;

/// A value whose `Debug` does not show it, so that no log and no report of a crash can hold it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides a value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    #[must_use]
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_is_written_but_that_it_is_there() {
        let code = Secret::new("123456".to_owned());
        assert_eq!(format!("{:?}", Some(&code)), "Some(<secret>)");
        assert_eq!(code.reveal(), "123456");
    }
}
