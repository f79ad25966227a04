//! The `[[directories]]` of a scenario.
//!
//! Invariants: what AWS would not show together is refused here (an edition of a Simple AD, a
//! sixth manual snapshot, a snapshot of a connector), so that the service need not ask again.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::age;
use super::reader::{Table, small};
use super::{ScenarioError, account, region, word};
use crate::sandbox::services::directory::{
    DirectoryId, DirectorySeed, DirectoryStage, DirectoryType, Facts, LONGEST_NAME, MANUAL_LIMIT,
    Share, ShareMethod, ShareStatus, SnapshotId, SnapshotSeed, Status, TypeOfSnapshot, Word,
    is_snapshot_name,
};

const KEYS: [&str; 28] = [
    "id",
    "name",
    "short_name",
    "type",
    "edition",
    "size",
    "region",
    "additional_regions",
    "stage",
    "stage_reason",
    "stage_age",
    "launched",
    "description",
    "alias",
    "os_version",
    "domain_controllers",
    "dns",
    "vpc",
    "subnets",
    "security_group",
    "customer_user",
    "owner_account",
    "owner_directory",
    "share_status",
    "share_method",
    "share_notes",
    "auto_snapshots",
    "snapshots",
];
const SNAPSHOT_KEYS: [&str; 5] = ["id", "name", "type", "status", "age"];

/// How old a directory is when it does not say, and how many automatic snapshots it keeps.
const LAUNCHED: SignedDuration = SignedDuration::from_hours(400 * 24);
const AUTO_SNAPSHOTS: u32 = 5;

pub(super) fn read(
    top: &Table<'_>,
    default_region: &str,
) -> Result<Vec<DirectorySeed>, ScenarioError> {
    let mut taken = Taken::default();
    top.tables("directories", &KEYS)?
        .iter()
        .map(|table| directory(table, default_region, &mut taken))
        .collect()
}

/// The ids in use.
#[derive(Default)]
struct Taken {
    directories: HashSet<DirectoryId>,
    snapshots: HashSet<SnapshotId>,
}

fn directory(
    table: &Table<'_>,
    default_region: &str,
    taken: &mut Taken,
) -> Result<DirectorySeed, ScenarioError> {
    let id = table.parsed("id", |text| {
        DirectoryId::parse(text).ok_or_else(|| wrong_id(text, DirectoryId::PATTERN, "d"))
    })?;
    if let Some(id) = id
        && !taken.directories.insert(id)
    {
        return Err(table.error("id", format!("{id} is there already")));
    }
    let facts = facts(table, default_region)?;
    let launched = table.parsed("launched", age::parse)?.unwrap_or(LAUNCHED);
    let stage_age = table.parsed("stage_age", age::parse)?;
    if stage_age.is_some_and(|age| age > launched) {
        let problem = "it is older than the directory; see launched";
        return Err(table.error("stage_age", problem));
    }
    let snapshots = snapshots(table, &facts, launched, taken)?;
    Ok(DirectorySeed {
        id,
        launched,
        stage: word(table, "stage")?.unwrap_or(DirectoryStage::Active),
        stage_reason: table.owned("stage_reason")?,
        stage_age,
        auto_snapshots: auto_snapshots(table, facts.kind)?,
        snapshots,
        facts,
    })
}

fn facts(table: &Table<'_>, default_region: &str) -> Result<Facts, ScenarioError> {
    let kind = word(table, "type")?;
    let kind: DirectoryType = table.required("type", kind, "\"MicrosoftAD\"")?;
    let name = table.parsed("name", domain_name)?;
    let primary = table.parsed("region", region)?;
    let facts = Facts {
        name: table.required("name", name, "\"corp.example.com\"")?,
        short_name: table.owned("short_name")?,
        kind,
        edition: word(table, "edition")?,
        size: word(table, "size")?,
        region: primary.unwrap_or_else(|| default_region.to_owned()),
        additional_regions: regions(table)?,
        description: table.owned("description")?,
        alias: table.owned("alias")?,
        os_version: word(table, "os_version")?,
        domain_controllers: small(table, "domain_controllers", 1, 20)?,
        dns: table
            .strings("dns")?
            .into_iter()
            .map(str::to_owned)
            .collect(),
        vpc: table.owned("vpc")?,
        subnets: table
            .strings("subnets")?
            .into_iter()
            .map(str::to_owned)
            .collect(),
        security_group: table.owned("security_group")?,
        customer_user: table.owned("customer_user")?,
        share: share(table, kind)?,
    };
    check_type(table, &facts)?;
    Ok(facts)
}

