//! Snapshots as an engine describes them, and the calls that read them.
//!
//! A list is read without details first: that is one call, and quick for a thousand snapshots, while a
//! list with details takes minutes and dies at every proxy. Details are read for the few that are
//! asked for.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Search,
    domains::Domain,
    transport::{Ask, LIST},
};
use crate::domain::failure::{Failure, FailureKind};

/// Engines take a request line of 4 KiB; that of a call stays below 3 KiB, for what stands in between
/// may take less.
const LINE: usize = 3 * 1024;

/// What of it is not names: the method, the path to the repository, and the query.
const AROUND: usize = 64;

/// The member of a snapshot's metadata that names the operation which took it.
pub(super) const OPERATION: &str = "snapdeck_operation";

/// A snapshot.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Snapshot {
    pub(super) name: String,
    pub(super) uuid: Option<String>,
    pub(super) state: String,
    pub(super) indices: Vec<String>,
    pub(super) data_streams: Vec<String>,
    /// What a list without details leaves out.
    pub(super) details: Option<Details>,
}

/// What only a call for details tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Details {
    pub(super) version: Option<String>,
    pub(super) start: Option<Timestamp>,
    /// `None` while it runs.
    pub(super) end: Option<Timestamp>,
    pub(super) total: i64,
    pub(super) failed: i64,
    pub(super) successful: i64,
    pub(super) failures: Vec<Missing>,
    pub(super) global_state: Option<bool>,
    pub(super) reason: Option<String>,
    /// The operation that its metadata names.
    pub(super) operation: Option<String>,
    /// The Snapshot Management policy that its metadata names.
    pub(super) policy: Option<String>,
}

/// A shard that a snapshot lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) index: String,
    pub(super) shard: i64,
    pub(super) reason: String,
}

impl Snapshot {
    /// Reads one; `None` where it has no name.
    fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            name: text("snapshot")?,
            uuid: text("uuid"),
            state: text("state").unwrap_or_default(),
            indices: texts(value.get("indices")),
            data_streams: texts(value.get("data_streams")),
            details: value
                .get("shards")
                .map(|shards| Details::read(value, shards)),
        })
    }

    /// The shards that are missing, by index: `orders (0, 3)`.
    pub(super) fn missing(&self) -> Vec<String> {
        let failures = self.details.iter().flat_map(|details| &details.failures);
        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for missing in failures {
            let shard = missing.shard.to_string();
            match lines.iter_mut().find(|(index, _)| *index == missing.index) {
                Some((_, shards)) => shards.push(shard),
                None => lines.push((missing.index.clone(), vec![shard])),
            }
        }
        let line =
            |(index, shards): (String, Vec<String>)| format!("{index} ({})", shards.join(", "));
        lines.into_iter().map(line).collect()
    }

    /// Whether some shards of an index are missing from it.
    pub(super) fn lacks(&self, index: &str) -> bool {
        self.details
            .iter()
            .flat_map(|details| &details.failures)
            .any(|missing| missing.index == index)
    }

    /// Whether there is nothing in it that could be restored.
    pub(super) fn is_empty(&self) -> bool {
        self.state == "SUCCESS"
            && match &self.details {
                Some(details) => details.total == 0,
                None => self.indices.is_empty(),
            }
    }
}

