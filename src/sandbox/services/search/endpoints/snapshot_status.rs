//! How far snapshots are: `_status`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::millis;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::error::{Halt, no_such_snapshot};
use crate::sandbox::services::search::plan::Amount;
use crate::sandbox::services::search::snapshot::{ShardOf, ShardStage, Snapshot, State};

/// Those that are being made, of a repository or of all. One that is not registered has none.
pub(in super::super) fn running(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[
        "ignore_unavailable",
        "master_timeout",
        "cluster_manager_timeout",
    ])?;
    let wanted = ask
        .path
        .get(1)
        .filter(|part| *part != "_status" && *part != "_all");
    let domain = ask.name();
    let mut shown = Vec::new();
    for (name, repository) in &ask.cluster().repositories {
        if wanted.is_some_and(|wanted| wanted != name) {
            continue;
        }
        shown.extend(
            ask.vaults()
                .stored(&repository.place, ask.now)
                .filter(|snapshot| snapshot.domain == domain && snapshot.is_running(ask.now))
                .map(|snapshot| status(ask, name, snapshot)),
        );
    }
    Ok(Answer::ok(json!({ "snapshots": shown })))
}

pub(in super::super) fn named(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[
        "ignore_unavailable",
        "master_timeout",
        "cluster_manager_timeout",
    ])?;
    let ignores = ask.truth("ignore_unavailable")?.unwrap_or_default();
    let (repository, names) = (ask.path[1].clone(), ask.path[2].clone());
    let all = ask.snapshots(ask.repository(&repository)?);
    let mut shown = Vec::new();
    // No wildcards here.
    for name in split(&names) {
        match all.iter().find(|snapshot| snapshot.name == name) {
            Some(snapshot) => shown.push(status(ask, &repository, snapshot)),
            None if ignores => {}
            None => return Err(no_such_snapshot(&repository, &name)),
        }
    }
    Ok(Answer::ok(json!({ "snapshots": shown })))
}

/// How many shards are in which stage, and how much there is of them.
#[derive(Default)]
struct Sums {
    stages: [u64; 5],
    incremental: Amount,
    processed: Amount,
    total: Amount,
    /// The first beginning and the last end.
    times: Option<(Timestamp, Timestamp)>,
}

impl Sums {
    fn of(snapshot: &Snapshot, shard: ShardOf<'_>, now: Timestamp) -> Self {
        let stage = snapshot.stage(shard, now);
        let mut sums = Self::default();
        let place = match stage {
            ShardStage::Init => 0,
            ShardStage::Started => 1,
            ShardStage::Finalize => 2,
            ShardStage::Done => 3,
            ShardStage::Failure => 4,
        };
        sums.stages[place] = 1;
        sums.incremental = snapshot.increment(shard, now);
        sums.processed = snapshot.processed(shard, now);
        sums.total = snapshot.total(shard, now);
        if !matches!(stage, ShardStage::Init | ShardStage::Failure) {
            let (begins, took) = snapshot.time_of(shard, now);
            sums.times = Some((begins, crate::sandbox::clock::later(begins, took)));
        }
        sums
    }

    fn add(&mut self, other: &Self) {
        for (sum, count) in self.stages.iter_mut().zip(other.stages) {
            *sum += count;
        }
        self.incremental.add(other.incremental);
        self.processed.add(other.processed);
        self.total.add(other.total);
        self.times = match (self.times, other.times) {
            (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
            (one, other) => one.or(other),
        };
    }

    fn shards_stats(&self) -> Value {
        let [initializing, started, finalizing, done, failed] = self.stages;
        json!({
            "initializing": initializing,
            "started": started,
            "finalizing": finalizing,
            "done": done,
            "failed": failed,
            "total": self.stages.iter().sum::<u64>(),
        })
    }

    /// `processed` is there only while something is left to do.
    fn stats(&self) -> Value {
        let amount =
            |amount: Amount| json!({ "file_count": amount.files, "size_in_bytes": amount.bytes });
        let mut members = Map::new();
        members.insert("incremental".to_owned(), amount(self.incremental));
        if self.processed != self.incremental {
            members.insert("processed".to_owned(), amount(self.processed));
        }
        members.insert("total".to_owned(), amount(self.total));
        let (begins, ends) = self
            .times
            .unwrap_or((Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH));
        let took: SignedDuration = ends.duration_since(begins);
        let took = i64::try_from(took.as_millis()).unwrap_or_default();
        members.insert("start_time_in_millis".to_owned(), json!(millis(begins)));
        members.insert("time_in_millis".to_owned(), json!(took));
        Value::Object(members)
    }
}

fn status(ask: &Ask<'_>, repository: &str, snapshot: &Snapshot) -> Value {
    let now = ask.now;
    let nodes = &ask.cluster().nodes;
    let mut all = Sums::default();
    let mut indices: Vec<(&str, Sums, Map<String, Value>)> = Vec::new();
    for shard in snapshot.shards() {
        let sums = Sums::of(snapshot, shard, now);
        let mut shown = Map::new();
        let stage = snapshot.stage(shard, now);
        shown.insert("stage".to_owned(), json!(stage.name()));
        shown.insert("stats".to_owned(), sums.stats());
        if let Some(reason) = snapshot.failure_of(shard, now) {
            shown.insert("reason".to_owned(), json!(reason));
        }
        if snapshot.is_running(now) && stage != ShardStage::Failure {
            let node = nodes.get(shard.copy.node).map(|node| &node.id);
            shown.insert("node".to_owned(), json!(node));
        }
        all.add(&sums);
        if indices
            .last()
            .is_none_or(|(name, ..)| *name != shard.index.name)
        {
            indices.push((&shard.index.name, Sums::default(), Map::new()));
        }
        if let Some((_, index, shards)) = indices.last_mut() {
            index.add(&sums);
            shards.insert(shard.number.to_string(), Value::Object(shown));
        }
    }
    let indices: Map<String, Value> = indices
        .into_iter()
        .map(|(name, sums, shards)| {
            let shown = json!({
                "shards_stats": sums.shards_stats(),
                "stats": sums.stats(),
                "shards": shards,
            });
            (name.to_owned(), shown)
        })
        .collect();
    let mut stats = all.stats();
    if all.times.is_none() {
        stats["start_time_in_millis"] = json!(millis(snapshot.started()));
    }
    json!({
        "snapshot": snapshot.name,
        "repository": repository,
        "uuid": snapshot.uuid,
        "state": state(snapshot, now),
        "include_global_state": snapshot.global_state,
        "shards_stats": all.shards_stats(),
        "stats": stats,
        "indices": indices,
    })
}

/// Of a partial snapshot this says SUCCESS, and of one whose shards are all done too, although the
/// repository does not list it yet.
fn state(snapshot: &Snapshot, now: Timestamp) -> &'static str {
    match snapshot.state(now) {
        State::Failed => "FAILED",
        State::Success | State::Partial => "SUCCESS",
        State::InProgress => {
            let all_over = snapshot.shards().all(|shard| {
                matches!(
                    snapshot.stage(shard, now),
                    ShardStage::Done | ShardStage::Failure
                )
            });
            if all_over { "SUCCESS" } else { "STARTED" }
        }
    }
}
