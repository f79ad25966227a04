//! The rules of what may be typed into the fields, beside those of names.
//!
//! They are those of AWS and of the engines, as far as they can be known before anything is sent.

use super::{forms::DAILY, names};
use crate::domain::text::harmless;

/// A regular expression or its replacement: the engine's own rules, apart from what breaks a line.
pub(super) fn any(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control()) {
        Some(_) => Err("control characters are not allowed".to_owned()),
        None => Ok(()),
    }
}

fn optional(text: &str, rule: fn(&str) -> Result<(), String>) -> Result<(), String> {
    if text.is_empty() { Ok(()) } else { rule(text) }
}

/// The name of a snapshot, or none.
pub(super) fn optional_snapshot(text: &str) -> Result<(), String> {
    optional(text, names::snapshot)
}

/// The name of a domain, or none.
pub(super) fn optional_domain(text: &str) -> Result<(), String> {
    optional(text, names::domain_id)
}

/// A Region, or none.
pub(super) fn optional_region(text: &str) -> Result<(), String> {
    optional(text, |text| {
        crate::domain::place::Region::parse(text).map(|_| ())
    })
}

/// S3's rule for the name of a bucket.
pub(super) fn bucket(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed: the name of the bucket".to_owned());
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let ends = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let bytes = text.as_bytes();
    if (3..=63).contains(&bytes.len())
        && bytes.iter().copied().all(plain)
        && ends(bytes.first())
        && ends(bytes.last())
        && !text.contains("..")
    {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not the name of a bucket: 3 to 63 of a-z, 0-9, - and ., for example es-index-backups",
            harmless(text)
        ))
    }
}

/// The ARN of a role.
pub(super) fn role(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed: the ARN of the role".to_owned());
    }
    match role_parts(text) {
        Some(_) => Ok(()),
        None => Err(format!(
            "'{}' is not the ARN of a role; one looks like arn:aws:iam::123456789012:role/TheServiceRole",
            harmless(text)
        )),
    }
}

/// The partition, the account and the name of a role by its ARN.
pub(super) fn role_parts(arn: &str) -> Option<(&str, &str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let (_, partition) = (parts.next().filter(|p| *p == "arn")?, parts.next()?);
    let (_, _, account, resource) = (
        parts.next().filter(|service| *service == "iam")?,
        parts.next().filter(|region| region.is_empty())?,
        parts.next()?,
        parts.next()?,
    );
    let path = resource.strip_prefix("role/")?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let plain = path.chars().all(|c| c.is_ascii_graphic());
    (partition.starts_with("aws") && digits && plain).then_some((partition, account, name))
}

/// A folder of a bucket, or none.
pub(super) fn base_path(text: &str) -> Result<(), String> {
    if text.starts_with('/') || text.ends_with('/') || text.contains("//") {
        return Err(format!(
            "'{}' is not a base path: no slash at the ends, such as snapshots/logs",
            harmless(text)
        ));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(_) => Err("a base path holds no control characters".to_owned()),
        None => Ok(()),
    }
}

/// Five fields of a cron expression. Whether the numbers make sense is for the engine to say.
pub(super) fn cron(text: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "*/,-?".contains(c);
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    if text.is_empty() || fields.len() == 5 && fields.iter().all(|f| f.chars().all(plain)) {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not a schedule: five fields, minute hour day month weekday, for example {DAILY}",
            harmless(text)
        ))
    }
}

/// A time zone, or none. Whether there is one of that name is for the engine to say.
pub(super) fn time_zone(text: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    if text.chars().all(plain) {
        Ok(())
    } else {
        Err(format!(
            "'{}' is not a time zone; one looks like UTC or Europe/Berlin",
            harmless(text)
        ))
    }
}

/// AWS keeps at most 400 snapshots of a policy.
pub(super) fn count(text: &str) -> Result<(), String> {
    match text.parse::<u32>() {
        _ if text.is_empty() => Ok(()),
        Ok(1..=400) => Ok(()),
        _ => Err(format!("'{}' is not a number of 1 to 400", harmless(text))),
    }
}

/// How long something is kept, or nothing.
pub(super) fn age(text: &str) -> Result<(), String> {
    let number = text.strip_suffix(['d', 'h']).unwrap_or_default();
    match number.parse::<u32>() {
        _ if text.is_empty() => Ok(()),
        Ok(1..) => Ok(()),
        _ => Err(format!(
            "'{}' is not an age; write it like 14d or 36h",
            harmless(text)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_roles_and_paths_are_checked_by_awss_rules() {
        assert!(bucket("es-index-backups").is_ok());
        for bad in ["", "ab", "Bucket", "a..b", "-ab", "a_b", "s3://b"] {
            assert!(bucket(bad).is_err(), "{bad}");
        }
        assert_eq!(
            role_parts("arn:aws:iam::123456789012:role/path/TheServiceRole"),
            Some(("aws", "123456789012", "TheServiceRole"))
        );
        assert!(role_parts("arn:aws-cn:iam::123456789012:role/R").is_some());
        for bad in [
            "",
            "TheServiceRole",
            "arn:aws:iam::1:role/R",
            "arn:aws:iam::123456789012:user/u",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:s3:::bucket",
        ] {
            assert!(role(bad).is_err(), "{bad}");
        }
        assert!(base_path("a/b").is_ok() && base_path("/a").is_err() && base_path("a//b").is_err());
    }

    #[test]
    fn schedules_and_ages_name_what_is_wrong() {
        assert!(cron("0 2 * * *").is_ok() && cron("").is_ok());
        for bad in ["0 2 * *", "daily", "0 2 * * * *", "0 2 * * $"] {
            assert!(cron(bad).unwrap_err().contains(DAILY), "{bad}");
        }
        assert!(age("14d").is_ok() && age("36h").is_ok());
        for bad in ["d", "14", "0d", "2w", "é"] {
            assert!(age(bad).is_err(), "{bad}");
        }
        assert!(count("7").is_ok() && count("0").is_err() && count("401").is_err());
        assert!(time_zone("Europe/Berlin").is_ok() && time_zone("x y").is_err());
    }
}
