//! Directory Service: directories, their snapshots, and restores. JSON 1.1, target
//! `DirectoryService_20150416`.
//!
//! Invariants: the checks of an operation come in this order, and the first that fails answers:
//! the form of the members, the form of the values, existence, the Region, the type, the stage,
//! the limit, the snapshot. No operation has a token for repeating it: sent twice, it is done
//! twice.

mod describe;
mod entity;
mod generate;
mod id;
mod members;
mod seed;
mod show;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod vocabulary;

use hyper::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use self::entity::Directory;
use self::members::{Members, directory_id, invalid, required, snapshot_id};
use self::snapshot::Snapshot;
use self::store::Presence;
use self::vocabulary::{NAME_LENGTH, NAME_PATTERN, SnapshotStatus, SnapshotType, Stage};
use super::{Answer, Context, Operation, Resources, any_resource};
use crate::sandbox::clock::earlier;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts;

pub(crate) use self::id::{DirectoryId, SnapshotId};
pub(crate) use self::seed::{DirectorySeed, Facts, Share, SnapshotSeed};
pub(crate) use self::store::{Directories, Scale};
pub(crate) use self::vocabulary::{
    DirectoryType, ShareMethod, ShareStatus, SnapshotStatus as Status,
    SnapshotType as TypeOfSnapshot, Stage as DirectoryStage, Word, is_snapshot_name,
};

/// How many manual snapshots a directory may have.
pub(crate) const MANUAL_LIMIT: usize = 5;
/// The longest name of a snapshot, in characters.
pub(crate) const LONGEST_NAME: usize = NAME_LENGTH;
/// The tombstone lifetime of Active Directory: an older snapshot cannot be restored.
const RESTORABLE: SignedDuration = SignedDuration::from_hours(180 * 24);

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "DescribeDirectories" => (any_resource, describe::describe_directories),
        "DescribeSnapshots" => (any_resource, describe::describe_snapshots),
        "GetSnapshotLimits" => (directory_resource, get_snapshot_limits),
        "CreateSnapshot" => (directory_resource, create_snapshot),
        "RestoreFromSnapshot" => (snapshot_resources, restore_from_snapshot),
        "DeleteSnapshot" => (snapshot_resources, delete_snapshot),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

/// The directory that the call names; any directory if it names none.
fn directory_resource(context: &mut Context<'_>) -> Vec<String> {
    let named = Members::of(context.call).string("DirectoryId");
    let named = named.ok().flatten().unwrap_or("*");
    vec![arn(context, "directory", named)]
}

/// The snapshot that the call names, and its directory.
fn snapshot_resources(context: &mut Context<'_>) -> Vec<String> {
    let named = Members::of(context.call).string("SnapshotId");
    let named = named.ok().flatten().unwrap_or("*");
    let directory = SnapshotId::parse(named)
        .and_then(|id| {
            let region = &context.call.region;
            context
                .world
                .directories
                .find_snapshot(id, region, context.now)
        })
        .map(|(directory, _)| directory.id.to_string());
    let mut resources = vec![arn(context, "snapshot", named)];
    resources.extend(directory.map(|id| arn(context, "directory", &id)));
    resources
}

fn arn(context: &Context<'_>, kind: &str, id: &str) -> String {
    let account = context.world.identity.account();
    format!("arn:aws:ds:{}:{account}:{kind}/{id}", context.call.region)
}

fn reply(body: &Value) -> Reply {
    Reply::amazon_json(StatusCode::OK, body)
}

fn client(text: String) -> Refusal {
    Refusal::client("ClientException", text)
}

fn no_such_directory(id: DirectoryId) -> Refusal {
    let text = texts::NO_SUCH_DIRECTORY.with(&[&id.to_string()]);
    Refusal::client("EntityDoesNotExistException", text)
}

fn no_such_snapshot(id: SnapshotId) -> Refusal {
    let text = texts::NO_SUCH_SNAPSHOT.with(&[&id.to_string()]);
    Refusal::client("EntityDoesNotExistException", text)
}

/// The directory, if its snapshots can be asked about in this Region.
fn with_snapshots<'a>(
    context: &'a mut Context<'_>,
    id: DirectoryId,
    unsupported: texts::Text,
) -> Result<&'a mut Directory, Refusal> {
    let (directory, presence) = context
        .world
        .directories
        .find(id, &context.call.region)
        .ok_or_else(|| no_such_directory(id))?;
    if presence == Presence::Additional {
        let primary = &directory.facts.region;
        let text = texts::NOT_PRIMARY_REGION.with(&[&id.to_string(), primary]);
        return Err(client(text));
    }
    if !directory.facts.kind.has_snapshots() {
        return Err(client(unsupported.plain()));
    }
    Ok(directory)
}

