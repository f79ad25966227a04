//! The Recycle Bin: what was deleted and can still be brought back.

use aws_sdk_ec2::{
    operation::restore_snapshot_from_recycle_bin::builders::RestoreSnapshotFromRecycleBinFluentBuilder as Recover,
    types::SnapshotRecycleBinInfo,
};
use aws_types::request_id::RequestId;

use super::{
    Ebs, PAGE, classify, convert,
    describe::{SNAPSHOTS, VOLUMES, snapshot_id},
    watch,
};
use crate::{
    domain::{
        assessment::{Assessment, Check, Confirmation},
        collection::{ActionInfo, CollectionInfo, Column, Link, Member, Show, Verb},
        failure::{Failure, FailureKind},
        form::Request,
        lifecycle::Accepted,
        operation::Operation,
        row::{Row, State, Tone},
        time,
    },
    services::{
        Sink, Trace,
        convert::{moment, text},
        equivalent::aws_line,
        refusal,
    },
};

pub(super) const BIN: &str = "recycle_bin";
pub(super) const RECOVER: &str = "recover_snapshot";

/// What is in it.
pub(super) const COLLECTION: CollectionInfo = CollectionInfo {
    id: BIN,
    title: "Recycle Bin",
    kind: "ebs_recycled_snapshot",
    noun: "snapshot in the Recycle Bin",
    command: "bin",
    about: "List the deleted snapshots that the Recycle Bin still keeps",
    argument: "SNAPSHOT",
    check_id: snapshot_id,
    root: true,
    links: &[Link {
        key: "volume_id",
        collection: VOLUMES,
    }],
    columns: &[
        Column::fixed("id", "Snapshot ID", Show::Plain, 22, 0),
        Column::growing("description", "Description", 12),
        Column::fixed("volume_id", "Volume", Show::Plain, 21, 3),
        Column::fixed("recycle_bin_enter_time", "Deleted", Show::Age, 7, 2),
        Column::fixed(
            "recycle_bin_exit_time",
            "Kept until (UTC)",
            Show::Moment,
            19,
            0,
        ),
        Column::fixed("region", "Region", Show::Plain, 9, 4),
    ],
    members: &[
        Member::new("id", "Snapshot ID", Show::Plain),
        Member::new("state", "State", Show::State),
        Member::new("description", "Description", Show::Plain),
        Member::new("volume_id", "Volume", Show::Plain),
        Member::new("recycle_bin_enter_time", "Deleted", Show::MomentAndAge),
        Member::new("recycle_bin_exit_time", "Kept until (UTC)", Show::Moment),
        Member::new("region", "Region", Show::Plain),
    ],
    ..CollectionInfo::PLAIN
};

/// Brings a snapshot back.
pub(super) const ACTION: ActionInfo = ActionInfo {
    id: RECOVER,
    verb: Verb::Restore,
    command: "recover",
    about: "Bring a deleted snapshot back from the Recycle Bin",
    title: "Bring back from the Recycle Bin",
    subject: BIN,
    ..ActionInfo::PLAIN
};

