//! Amazon EBS: volumes, the instances they are attached to, and snapshots.
//!
//! Reading is here, what follows from a request in `assess`, sending in `change`, what became of it in
//! `watch`, where a reply was lost in `trace`, the shape of EC2's answers in `convert`, what is offered in
//! `describe` and `forms`. What is a subject of its own has a file or a folder with all four of these:
//! `attach`, `copy`, `tags`, `tiers`, `bin`, `schedules`.
//!
//! Invariants: snapshots are always asked for with `Owner=self`, since without it EC2 lists every
//! public snapshot of the Region; whole lists are asked for in pages, since EC2 throttles unpaged ones
//! harder, and whatever EC2 answers in pages is read to the last one; rows go to the sink as pages
//! arrive; what may be gone is asked for by filter, never by id, since one unknown id fails the whole
//! call.

mod assess;
mod attach;
mod attention;
mod bin;
mod change;
mod convert;
mod copy;
mod describe;
mod detail;
mod facts;
mod forms;
mod permission;
mod presets;
mod schedules;
mod tags;
mod tiers;
mod trace;
mod watch;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_trait::async_trait;
use aws_sdk_ec2::{
    Client,
    types::{Filter, Instance, Snapshot, Volume},
};

pub use self::describe::INFO;
use self::{
    bin::BIN,
    convert::Tally,
    describe::{INSTANCES, SNAPSHOTS, VOLUMES},
    schedules::SCHEDULES,
    tiers::{ARCHIVE, UNARCHIVE},
};
use super::{Service, Sink, Trace, connection::Connection, refusal};
use crate::domain::{
    assessment::Assessment,
    clock::Clock,
    collection::ServiceInfo,
    failure::{Failure, FailureKind},
    form::{Request, Value},
    lifecycle::{Accepted, Observation},
    operation::{Baseline, Operation, WaitTarget},
    place::Place,
    preset::TagPreset,
    recovery::last_days,
    row::Row,
};

/// Most snapshots or instances that EC2 puts on a page.
const PAGE: i32 = 1000;
/// Most volumes that EC2 puts on a page.
const VOLUME_PAGE: i32 = 500;
/// Most values that EC2 takes in a filter.
const FILTER_VALUES: usize = 200;

/// EBS in one place.
struct Ebs {
    reading: Client,
    changing: Client,
    identity: aws_sdk_sts::Client,
    policies: aws_sdk_dlm::Client,
    changing_policies: aws_sdk_dlm::Client,
    place: Place,
    clock: Clock,
    /// What other Regions are called with.
    connection: Connection,
}

/// Connects EBS.
#[must_use]
pub fn open(connection: Connection) -> Arc<dyn Service> {
    Arc::new(Ebs {
        reading: Client::new(&connection.reading),
        changing: Client::new(&connection.changing),
        identity: aws_sdk_sts::Client::new(&connection.reading),
        policies: aws_sdk_dlm::Client::new(&connection.reading),
        changing_policies: aws_sdk_dlm::Client::new(&connection.changing),
        place: connection.place.clone(),
        clock: connection.clock.clone(),
        connection,
    })
}

/// What EC2's own error codes mean.
fn classify(code: &str) -> Option<FailureKind> {
    // Passing refusals: a volume is snapshotted once in 15 seconds, and a few times at once.
    match code {
        "SnapshotCreationPerVolumeRateExceeded"
        | "ConcurrentSnapshotLimitExceeded"
        | "PendingSnapshotLimitExceeded" => {
            return Some(FailureKind::Busy);
        }
        _ => {}
    }
    if code.ends_with(".NotFound") {
        return Some(FailureKind::NotFound);
    }
    if code.ends_with(".Malformed") {
        return Some(FailureKind::Invalid);
    }
    Some(match code {
        "IncorrectState"
        | "IncorrectInstanceState"
        | "InvalidSnapshot.InUse"
        | "SnapshotLocked"
        | "VolumeInUse"
        | "UnsupportedOperation"
        | "InvalidVolume.ZoneMismatch" => FailureKind::WrongState,
        "SnapshotLimitExceeded"
        | "VolumeLimitExceeded"
        | "TagLimitExceeded"
        | "ResourceLimitExceeded"
        | "InsufficientVolumeCapacity" => FailureKind::Limit,
        _ => return None,
    })
}

fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

impl Ebs {
    fn doing(&self, operation: &str) -> String {
        format!("{operation} in {}", self.place.region)
    }

    /// Describes this account's snapshots, all or those that fit `filters`, page by page.
    async fn snapshot_pages(
        &self,
        filters: Vec<Filter>,
        page: impl FnMut(Vec<Snapshot>) + Send,
    ) -> Result<(), Failure> {
        self.snapshot_pages_of(&self.reading, filters, Some(PAGE), page)
            .await
    }

