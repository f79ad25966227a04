//! SDK types as rows. Pure; the only code that knows the shape of Directory Service's answers.

use std::collections::HashMap;

use aws_sdk_directory::types::{DirectoryDescription, Snapshot, SnapshotType};
use jiff::Timestamp;

use super::describe;
use crate::{
    domain::{
        place::Place,
        row::{Cell, Row},
    },
    services::convert::{Cells, list, moment, text},
};

/// What the snapshots of a directory add up to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    /// Manual ones, those being created included: they use up the quota.
    pub(super) manual: u32,
    /// When the newest completed one was started.
    pub(super) newest: Option<Timestamp>,
}

/// Counts snapshots by directory.
pub(super) fn tally<'a>(
    snapshots: impl IntoIterator<Item = &'a Snapshot>,
) -> HashMap<String, Tally> {
    let mut tallies: HashMap<String, Tally> = HashMap::new();
    for snapshot in snapshots {
        let Some(directory) = snapshot.directory_id() else {
            continue;
        };
        let tally = tallies.entry(directory.to_owned()).or_default();
        if snapshot.r#type() == Some(&SnapshotType::Manual) {
            tally.manual += 1;
        }
        if snapshot
            .status()
            .is_some_and(|status| status.as_str() == "Completed")
        {
            tally.newest = tally.newest.max(snapshot.start_time().and_then(moment));
        }
    }
    tallies
}

/// The moments at which snapshots were taken that can be restored.
pub(super) fn good(snapshots: &[Snapshot]) -> impl Iterator<Item = Timestamp> {
    snapshots
        .iter()
        .filter(|s| {
            s.status()
                .is_some_and(|status| status.as_str() == "Completed")
        })
        .filter_map(|s| s.start_time().and_then(moment))
}

/// A directory as a row. `tally` is `None` until its snapshots have been counted.
pub(super) fn directory(d: &DirectoryDescription, tally: Option<&Tally>, place: &Place) -> Row {
    let mut cells = description(d);
    cells.extend(recovery(d, tally, place));
    cells.extend(network(d));
    cells.extend(sharing(d));
    Row {
        id: d.directory_id().unwrap_or_default().to_owned(),
        name: d.name().map(str::to_owned),
        state: describe::stage(d.stage().map_or("", |stage| stage.as_str())),
        region: place.region.clone(),
        account: place.account.clone(),
        cells,
    }
}

