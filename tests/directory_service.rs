//! Directory Service through the library: what is listed, what a look costs, and what every check
//! finds in the directories of the built-in scenario.
#![expect(clippy::unwrap_used, reason = "a test may stop at a surprise")]

use std::{collections::BTreeMap, fs, sync::Arc};

use serde_json::Value;
use snapdeck::{
    config::{self, Flags},
    context::{Context, Session},
    domain::{
        assessment::{Assessment, Check, Confirmation, Verdict},
        failure::{Failure, FailureKind},
        form::{Request, Value as Given},
        place::Region,
        row::{Cell, Row, RowKey, Tone, merge},
    },
};
use tempfile::TempDir;

const SERVICE: &str = "directory";

/// The program's own simulated AWS, and a session in it.
struct Aws {
    session: Arc<Session>,
    _context: Context,
    _folder: TempDir,
}

impl Aws {
    /// The built-in scenario, seen from these Regions.
    async fn built_in(regions: &[&str]) -> Self {
        let text = include_str!("../assets/scenario.toml");
        Self::of(text, regions).await
    }

    async fn of(scenario: &str, regions: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scenario.toml");
        fs::write(&file, scenario).unwrap();
        let flags = Flags {
            sandbox: Some(Some(file)),
            regions: regions.iter().map(ToString::to_string).collect(),
            config: None,
            ..Flags::default()
        };
        let settings = config::load(&flags, &|_| None).unwrap();
        let context = Context::open(&settings).await.unwrap();
        let session = context.connect().await.unwrap();
        Self {
            session,
            _context: context,
            _folder: folder,
        }
    }

    /// The calls of an operation that arrived so far.
    async fn calls(&self, action: &str) -> Vec<Value> {
        let endpoint = self.session.identity().endpoint.clone().unwrap();
        let log = reqwest::get(format!("{endpoint}/_sandbox/requests"))
            .await
            .unwrap();
        let calls = log.text().await.unwrap();
        let calls = calls
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        calls
            .filter(|call: &Value| call["action"] == action)
            .collect()
    }

    /// A listing as a screen has it in the end.
    async fn list(
        &self,
        collection: &str,
        parent: Option<&RowKey>,
    ) -> Result<Vec<Row>, Vec<Failure>> {
        let mut rows = Vec::new();
        let listed = self
            .session
            .list(SERVICE, collection, parent, &mut |page| {
                merge(&mut rows, page);
            })
            .await;
        listed.map(|()| rows)
    }

    async fn directories(&self) -> Vec<Row> {
        self.list("directories", None).await.unwrap()
    }

    async fn assess(&self, action: &str, target: &str, values: &[(&str, &str)]) -> Assessment {
        let values: BTreeMap<String, Given> = values
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Given::Text((*value).to_owned())))
            .collect();
        let request = Request {
            service: SERVICE.to_owned(),
            action: action.to_owned(),
            target: target.to_owned(),
            values,
            place: self.session.place(&self.session.regions()[0]),
        };
        self.session.assess(&request).await.unwrap()
    }
}

fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

fn key(region_name: &str, id: &str) -> RowKey {
    RowKey {
        region: region(region_name),
        id: id.to_owned(),
    }
}

/// What forbids a request, as `label: reason`; empty where nothing does.
fn obstacle(assessment: &Assessment) -> String {
    match assessment.obstacle() {
        Some(Check {
            label,
            verdict: Verdict::Failed(why),
            ..
        }) => format!("{label}: {why}"),
        _ => String::new(),
    }
}

#[tokio::test]
async fn a_long_listing_comes_in_pages_and_costs_one_call_a_page() {
    let aws = Aws::of("scale = 1500", &["us-east-1"]).await;
    let rows = aws.directories().await;
    assert_eq!(rows.len(), 125);
    for row in &rows {
        assert_eq!(
            row.cell("manual_snapshots"),
            &Cell::Integer(5),
            "{}",
            row.id
        );
        assert!(
            matches!(row.cell("last_snapshot_time"), Cell::Time(_)),
            "{}",
            row.id
        );
    }
    let pages = aws.calls("DescribeDirectories").await;
    assert_eq!(pages.len(), 2);
    let pages = aws.calls("DescribeSnapshots").await;
    assert_eq!(pages.len(), 15);
    assert!(
        pages
            .iter()
            .all(|call| call["params"]["DirectoryId"].is_null()),
        "all directories' at once"
    );
    assert_eq!(aws.calls("GetSnapshotLimits").await.len(), 0);

    let snapshots = aws.list("snapshots", None).await.unwrap();
    assert_eq!(snapshots.len(), 1500);
    let times: Vec<&Cell> = snapshots.iter().map(|row| row.cell("start_time")).collect();
    let newest_first = times.is_sorted_by(|a, b| match (a, b) {
        (Cell::Time(a), Cell::Time(b)) => a >= b,
        _ => false,
    });
    assert!(newest_first);
    let region = region("us-east-1");
    let ids = aws.session.ids(SERVICE, "snapshots", &region).await;
    assert_eq!(ids.map(|ids| ids.len()), Ok(1500));
}