impl Details {
    fn read(value: &Value, shards: &Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| shards.get(key).and_then(Value::as_i64).unwrap_or_default();
        // A running one ends in 1970.
        let moment = |key: &str| {
            let millis = value
                .get(key)
                .and_then(Value::as_i64)
                .filter(|at| *at > 0)?;
            Timestamp::from_millisecond(millis).ok()
        };
        let metadata = |key: &str| {
            let value = value.get("metadata")?.get(key)?;
            value.as_str().map(str::to_owned)
        };
        let failures = value.get("failures").and_then(Value::as_array);
        Self {
            version: text("version"),
            start: moment("start_time_in_millis"),
            end: moment("end_time_in_millis"),
            total: number("total"),
            failed: number("failed"),
            successful: number("successful"),
            failures: failures
                .into_iter()
                .flatten()
                .filter_map(|failure| {
                    Some(Missing {
                        index: failure.get("index")?.as_str()?.to_owned(),
                        shard: failure
                            .get("shard_id")
                            .and_then(Value::as_i64)
                            .unwrap_or(-1),
                        reason: failure
                            .get("reason")
                            .and_then(Value::as_str)
                            .unwrap_or_default()
                            .to_owned(),
                    })
                })
                .collect(),
            global_state: value.get("include_global_state").and_then(Value::as_bool),
            reason: text("reason"),
            operation: metadata(OPERATION),
            policy: metadata("sm_policy"),
        }
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array);
    let texts = items.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// The snapshots of an answer.
pub(super) fn parse(answer: &Value) -> Result<Vec<Snapshot>, String> {
    let listed = answer
        .get("snapshots")
        .and_then(Value::as_array)
        .ok_or("the answer has no list of snapshots")?;
    Ok(listed.iter().filter_map(Snapshot::read).collect())
}

/// When an automated snapshot was taken: its name begins with it, `2024-04-13t01-55-20.17a45474-…`.
pub(super) fn time_in_name(name: &str) -> Option<Timestamp> {
    let (date, time) = name.get(..19)?.split_once(['t', 'T'])?;
    format!("{date}T{}Z", time.replace('-', ":")).parse().ok()
}

/// Whether AWS keeps a repository by itself.
pub(super) fn is_automated(repository: &str) -> bool {
    repository.starts_with("cs-automated") || repository == "cs-ultrawarm"
}

impl Search {
    /// The snapshots of a repository, without details, in one call.
    pub(super) async fn snapshots(
        &self,
        domain: &Domain,
        repository: &str,
    ) -> Result<Vec<Snapshot>, Failure> {
        let path = ["_snapshot", repository, "_all"];
        let terse: &[(&str, &str)] =
            if domain.can(super::engine::Engine::lists_tersely) == Some(false) {
                &[]
            } else {
                &[("verbose", "false")]
            };
        let answer = self.read(domain, &Ask::get(&path, terse, LIST)).await?;
        parse(&answer).map_err(|why| unreadable(domain, repository, &why))
    }

    /// Some snapshots of a repository with their details. Those that there are not are left out.
    pub(super) async fn detailed(
        &self,
        domain: &Domain,
        repository: &str,
        names: &[String],
    ) -> Result<Vec<Snapshot>, Failure> {
        let mut found = Vec::new();
        let room = (LINE - AROUND).saturating_sub(super::signing::encoded(repository).len());
        for some in batches(names, room) {
            let joined = some.join(",");
            let path = ["_snapshot", repository, joined.as_str()];
            let query = [("ignore_unavailable", "true")];
            let answer = self.read(domain, &Ask::get(&path, &query, LIST)).await;
            let answer = match answer {
                // Engines differ on what they say where none of them is there.
                Err(failure) if failure.code.as_deref() == Some("snapshot_missing_exception") => {
                    continue;
                }
                answer => answer?,
            };
            let listed = parse(&answer).map_err(|why| unreadable(domain, repository, &why))?;
            // Where one is missing, OpenSearch answers those that are running now.
            found.extend(listed.into_iter().filter(|one| some.contains(&one.name)));
        }
        Ok(found)
    }

