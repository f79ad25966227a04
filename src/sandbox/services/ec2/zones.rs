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

/// The zone with this name or id.
pub(super) fn find(region: &str, name_or_id: &str) -> Option<String> {
    names(region)
        .into_iter()
        .find(|zone| zone == name_or_id || id(region, zone) == name_or_id)
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
        assert_eq!(find("us-east-1", "use1-az3").as_deref(), Some("us-east-1c"));
    }
}