#[tokio::test]
async fn rows_come_at_once_and_their_counts_once_they_are_known() {
    let aws = Aws::built_in(&[]).await;
    let mut pages: Vec<Vec<Row>> = Vec::new();
    let listed = aws
        .session
        .list(SERVICE, "directories", None, &mut |page| pages.push(page))
        .await;
    assert_eq!(listed, Ok(()));
    let [first, counted] = &pages[..] else {
        panic!("{} pages", pages.len())
    };
    let known = |n| Cell::Integer(n);
    let manual = |row: &Row| row.cell("manual_snapshots").clone();
    assert_eq!([0, 1].map(|i| manual(&counted[i])), [known(3), known(5)]);
    assert!(!counted.iter().any(Row::is_pending));
    // An AD Connector, a shared directory and one whose home is elsewhere have nothing to count, so
    // they are whole at once and not sent again.
    let whole: Vec<&Row> = first.iter().filter(|row| !row.is_pending()).collect();
    assert!(whole.len() >= 3 && whole.iter().all(|row| manual(row) == Cell::Absent));
    let pending = first.iter().filter(|row| row.is_pending());
    assert!(pending.map(Row::key).eq(counted.iter().map(Row::key)));
}

#[tokio::test]
async fn every_directory_of_the_built_in_scenario_is_listed_with_its_state() {
    let aws = Aws::built_in(&[]).await;
    let rows = aws.directories().await;
    let seen: Vec<(&str, &str, Tone, &Cell)> = rows
        .iter()
        .map(|row| {
            (
                row.id.as_str(),
                row.state.word.as_str(),
                row.state.tone,
                row.cell("manual_snapshots"),
            )
        })
        .collect();
    let (count, none) = ([0, 1, 2, 3, 4, 5].map(Cell::Integer), Cell::Absent);
    assert_eq!(
        seen,
        [
            ("d-9067a10001", "Active", Tone::Good, &count[3]),
            ("d-9067a10002", "Active", Tone::Good, &count[5]),
            ("d-9067a10003", "Active", Tone::Good, &none),
            ("d-9067a10004", "Active", Tone::Good, &none),
            ("d-9067a10005", "Impaired", Tone::Warning, &count[1]),
            ("d-9067a10006", "Active", Tone::Good, &count[3]),
            ("d-9367a10007", "Active", Tone::Good, &none),
            ("d-9067a10008", "Active", Tone::Good, &count[2]),
            ("d-9067a10009", "RestoreFailed", Tone::Bad, &count[2]),
            ("d-9067a1000a", "Creating", Tone::Busy, &count[0]),
            ("d-9067a1000b", "Failed", Tone::Bad, &count[0]),
        ]
    );
}