impl Ebs {
    /// What is in the bin: all of it, or one snapshot.
    async fn recycled(
        &self,
        one: Option<&str>,
        mut page: impl FnMut(Vec<SnapshotRecycleBinInfo>) + Send,
    ) -> Result<(), Failure> {
        // EC2 takes a size of page or ids, not both.
        let mut pages = self
            .reading
            .list_snapshots_in_recycle_bin()
            .set_snapshot_ids(one.map(|id| vec![id.to_owned()]))
            .set_max_results(one.is_none().then_some(PAGE))
            .into_paginator()
            .send();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(&error, self.doing("ListSnapshotsInRecycleBin"), classify)
            })?;
            page(reply.snapshots.unwrap_or_default());
        }
        Ok(())
    }

    /// Lists the bin.
    pub(super) async fn bin(&self, one: Option<&str>, sink: &mut Sink<'_>) -> Result<(), Failure> {
        let listed = self
            .recycled(one, |page| {
                sink(page.iter().map(|entry| self.recycled_row(entry)).collect());
            })
            .await;
        match listed {
            // Of one that is not there EC2 says so by an error.
            Err(failure) if one.is_some() && failure.kind == FailureKind::NotFound => Ok(()),
            listed => listed,
        }
    }

    fn recycled_row(&self, entry: &SnapshotRecycleBinInfo) -> Row {
        let entered = entry.recycle_bin_enter_time().and_then(moment);
        let leaves = entry.recycle_bin_exit_time().and_then(moment);
        convert::row(
            entry.snapshot_id(),
            None,
            State::new("recoverable", Tone::Warning),
            &self.place,
            vec![
                ("snapshot_id", text(entry.snapshot_id())),
                ("description", text(entry.description())),
                ("volume_id", text(entry.volume_id())),
                ("recycle_bin_enter_time", entered.into()),
                ("recycle_bin_exit_time", leaves.into()),
            ],
        )
    }

    /// Where a deleted snapshot is now: until when and how it can be brought back, or that it is gone.
    /// The deletion itself is done either way.
    pub(super) async fn whereabouts(&self, snapshot: &str) -> String {
        let mut entry = None;
        let looked = self
            .recycled(Some(snapshot), |page| {
                entry = page.into_iter().next().or(entry.take());
            })
            .await;
        match looked {
            Err(failure) if failure.kind != FailureKind::NotFound => {
                return "deleted; whether the Recycle Bin keeps it could not be looked at"
                    .to_owned();
            }
            _ => {}
        }
        let Some(entry) = entry.filter(|entry| entry.snapshot_id() == Some(snapshot)) else {
            return "deleted".to_owned();
        };
        let back = format!("'snapdeck ebs recover {snapshot}' brings it back");
        match entry.recycle_bin_exit_time().and_then(moment) {
            Some(at) => format!("in the Recycle Bin until {} UTC; {back}", time::stamp(at)),
            None => format!("in the Recycle Bin; {back}"),
        }
    }

    fn recover_call(&self, request: &Request) -> Recover {
        self.changing
            .restore_snapshot_from_recycle_bin()
            .snapshot_id(&request.target)
    }

    pub(super) async fn assess_recover(&self, request: &Request) -> Result<Assessment, Failure> {
        let mut entry = None;
        self.bin(Some(&request.target), &mut |rows| {
            entry = rows.into_iter().next().or(entry.take());
        })
        .await?;
        let entry =
            entry.ok_or_else(|| self.not_found("snapshot in the Recycle Bin", &request.target))?;
        let asked = self.recover_call(request).dry_run(true).send().await;
        let mut facts = vec![("Snapshot", entry.id.clone())];
        for (key, label) in [
            ("description", "Description"),
            ("volume_id", "Of volume"),
            ("recycle_bin_exit_time", "Kept until (UTC)"),
        ] {
            let value =
                crate::domain::format::value(entry.cell(key), Show::Moment, self.clock.now());
            if value != crate::domain::format::ABSENT {
                facts.push((label, value.into_owned()));
            }
        }
        Ok(Assessment {
            facts,
            gauge: None,
            warnings: Vec::new(),
            checks: vec![
                Check::rule("Recycle Bin", Ok("it is there".to_owned())),
                self.permission(asked.err()).await,
            ],
            confirmation: Confirmation::Button,
            duration: Some("seconds to minutes".to_owned()),
            documents: Vec::new(),
            equivalent: aws_line(
                "ec2",
                "restore-snapshot-from-recycle-bin",
                &[("snapshot-id", Some(&request.target))],
                &request.place,
            ),
        })
    }

    /// Brings a snapshot back.
    pub(super) async fn recover(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let sent = self.recover_call(request).send().await;
        let reply = sent.map_err(|error| {
            let doing = format!(
                "RestoreSnapshotFromRecycleBin of {} in {}",
                request.target, self.place.region
            );
            refusal::failure(&error, doing, classify)
        })?;
        let ids = [request.target.clone()];
        let mut accepted = watch::snapshots_accepted(&ids, self.clock.now(), reply.request_id());
        accepted.expected = Some("seconds to minutes".to_owned());
        Ok(accepted)
    }

    /// Looks whether a snapshot is back. Before it was asked for it was in the bin: the checks refuse
    /// anything else.
    pub(super) async fn look_for_recovered(&self, request: &Request) -> Result<Trace, Failure> {
        let ids = [request.target.clone()];
        Ok(
            if self
                .snapshots_in(None, "snapshot-id", &ids)
                .await?
                .is_empty()
            {
                Trace::None {
                    looked_at: format!(
                        "AWS does not list {} among the {SNAPSHOTS}",
                        request.target
                    ),
                    advice: "Look at the Recycle Bin; asking for it again does no harm.".to_owned(),
                }
            } else {
                Trace::Found {
                    accepted: watch::snapshots_accepted(&ids, self.clock.now(), None),
                    how: format!("AWS lists {} again", request.target),
                }
            },
        )
    }
}
