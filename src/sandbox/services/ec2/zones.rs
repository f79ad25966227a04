//! The Availability Zones of a Region.
//!
//! Invariants: a Region has the zones `a` to `f` at most; which letters it has is AWS's for the
//! Regions that are named here and `a`, `b`, `c` for all others. Zone ids are in the order of the
//! letters, which differs between accounts in AWS.

/// The letters of a Region's zones.
fn letters(region: &str) -> &'static str {
    match region {
        "us-east-1" => "abcdef",
        "us-west-2" | "ap-northeast-1" | "ap-northeast-2" => "abcd",
        "us-west-1" => "ab",
        _ => "abc",
    }
}

/// The names of a Region's zones.
pub(super) fn names(region: &str) -> Vec<String> {
    letters(region)
        .chars()
        .map(|letter| format!("{region}{letter}"))
        .collect()
}

/// Does the Region have a zone of this name?
pub(crate) fn exists(region: &str, zone: &str) -> bool {
    zone.strip_prefix(region)
        .is_some_and(|letter| letter.chars().count() == 1 && letters(region).contains(letter))
}

/// The id of a zone, such as `use1-az1` of `us-east-1a`.
pub(super) fn id(region: &str, zone: &str) -> String {
    let letter = zone.strip_prefix(region).unwrap_or("a");
    let number = letters(region).find(letter).unwrap_or_default() + 1;
    let mut parts = region.split('-');
    let continent = parts.next().unwrap_or_default();
    let direction = parts.next().unwrap_or_default();
    let short: String = match direction {
        "northeast" => "ne".to_owned(),
        "southeast" => "se".to_owned(),
        "northwest" => "nw".to_owned(),
        "southwest" => "sw".to_owned(),
        other => other.chars().take(1).collect(),
    };
    let index = parts.next().unwrap_or_default();
    format!("{continent}{short}{index}-az{number}")
}

/// What a request calls a zone. A name is no id, and an id is no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Called {
    Name(String),
    Id(String),
}

impl Called {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Id(text) => text,
        }
    }
}

/// The zones of a list of a request.
pub(super) fn called(
    texts: Vec<&str>,
    how: fn(String) -> Called,
) -> impl Iterator<Item = Called> + use<'_> {
    texts.into_iter().map(move |text| how(text.to_owned()))
}

/// The zone that is called so.
pub(super) fn find(region: &str, called: &Called) -> Option<String> {
    names(region).into_iter().find(|zone| match called {
        Called::Name(name) => zone == name,
        Called::Id(text) => id(region, zone) == *text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_have_names_and_ids() {
        assert_eq!(
            names("eu-west-1"),
            ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
        );
        assert_eq!(id("us-east-1", "us-east-1b"), "use1-az2");
        assert_eq!(id("ap-northeast-1", "ap-northeast-1d"), "apne1-az4");
        assert!(exists("us-east-1", "us-east-1f"));
        for zone in ["us-east-1", "us-east-1g", "eu-west-1a", "us-east-1ab"] {
            assert!(!exists("us-east-1", zone), "{zone}");
        }
        let (name, text) = ("us-east-1c".to_owned(), "use1-az3".to_owned());
        let found = |called| find("us-east-1", &called);
        assert_eq!(found(Called::Id(text.clone())).as_ref(), Some(&name));
        assert_eq!(found(Called::Name(name.clone())).as_ref(), Some(&name));
        assert_eq!(found(Called::Name(text)), None);
        assert_eq!(found(Called::Id(name)), None);
    }
}
