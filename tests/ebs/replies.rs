//! Whatever happens to a reply, a change is made once and found.

use serde_json::Value;

use crate::{
    changing::at_once,
    common::{World, until},
    meant, world,
};

/// A call that changes something, what is said of how it was found after a lost reply, and the command
/// line that makes it.
struct Change {
    call: &'static str,
    found: &'static str,
    line: &'static str,
    /// Whether its end is worth waiting for: some take hours.
    ends: bool,
}

const fn change(call: &'static str, found: &'static str, line: &'static str) -> Change {
    Change {
        call,
        found,
        line,
        ends: true,
    }
}

const TAG: &str = "snapdeck:operation";

/// Every call that is not recognised by AWS as a repeat, or is safe to repeat and need not be.
const CHANGES: &[Change] = &[
    change(
        "CreateSnapshot",
        TAG,
        "create vol-0a1b0000000000011 --tag Owner=alice",
    ),
    change(
        "CreateSnapshots",
        TAG,
        "create i-0a1b0000000000001 --copy-tags",
    ),
    change(
        "CreateVolume",
        TAG,
        "restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1a",
    ),
    change(
        "CreateReplaceRootVolumeTask",
        TAG,
        "restore snap-0a1b0000000000111 --replace-root i-0a1b0000000000001 --confirm i-0a1b0000000000001",
    ),
    change(
        "AttachVolume",
        "is attached to",
        "restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1a --attach i-0a1b0000000000001:/dev/sdx",
    ),
    change(
        "CopySnapshot",
        TAG,
        "copy snap-0a1b0000000000111 --to-region eu-west-1 --tag Owner=alice",
    ),
    change(
        "CreateTags",
        "are as asked",
        "tag snap-0a1b0000000000111 Owner=alice Name=x",
    ),
    change(
        "DeleteTags",
        "are as asked",
        "untag snap-0a1b0000000000111 Owner",
    ),
    Change {
        ends: false,
        ..change(
            "ModifySnapshotTier",
            "archival-",
            "archive snap-0a1b0000000000111",
        )
    },
    Change {
        ends: false,
        ..change(
            "RestoreSnapshotTier",
            "temporary-restore-",
            "unarchive snap-0a1b0000000000161 --days 3",
        )
    },
    change(
        "RestoreSnapshotFromRecycleBin",
        "lists snap-0a1b0000000000171 again",
        "recover snap-0a1b0000000000171",
    ),
    change(
        "CreateLifecyclePolicy",
        TAG,
        "schedule create --target-tag Owner=Data --keep 7",
    ),
    change(
        "CreateTags",
        "has the tag",
        "schedule daily vol-0a1b0000000000011 --keep 7",
    ),
    change(
        "CreateLifecyclePolicy",
        TAG,
        "schedule daily vol-0a1b0000000000011 --keep-days 30",
    ),
    change(
        "UpdateLifecyclePolicy",
        "is DISABLED",
        "schedule disable policy-0a1b0000000000001",
    ),
    change(
        "DeleteLifecyclePolicy",
        "no more",
        "schedule delete policy-0a1b0000000000001 --yes",
    ),
];

impl Change {
    fn arguments(&self) -> Vec<&'static str> {
        let wait = self.ends.then_some("--wait");
        ["ebs"]
            .into_iter()
            .chain(self.line.split(' '))
            .chain(wait)
            .collect()
    }

    fn is_as_it_should_be(&self, operation: &Value) -> bool {
        let status = &operation["status"];
        status == "completed" || !self.ends && (status == "accepted" || status == "in_progress")
    }
}

/// Each change in a world of its own.
fn each_change(test: impl Fn(&Change, &World) + Sync) {
    at_once(CHANGES, |change| test(change, &world()));
}

#[test]
fn whatever_happens_to_the_reply_it_is_made_once_and_found() {
    for kind in ["drop_after", "hang", "gateway_timeout", "truncated"] {
        each_change(|change, world| {
            let call = change.call;
            world.fault_of_a_change("*", call, kind);
            let ended = world.snapdeck(&change.arguments()).exits(0).json();
            assert!(
                change.is_as_it_should_be(&ended),
                "{kind} on {call}: {ended}"
            );
            let note = ended["note"].as_str().unwrap_or_default();
            assert!(note.contains(change.found), "{kind} on {call}: {ended}");
            assert_eq!(meant(world, call).len(), 1, "{kind} on {call}");
        });
    }
}

#[test]
fn a_refusal_for_the_rate_of_calls_is_waited_out_and_sent_again() {
    each_change(|change, world| {
        let call = change.call;
        world.fault_of_a_change("*", call, "throttle");
        let ended = world.snapdeck(&change.arguments()).exits(0).json();
        assert!(change.is_as_it_should_be(&ended), "{call}: {ended}");
        let statuses: Vec<u64> = meant(world, call)
            .iter()
            .filter_map(|c| c["status"].as_u64())
            .collect();
        assert!(
            matches!(statuses[..], [429 | 503, 200]),
            "{call}: {statuses:?}"
        );
    });
}

#[test]
fn an_answer_of_500_with_nothing_made_is_looked_for_and_never_repeated() {
    each_change(|change, world| {
        let call = change.call;
        world.fault_of_a_change("*", call, "error_500");
        let ended = world.snapdeck(&change.arguments()).exits(9).json();
        assert_eq!(ended["status"], "unknown", "{call}: {ended}");
        assert_eq!(meant(world, call).len(), 1, "{call}");
    });
}

#[test]
fn what_has_nothing_to_do_with_an_unresolved_request_is_not_refused_for_it() {
    let cases = [
        (
            "CreateTags",
            "tag snap-0a1b0000000000111 Owner=alice",
            "tag snap-0a1b0000000000111 Ticket=7",
        ),
        (
            "DeleteTags",
            "untag snap-0a1b0000000000111 Owner",
            "untag snap-0a1b0000000000111 Ticket",
        ),
        (
            "CopySnapshot",
            "copy snap-0a1b0000000000111 --to-region eu-west-1",
            "copy snap-0a1b0000000000111 --to-region eu-central-1",
        ),
        (
            "CreateVolume",
            "restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1a",
            "restore snap-0a1b0000000000111 --to-volume --availability-zone us-east-1b",
        ),
        (
            "CreateLifecyclePolicy",
            "schedule create --target-tag Owner=Data --keep 7",
            "schedule create --target-tag Owner=Platform --keep 7",
        ),
    ];
    at_once(cases, |(call, first, other)| {
        let world = world();
        let config = world.path("config.toml");
        let usual = std::fs::read_to_string(&config).expect("a configuration");
        let patient = usual.replace("request_timeout = \"2s\"", "request_timeout = \"60s\"");
        std::fs::write(&config, patient).expect("a configuration");
        let line = |line: &'static str| -> Vec<&str> {
            ["ebs"].into_iter().chain(line.split(' ')).collect()
        };
        world.fault_of_a_change("*", call, "hang_before");
        let first = line(first);
        let _unanswered = world.start(&first);
        until(call, || (!meant(&world, call).is_empty()).then_some(()));
        world
            .snapdeck(&first)
            .exits(6)
            .says(&["asked for the same"]);
        world.snapdeck(&line(other)).exits(0);
        assert_eq!(meant(&world, call).len(), 2, "{call}");
    });
}