/// Is the directory in one of these stages?
fn check_stage(
    directory: &Directory,
    allowed: &[Stage],
    now: jiff::Timestamp,
) -> Result<(), Refusal> {
    let stage = directory.stage(now).stage;
    if allowed.contains(&stage) {
        return Ok(());
    }
    let text = texts::NOT_ACTIVE.with(&[&directory.id.to_string(), stage.name()]);
    Err(client(text))
}

fn get_snapshot_limits(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    let id = members.string("DirectoryId")?;
    let id = directory_id(required(id, "directoryId")?)?;
    let directory = with_snapshots(context, id, texts::LIMITS_UNSUPPORTED)?;
    let count = directory.manual_count();
    Ok(reply(&json!({
        "SnapshotLimits": {
            "ManualSnapshotsLimit": MANUAL_LIMIT,
            "ManualSnapshotsCurrentCount": count,
            "ManualSnapshotsLimitReached": count >= MANUAL_LIMIT,
        }
    })))
}

fn create_snapshot(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let members = Members::of(context.call);
    let id = members.string("DirectoryId")?;
    let name = members.string("Name")?;
    let id = directory_id(required(id, "directoryId")?)?;
    if let Some(name) = name {
        check_name(name)?;
    }
    let now = context.now;
    let directory = with_snapshots(context, id, texts::SNAPSHOTS_UNSUPPORTED)?;
    check_stage(directory, &[Stage::Active], now)?;
    if directory.manual_count() >= MANUAL_LIMIT {
        let text = texts::LIMIT_REACHED.plain();
        return Err(Refusal::client("SnapshotLimitExceededException", text));
    }
    let snapshot = context
        .world
        .directories
        .create_snapshot(id, name.map(str::to_owned), now);
    tracing::debug!(directory = %id, %snapshot, "snapshot begun");
    Ok(reply(&json!({ "SnapshotId": snapshot.to_string() })))
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if name.chars().count() > NAME_LENGTH {
        return Err(invalid(texts::NAME_TOO_LONG.with(&[name])));
    }
    if !is_snapshot_name(name) {
        return Err(invalid(texts::PATTERN.with(&[name, "name", NAME_PATTERN])));
    }
    Ok(())
}

/// The snapshot that a call names, and its directory, if that is in one of these stages.
fn named_snapshot<'a>(
    context: &'a mut Context<'_>,
    allowed: &[Stage],
) -> Result<(&'a mut Directory, Snapshot), Refusal> {
    let members = Members::of(context.call);
    let id = members.string("SnapshotId")?;
    let id = snapshot_id(required(id, "snapshotId")?)?;
    let (directory, snapshot) = context
        .world
        .directories
        .find_snapshot(id, &context.call.region, context.now)
        .ok_or_else(|| no_such_snapshot(id))?;
    check_stage(directory, allowed, context.now)?;
    Ok((directory, snapshot))
}

fn restore_from_snapshot(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let now = context.now;
    let (directory, snapshot) = named_snapshot(context, &[Stage::Active, Stage::RestoreFailed])?;
    let id = snapshot.id.to_string();
    let status = snapshot.status(now);
    if status != SnapshotStatus::Completed {
        return Err(client(texts::NOT_COMPLETED.with(&[&id, status.name()])));
    }
    if snapshot.started < earlier(now, RESTORABLE) {
        return Err(client(texts::TOO_OLD.with(&[&id])));
    }
    directory.restore(snapshot.id, now);
    tracing::debug!(directory = %directory.id, snapshot = %id, "restore begun");
    Ok(reply(&json!({})))
}

fn delete_snapshot(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let now = context.now;
    let (directory, snapshot) = named_snapshot(context, &[Stage::Active])?;
    let id = snapshot.id.to_string();
    if snapshot.kind == SnapshotType::Auto {
        return Err(client(texts::AUTO_NOT_DELETABLE.with(&[&id])));
    }
    if snapshot.status(now) == SnapshotStatus::Creating {
        return Err(client(texts::CREATING_NOT_DELETABLE.with(&[&id])));
    }
    directory.delete(snapshot.id);
    Ok(reply(&json!({ "SnapshotId": id })))
}

impl Directories {
    /// Every directory with its snapshots and restores, as `/_sandbox/state` shows them.
    pub(crate) fn to_json(&self, now: jiff::Timestamp) -> Value {
        self.all()
            .iter()
            .map(|directory| {
                let region = &directory.facts.region;
                let mut shown =
                    show::directory(self.ids(), directory, Presence::Primary, region, now);
                let snapshots: Vec<Value> = directory
                    .snapshots(now)
                    .iter()
                    .map(|snapshot| show::snapshot(directory, snapshot, now))
                    .collect();
                shown["Region"] = json!(region);
                shown["Snapshots"] = json!(snapshots);
                shown["Restores"] = directory.restores_json();
                shown
            })
            .collect()
    }
}