    /// One snapshot with its details.
    pub(super) async fn snapshot(
        &self,
        domain: &Domain,
        repository: &str,
        name: &str,
    ) -> Result<Snapshot, Failure> {
        self.detailed(domain, repository, &[name.to_owned()])
            .await?
            .into_iter()
            .next()
            .ok_or_else(|| {
                self.not_found("snapshot", &format!("{}/{repository}/{name}", domain.name))
            })
    }
}

/// Names in groups that one call can take, which has room for so many bytes.
fn batches(names: &[String], room: usize) -> Vec<&[String]> {
    let mut groups = Vec::new();
    let mut rest = names;
    while !rest.is_empty() {
        let mut length = 0;
        let fits = rest.iter().take_while(|name| {
            // An encoded comma follows.
            length += super::signing::encoded(name).len() + 3;
            length <= room
        });
        let count = fits.count().max(1);
        let (group, remainder) = rest.split_at(count);
        groups.push(group);
        rest = remainder;
    }
    groups
}

fn unreadable(domain: &Domain, repository: &str, why: &str) -> Failure {
    Failure::new(
        FailureKind::ReplyLost,
        format!("reading the snapshots of {}/{repository}", domain.name),
        why,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_name_of_an_automated_snapshot_holds_its_time() {
        let at = time_in_name("2024-04-13t01-55-20.17a45474-f514-b725-6c44-bc38e19be2c5");
        assert_eq!(
            at.map(|at| at.to_string()).as_deref(),
            Some("2024-04-13T01:55:20Z")
        );
        for odd in ["", "nightly", "2024-13-40t01-55-20.x", "2024-04-13"] {
            assert_eq!(time_in_name(odd), None, "{odd}");
        }
    }

    #[test]
    fn details_are_there_where_the_engine_gave_them() {
        let answer = json!({"snapshots": [
            {"snapshot": "a", "uuid": "u", "indices": ["orders"], "state": "SUCCESS"},
            {"snapshot": "p1", "uuid": "v", "version": "2.5.0", "indices": ["big", "big2"],
             "include_global_state": true, "metadata": {"snapdeck_operation": "op-1"},
             "state": "IN_PROGRESS", "start_time_in_millis": 1_795_161_323_534_i64,
             "end_time": "1970-01-01T00:00:00.000Z", "end_time_in_millis": 0,
             "duration_in_millis": -5, "failures": [],
             "shards": {"total": 0, "failed": 0, "successful": 0}},
            {"nameless": true},
        ]});
        let [terse, running] = &parse(&answer).unwrap()[..] else {
            panic!("two")
        };
        assert_eq!(terse.details, None);
        let details = running.details.as_ref().unwrap();
        assert_eq!(details.end, None);
        assert_eq!(details.operation.as_deref(), Some("op-1"));
        assert!(!running.is_empty(), "a running one is not empty yet");
        assert!(parse(&json!({})).is_err());
    }

    #[test]
    fn missing_shards_are_told_by_index() {
        let failure =
            |index: &str, shard: i64| json!({"index": index, "shard_id": shard, "reason": "x"});
        let answer = json!({"snapshots": [{"snapshot": "p", "state": "PARTIAL",
            "failures": [failure("orders", 0), failure("logs", 1), failure("orders", 3)],
            "shards": {"total": 9, "failed": 3, "successful": 6}}]});
        let snapshot = &parse(&answer).unwrap()[0];
        assert_eq!(snapshot.missing(), ["orders (0, 3)", "logs (1)"]);
        assert!(snapshot.lacks("logs") && !snapshot.lacks("other"));
    }

    #[test]
    fn details_are_asked_for_together_in_a_path_of_bounded_length() {
        let sizes = |names: &[String]| -> Vec<usize> {
            let groups = batches(names, 2900);
            groups.iter().map(|group| group.len()).collect()
        };
        let names: Vec<String> = (0..200)
            .map(|n| format!("nightly-2026-01-{n:03}"))
            .collect();
        assert_eq!(sizes(&names), [131, 69]);
        // Each takes 723 bytes.
        let long: Vec<String> = (0..8).map(|_| "é".repeat(120)).collect();
        assert_eq!(sizes(&long), [4, 4]);
        assert_eq!(batches(&long, 2900).concat(), long);
        assert_eq!(batches(&long, 10).len(), 8);
    }
}
