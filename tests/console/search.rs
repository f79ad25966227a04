//! Search domains in the console: long lists of snapshots, and what is done from them.

use std::fmt::Write as _;

use crate::{
    at_each_size,
    flow::{Flow, Setup},
};

/// The role, and the domains: one with a repository of its own beside AWS's, and one without.
const DOMAINS: &str = r#"
speed = 0.001

[[roles]]
name = "SnapshotRole"
trusts = "es.amazonaws.com"
[roles.policies]
SnapshotBucket = '''{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::es-index-backups"]},
  {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":["arn:aws:s3:::es-index-backups/*"]}]}'''

[[buckets]]
name = "es-index-backups"

[[domain]]
name = "logs"
engine = "OpenSearch_2.11"
automated = false

[[domain.repository]]
name = "backups"
bucket = "es-index-backups"
base_path = "logs"
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain.index]]
name = "orders"
size = "1MiB"

[[domain.index]]
name = "web"
size = "1MiB"
"#;

/// A domain that has not heard of the repository.
const FRESH: &str = r#"
[[domain]]
name = "fresh"
engine = "OpenSearch_2.13"
automated = false
"#;

/// The names that the snapshots of a list are asked for by, request by request.
fn asked(flow: &Flow) -> Vec<usize> {
    let requests = flow.requests();
    let actions = requests.iter().filter_map(|call| call["action"].as_str());
    actions
        .filter(|action| action.starts_with("GET /_snapshot/backups/many"))
        .inspect(|action| assert!(action.len() < 3 * 1024, "{action}"))
        .map(|action| action.matches("%2C").count() + 1)
        .collect()
}

/// The console on the screen of the domain.
fn at_domain(size: (u16, u16), more: &str) -> Flow {
    let mut flow = Setup::new(size)
        .scenario(&format!("{DOMAINS}{more}"))
        .launch();
    flow.shows("No directories");
    while !flow.settles().screen().contains("OpenSearch 2.11") {
        flow.press("tab");
    }
    flow.press("/ 'logs' enter enter")
        .shows("Indices 2")
        .settles();
    flow
}

/// The console on the snapshots of the domain.
fn at_snapshots(size: (u16, u16), more: &str) -> Flow {
    let mut flow = at_domain(size, more);
    flow.press("tab").hides("...").settles();
    flow
}

#[test]
fn the_first_screen_of_a_thousand_snapshots_is_one_request_and_moving_on_is_few() {
    let mut many = String::new();
    writeln!(
        many,
        "\n[[domain.snapshot]]\nrepository = \"backups\"\nname = \"many-{{date}}\"\nage = \"1d12h\"\nevery = \"1d\"\ncount = 1000"
    )
    .expect("a text");
    let mut flow = at_domain((140, 40), &many);
    flow.shows("Snapshots 1000");
    // The health of the domain, in its list and on its screen, and the list itself.
    let lists = |flow: &Flow| flow.calls("GET /_snapshot/backups/_all").len();
    let (listed, known) = (lists(&flow), asked(&flow).len());
    assert!(listed <= 3 && known <= 2, "{listed} {known}");
    flow.press("tab").shows("many-").hides("...");
    let first = asked(&flow);
    assert_eq!(first.len(), known + 1, "{first:?}");
    // Row by row: over what was asked for ahead, and somewhat further.
    for _ in 0..70 {
        flow.press("j").hides("...");
    }
    let then = asked(&flow);
    assert!(then.len() <= first.len() + 3, "{then:?}");
    flow.press("pgdn").hides("...");
    assert_eq!(asked(&flow).len(), then.len() + 1);
    assert_eq!(lists(&flow), listed);
}

#[test]
fn a_snapshot_is_restored_to_a_domain_that_lacks_its_repository() {
    let snapshot =
        "\n[[domain.snapshot]]\nrepository = \"backups\"\nname = \"first\"\nage = \"2d12h\"\n";
    at_each_size(|size| {
        let mut flow = at_snapshots(size, &format!("{snapshot}{FRESH}"));
        flow.shows("first").hides("...").press("r").settles();
        // As it stands it is in the way of what is there.
        flow.shows("logs has already");
        // In the words of the form, not in those of the command line.
        flow.shows("'Rename pattern' (.+)")
            .shows("'Delete index' of");
        assert!(!flow.screen().contains("--"), "{}", flow.screen());
        flow.press("tab 'fresh' tab");
        flow.hides("logs has already").settles();
        flow.press("pgup pgup").snapshot("migrate");
        // Whoever is about to press the button sees what follows.
        flow.press("tab tab tab tab tab").shows("stays registered");
        flow.snapshot("migrate-below").press("enter");
        flow.shows("accepted");
        flow.advance(7200).shows("completed");
        let changes: Vec<_> = flow
            .changes()
            .iter()
            .filter_map(|call| call["action"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(
            changes,
            [
                "PUT /_snapshot/backups",
                "POST /_snapshot/backups/first/_restore"
            ]
        );
    });
}

/// A second repository that takes snapshots, with the newer one, and one that does not.
const REPOSITORIES: &str = r#"
[[domain.repository]]
name = "weekly"
bucket = "es-index-backups"
base_path = "weekly"
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain.repository]]
name = "of-others"
bucket = "es-index-backups"
base_path = "others"
readonly = true
role_arn = "arn:aws:iam::123456789012:role/SnapshotRole"

