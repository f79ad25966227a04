//! Lists, single rows, and the details of the rows that are looked at.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Search,
    convert::{self, Health, Newest},
    describe::{DOMAINS, INDICES, POLICIES, REPOSITORIES, SNAPSHOTS},
    domains::Domain,
    names::{pair, triple},
    snapshots::{Snapshot, is_automated, time_in_name},
    transport::{Ask, SMALL},
    unknown,
};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        row::Row,
    },
    services::Sink,
};

/// How many snapshots are read in search of one, the last by name: names mostly begin with a date.
const FEW: usize = 40;

impl Search {
    pub(super) async fn list_rows(
        &self,
        collection: &str,
        parent: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        if collection == DOMAINS {
            return self.list_domains(sink).await;
        }
        if INFO_HAS.iter().all(|known| *known != collection) {
            return Err(unknown("collection", collection));
        }
        if let Some(owner) = parent {
            return self.list_part(collection, owner, sink).await;
        }
        // Of all domains: one that cannot be reached does not keep what the others have.
        let mut failed = None;
        for name in self.all_names().await? {
            if let Err(failure) = self.list_part(collection, &name, sink).await {
                failed = failed.or(Some(failure));
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn list_part(
        &self,
        collection: &str,
        owner: &str,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        let (name, repository) = pair(owner);
        let domain = self.domain(name).await?;
        match collection {
            REPOSITORIES => {
                let found = self.repositories(&domain).await?;
                let row = |(repository, value): (&String, &Value)| {
                    convert::repository(name, repository, value, None, &self.place)
                };
                sink(found.iter().map(row).collect());
            }
            SNAPSHOTS if !repository.is_empty() => {
                self.list_snapshots(&domain, repository, sink).await?;
            }
            SNAPSHOTS => {
                for repository in self.repositories(&domain).await?.keys() {
                    self.list_snapshots(&domain, repository, sink).await?;
                }
            }
            INDICES => {
                let found = self.indices(&domain).await?;
                let row = |index| convert::index(name, index, &self.place);
                sink(found.iter().map(row).collect());
            }
            _ => sink(self.policy_rows(&domain).await?),
        }
        Ok(())
    }

    async fn list_domains(&self, sink: &mut Sink<'_>) -> Result<(), Failure> {
        let configured: Vec<Row> = self
            .named
            .iter()
            .map(|named| convert::domain(&Domain::named(named), None, &self.place))
            .collect();
        if !configured.is_empty() {
            sink(configured);
        }
        let names = self.control_plane_names().await?;
        let domains = self.describe(&names).await?;
        let row = |domain| convert::domain(domain, None, &self.place);
        sink(domains.iter().map(row).collect());
        Ok(())
    }

    /// The domains of the control plane that the configuration does not name.
    async fn control_plane_names(&self) -> Result<Vec<String>, Failure> {
        let listed = self.domain_names().await?;
        let names = listed.into_iter().filter_map(|info| info.domain_name);
        let other = |name: &String| self.named.iter().all(|named| named.name != *name);
        Ok(names.filter(other).collect())
    }

    async fn all_names(&self) -> Result<Vec<String>, Failure> {
        let named = self.named.iter().map(|named| named.name.clone());
        Ok(named.chain(self.control_plane_names().await?).collect())
    }

    /// The repositories of a domain, by name, as the engine has them.
    pub(super) async fn repositories(
        &self,
        domain: &Domain,
    ) -> Result<BTreeMap<String, Value>, Failure> {
        let answer = self
            .read(domain, &Ask::get(&["_snapshot"], &[], SMALL))
            .await?;
        match answer {
            Value::Object(all) => Ok(all.into_iter().collect()),
            _ => Err(Failure::new(
                FailureKind::ReplyLost,
                format!("reading the repositories of {}", domain.name),
                "the answer is not a list of repositories",
            )),
        }
    }

    /// One repository as the engine has it.
    pub(super) async fn repository(&self, domain: &Domain, name: &str) -> Result<Value, Failure> {
        self.repositories(domain)
            .await?
            .remove(name)
            .ok_or_else(|| self.not_found("repository", &format!("{}/{name}", domain.name)))
    }

    async fn list_snapshots(
        &self,
        domain: &Domain,
        repository: &str,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        let mut found = self.snapshots(domain, repository).await?;
        // Names mostly hold a date: so the newest of each sort come first, which are looked at first.
        found.sort_by(|one, other| other.name.cmp(&one.name));
        let row = |s| convert::snapshot(&domain.name, repository, s, &self.place);
        sink(found.iter().map(row).collect());
        Ok(())
    }

    /// What the rows of a list leave open, for those that are looked at.
    pub(super) async fn detail_rows(
        &self,
        collection: &str,
        ids: &[String],
    ) -> Result<Vec<Row>, Failure> {
        match collection {
            DOMAINS => Ok(join_all(ids.iter().map(|id| self.healthy_row(id)))
                .await
                .into_iter()
                .filter_map(Result::ok)
                .collect()),
            REPOSITORIES => {
                let rows = ids.iter().map(|id| self.show_row(REPOSITORIES, id));
                join_all(rows).await.into_iter().collect()
            }
            SNAPSHOTS => {
                let mut owners: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
                for id in ids {
                    let (domain, repository, name) = triple(id);
                    let names = owners.entry((domain, repository)).or_default();
                    names.push(name.to_owned());
                }
                let mut rows = Vec::new();
                for ((name, repository), names) in owners {
                    let domain = self.domain(name).await?;
                    let found = self.detailed(&domain, repository, &names).await?;
                    let row = |s| convert::snapshot(name, repository, s, &self.place);
                    rows.extend(found.iter().map(row));
                }
                Ok(rows)
            }
            _ => Ok(Vec::new()),
        }
    }

    pub(super) async fn show_row(&self, collection: &str, id: &str) -> Result<Row, Failure> {
        match collection {
            DOMAINS => self.healthy_row(id).await,
            REPOSITORIES => {
                let (name, repository) = pair(id);
                let domain = self.domain(name).await?;
                let value = self.repository(&domain, repository).await?;
                let count = match self.snapshots(&domain, repository).await {
                    Ok(found) => i64::try_from(found.len()).unwrap_or(i64::MAX),
                    Err(failure) if failure.kind == FailureKind::NotFound => return Err(failure),
                    // A bucket that cannot be read is no reason not to show what is registered.
                    Err(failure) => {
                        tracing::warn!(%failure, "the snapshots of a repository cannot be counted");
                        let mut row =
                            convert::repository(name, repository, &value, Some(0), &self.place);
                        row.cells.retain(|(key, _)| *key != "snapshot_count");
                        return Ok(row);
                    }
                };
                Ok(convert::repository(
                    name,
                    repository,
                    &value,
                    Some(count),
                    &self.place,
                ))
            }
            SNAPSHOTS => {
                let (name, repository, snapshot) = triple(id);
                let domain = self.domain(name).await?;
                let found = self.snapshot(&domain, repository, snapshot).await?;
                let mut row = convert::snapshot(name, repository, &found, &self.place);
                if found.state == "PARTIAL" {
                    let whole = self.last_whole(&domain, repository, &found).await?;
                    row.cells.push(("last_whole", whole.into()));
                }
                Ok(row)
            }
            INDICES => {
                let (name, index) = pair(id);
                let domain = self.domain(name).await?;
                let index = self.index(&domain, index).await?;
                Ok(convert::index(name, &index, &self.place))
            }
            POLICIES => {
                let domain = self.domain(pair(id).0).await?;
                let rows = self.policy_rows(&domain).await?;
                rows.into_iter()
                    .find(|row| row.id == id)
                    .ok_or_else(|| self.not_found("policy", id))
            }
            other => Err(unknown("collection", other)),
        }
    }

    /// A domain with what its data plane says.
    async fn healthy_row(&self, id: &str) -> Result<Row, Failure> {
        let named = self.named.iter().find(|named| named.name == id);
        let domain = match (self.domain(id).await, named) {
            (Ok(domain), _) => domain,
            (Err(failure), Some(named)) => {
                let health = Health {
                    unreachable: Some(failure.message),
                    ..Health::default()
                };
                let domain = Domain::named(named);
                return Ok(convert::domain(&domain, Some(&health), &self.place));
            }
            (Err(failure), None) => return Err(failure),
        };
        let health = if domain.url.is_some() {
            self.health(&domain).await
        } else {
            Health::default()
        };
        Ok(convert::domain(&domain, Some(&health), &self.place))
    }

    async fn health(&self, domain: &Domain) -> Health {
        let ask = Ask::get(&["_cluster", "health"], &[], SMALL);
        match self.read(domain, &ask).await {
            Ok(cluster) => Health {
                cluster: Some(cluster),
                engine: domain.engine,
                newest: self
                    .newest(domain)
                    .await
                    .map(Newest::from)
                    .unwrap_or_else(|failure| {
                        tracing::warn!(%failure, "the newest snapshot cannot be found out");
                        Newest::Unknown
                    }),
                unreachable: None,
            },
            Err(failure) => Health {
                engine: domain.engine,
                unreachable: Some(match &failure.hint {
                    Some(hint) => format!("{}. {hint}", failure.reason()),
                    None => failure.reason(),
                }),
                ..Health::default()
            },
        }
    }

    /// When the newest good snapshot of a domain was taken. Automated ones hold it in their names; of
    /// the others, the last by name are looked at.
    async fn newest(&self, domain: &Domain) -> Result<Option<Timestamp>, Failure> {
        let mut newest: Option<Timestamp> = None;
        for repository in self.repositories(domain).await?.keys() {
            let good = |s: &Snapshot| s.state == "SUCCESS" && !s.is_empty();
            let Ok(found) = self.snapshots(domain, repository).await else {
                continue;
            };
            let found: Vec<Snapshot> = found.into_iter().filter(good).collect();
            if is_automated(repository) {
                let times = found.iter().filter_map(|s| time_in_name(&s.name));
                newest = newest.max(times.max());
                continue;
            }
            let names: Vec<String> = found.into_iter().map(|s| s.name).collect();
            let last = &names[names.len().saturating_sub(FEW)..];
            let detailed = self.detailed(domain, repository, last).await?;
            let times = detailed
                .iter()
                .filter(|s| good(s))
                .filter_map(|s| s.details.as_ref()?.start);
            newest = newest.max(times.max());
        }
        Ok(newest)
    }

    /// For each index of which a snapshot lacks shards, the newest older snapshot of the same
    /// repository that has it whole.
    async fn last_whole(
        &self,
        domain: &Domain,
        repository: &str,
        partial: &Snapshot,
    ) -> Result<Vec<String>, Failure> {
        let mut missing: Vec<&str> = partial
            .indices
            .iter()
            .map(String::as_str)
            .filter(|index| partial.lacks(index))
            .collect();
        let start = |s: &Snapshot| s.details.as_ref().and_then(|details| details.start);
        let candidates: Vec<String> = self
            .snapshots(domain, repository)
            .await?
            .into_iter()
            .filter(|s| s.name != partial.name && matches!(s.state.as_str(), "SUCCESS" | "PARTIAL"))
            .filter(|s| {
                missing
                    .iter()
                    .any(|index| s.indices.iter().any(|own| own == index))
            })
            .map(|s| s.name)
            .collect();
        let last = &candidates[candidates.len().saturating_sub(FEW)..];
        let mut older = self.detailed(domain, repository, last).await?;
        older.retain(|s| start(s) < start(partial));
        older.sort_by_key(|s| std::cmp::Reverse(start(s)));
        let mut lines = Vec::new();
        for snapshot in &older {
            missing.retain(|index| {
                let has = snapshot.indices.iter().any(|own| own == index) && !snapshot.lacks(index);
                if has {
                    lines.push(format!("{index}: {}", snapshot.name));
                }
                !has
            });
        }
        lines.extend(missing.iter().map(|index| format!("{index}: none")));
        Ok(lines)
    }
}

/// The collections that belong to a domain.
const INFO_HAS: [&str; 4] = [REPOSITORIES, SNAPSHOTS, INDICES, POLICIES];
