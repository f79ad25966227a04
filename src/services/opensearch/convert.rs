//! Domains, repositories, snapshots, indices and policies as rows. Pure: nothing is asked here.

use aws_sdk_opensearch::types::DomainStatus;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    describe::{KEEPING, domain_state, health_tone, snapshot_state},
    domains::{Domain, Reach},
    engine::Engine,
    indices::{Index, is_system},
    snapshots::{Snapshot, is_automated, time_in_name},
};
use crate::{
    domain::{
        place::Place,
        row::{Cell, Row, State, Tone},
    },
    services::convert::{Cells, text},
};

fn row(id: String, name: &str, state: State, place: &Place, cells: Cells) -> Row {
    Row {
        id,
        name: Some(name.to_owned()),
        state,
        region: place.region.clone(),
        account: place.account.clone(),
        cells,
    }
}

/// What the data plane of a domain says of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Health {
    /// `_cluster/health`.
    pub(super) cluster: Option<Value>,
    pub(super) engine: Option<Engine>,
    /// When its newest good snapshot was taken; `Unknown` where that could not be found out.
    pub(super) newest: Newest,
    /// Why nothing is known.
    pub(super) unreachable: Option<String>,
}

/// When the newest good snapshot of a domain was taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Newest {
    /// Nobody could say.
    #[default]
    Unknown,
    /// There is none.
    None,
    /// Then.
    At(Timestamp),
}

impl From<Option<Timestamp>> for Newest {
    fn from(found: Option<Timestamp>) -> Self {
        found.map_or(Self::None, Self::At)
    }
}

/// A domain; what its data plane says is pending where it has not been asked yet.
pub(super) fn domain(domain: &Domain, health: Option<&Health>, place: &Place) -> Row {
    let status = domain.status.as_deref();
    let flag = |value: Option<bool>| value.map_or(Cell::Absent, Cell::Flag);
    let engine = domain.engine.or(health.and_then(|health| health.engine));
    let says = |key: &str| match health {
        None => Cell::Pending,
        Some(health) => match health.cluster.as_ref().and_then(|cluster| cluster.get(key)) {
            Some(Value::String(text)) => Cell::from(text.as_str()),
            Some(Value::Number(number)) => number.as_i64().into(),
            _ if health.unreachable.is_some() => Cell::Unknown,
            _ => Cell::Absent,
        },
    };
    // A domain without an endpoint has nothing that could be asked.
    let later = |cell: Cell| {
        if domain.url.is_none() {
            Cell::Absent
        } else {
            cell
        }
    };
    let encrypted = status.map(|status| {
        let options = status.encryption_at_rest_options();
        options.and_then(|o| o.enabled()).unwrap_or_default()
    });
    let automated = encrypted.map(|encrypted| {
        if encrypted {
            "cs-automated-enc"
        } else {
            "cs-automated"
        }
    });
    let version = match (status.and_then(|status| status.engine_version()), engine) {
        (_, Some(engine)) => engine.to_string().into(),
        (Some(word), None) => word.into(),
        (None, None) => later(match health {
            None => Cell::Pending,
            Some(_) => Cell::Absent,
        }),
    };
    let mut cells = vec![
        ("engine_version", version),
        ("health", later(says("status"))),
        (
            "last_snapshot_time",
            later(match health {
                None => Cell::Pending,
                Some(health) => match health.newest {
                    Newest::At(taken) => taken.into(),
                    Newest::None => Cell::Absent,
                    Newest::Unknown => Cell::Unknown,
                },
            }),
        ),
        ("endpoint", domain.url.as_deref().into()),
        (
            "endpoint_type",
            match domain.reach {
                Reach::Public => "public",
                Reach::Vpc => "vpc",
                Reach::Named => "config",
            }
            .into(),
        ),
        (
            "vpc_id",
            text(
                status
                    .and_then(|s| s.vpc_options())
                    .and_then(|vpc| vpc.vpc_id()),
            ),
        ),
        ("fine_grained_access", flag(domain.fine_grained())),
        ("encrypted_at_rest", flag(encrypted)),
        ("automated_repository", automated.into()),
        ("automated_snapshots", automatic(domain).into()),
        ("nodes", later(says("number_of_nodes"))),
        ("unassigned_shards", later(says("unassigned_shards"))),
        (
            "unreachable",
            later(health.map_or(Cell::Pending, |health| health.unreachable.clone().into())),
        ),
        ("arn", status.map(|s| s.arn()).into()),
    ];
    cells.extend(status.map(machines).into_iter().flatten());
    let mut made = row(
        domain.name.clone(),
        &domain.name,
        domain_state(state_word(domain)),
        place,
        cells,
    );
    // The name is the id: it is not said twice.
    made.name = None;
    made
}