/// Which keys go with which type.
fn check_type(table: &Table<'_>, facts: &Facts) -> Result<(), ScenarioError> {
    let managed = facts.kind == DirectoryType::MicrosoftAd;
    let sized = matches!(
        facts.kind,
        DirectoryType::SimpleAd | DirectoryType::AdConnector
    );
    let name = facts.kind.name();
    let refuse = |key: &str, only: &str| {
        Err(table.error(
            key,
            format!("{name} directories have none; it belongs to {only}"),
        ))
    };
    if facts.edition.is_some() && !managed {
        return refuse("edition", "MicrosoftAD");
    }
    if facts.size.is_some() && !sized {
        return refuse("size", "SimpleAD and ADConnector");
    }
    if !facts.additional_regions.is_empty() && !managed {
        return refuse("additional_regions", "MicrosoftAD");
    }
    if facts.additional_regions.contains(&facts.region) {
        let problem = format!("{} is the primary Region", facts.region);
        return Err(table.error("additional_regions", problem));
    }
    if facts.customer_user.is_some() && facts.kind != DirectoryType::AdConnector {
        return refuse("customer_user", "ADConnector");
    }
    Ok(())
}

fn regions(table: &Table<'_>) -> Result<Vec<String>, ScenarioError> {
    table
        .strings("additional_regions")?
        .into_iter()
        .map(|text| region(text).map_err(|problem| table.error("additional_regions", problem)))
        .collect()
}

fn share(table: &Table<'_>, kind: DirectoryType) -> Result<Option<Share>, ScenarioError> {
    const SHARE_KEYS: [&str; 5] = [
        "owner_account",
        "owner_directory",
        "share_status",
        "share_method",
        "share_notes",
    ];
    if kind != DirectoryType::SharedMicrosoftAd {
        for key in SHARE_KEYS {
            if table.string(key)?.is_some() {
                let problem = format!(
                    "{} directories have none; it belongs to SharedMicrosoftAD",
                    kind.name()
                );
                return Err(table.error(key, problem));
            }
        }
        return Ok(None);
    }
    let owner = table.parsed("owner_account", account)?;
    let directory = table.parsed("owner_directory", |text| {
        DirectoryId::parse(text).ok_or_else(|| wrong_id(text, DirectoryId::PATTERN, "d"))
    })?;
    Ok(Some(Share {
        owner_account: table.required("owner_account", owner, "\"210987654321\"")?,
        owner_directory: table.required("owner_directory", directory, "\"d-9067a1b2c3\"")?,
        status: word(table, "share_status")?.unwrap_or(ShareStatus::Shared),
        method: word(table, "share_method")?.unwrap_or(ShareMethod::Handshake),
        notes: table.owned("share_notes")?,
    }))
}

fn auto_snapshots(table: &Table<'_>, kind: DirectoryType) -> Result<u32, ScenarioError> {
    let wanted = small(table, "auto_snapshots", 0, 366)?;
    match wanted {
        Some(days) if days > 0 && !kind.has_snapshots() => {
            let problem = format!("{} directories have no snapshots", kind.name());
            Err(table.error("auto_snapshots", problem))
        }
        None if kind.has_snapshots() => Ok(AUTO_SNAPSHOTS),
        days => Ok(days.unwrap_or_default()),
    }
}

fn snapshots(
    directory: &Table<'_>,
    facts: &Facts,
    launched: SignedDuration,
    taken: &mut Taken,
) -> Result<Vec<SnapshotSeed>, ScenarioError> {
    let tables = directory.tables("snapshots", &SNAPSHOT_KEYS)?;
    let mut seeds = Vec::new();
    for table in &tables {
        if !facts.kind.has_snapshots() {
            let problem = format!("{} directories have no snapshots", facts.kind.name());
            return Err(directory.error("snapshots", problem));
        }
        let seed = snapshot(table, launched, taken)?;
        seeds.push(seed);
        let manual = seeds
            .iter()
            .filter(|seed| seed.kind == TypeOfSnapshot::Manual)
            .count();
        if manual > MANUAL_LIMIT {
            let problem = format!("a directory has at most {MANUAL_LIMIT} manual snapshots");
            return Err(table.error("type", problem));
        }
    }
    Ok(seeds)
}