    /// The same by a client, which may be one of another Region, in pages of a size. Without a size
    /// EC2 looks through all snapshots at once for what fits, instead of answering with empty pages.
    async fn snapshot_pages_of(
        &self,
        client: &Client,
        filters: Vec<Filter>,
        size: Option<i32>,
        mut page: impl FnMut(Vec<Snapshot>) + Send,
    ) -> Result<(), Failure> {
        let filters = (!filters.is_empty()).then_some(filters);
        let mut pages = client
            .describe_snapshots()
            .owner_ids("self")
            .set_filters(filters)
            .set_max_results(size)
            .into_paginator()
            .send();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(&error, self.doing("DescribeSnapshots"), classify)
            })?;
            page(reply.snapshots.unwrap_or_default());
        }
        Ok(())
    }

    /// Lists this account's snapshots, all or those that fit `filters`.
    async fn snapshots(&self, filters: Vec<Filter>, sink: &mut Sink<'_>) -> Result<(), Failure> {
        let row = |s: &Snapshot| convert::snapshot(s, &self.place);
        self.snapshot_pages(filters, |page| sink(page.iter().map(row).collect()))
            .await
    }

    /// Describes volumes, all or those that fit `filters`, page by page.
    async fn volumes(
        &self,
        filters: Vec<Filter>,
        mut page: impl FnMut(Vec<Volume>) + Send,
    ) -> Result<(), Failure> {
        let filters = (!filters.is_empty()).then_some(filters);
        let mut pages = self
            .reading
            .describe_volumes()
            .set_filters(filters)
            .max_results(VOLUME_PAGE)
            .into_paginator()
            .send();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(&error, self.doing("DescribeVolumes"), classify)
            })?;
            page(reply.volumes.unwrap_or_default());
        }
        Ok(())
    }

    /// Describes instances, all or those that fit `filters`, page by page.
    async fn instances(
        &self,
        filters: Vec<Filter>,
        mut page: impl FnMut(Vec<Instance>) + Send,
    ) -> Result<(), Failure> {
        let filters = (!filters.is_empty()).then_some(filters);
        let mut pages = self
            .reading
            .describe_instances()
            .set_filters(filters)
            .max_results(PAGE)
            .into_paginator()
            .send();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(&error, self.doing("DescribeInstances"), classify)
            })?;
            let reservations = reply.reservations.unwrap_or_default();
            page(
                reservations
                    .into_iter()
                    .flat_map(|r| r.instances.unwrap_or_default())
                    .collect(),
            );
        }
        Ok(())
    }

    /// Lists the volumes that fit `filters`: at once by themselves, and again with what their
    /// snapshots add up to.
    async fn counted_volumes(
        &self,
        filters: Vec<Filter>,
        counting: Vec<Filter>,
        sink: &mut Sink<'_>,
    ) -> Result<HashMap<String, Tally>, Failure> {
        let mut volumes = Vec::new();
        self.volumes(filters, |page| {
            sink(
                page.iter()
                    .map(|v| convert::volume(v, None, &self.place))
                    .collect(),
            );
            volumes.extend(page);
        })
        .await?;
        let mut tallies: HashMap<String, Tally> = HashMap::new();
        self.snapshots(counting, &mut |rows| convert::count(&mut tallies, &rows))
            .await?;
        let none = Tally::default();
        let counted = |v: &Volume| {
            let tally = tallies
                .get(v.volume_id().unwrap_or_default())
                .unwrap_or(&none);
            convert::volume(v, Some(tally), &self.place)
        };
        sink(volumes.iter().map(counted).collect());
        Ok(tallies)
    }

    /// The volumes that are attached to an instance.
    async fn attached(&self, instance: &str) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::new();
        let filters = vec![filter("attachment.instance-id", vec![instance.to_owned()])];
        self.volumes(filters, |page| {
            ids.extend(page.into_iter().filter_map(|v| v.volume_id));
        })
        .await?;
        Ok(ids)
    }

    fn not_found(&self, noun: &str, id: &str) -> Failure {
        let Place {
            account, region, ..
        } = &self.place;
        Failure::new(
            FailureKind::NotFound,
            "",
            format!("there is no {noun} {id} in account {account}, {region}"),
        )
    }
}