/// What a domain runs on.
fn machines(status: &DomainStatus) -> Cells {
    let cluster = status.cluster_config();
    let warm = cluster.and_then(|c| c.warm_enabled()).unwrap_or_default();
    let kind = cluster
        .and_then(|c| c.instance_type())
        .map(|kind| kind.as_str());
    let count = cluster.and_then(|c| c.instance_count()).map(i64::from);
    let volume = status.ebs_options().and_then(|ebs| ebs.volume_size());
    vec![
        ("warm", Cell::Flag(warm)),
        ("instance_type", text(kind)),
        ("instance_count", count.into()),
        ("volume_size_gib", volume.map(i64::from).into()),
    ]
}

fn state_word(domain: &Domain) -> &str {
    let Some(status) = domain.status.as_deref() else {
        return "Named";
    };
    match status.domain_processing_status() {
        Some(word) => word.as_str(),
        None if status.deleted() == Some(true) => "Deleting",
        None if status.upgrade_processing() == Some(true) => "UpgradingEngineVersion",
        None if domain.url.is_none() => "Creating",
        None if status.processing() == Some(true) => "Modifying",
        None => "Active",
    }
}

/// What AWS does by itself, as a phrase.
fn automatic(domain: &Domain) -> Option<String> {
    let status = domain.status.as_deref()?;
    let hourly = domain.engine?.is_hourly();
    let paused = status
        .automated_snapshot_pause_options()
        .is_some_and(|pause| pause.enabled());
    Some(match (paused, hourly) {
        (true, _) => "paused".to_owned(),
        (false, true) => "hourly, kept for 14 days".to_owned(),
        (false, false) => {
            let hour = status
                .snapshot_options()
                .and_then(|options| options.automated_snapshot_start_hour())
                .unwrap_or_default();
            format!("daily at {hour:02}:00 UTC, 14 kept")
        }
    })
}

