//! IAM's and S3's part of a scenario: `account_alias`, `[[roles]]`, `[[buckets]]`.
//!
//! Invariants: policy documents and lifecycle rules are checked as requests with them would be.

use std::collections::HashSet;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::age;
use super::reader::{self, Table};
use super::{ScenarioError, account, region};
use crate::sandbox::services::iam::{Document, IamSeed, Kind, RoleSeed};
use crate::sandbox::services::s3::{BucketSeed, ObjectSeed};

const ROLE_KEYS: [&str; 8] = [
    "name",
    "path",
    "description",
    "trusts",
    "policies",
    "managed_policies",
    "tags",
    "age",
];
const BUCKET_KEYS: [&str; 6] = ["name", "region", "owner", "archive_after", "objects", "age"];
const ARCHIVE_KEYS: [&str; 3] = ["days", "class", "prefix"];
const OBJECT_KEYS: [&str; 3] = ["key", "size", "age"];
const CLASSES: [&str; 6] = [
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
];

/// How old things are that do not say.
const AGE: SignedDuration = SignedDuration::from_hours(365 * 24);
/// The largest object of S3's, in bytes.
const LARGEST_OBJECT: u64 = 50 * 1024 * 1024 * 1024 * 1024;

pub(super) fn read_iam(top: &Table<'_>) -> Result<IamSeed, ScenarioError> {
    let mut names = HashSet::new();
    let mut seed = IamSeed {
        account_alias: top.parsed("account_alias", account_alias)?,
        roles: Vec::new(),
    };
    for table in &top.tables("roles", &ROLE_KEYS)? {
        let role = role(table)?;
        if !names.insert(role.name.to_ascii_lowercase()) {
            return Err(twice(table, &role.name));
        }
        seed.roles.push(role);
    }
    Ok(seed)
}

pub(super) fn read_buckets(
    top: &Table<'_>,
    default_region: &str,
) -> Result<Vec<BucketSeed>, ScenarioError> {
    let mut names = HashSet::new();
    top.tables("buckets", &BUCKET_KEYS)?
        .iter()
        .map(|table| {
            let bucket = bucket(table, default_region)?;
            if !names.insert(bucket.name.clone()) {
                return Err(twice(table, &bucket.name));
            }
            Ok(bucket)
        })
        .collect()
}

fn twice(table: &Table<'_>, name: &str) -> ScenarioError {
    table.error("name", format!("\"{name}\" is there already"))
}

fn account_alias(text: &str) -> Result<String, String> {
    let good = (3..=63).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if good {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not an alias; write 3 to 63 of a-z, 0-9 and -, such as \"example-corp\""
    ))
}

fn role(table: &Table<'_>) -> Result<RoleSeed, ScenarioError> {
    let name = table.parsed("name", role_name)?;
    let trusts = table.parsed("trusts", trust_policy)?;
    Ok(RoleSeed {
        name: table.required("name", name, "\"SnapshotRole\"")?,
        path: table
            .parsed("path", role_path)?
            .unwrap_or_else(|| "/".to_owned()),
        description: table.owned("description")?,
        trust: table.required("trusts", trusts, "\"es.amazonaws.com\"")?,
        inline: policies(table, "policies")?,
        managed: policies(table, "managed_policies")?,
        tags: table.texts("tags")?,
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
    })
}

fn role_name(text: &str) -> Result<String, String> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not a name of IAM's; write 1 to 64 letters, digits and _+=,.@-"
    ))
}

fn role_path(text: &str) -> Result<String, String> {
    let good = text == "/" || (text.len() > 2 && text.starts_with('/') && text.ends_with('/'));
    if good && text.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not a path; write such as \"/service-role/\""
    ))
}

/// A whole trust policy, or the one service that it is to trust.
fn trust_policy(text: &str) -> Result<Document, String> {
    if text.trim_start().starts_with('{') {
        return Document::read(text, Kind::Trust);
    }
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": text },
            "Action": "sts:AssumeRole",
        }],
    });
    Document::read(&document.to_string(), Kind::Trust)
}

fn policies(table: &Table<'_>, key: &str) -> Result<Vec<(String, Document)>, ScenarioError> {
    table
        .texts(key)?
        .into_iter()
        .map(|(name, text)| {
            let document = Document::read(&text, Kind::Identity)
                .map_err(|problem| table.error(key, format!("{name}: {problem}")))?;
            Ok((name, document))
        })
        .collect()
}