[[domain.snapshot]]
repository = "backups"
name = "first"
age = "5d12h"

[[domain.snapshot]]
repository = "weekly"
name = "second"
age = "2d12h"
"#;

/// The snapshot that was asked for, and where.
fn taken(flow: &Flow) -> Vec<String> {
    let changes = flow.changes();
    let actions = changes.iter().filter_map(|call| call["action"].as_str());
    actions.map(str::to_owned).collect()
}

#[test]
fn a_snapshot_is_taken_from_the_snapshots_of_a_domain_into_a_repository_of_choice() {
    at_each_size(|size| {
        let mut flow = at_snapshots(size, REPOSITORIES);
        flow.shows("c create").press("c").settles();
        // The one with the newest snapshot, and not those that AWS or another domain writes to.
        flow.shows("< weekly >").shows("2/2");
        flow.press("'t1' shift-tab").shows("< weekly >");
        flow.press("space").shows("< backups >").settles();
        flow.shows("1/2")
            .shows("backups, bucket es-index-backups, logs");
        flow.press("tab tab tab tab tab enter").shows("accepted");
        assert_eq!(taken(&flow), ["PUT /_snapshot/backups/t1"]);
    });
}

#[test]
fn a_snapshot_is_taken_from_the_list_of_domains() {
    let mut flow = at_domain((140, 40), FRESH);
    flow.press("esc").shows("fresh").settles();
    flow.press("esc j k").shows("c create").press("a");
    flow.shows("Create snapshot").snapshot("domain-actions");
    flow.press("esc : 'Create snap'").shows("domain logs");
    flow.press("esc esc").hides("Go to");
    flow.press("c").settles().shows("bucket es-index-backups");
    flow.press("'t2' tab tab tab tab enter").shows("accepted");
    assert_eq!(taken(&flow), ["PUT /_snapshot/backups/t2"]);
    // Where none takes one, that is said, and nothing can be pressed.
    flow.press("/ 'fresh' enter c")
        .shows("register a bucket first");
    flow.press("'t3' tab tab tab tab enter enter");
    assert_eq!(taken(&flow).len(), 1);
}

#[test]
fn what_is_known_of_domains_stays_while_they_are_read_again_and_home_says_the_same_before_and_after()
 {
    let world = format!("{DOMAINS}{FRESH}");
    let mut flow = Setup::new((140, 40)).scenario(&world).home_first().launch();
    let figures = |flow: &mut Flow| {
        let screen = flow.screen();
        let line = screen
            .lines()
            .find(|line| line.contains("OpenSearch domains"));
        line.expect("such a line")
            .trim_start_matches('▸')
            .trim()
            .to_owned()
    };
    flow.shows("OpenSearch domains").settles();
    let before = figures(&mut flow);
    assert!(!before.contains('?'), "{before}");
    flow.press("G k enter")
        .shows("yellow")
        .hides("...")
        .settles();
    flow.press("shift-tab").shows("No schedules").settles();
    flow.press("tab");
    let at_once = flow.screen();
    assert!(
        at_once.contains("yellow") && !at_once.contains("..."),
        "{at_once}"
    );
    flow.settles().shows("yellow").press("H").settles();
    assert_eq!(figures(&mut flow), before);
}

#[test]
fn the_name_that_is_shown_is_the_one_that_is_looked_for_and_sent() {
    let mut flow = at_domain((140, 40), "");
    flow.press("c").shows("snapdeck-20").settles();
    let name = flow.word("snapdeck-20");
    flow.advance(3700);
    // What is filled in otherwise is looked at anew.
    flow.press("tab 'web' tab").hides("orders").settles();
    assert_eq!(flow.word("snapdeck-20"), name);
    flow.press("tab tab tab").settles().press("enter");
    flow.shows("accepted");
    let changes = flow.changes();
    let sent: Vec<_> = changes.iter().map(|call| &call["action"]).collect();
    assert_eq!(sent, [&format!("PUT /_snapshot/backups/{name}")]);
}
