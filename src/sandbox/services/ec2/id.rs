//! The identifiers of EC2's resources: a prefix and 17 (formerly 8) hexadecimal digits.
//!
//! Invariants: an id of one kind cannot be taken for another kind's; what was parsed is shown
//! again exactly.

use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;

use crate::sandbox::ids::{Ids, Purpose};

/// A kind of resource.
pub(crate) trait Kind: Copy + Eq + Hash + fmt::Debug + 'static {
    /// What its ids begin with, without the hyphen.
    const PREFIX: &'static str;
    /// Its name in tag specifications and ARNs.
    const TYPE: &'static str;
    const PURPOSE: Purpose;
    /// The code for an id with the right prefix and no more.
    const MALFORMED: &'static str;
    const NOT_FOUND: &'static str;
}

macro_rules! kinds {
    ($($kind:ident $id:ident: $prefix:literal $name:literal $malformed:literal $missing:literal;)*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) struct $kind;

        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
            const TYPE: &'static str = $name;
            const PURPOSE: Purpose = Purpose::$kind;
            const MALFORMED: &'static str = $malformed;
            const NOT_FOUND: &'static str = $missing;
        }

        pub(crate) type $id = Id<$kind>;
    )*};
}

kinds! {
    Volume VolumeId: "vol" "volume" "InvalidParameterValue" "InvalidVolume.NotFound";
    EbsSnapshot SnapshotId:
        "snap" "snapshot" "InvalidSnapshotID.Malformed" "InvalidSnapshot.NotFound";
    Instance InstanceId:
        "i" "instance" "InvalidInstanceID.Malformed" "InvalidInstanceID.NotFound";
    Image ImageId: "ami" "image" "InvalidAMIID.Malformed" "InvalidAMIID.NotFound";
    ReplaceRootVolumeTask TaskId:
        "replacevol" "replace-root-volume-task" "InvalidParameterValue"
        "InvalidReplaceRootVolumeTaskId.NotFound";
}

/// The number of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Length {
    Eight,
    Seventeen,
}

/// An identifier of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Id<K> {
    number: u128,
    length: Length,
    kind: PhantomData<K>,
}

impl<K: Kind> Id<K> {
    /// The generated id with this number; the first of the 17 digits is 0, as AWS has it.
    pub(super) fn generated(ids: Ids, number: u64) -> Self {
        Self {
            number: u128::from(ids.wide(K::PURPOSE, number)),
            length: Length::Seventeen,
            kind: PhantomData,
        }
    }

    /// An id of eight digits.
    const fn short(number: u32) -> Self {
        Self {
            number: number as u128,
            length: Length::Eight,
            kind: PhantomData,
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(K::PREFIX)?.strip_prefix('-')?;
        let length = match digits.len() {
            8 => Length::Eight,
            17 => Length::Seventeen,
            _ => return None,
        };
        if !digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return None;
        }
        Some(Self {
            number: u128::from_str_radix(digits, 16).ok()?,
            length,
            kind: PhantomData,
        })
    }

    /// A number for the values that are generated for this resource.
    pub(super) fn low_bits(self) -> u64 {
        u64::try_from(self.number & u128::from(u64::MAX)).unwrap_or_default()
    }
}

/// The volume that every copied snapshot names: no volume at all.
pub(super) const VOLUME_OF_COPIES: VolumeId = Id::short(0xffff_ffff);

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length {
            Length::Eight => write!(formatter, "{}-{:08x}", K::PREFIX, self.number),
            Length::Seventeen => write!(formatter, "{}-{:017x}", K::PREFIX, self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_parsed_is_shown_again() {
        for text in [
            "vol-0123456789abcdef0",
            "vol-ffffffff",
            "vol-00000000000000000",
        ] {
            assert_eq!(
                VolumeId::parse(text).map(|id| id.to_string()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "",
            "vol-",
            "vol-1",
            "snap-ffffffff",
            "vol-FFFFFFFF",
            "vol-0123456789abcdefg",
        ] {
            assert_eq!(VolumeId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn generated_ids_have_seventeen_digits() {
        let id = SnapshotId::generated(Ids::new(1), 7).to_string();
        assert_eq!(id.len(), "snap-".len() + 17);
        assert!(id.starts_with("snap-0"));
        assert_eq!(SnapshotId::parse(&id).map(|id| id.to_string()), Some(id));
    }
}