fn bucket(table: &Table<'_>, default_region: &str) -> Result<BucketSeed, ScenarioError> {
    let name = table.parsed("name", bucket_name)?;
    let archive = table.table("archive_after", &ARCHIVE_KEYS)?;
    let objects = table
        .tables("objects", &OBJECT_KEYS)?
        .iter()
        .map(object)
        .collect::<Result<_, _>>()?;
    Ok(BucketSeed {
        name: table.required("name", name, "\"es-index-backups\"")?,
        region: table
            .parsed("region", region)?
            .unwrap_or_else(|| default_region.to_owned()),
        owner: table.parsed("owner", account)?,
        lifecycle: archive.map(|table| lifecycle(&table)).transpose()?,
        objects,
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
    })
}

fn bucket_name(text: &str) -> Result<String, String> {
    if crate::sandbox::services::s3::is_bucket_name(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not a bucket's name; write 3 to 63 of a-z, 0-9, . and -, such as \
         \"es-index-backups\""
    ))
}

/// One rule that moves objects to another storage class.
fn lifecycle(table: &Table<'_>) -> Result<Map<String, Value>, ScenarioError> {
    let days = reader::small(table, "days", 0, 36_500)?.unwrap_or(90);
    let class = table
        .parsed("class", |text| {
            let known = CLASSES.contains(&text).then(|| text.to_owned());
            known.ok_or_else(|| format!("\"{text}\" is not one of {}", CLASSES.join(", ")))
        })?
        .unwrap_or_else(|| "GLACIER".to_owned());
    let rule = json!({
        "ID": "archive",
        "Filter": { "Prefix": table.string("prefix")?.unwrap_or_default() },
        "Status": "Enabled",
        "Transition": { "Days": days.to_string(), "StorageClass": class },
    });
    let mut rules = Map::new();
    rules.insert("Rule".to_owned(), rule);
    Ok(rules)
}

fn object(table: &Table<'_>) -> Result<ObjectSeed, ScenarioError> {
    let key = table.owned("key")?;
    Ok(ObjectSeed {
        key: table.required("key", key, "\"snapshots/index-0\"")?,
        size: table.integer("size", 0..=LARGEST_OBJECT)?.unwrap_or(0),
        age: table.parsed("age", age::parse)?.unwrap_or(AGE),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Scenario;

    fn problem(text: &str) -> String {
        let read = Scenario::from_toml(text, "my.toml");
        read.unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_roles_and_buckets_show_what_can_be_wrong() {
        let scenario = Scenario::built_in();
        let roles: Vec<&str> = scenario
            .iam
            .roles
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        for name in ["SnapshotRole", "UntrustedRole", "NoDeleteRole"] {
            assert!(roles.contains(&name), "{name}");
        }
        let elsewhere = |name: &str| {
            let mut buckets = scenario.buckets.iter();
            buckets.any(|one| one.name == name && one.region != scenario.region)
        };
        assert!(elsewhere("other-region-backups"));
        assert!(!elsewhere("es-index-backups"));
    }

    #[test]
    fn wrong_values_are_named_with_what_would_be_right() {
        for (text, expected) in [
            (
                "account_alias = \"A\"",
                "\"A\" is not an alias; write 3 to 63",
            ),
            (
                "[[roles]]\nname = \"a b\"",
                "line 2: roles[1].name: \"a b\" is not a name",
            ),
            (
                "[[roles]]\nname = \"r\"",
                "roles[1].trusts: it is missing; write such as \"es.amazonaws.com\"",
            ),
            (
                "[[roles]]\nname = \"r\"\ntrusts = \"es\"",
                "line 3: roles[1].trusts: Invalid principal in policy: \"SERVICE\":\"es\"",
            ),
            (
                "[[roles]]\nname = \"r\"\ntrusts = \"es.amazonaws.com\"\npolicies = { P = \"{}\" }",
                "line 4: roles[1].policies: P: Syntax errors in policy.",
            ),
            (
                "[[roles]]\nname = \"r\"\ntrusts = \"es.amazonaws.com\"\npath = \"x\"",
                "\"x\" is not a path; write such as \"/service-role/\"",
            ),
            (
                "[[buckets]]\nname = \"Upper\"",
                "buckets[1].name: \"Upper\" is not a bucket's name; write 3 to 63",
            ),
            (
                "[[buckets]]\nname = \"one\"\n[[buckets]]\nname = \"one\"",
                "line 4: buckets[2].name: \"one\" is there already",
            ),
            (
                "[[buckets]]\nname = \"one\"\narchive_after = { class = \"ICE\" }",
                "buckets[1].archive_after.class: \"ICE\" is not one of GLACIER",
            ),
            (
                "[[buckets]]\nname = \"one\"\nobjects = [{ size = 1 }]",
                "buckets[1].objects[1].key: it is missing",
            ),
        ] {
            let problem = problem(text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }
}
