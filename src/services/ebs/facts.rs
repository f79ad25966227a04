//! What a dialog says of the resource that it acts on, as label and value.

use aws_sdk_ec2::types::{Instance, Snapshot, Tag, Volume};
use jiff::Timestamp;

use crate::{domain::time, services::convert::moment};

fn name(tags: &[Tag]) -> &str {
    tags.iter()
        .find(|tag| tag.key() == Some("Name"))
        .and_then(|tag| tag.value())
        .unwrap_or_default()
}

pub(super) fn volume_facts(v: &Volume) -> Vec<(&'static str, String)> {
    let attached: Vec<&str> = v
        .attachments()
        .iter()
        .filter_map(|a| a.instance_id())
        .collect();
    let kind = v.volume_type().map_or("", |kind| kind.as_str());
    let mut facts = vec![
        (
            "Volume",
            format!("{} {}", v.volume_id().unwrap_or_default(), name(v.tags())),
        ),
        (
            "Size",
            format!("{} GiB, {kind}", v.size().unwrap_or_default()),
        ),
    ];
    if !attached.is_empty() {
        facts.push(("Attached to", attached.join(", ")));
    }
    facts
}

pub(super) fn instance_facts(i: &Instance) -> Vec<(&'static str, String)> {
    vec![(
        "Instance",
        format!("{} {}", i.instance_id().unwrap_or_default(), name(i.tags())),
    )]
}

pub(super) fn snapshot_facts(s: &Snapshot, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (
            "Snapshot",
            format!("{} {}", s.snapshot_id().unwrap_or_default(), name(s.tags())),
        ),
        (
            "Of volume",
            format!(
                "{}, {} GiB",
                s.volume_id().unwrap_or_default(),
                s.volume_size().unwrap_or_default()
            ),
        ),
    ];
    if let Some(text) = s.description().filter(|text| !text.is_empty()) {
        facts.push(("Description", text.to_owned()));
    }
    if let Some(at) = s.start_time().and_then(moment) {
        facts.push((
            "Taken",
            format!("{} UTC, {} ago", time::stamp(at), time::age(at, now)),
        ));
    }
    facts
}