#[tokio::test]
async fn one_directory_is_shown_with_everything() {
    let aws = Aws::built_in(&[]).await;
    let shown = aws
        .session
        .show(SERVICE, "directories", &key("us-east-1", "d-9067a10004"))
        .await
        .unwrap();
    let text = |member: &str| match shown.cell(member) {
        Cell::Text(text) => text.to_string(),
        other => panic!("{member}: {other:?}"),
    };
    assert_eq!(
        [
            text("owner_account_id"),
            text("owner_directory_id"),
            text("share_notes")
        ],
        ["210987654321", "d-9067c0ffee", "For the analytics team"]
    );
    let of_one = aws
        .list("snapshots", Some(&key("us-east-1", "d-9067a10001")))
        .await
        .unwrap();
    assert_eq!(of_one.len(), 10);
    assert!(
        of_one
            .iter()
            .all(|row| row.cell("directory_id") == &Cell::from("d-9067a10001"))
    );
    let missing = aws
        .session
        .show(SERVICE, "directories", &key("us-east-1", "d-0000000000"))
        .await;
    assert_eq!(missing.unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test]
async fn several_regions_are_one_listing_and_cost_one_call_each() {
    let aws = Aws::built_in(&["us-east-1", "eu-west-1"]).await;
    let rows = aws.directories().await;
    assert_eq!(rows.len(), 12);
    let global: Vec<(&str, &Cell)> = rows
        .iter()
        .filter(|row| row.id == "d-9367a10007")
        .map(|row| (row.region.as_str(), row.cell("manual_snapshots")))
        .collect();
    assert!(global.contains(&("us-east-1", &Cell::Absent)), "{global:?}");
    assert!(
        global.contains(&("eu-west-1", &Cell::Integer(1))),
        "{global:?}"
    );
    for action in ["DescribeDirectories", "DescribeSnapshots"] {
        let calls = aws.calls(action).await;
        let mut regions: Vec<&str> = calls
            .iter()
            .filter_map(|call| call["region"].as_str())
            .collect();
        regions.sort_unstable();
        assert_eq!(regions, ["eu-west-1", "us-east-1"], "{action}");
    }
    // A snapshot is found in whichever of the Regions has it.
    let found = aws
        .session
        .find(SERVICE, "snapshots", "s-9367b10041")
        .await
        .unwrap();
    assert_eq!(found.region, region("eu-west-1"));
    let missing = aws
        .session
        .find(SERVICE, "snapshots", "s-0000000000")
        .await
        .unwrap_err();
    assert_eq!(missing.kind, FailureKind::NotFound);
}

#[tokio::test]
async fn all_regions_are_those_that_the_account_has_enabled() {
    let aws = Aws::built_in(&["all"]).await;
    assert_eq!(aws.calls("DescribeRegions").await.len(), 1);
    assert_eq!(aws.session.regions().len(), 17);
    assert!(aws.session.regions().is_sorted());
    assert_eq!(aws.directories().await.len(), 12);
    assert_eq!(aws.calls("DescribeSnapshots").await.len(), 17);
}

#[tokio::test]
async fn a_region_that_fails_does_not_hide_the_others() {
    let broken = format!(
        "{}\n[[faults]]\naction = \"DescribeDirectories\"\nkind = \"denied\"\n",
        include_str!("../assets/scenario.toml")
    );
    let aws = Aws::of(&broken, &["us-west-2", "us-east-1", "eu-west-1"]).await;
    let mut rows = Vec::new();
    let listed = aws
        .session
        .list(SERVICE, "directories", None, &mut |page| {
            merge(&mut rows, page);
        })
        .await;
    let failures = listed.unwrap_err();
    let [failure] = &failures[..] else {
        panic!("{failures:?}")
    };
    assert_eq!(failure.kind, FailureKind::Denied);
    let struck = aws.calls("DescribeDirectories").await;
    let struck = struck
        .iter()
        .find(|call| call["fault"] == "denied")
        .unwrap();
    assert!(
        failure.doing.contains(struck["region"].as_str().unwrap()),
        "{failure:?}"
    );
    assert!(!rows.is_empty());
}

#[tokio::test]
async fn creating_is_checked_for_every_directory() {
    let aws = Aws::built_in(&[]).await;
    let full = "Manual snapshots: AWS allows 5 of a directory, and there are 5: delete one first";
    for (id, why) in [
        ("d-9067a10001", ""),
        ("d-9067a10002", full),
        (
            "d-9067a10003",
            "Directory type: an AD Connector has no snapshots: it only passes requests on to a directory of your own, so back that one up",
        ),
        (
            "d-9067a10004",
            "Directory type: this directory is shared with you: its snapshots belong to account 210987654321, under d-9067c0ffee",
        ),
        (
            "d-9067a10005",
            "Directory stage: the directory is Impaired, and must be Active; find out why first, and ask AWS Support before any restore",
        ),
        ("d-9067a10006", ""),
        (
            "d-9367a10007",
            "Region: only the primary Region of a multi-Region directory takes and restores snapshots: use eu-west-1",
        ),
        ("d-9067a10008", ""),
        (
            "d-9067a10009",
            "Directory stage: the directory is RestoreFailed, and must be Active; restore it from a snapshot, or contact AWS Support",
        ),
        (
            "d-9067a1000a",
            "Directory stage: the directory is Creating, and must be Active; wait until it is Active",
        ),
        (
            "d-9067a1000b",
            "Directory stage: the directory is Failed, and must be Active; contact AWS Support",
        ),
    ] {
        let assessment = aws.assess("create_snapshot", id, &[("name", "it's")]).await;
        assert_eq!(obstacle(&assessment), why, "{id}");
        assert_eq!(assessment.confirmation, Confirmation::Button);
    }
    let gauge = aws
        .assess("create_snapshot", "d-9067a10001", &[])
        .await
        .gauge
        .unwrap();
    assert_eq!((gauge.used, gauge.limit), (3, 5));
    // Only the full one offers a way out.
    let assessment = aws.assess("create_snapshot", "d-9067a10002", &[]).await;
    let remedy = assessment
        .obstacle()
        .and_then(|check| check.remedy.as_ref())
        .unwrap();
    assert_eq!(remedy.collection, "snapshots");
    // From home, the multi-Region directory can be snapshotted.
    let home = Aws::built_in(&["eu-west-1"]).await;
    let assessment = home.assess("create_snapshot", "d-9367a10007", &[]).await;
    assert_eq!(obstacle(&assessment), "");
}

#[tokio::test]
async fn restoring_is_checked_for_every_kind_of_snapshot() {
    let aws = Aws::built_in(&[]).await;
    for (id, directory, why) in [
        ("s-9067b10003", "d-9067a10001", ""),
        ("s-9067b10062", "d-9067a10009", ""),
        ("s-9067b10052", "d-9067a10008", ""),
        (
            "s-9067b10051",
            "d-9067a10008",
            "Snapshot age: it is 200d old, and Active Directory cannot go back more than 180 days",
        ),
        (
            "s-9067b10032",
            "d-9067a10006",
            "Snapshot status: the snapshot is Failed, and only a Completed one can be restored",
        ),
        (
            "s-9067b10033",
            "d-9067a10006",
            "Snapshot status: the snapshot is Creating, and only a Completed one can be restored",
        ),
        (
            "s-9067b10021",
            "d-9067a10005",
            "Directory stage: the directory is Impaired, and must be Active; find out why first, and ask AWS Support before any restore",
        ),
    ] {
        let assessment = aws.assess("restore_snapshot", id, &[]).await;
        assert_eq!(obstacle(&assessment), why, "{id}");
        let typed = Confirmation::Type {
            noun: "directory",
            id: directory.to_owned(),
        };
        assert_eq!(assessment.confirmation, typed, "{id}");
    }
    // The warnings of a restore, in the order of what they cost.
    let managed = aws.assess("restore_snapshot", "s-9067b10003", &[]).await;
    for (warning, part) in managed.warnings.iter().zip([
        "goes offline",
        "is lost",
        "AWS Support",
        "cannot be stopped",
    ]) {
        assert!(warning.contains(part), "{warning}");
    }
    assert_eq!(managed.duration.as_deref(), Some("2 to 3 hours"));
    let simple = aws.assess("restore_snapshot", "s-9067b10062", &[]).await;
    assert_eq!(simple.duration.as_deref(), Some("several minutes"));
}

#[tokio::test]
async fn deleting_protects_automatic_snapshots_and_warns_of_the_last_one() {
    let lonely = r#"
[[directories]]
id = "d-9067a10001"
name = "corp.example.com"
type = "SimpleAD"
auto_snapshots = 0
snapshots = [
  { id = "s-9067b10001", age = "2d" },
  { id = "s-9067b10002", age = "1d", status = "Failed" },
]
"#;
    let aws = Aws::of(lonely, &[]).await;
    let last = aws.assess("delete_snapshot", "s-9067b10001", &[]).await;
    assert_eq!(obstacle(&last), "");
    assert!(
        last.warnings[0].contains("the only completed snapshot"),
        "{:?}",
        last.warnings
    );
    assert_eq!(
        last.confirmation,
        Confirmation::Ask {
            id: "s-9067b10001".to_owned()
        }
    );
    let failed = aws.assess("delete_snapshot", "s-9067b10002", &[]).await;
    assert_eq!(failed.warnings.len(), 1);

    let aws = Aws::built_in(&[]).await;
    let snapshots = aws
        .list("snapshots", Some(&key("us-east-1", "d-9067a10001")))
        .await
        .unwrap();
    let automatic = snapshots
        .iter()
        .find(|row| row.cell("type") == &Cell::from("Auto"))
        .unwrap();
    let protected = aws.assess("delete_snapshot", &automatic.id, &[]).await;
    assert!(obstacle(&protected).starts_with("Snapshot type: AWS took it by itself"));
    let asked = aws
        .assess("delete_snapshot", &automatic.id, &[("automatic", "true")])
        .await;
    assert_eq!(obstacle(&asked), "");
    let creating = aws.assess("delete_snapshot", "s-9067b10033", &[]).await;
    assert!(obstacle(&creating).contains("still being created"));
}

#[tokio::test]
async fn assessing_changes_nothing() {
    let aws = Aws::built_in(&[]).await;
    for (action, target) in [
        ("create_snapshot", "d-9067a10001"),
        ("restore_snapshot", "s-9067b10003"),
        ("delete_snapshot", "s-9067b10003"),
    ] {
        assert_eq!(
            obstacle(&aws.assess(action, target, &[]).await),
            "",
            "{action}"
        );
    }
    for action in ["CreateSnapshot", "RestoreFromSnapshot", "DeleteSnapshot"] {
        assert_eq!(aws.calls(action).await.len(), 0, "{action}");
    }
}