#[async_trait]
impl Service for Ebs {
    fn info(&self) -> &'static ServiceInfo {
        &INFO
    }

    async fn list(
        &self,
        collection: &str,
        parent: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        match (collection, parent) {
            (VOLUMES, None) => self
                .counted_volumes(Vec::new(), Vec::new(), sink)
                .await
                .map(drop),
            (VOLUMES, Some(instance)) => {
                let attached = self.attached(instance).await?;
                if attached.is_empty() {
                    // EC2 refuses a filter without values.
                    return Ok(());
                }
                let of_instance = vec![filter("attachment.instance-id", vec![instance.to_owned()])];
                self.counted_volumes(of_instance, vec![filter("volume-id", attached)], sink)
                    .await
                    .map(drop)
            }
            (INSTANCES, _) => {
                self.instances(Vec::new(), |page| {
                    sink(
                        page.iter()
                            .map(|i| convert::instance(i, &self.place))
                            .collect(),
                    );
                })
                .await
            }
            (SCHEDULES, _) => self.schedules(sink).await,
            (BIN, _) => self.bin(None, sink).await,
            (SNAPSHOTS, None) => self.snapshots(Vec::new(), sink).await,
            (SNAPSHOTS, Some(owner)) => {
                let volumes = if owner.starts_with("i-") {
                    self.attached(owner).await?
                } else {
                    vec![owner.to_owned()]
                };
                for some in volumes.chunks(FILTER_VALUES) {
                    self.snapshots(vec![filter("volume-id", some.to_vec())], sink)
                        .await?;
                }
                Ok(())
            }
            (other, _) => Err(Failure::new(
                FailureKind::Internal,
                "",
                format!("EBS has no collection '{other}'"),
            )),
        }
    }

    async fn ids(&self, collection: &str) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::new();
        if collection == VOLUMES {
            // Without their snapshots, which only say how many each has.
            self.volumes(Vec::new(), |page| {
                ids.extend(page.into_iter().filter_map(|volume| volume.volume_id));
            })
            .await?;
        } else {
            let mut sink = |rows: Vec<Row>| ids.extend(rows.into_iter().map(|row| row.id));
            self.list(collection, None, &mut sink).await?;
        }
        Ok(ids)
    }

    async fn show(&self, collection: &str, id: &str) -> Result<Row, Failure> {
        let mut found = None;
        let mut keep =
            |rows: Vec<Row>| found = rows.into_iter().rfind(|row| row.id == id).or(found.take());
        let by = |name| vec![filter(name, vec![id.to_owned()])];
        let noun = match collection {
            VOLUMES => {
                let tallies = self
                    .counted_volumes(by("volume-id"), by("volume-id"), &mut keep)
                    .await?;
                if let Some(row) = &mut found {
                    let good = tallies.get(id).map(|tally| tally.good.clone());
                    let days = last_days(good.unwrap_or_default(), self.clock.now());
                    row.cells.push(("recovery_points", days.into()));
                }
                "volume"
            }
            INSTANCES => {
                self.instances(by("instance-id"), |page| {
                    keep(
                        page.iter()
                            .map(|i| convert::instance(i, &self.place))
                            .collect(),
                    );
                })
                .await?;
                "instance"
            }
            SCHEDULES => return self.schedule(id).await,
            BIN => {
                self.bin(Some(id), &mut keep).await?;
                "snapshot in the Recycle Bin"
            }
            _ => {
                self.snapshots(by("snapshot-id"), &mut keep).await?;
                if let Some(row) = &mut found {
                    self.detail(row).await;
                }
                "snapshot"
            }
        };
        found.ok_or_else(|| self.not_found(noun, id))
    }

    async fn presets(
        &self,
        request: &Request,
        tags: &[TagPreset],
    ) -> Result<BTreeMap<String, Value>, Failure> {
        self.tag_presets(request, tags).await
    }

    async fn assess(&self, request: &Request) -> Result<Assessment, Failure> {
        self.assess_request(request).await
    }

    /// What is made carries the operation's id as a tag, so there is nothing to compare with, but for
    /// what is only moved.
    async fn baseline(&self, request: &Request) -> Result<Baseline, Failure> {
        match request.action.as_str() {
            ARCHIVE | UNARCHIVE => self.tier_baseline(request).await,
            _ => Ok(Baseline {
                subject: change::subject(request),
                ..Baseline::default()
            }),
        }
    }

    async fn submit(&self, operation: &Operation) -> Result<Accepted, Failure> {
        self.send(operation).await
    }

    /// A volume that has been tagged for its schedule waits for nothing.
    fn goes_on_at_once(&self, operation: &Operation) -> bool {
        operation
            .wait
            .as_ref()
            .is_some_and(|wait| wait.kind == schedules::TAGGED)
    }

    async fn observe(&self, targets: &[WaitTarget]) -> Result<Vec<Observation>, Failure> {
        self.observe_all(targets).await
    }

    async fn reconcile(
        &self,
        operation: &Operation,
        _claimed: &[String],
    ) -> Result<Trace, Failure> {
        self.look_for(operation).await
    }
}