fn snapshot(
    table: &Table<'_>,
    launched: SignedDuration,
    taken: &mut Taken,
) -> Result<SnapshotSeed, ScenarioError> {
    let id = table.parsed("id", |text| {
        SnapshotId::parse(text).ok_or_else(|| wrong_id(text, SnapshotId::PATTERN, "s"))
    })?;
    if let Some(id) = id
        && !taken.snapshots.insert(id)
    {
        return Err(table.error("id", format!("{id} is there already")));
    }
    let age = table.parsed("age", age::parse)?;
    let age = table.required("age", age, "\"3d\"")?;
    if age > launched {
        let problem = "the snapshot is older than its directory; see launched";
        return Err(table.error("age", problem));
    }
    Ok(SnapshotSeed {
        id,
        name: table.parsed("name", snapshot_name)?,
        kind: word(table, "type")?.unwrap_or(TypeOfSnapshot::Manual),
        status: word(table, "status")?.unwrap_or(Status::Completed),
        age,
    })
}

fn snapshot_name(text: &str) -> Result<String, String> {
    if is_snapshot_name(text) && text.chars().count() <= LONGEST_NAME {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not a snapshot's name; write at most {LONGEST_NAME} letters, digits, blanks \
         and \\ _ @ # % * + = : ? . / ! -, with a letter, a digit or _ first"
    ))
}

/// `corp.example.com`
fn domain_name(text: &str) -> Result<String, String> {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if text.contains('.') && text.split('.').all(label) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "\"{text}\" is not a directory's name; write such as \"corp.example.com\""
    ))
}

fn wrong_id(text: &str, pattern: &str, letter: &str) -> String {
    format!("\"{text}\" does not match {pattern}; write such as \"{letter}-9067a1b2c3\"")
}

#[cfg(test)]
mod tests {
    use crate::sandbox::Scenario;

    fn problem(directory: &str) -> String {
        let text = format!("[[directories]]\nname = \"a.example.com\"\n{directory}");
        Scenario::from_toml(&text, "my.toml")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let cases = [
            (
                "type = \"OpenLDAP\"",
                "\"OpenLDAP\" is not one of SimpleAD, ADConnector,",
            ),
            ("", "line 1: directories[1].type: it is missing"),
            (
                "type = \"SimpleAD\"\nedition = \"Standard\"",
                "SimpleAD directories have none; it belongs to",
            ),
            (
                "type = \"MicrosoftAD\"\nsize = \"Small\"",
                "belongs to SimpleAD and ADConnector",
            ),
            (
                "type = \"ADConnector\"\nauto_snapshots = 1",
                "ADConnector directories have no snapshots",
            ),
            (
                "type = \"SharedMicrosoftAD\"",
                "owner_account: it is missing",
            ),
            (
                "type = \"SimpleAD\"\nid = \"d-1\"",
                "\"d-1\" does not match ^d-[0-9a-f]{10}$",
            ),
            (
                "type = \"SimpleAD\"\nlaunched = \"2d\"\nsnapshots = [{ age = \"3d\" }]",
                "line 5: directories[1].snapshots[1].age: the snapshot is older",
            ),
            (
                "type = \"SimpleAD\"\nsnapshots = [{ age = \"3d\", name = \"a,b\" }]",
                "\"a,b\" is not a snapshot's name",
            ),
            (
                "type = \"SimpleAD\"\nsnapshots = [{ age = \"3d\", naem = \"a\" }]",
                "unknown key \"directories[1].snapshots[1].naem\"; did you mean \"name\"?",
            ),
            (
                "type = \"SimpleAD\"\nstage_age = \"9000d\"",
                "is older than 20 years",
            ),
        ];
        for (text, expected) in cases {
            let problem = problem(text);
            assert!(problem.contains(expected), "{text}: {problem}");
        }
    }

    #[test]
    fn a_sixth_manual_snapshot_is_refused() {
        let six = "{ age = \"3d\" }, ".repeat(6);
        let problem = problem(&format!("type = \"SimpleAD\"\nsnapshots = [{six}]"));
        assert!(problem.contains("at most 5 manual snapshots"), "{problem}");
    }
}
