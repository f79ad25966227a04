//! AWS Directory Service: directories, their snapshots, and restoring from them.
//!
//! Listing and sending are here, what follows from a request is in `assess`, what became of one in
//! `watch`, the shape of AWS's answers in `convert`, and every text in `describe`.
//!
//! Invariants: one `DescribeSnapshots` serves all directories of a Region, never one each, since AWS
//! throttles this API at about twenty directories at once; ids are never given in batches, because
//! one that is gone fails the whole call.

mod assess;
mod convert;
mod describe;
mod watch;

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_directory::{
    Client,
    types::{DirectoryDescription, Snapshot, SnapshotStatus, SnapshotType},
};
use serde_json::json;

pub use self::describe::INFO;
use self::describe::{CREATE, DELETE, DIRECTORIES, NAME, RESTORE, SNAPSHOTS};
use super::{Service, Sink, Trace, connection::Connection, convert::moment, refusal};
use crate::domain::{
    assessment::Assessment,
    clock::Clock,
    collection::ServiceInfo,
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::{Accepted, Observation},
    operation::{Baseline, Operation, WaitTarget},
    place::Place,
    recovery::last_days,
    row::{Cell, Row},
    time,
};

/// Rows that go to the sink at once: a face must be able to draw between two portions.
const ROWS_A_PAGE: usize = 500;

/// Directory Service in one place.
struct Directory {
    reading: Client,
    changing: Client,
    place: Place,
    clock: Clock,
}

/// Connects Directory Service.
#[must_use]
pub fn open(connection: Connection) -> Arc<dyn Service> {
    Arc::new(Directory {
        reading: Client::new(&connection.reading),
        changing: Client::new(&connection.changing),
        place: connection.place,
        clock: connection.clock,
    })
}

/// What this service's own error codes mean.
fn classify(code: &str) -> Option<FailureKind> {
    Some(match code {
        "EntityDoesNotExistException" => FailureKind::NotFound,
        "SnapshotLimitExceededException" => FailureKind::Limit,
        "ClientException" | "UnsupportedOperationException" => FailureKind::WrongState,
        "InvalidParameterException" | "InvalidNextTokenException" => FailureKind::Invalid,
        "ServiceException" => FailureKind::Server,
        _ => return None,
    })
}

impl Directory {
    fn doing(&self, operation: &str, on: &str) -> String {
        if on.is_empty() {
            format!("{operation} in {}", self.place.region)
        } else {
            format!("{operation} on {on} in {}", self.place.region)
        }
    }

