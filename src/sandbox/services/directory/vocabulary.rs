//! The words of Directory Service's API.
//!
//! Invariants: names are the wire names, exactly. No behaviour beyond what a word means.

pub(crate) use crate::sandbox::word::Word;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectoryType {
    SimpleAd,
    AdConnector,
    MicrosoftAd,
    SharedMicrosoftAd,
}

impl Word for DirectoryType {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("SimpleAD", Self::SimpleAd),
        ("ADConnector", Self::AdConnector),
        ("MicrosoftAD", Self::MicrosoftAd),
        ("SharedMicrosoftAD", Self::SharedMicrosoftAd),
    ];
}

impl DirectoryType {
    /// A connector holds no data, and a shared directory's data is its owner's.
    pub(crate) fn has_snapshots(self) -> bool {
        matches!(self, Self::SimpleAd | Self::MicrosoftAd)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Enterprise,
    Standard,
    Hybrid,
}

impl Word for Edition {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("Enterprise", Self::Enterprise),
        ("Standard", Self::Standard),
        ("Hybrid", Self::Hybrid),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    Small,
    Large,
}

impl Word for Size {
    const WORDS: &'static [(&'static str, Self)] =
        &[("Small", Self::Small), ("Large", Self::Large)];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Requested,
    Creating,
    Created,
    Active,
    Inoperable,
    Impaired,
    Restoring,
    RestoreFailed,
    Deleting,
    Deleted,
    Failed,
    Updating,
}

impl Word for Stage {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("Requested", Self::Requested),
        ("Creating", Self::Creating),
        ("Created", Self::Created),
        ("Active", Self::Active),
        ("Inoperable", Self::Inoperable),
        ("Impaired", Self::Impaired),
        ("Restoring", Self::Restoring),
        ("RestoreFailed", Self::RestoreFailed),
        ("Deleting", Self::Deleting),
        ("Deleted", Self::Deleted),
        ("Failed", Self::Failed),
        ("Updating", Self::Updating),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnapshotType {
    Auto,
    Manual,
}

impl Word for SnapshotType {
    const WORDS: &'static [(&'static str, Self)] =
        &[("Auto", Self::Auto), ("Manual", Self::Manual)];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnapshotStatus {
    Creating,
    Completed,
    Failed,
}

impl Word for SnapshotStatus {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("Creating", Self::Creating),
        ("Completed", Self::Completed),
        ("Failed", Self::Failed),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShareStatus {
    Shared,
    PendingAcceptance,
    Rejected,
    Rejecting,
    RejectFailed,
    Sharing,
    ShareFailed,
    Deleted,
    Deleting,
}

impl Word for ShareStatus {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("Shared", Self::Shared),
        ("PendingAcceptance", Self::PendingAcceptance),
        ("Rejected", Self::Rejected),
        ("Rejecting", Self::Rejecting),
        ("RejectFailed", Self::RejectFailed),
        ("Sharing", Self::Sharing),
        ("ShareFailed", Self::ShareFailed),
        ("Deleted", Self::Deleted),
        ("Deleting", Self::Deleting),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShareMethod {
    Organizations,
    Handshake,
}

impl Word for ShareMethod {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("ORGANIZATIONS", Self::Organizations),
        ("HANDSHAKE", Self::Handshake),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OsVersion {
    Server2012,
    Server2019,
}

impl Word for OsVersion {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("SERVER_2012", Self::Server2012),
        ("SERVER_2019", Self::Server2019),
    ];
}

/// The longest name of a snapshot, in characters.
pub(crate) const NAME_LENGTH: usize = 128;
/// What a snapshot's name looks like, as AWS writes it.
pub(crate) const NAME_PATTERN: &str = r"^([a-zA-Z0-9_])[\\a-zA-Z0-9_@#%*+=:?./!\s-]*$";

/// Does a name match [`NAME_PATTERN`]? The length is another question.
pub(crate) fn is_snapshot_name(name: &str) -> bool {
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let rest =
        |character: char| word(character) || "\\@#%*+=:?./!- \t\n\r\u{b}\u{c}".contains(character);
    let mut characters = name.chars();
    characters.next().is_some_and(word) && characters.all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_names() {
        assert_eq!(
            DirectoryType::from_name("ADConnector"),
            Some(DirectoryType::AdConnector)
        );
        assert_eq!(Stage::RestoreFailed.name(), "RestoreFailed");
        assert_eq!(Stage::from_name("active"), None);
    }

    #[test]
    fn names_of_snapshots() {
        for name in [
            "a",
            "_x",
            "before schema-change 2.0",
            r"a\@#%*+=:?./!- z",
            "9",
        ] {
            assert!(is_snapshot_name(name), "{name}");
        }
        for name in ["", "-a", " a", "a,b", "a'b", "a(b)", "é", "a–b", "a&b"] {
            assert!(!is_snapshot_name(name), "{name}");
        }
    }
}