fn description(d: &DirectoryDescription) -> Cells {
    let edition = d.edition().map(|edition| edition.as_str());
    let size = d.size().map(|size| size.as_str());
    vec![
        ("directory_id", text(d.directory_id())),
        ("type", text(d.r#type().map(|kind| kind.as_str()))),
        (
            "type_name",
            text(d.r#type().map(|kind| describe::type_name(kind.as_str()))),
        ),
        ("edition", text(edition)),
        ("size", text(size)),
        // What tells two of a type apart: Managed AD has an edition, the others a size.
        ("edition_or_size", text(edition.or(size))),
        ("short_name", text(d.short_name())),
        ("alias", text(d.alias())),
        ("access_url", text(d.access_url())),
        ("description", text(d.description())),
        ("stage", text(d.stage().map(|stage| stage.as_str()))),
        ("stage_reason", text(d.stage_reason())),
        (
            "stage_last_updated_date_time",
            d.stage_last_updated_date_time().and_then(moment).into(),
        ),
        ("launch_time", d.launch_time().and_then(moment).into()),
        (
            "os_version",
            text(d.os_version().map(|version| version.as_str())),
        ),
        (
            "radius_status",
            text(d.radius_status().map(|status| status.as_str())),
        ),
        ("sso_enabled", Cell::Flag(d.sso_enabled())),
    ]
}

fn recovery(d: &DirectoryDescription, tally: Option<&Tally>, place: &Place) -> Cells {
    let primary = d
        .regions_info()
        .and_then(|regions| regions.primary_region());
    let counted = describe::can_be_snapshotted(d.r#type().map_or("", |kind| kind.as_str()))
        && primary.is_none_or(|primary| primary == place.region.as_str());
    let limit = Cell::Integer(i64::from(describe::MANUAL_LIMIT));
    let (manual, limit, newest) = match tally {
        _ if !counted => (Cell::Absent, Cell::Absent, Cell::Absent),
        None => (Cell::Pending, limit, Cell::Pending),
        Some(tally) => (
            Cell::Integer(i64::from(tally.manual)),
            limit,
            tally.newest.into(),
        ),
    };
    let owner = d
        .owner_directory_description()
        .and_then(|o| o.account_id().zip(o.directory_id()));
    let kind = d.r#type().map_or("", |kind| kind.as_str());
    let elsewhere = primary.filter(|primary| *primary != place.region.as_str());
    let forbidden = describe::no_snapshots_because(kind, owner)
        .or_else(|| elsewhere.map(describe::kept_in_primary));
    vec![
        ("no_snapshots_because", forbidden.into()),
        ("manual_snapshots", manual),
        ("manual_snapshots_limit", limit),
        ("last_snapshot_time", newest),
    ]
}

fn network(d: &DirectoryDescription) -> Cells {
    // An AD Connector has connect settings in place of VPC settings.
    let (vpc, connect) = (d.vpc_settings(), d.connect_settings());
    vec![
        ("dns_ip_addrs", list(Some(d.dns_ip_addrs()))),
        ("dns_ipv6_addrs", list(Some(d.dns_ipv6_addrs()))),
        (
            "network_type",
            text(d.network_type().map(|network| network.as_str())),
        ),
        (
            "vpc_id",
            text(
                vpc.and_then(|v| v.vpc_id())
                    .or(connect.and_then(|c| c.vpc_id())),
            ),
        ),
        (
            "subnet_ids",
            list(
                vpc.map(|v| v.subnet_ids())
                    .or(connect.map(|c| c.subnet_ids())),
            ),
        ),
        (
            "availability_zones",
            list(
                vpc.map(|v| v.availability_zones())
                    .or(connect.map(|c| c.availability_zones())),
            ),
        ),
        (
            "desired_number_of_domain_controllers",
            d.desired_number_of_domain_controllers()
                .map(i64::from)
                .into(),
        ),
    ]
}

fn sharing(d: &DirectoryDescription) -> Cells {
    let owner = d.owner_directory_description();
    let regions = d.regions_info();
    vec![
        (
            "share_status",
            text(d.share_status().map(|status| status.as_str())),
        ),
        (
            "share_method",
            text(d.share_method().map(|method| method.as_str())),
        ),
        ("share_notes", text(d.share_notes())),
        ("owner_account_id", text(owner.and_then(|o| o.account_id()))),
        (
            "owner_directory_id",
            text(owner.and_then(|o| o.directory_id())),
        ),
        (
            "primary_region",
            text(regions.and_then(|r| r.primary_region())),
        ),
        (
            "additional_regions",
            list(regions.map(|r| r.additional_regions())),
        ),
    ]
}

/// A snapshot as a row.
pub(super) fn snapshot(s: &Snapshot, place: &Place) -> Row {
    let status = s.status().map_or("", |status| status.as_str());
    let name = s.name().filter(|name| !name.is_empty());
    Row {
        id: s.snapshot_id().unwrap_or_default().to_owned(),
        name: name.map(str::to_owned),
        state: describe::snapshot_status(status),
        region: place.region.clone(),
        account: place.account.clone(),
        cells: vec![
            ("snapshot_id", s.snapshot_id().into()),
            ("directory_id", s.directory_id().into()),
            (
                "type",
                s.r#type()
                    .map(aws_sdk_directory::types::SnapshotType::as_str)
                    .into(),
            ),
            ("status", status.into()),
            ("start_time", s.start_time().and_then(moment).into()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_directory::types::{DirectoryStage, DirectoryType, RegionsInfo, SnapshotStatus};
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::domain::{
        place::{Account, Region},
        row::Tone,
    };

    fn place() -> Place {
        Place {
            profile: None,
            account: Account::new("123456789012"),
            region: Region::parse("us-east-1").unwrap(),
            endpoint: None,
            endpoints: std::collections::BTreeMap::default(),
        }
    }

    fn taken(id: &str, kind: SnapshotType, status: SnapshotStatus, at: i64) -> Snapshot {
        Snapshot::builder()
            .directory_id("d-1")
            .snapshot_id(id)
            .r#type(kind)
            .status(status)
            .start_time(DateTime::from_secs(at))
            .build()
    }

    #[test]
    fn manual_snapshots_count_towards_the_quota_in_any_state_and_only_completed_ones_are_recovery_points()
     {
        let tallies = tally(&[
            taken("s-1", SnapshotType::Manual, SnapshotStatus::Completed, 100),
            taken("s-2", SnapshotType::Manual, SnapshotStatus::Creating, 300),
            taken("s-3", SnapshotType::Auto, SnapshotStatus::Completed, 200),
            taken("s-4", SnapshotType::Auto, SnapshotStatus::Failed, 400),
        ]);
        assert_eq!(
            tallies["d-1"],
            Tally {
                manual: 2,
                newest: Some(Timestamp::from_second(200).unwrap())
            }
        );
    }

    #[test]
    fn what_cannot_be_snapshotted_shows_no_count() {
        let connector = DirectoryDescription::builder()
            .directory_id("d-1")
            .r#type(DirectoryType::AdConnector)
            .build();
        assert_eq!(
            directory(&connector, None, &place()).cell("manual_snapshots"),
            &Cell::Absent
        );
        let elsewhere = DirectoryDescription::builder()
            .directory_id("d-1")
            .r#type(DirectoryType::MicrosoftAd)
            .regions_info(RegionsInfo::builder().primary_region("eu-west-1").build())
            .build();
        assert_eq!(
            directory(&elsewhere, None, &place()).cell("manual_snapshots"),
            &Cell::Absent
        );
        let counted = DirectoryDescription::builder()
            .directory_id("d-1")
            .r#type(DirectoryType::SimpleAd)
            .build();
        assert_eq!(
            directory(&counted, None, &place()).cell("manual_snapshots"),
            &Cell::Pending
        );
    }

    #[test]
    fn a_stage_that_this_version_does_not_know_is_kept_as_text() {
        let d = DirectoryDescription::builder()
            .directory_id("d-1")
            .stage(DirectoryStage::from("Hibernating"))
            .build();
        let row = directory(&d, None, &place());
        assert_eq!(
            (row.state.word.as_str(), row.state.tone),
            ("Hibernating", Tone::Neutral)
        );
    }

    #[test]
    fn an_automatic_snapshot_has_no_name_and_an_empty_one_is_none() {
        let s = Snapshot::builder()
            .snapshot_id("s-1")
            .r#type(SnapshotType::Auto)
            .name("")
            .build();
        assert_eq!(snapshot(&s, &place()).name, None);
    }
}