    /// Describes the directories, all or one, page by page.
    async fn directories(
        &self,
        id: Option<&str>,
        mut page: impl FnMut(Vec<DirectoryDescription>) + Send,
    ) -> Result<(), Failure> {
        let mut pages = self
            .reading
            .describe_directories()
            .set_directory_ids(id.map(|id| vec![id.to_owned()]))
            .into_paginator()
            .send();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(
                    &error,
                    self.doing("DescribeDirectories", id.unwrap_or_default()),
                    classify,
                )
            })?;
            page(reply.directory_descriptions.unwrap_or_default());
        }
        Ok(())
    }

    async fn directory(&self, id: &str) -> Result<DirectoryDescription, Failure> {
        let mut found = None;
        self.directories(Some(id), |page| {
            found = found
                .take()
                .or(page.into_iter().find(|d| d.directory_id() == Some(id)));
        })
        .await?;
        found.ok_or_else(|| self.not_found("directory", id))
    }

    /// Which manual snapshot of a directory could go, where AWS takes no more of them: the oldest one
    /// that is not still being made. `None` where that cannot be told.
    async fn makes_room(&self, directory: &str) -> Option<String> {
        let snapshots = self.snapshots(Some(directory)).await.ok()?;
        let can_go = |snapshot: &&Snapshot| {
            snapshot.r#type() == Some(&SnapshotType::Manual)
                && snapshot.status() != Some(&SnapshotStatus::Creating)
        };
        let oldest = snapshots
            .iter()
            .filter(can_go)
            .filter_map(|snapshot| Some((snapshot.start_time().and_then(moment)?, snapshot)))
            .min_by_key(|(taken, _)| *taken);
        let (taken, snapshot) = oldest?;
        let id = snapshot.snapshot_id()?;
        let name = snapshot.name().filter(|name| !name.is_empty());
        let named = name.map_or_else(String::new, |name| format!(" ({name})"));
        Some(format!(
            "The oldest manual one is {id}{named}, taken {} UTC. 'snapdeck directory delete {id}' makes room for another one, and what is deleted is gone for good.",
            time::stamp(taken)
        ))
    }

    /// Describes the snapshots of one directory, or of all.
    async fn snapshots(&self, directory: Option<&str>) -> Result<Vec<Snapshot>, Failure> {
        let mut pages = self
            .reading
            .describe_snapshots()
            .set_directory_id(directory.map(str::to_owned))
            .into_paginator()
            .send();
        let mut all = Vec::new();
        while let Some(reply) = pages.next().await {
            let reply = reply.map_err(|error| {
                refusal::failure(
                    &error,
                    self.doing("DescribeSnapshots", directory.unwrap_or_default()),
                    classify,
                )
            })?;
            all.append(&mut reply.snapshots.unwrap_or_default());
        }
        Ok(all)
    }

    async fn snapshot(&self, id: &str) -> Result<Snapshot, Failure> {
        let reply = self
            .reading
            .describe_snapshots()
            .snapshot_ids(id)
            .send()
            .await
            .map_err(|error| {
                refusal::failure(&error, self.doing("DescribeSnapshots", id), classify)
            })?;
        reply
            .snapshots
            .unwrap_or_default()
            .into_iter()
            .find(|s| s.snapshot_id() == Some(id))
            .ok_or_else(|| self.not_found("snapshot", id))
    }

    /// A snapshot with the directory it belongs to.
    async fn snapshot_and_directory(
        &self,
        id: &str,
    ) -> Result<(Snapshot, DirectoryDescription), Failure> {
        let snapshot = self.snapshot(id).await?;
        let owner = snapshot.directory_id().unwrap_or_default().to_owned();
        let directory = self.directory(&owner).await?;
        Ok((snapshot, directory))
    }

    fn not_found(&self, noun: &str, id: &str) -> Failure {
        Failure::new(
            FailureKind::NotFound,
            "",
            format!(
                "there is no {noun} {id} in account {}, {}",
                self.place.account, self.place.region
            ),
        )
    }
}