/// A snapshot. Without details, what only they tell is pending.
pub(super) fn snapshot(domain: &str, repository: &str, s: &Snapshot, place: &Place) -> Row {
    let details = s.details.as_ref();
    let automated = is_automated(repository);
    let later = |cell: Option<Cell>| cell.unwrap_or(Cell::Pending);
    let from_name = if automated {
        time_in_name(&s.name)
    } else {
        None
    };
    let start = match (from_name, details) {
        (_, Some(details)) => details.start.or(from_name).into(),
        (Some(at), None) => at.into(),
        (None, None) => Cell::Pending,
    };
    let running = s.state == "IN_PROGRESS";
    // While it runs, its counts are all zero, and mean nothing.
    let number = |of: fn(&super::snapshots::Details) -> i64| {
        later(details.map(|details| {
            if running {
                Cell::Absent
            } else {
                of(details).into()
            }
        }))
    };
    let seconds = details.map(|details| match (details.start, details.end) {
        (Some(start), Some(end)) => end.duration_since(start).as_secs().max(0).into(),
        _ => Cell::Absent,
    });
    let made_by = if automated {
        Cell::from("AWS")
    } else {
        later(
            details.map(|details| match (&details.policy, &details.operation) {
                (Some(policy), _) => Cell::from(format!("policy {policy}")),
                (None, Some(_)) => "snapdeck".into(),
                (None, None) => "manual".into(),
            }),
        )
    };
    let because = details.and_then(|details| {
        let mut reasons: Vec<String> = Vec::new();
        for missing in &details.failures {
            if !reasons.contains(&missing.reason) {
                reasons.push(missing.reason.clone());
            }
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    });
    let cells = vec![
        ("domain", domain.into()),
        ("repository", repository.into()),
        ("repository_id", format!("{domain}/{repository}").into()),
        ("start_time", start),
        ("end_time", later(details.map(|details| details.end.into()))),
        ("duration_seconds", later(seconds)),
        ("index_count", i64::try_from(s.indices.len()).ok().into()),
        ("indices", s.indices.clone().into()),
        ("data_streams", s.data_streams.clone().into()),
        ("shards_total", number(|details| details.total)),
        ("shards_failed", number(|details| details.failed)),
        ("shards_successful", number(|details| details.successful)),
        ("missing_shards", s.missing().into()),
        ("missing_because", because.into()),
        (
            "include_global_state",
            later(details.map(|d| d.global_state.map_or(Cell::Absent, Cell::Flag))),
        ),
        (
            "version",
            later(details.map(|details| details.version.clone().into())),
        ),
        (
            "reason",
            details.and_then(|details| details.reason.clone()).into(),
        ),
        ("made_by", made_by),
        ("automatic", Cell::Flag(automated)),
        ("keeping", automated.then_some(KEEPING).into()),
        (
            "empty",
            if s.is_empty() {
                Cell::Flag(true)
            } else {
                Cell::Absent
            },
        ),
        (
            "operation",
            details.and_then(|details| details.operation.clone()).into(),
        ),
        ("uuid", s.uuid.clone().into()),
    ];
    row(
        format!("{domain}/{repository}/{}", s.name),
        &s.name,
        snapshot_state(&s.state),
        place,
        cells,
    )
}

/// A repository as `GET /_snapshot` has it. Engines answer settings as texts, AWS none at all for the
/// ones that it keeps.
pub(super) fn repository(
    domain: &str,
    name: &str,
    value: &Value,
    count: Option<i64>,
    place: &Place,
) -> Row {
    let automated = is_automated(name);
    let setting = |key: &str| value.get("settings").and_then(|settings| settings.get(key));
    let word = |key: &str| match setting(key) {
        Some(Value::String(text)) => Cell::from(text.as_str()),
        Some(Value::Bool(flag)) => Cell::from(if *flag { "true" } else { "false" }),
        Some(Value::Number(number)) => number.to_string().into(),
        _ => Cell::Absent,
    };
    let flag = |key: &str| match word(key) {
        Cell::Text(text) => Cell::Flag(&*text == "true"),
        other => other,
    };
    let readonly = automated || flag("readonly") == Cell::Flag(true);
    let cells = vec![
        ("domain", domain.into()),
        ("type", text(value.get("type").and_then(Value::as_str))),
        ("kept_by", Cell::from(if automated { "AWS" } else { "you" })),
        ("snapshot_count", count.map_or(Cell::Pending, Cell::Integer)),
        ("bucket", word("bucket")),
        ("bucket_region", word("region")),
        ("endpoint", word("endpoint")),
        ("base_path", word("base_path")),
        ("location", word("location")),
        ("role_arn", word("role_arn")),
        ("server_side_encryption", flag("server_side_encryption")),
        ("readonly", Cell::Flag(readonly)),
        ("keeping", automated.then_some(KEEPING).into()),
    ];
    let state = if readonly {
        State::new("read-only", Tone::Neutral)
    } else {
        State::new("writable", Tone::Good)
    };
    row(format!("{domain}/{name}"), name, state, place, cells)
}

/// An index.
pub(super) fn index(domain: &str, index: &Index, place: &Place) -> Row {
    // A closed index has no health that says anything of it.
    let state = match (&index.health, index.status.as_str()) {
        (Some(health), "open") => State::new(health.clone(), health_tone(health)),
        _ => State::new("", Tone::Neutral),
    };
    let status = match index.status.as_str() {
        "close" => "closed",
        status => status,
    };
    let cells = vec![
        ("domain", domain.into()),
        ("status", text(Some(status))),
        ("documents", index.documents.into()),
        ("bytes", index.bytes.into()),
        ("primaries", index.primaries.into()),
        ("replicas", index.replicas.into()),
        ("aliases", index.aliases.clone().into()),
        ("system", Cell::Flag(is_system(&index.name))),
        ("uuid", index.uuid.clone().into()),
    ];
    row(
        format!("{domain}/{}", index.name),
        &index.name,
        state,
        place,
        cells,
    )
}

/// A Snapshot Management policy, with what `_explain` says of its runs.
pub(super) fn policy(
    domain: &str,
    value: &Value,
    runs: Option<&Value>,
    place: &Place,
) -> Option<Row> {
    let policy = value.get("sm_policy")?;
    let name = policy.get("name").and_then(Value::as_str)?;
    let at = |pointer: &str| policy.pointer(pointer);
    let word = |pointer: &str| match at(pointer) {
        Some(Value::String(text)) => Cell::from(text.as_str()),
        Some(Value::Number(number)) => number.to_string().into(),
        _ => Cell::Absent,
    };
    let run = |pointer: &str| runs.and_then(|runs| runs.pointer(pointer));
    let moment = |pointer: &str| {
        let millis = run(pointer).and_then(Value::as_i64)?;
        Timestamp::from_millisecond(millis).ok()
    };
    let repository = at("/snapshot_config/repository").and_then(Value::as_str);
    let indices = match at("/snapshot_config/indices") {
        Some(Value::Array(all)) => all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into(),
        _ => word("/snapshot_config/indices"),
    };
    let enabled = at("/enabled").and_then(Value::as_bool).unwrap_or(true);
    let cells = vec![
        ("domain", domain.into()),
        ("description", word("/description")),
        ("schedule", word("/creation/schedule/cron/expression")),
        ("time_zone", word("/creation/schedule/cron/timezone")),
        ("repository", repository.into()),
        (
            "repository_id",
            repository
                .map(|repository| format!("{domain}/{repository}"))
                .into(),
        ),
        ("indices", indices),
        ("keep", word("/deletion/condition/max_count")),
        ("max_age", word("/deletion/condition/max_age")),
        ("next_time", moment("/creation/trigger/time").into()),
        (
            "last_status",
            text(run("/creation/latest_execution/status").and_then(Value::as_str)),
        ),
        (
            "last_message",
            text(run("/creation/latest_execution/info/message").and_then(Value::as_str)),
        ),
        (
            "last_time",
            moment("/creation/latest_execution/end_time").into(),
        ),
    ];
    let state = if enabled {
        State::new("enabled", Tone::Good)
    } else {
        State::new("disabled", Tone::Neutral)
    };
    Some(row(format!("{domain}/{name}"), name, state, place, cells))
}