#[async_trait]
impl Service for Directory {
    fn info(&self) -> &'static ServiceInfo {
        &INFO
    }

    async fn list(
        &self,
        collection: &str,
        parent: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        match collection {
            DIRECTORIES => {
                let mut directories = Vec::new();
                self.directories(None, |page| {
                    sink(
                        page.iter()
                            .map(|d| convert::directory(d, None, &self.place))
                            .collect(),
                    );
                    directories.extend(page);
                })
                .await?;
                let tallies = convert::tally(&self.snapshots(None).await?);
                let none = convert::Tally::default();
                let counted = |d: &DirectoryDescription| {
                    let tally = tallies.get(d.directory_id().unwrap_or_default());
                    convert::directory(d, Some(tally.unwrap_or(&none)), &self.place)
                };
                let pending = |d: &&DirectoryDescription| {
                    convert::directory(d, None, &self.place).is_pending()
                };
                sink(directories.iter().filter(pending).map(counted).collect());
                Ok(())
            }
            SNAPSHOTS => {
                let mut snapshots = self.snapshots(parent).await?;
                // AWS documents no order; the newest is what one looks for.
                snapshots.sort_by_key(|s| std::cmp::Reverse(s.start_time().and_then(moment)));
                for page in snapshots.chunks(ROWS_A_PAGE) {
                    sink(
                        page.iter()
                            .map(|s| convert::snapshot(s, &self.place))
                            .collect(),
                    );
                }
                Ok(())
            }
            other => Err(Failure::new(
                FailureKind::Internal,
                "",
                format!("Directory Service has no collection '{other}'"),
            )),
        }
    }

    async fn show(&self, collection: &str, id: &str) -> Result<Row, Failure> {
        if collection == SNAPSHOTS {
            return Ok(convert::snapshot(&self.snapshot(id).await?, &self.place));
        }
        let directory = self.directory(id).await?;
        let snapshots = self.snapshots(Some(id)).await?;
        let tally = convert::tally(&snapshots).remove(id).unwrap_or_default();
        let mut row = convert::directory(&directory, Some(&tally), &self.place);
        // Where its snapshots are not to be seen, none says nothing.
        let days = match row.cell("no_snapshots_because") {
            Cell::Text(_) => Cell::Absent,
            _ => last_days(convert::good(&snapshots), self.clock.now()).into(),
        };
        row.cells.push(("recovery_points", days));
        Ok(row)
    }

    async fn assess(&self, request: &Request) -> Result<Assessment, Failure> {
        self.assess_request(request).await
    }

    async fn baseline(&self, request: &Request) -> Result<Baseline, Failure> {
        let target = request.target.as_str();
        match request.action.as_str() {
            CREATE => {
                let snapshots = self.snapshots(Some(target)).await?;
                let ids: Vec<&str> = snapshots.iter().filter_map(|s| s.snapshot_id()).collect();
                let facts = json!({ "directory_id": target, "snapshots": ids });
                Ok(Baseline {
                    subject: None,
                    facts,
                })
            }
            RESTORE => {
                let (_, directory) = self.snapshot_and_directory(target).await?;
                let facts = json!({
                    "directory_id": directory.directory_id(),
                    "type": directory.r#type().map(|t| t.as_str()),
                    "stage": directory.stage().map(|s| s.as_str()),
                    "stage_since": watch::since(&directory),
                });
                Ok(Baseline {
                    subject: directory.directory_id().map(str::to_owned),
                    facts,
                })
            }
            _ => {
                let facts = json!({ "directory_id": self.snapshot(target).await?.directory_id() });
                Ok(Baseline {
                    subject: None,
                    facts,
                })
            }
        }
    }

    async fn submit(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let target = request.target.as_str();
        match request.action.as_str() {
            CREATE => {
                let doing = self.doing("CreateSnapshot", target);
                let reply = self
                    .changing
                    .create_snapshot()
                    .directory_id(target)
                    .set_name(request.text(NAME).map(str::to_owned))
                    .send()
                    .await
                    .map_err(|error| refusal::failure(&error, &doing, classify));
                let reply = match reply {
                    Err(failure) if failure.kind == FailureKind::Limit => {
                        return Err(match self.makes_room(target).await {
                            Some(advice) => failure.hint(advice),
                            None => failure,
                        });
                    }
                    reply => reply?,
                };
                let id = reply
                    .snapshot_id()
                    .filter(|id| !id.is_empty())
                    .ok_or_else(|| {
                        Failure::new(
                            FailureKind::ReplyLost,
                            doing,
                            "AWS's answer names no snapshot",
                        )
                    })?;
                Ok(watch::created(
                    id,
                    operation,
                    self.clock.now(),
                    aws_types::request_id::RequestId::request_id(&reply),
                ))
            }
            RESTORE => {
                let reply = self
                    .changing
                    .restore_from_snapshot()
                    .snapshot_id(target)
                    .send()
                    .await
                    .map_err(|error| {
                        refusal::failure(
                            &error,
                            self.doing("RestoreFromSnapshot", target),
                            classify,
                        )
                    })?;
                Ok(watch::restoring(
                    operation,
                    self.clock.now(),
                    aws_types::request_id::RequestId::request_id(&reply),
                ))
            }
            DELETE => {
                let reply = self
                    .changing
                    .delete_snapshot()
                    .snapshot_id(target)
                    .send()
                    .await
                    .map_err(|error| {
                        refusal::failure(&error, self.doing("DeleteSnapshot", target), classify)
                    })?;
                Ok(watch::deleted(
                    operation,
                    aws_types::request_id::RequestId::request_id(&reply),
                ))
            }
            other => Err(Failure::new(
                FailureKind::Internal,
                "",
                format!("Directory Service has no action '{other}'"),
            )),
        }
    }

    async fn observe(&self, targets: &[WaitTarget]) -> Result<Vec<Observation>, Failure> {
        self.observe_all(targets).await
    }

    async fn reconcile(&self, operation: &Operation, claimed: &[String]) -> Result<Trace, Failure> {
        self.look_for(operation, claimed).await
    }
}
