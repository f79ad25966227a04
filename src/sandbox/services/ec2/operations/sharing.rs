//! Who may make volumes of a snapshot: `DescribeSnapshotAttribute`, `ModifySnapshotAttribute`,
//! `ResetSnapshotAttribute`.
//!
//! Invariants: an encrypted snapshot is never public; one that is encrypted with the AWS managed
//! key is not shared at all; a request changes everything it names or nothing.

use super::delete::own_snapshot;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::id::SnapshotId;
use crate::sandbox::services::ec2::keys;
use crate::sandbox::services::ec2::parameters::{Parameters, is_account};
use crate::sandbox::services::ec2::refusals::{
    combination, incorrect_state, invalid, invalid_value, missing, not_found, wrong_account,
};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::tiering::Tiering;
use crate::sandbox::services::ec2::vocabulary::BlockPublicAccess;
use crate::sandbox::texts::ec2 as texts;

const PERMISSIONS: &str = "createVolumePermission";
const MOST_CHANGES: usize = 500;

pub(super) fn describe(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    let attribute = parameters.required("Attribute")?;
    if attribute != PERMISSIONS && attribute != "productCodes" {
        return Err(invalid_value(attribute, "Attribute"));
    }
    parameters.dry_run()?;

    let snapshot = own_snapshot(context, id)?;
    show::reply(context, |xml| {
        xml.text("snapshotId", &id.to_string());
        if attribute != PERMISSIONS {
            xml.list("productCodes", [(); 0], |_, ()| {});
            return;
        }
        xml.element(PERMISSIONS, |xml| {
            let Some(sharing) = &snapshot.sharing else {
                return;
            };
            if sharing.everybody {
                xml.element("item", |xml| xml.text("group", "all"));
            }
            for account in &sharing.accounts {
                xml.element("item", |xml| xml.text("userId", account));
            }
        });
    })
}

/// Whom a change is about.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Everybody,
    Account(&'a str),
}

/// What is to change.
#[derive(Default)]
struct Changes<'a> {
    add: Vec<Subject<'a>>,
    remove: Vec<Subject<'a>>,
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    if parameters
        .text("Attribute")
        .is_some_and(|attribute| attribute != PERMISSIONS)
    {
        return Err(invalid(texts::ONLY_PERMISSIONS.plain()));
    }
    let changes = changes(&parameters)?;
    if !changes.add.is_empty() && !changes.remove.is_empty() {
        return Err(combination(texts::ADD_AND_REMOVE.plain()));
    }
    match changes.add.len() + changes.remove.len() {
        0 => return Err(combination(texts::NO_CHANGES.plain())),
        1..=MOST_CHANGES => {}
        _ => return Err(invalid(texts::TOO_MANY_CHANGES.plain())),
    }
    parameters.dry_run()?;

    let snapshot = own_snapshot(context, id)?;
    let text = id.to_string();
    if let Some(key) = snapshot.key.as_deref().filter(|_| !changes.add.is_empty()) {
        if changes
            .add
            .iter()
            .any(|subject| matches!(subject, Subject::Everybody))
        {
            let text = texts::ENCRYPTED_PUBLIC.with(&[&text]);
            return Err(Refusal::client("OperationNotPermitted", text));
        }
        if keys::is_managed(key) {
            let text = texts::DEFAULT_KEY_SHARED.with(&[&text]);
            return Err(Refusal::client("InvalidParameter", text));
        }
    }
    let everybody = |subject: &Subject<'_>| matches!(subject, Subject::Everybody);
    let access = context.world.ebs.public_access(&context.call.region);
    if changes.add.iter().any(everybody) && access != BlockPublicAccess::Unblocked {
        let text = texts::PUBLIC_BLOCKED.plain();
        return Err(Refusal::client("OperationNotPermitted", text));
    }
    let is_archived = |tiering: &Tiering| tiering.is_archived(context.now);
    if !changes.add.is_empty() && snapshot.tiering.as_deref().is_some_and(is_archived) {
        return Err(incorrect_state(texts::ARCHIVED_SHARED, &[&text]));
    }
    let Some(snapshot) = context.world.ebs.snapshots.get_mut(id) else {
        return Err(not_found(id));
    };
    let sharing = snapshot.sharing.get_or_insert_default();
    for subject in changes.add {
        match subject {
            Subject::Everybody => sharing.everybody = true,
            Subject::Account(account) => {
                sharing.accounts.insert(account.to_owned());
            }
        }
    }
    for subject in changes.remove {
        match subject {
            Subject::Everybody => sharing.everybody = false,
            Subject::Account(account) => {
                sharing.accounts.remove(account);
            }
        }
    }
    show::done(context)
}

pub(super) fn reset(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let id: SnapshotId = parameters.required_id("SnapshotId")?;
    if parameters.required("Attribute")? != PERMISSIONS {
        return Err(invalid(texts::ONLY_PERMISSIONS.plain()));
    }
    parameters.dry_run()?;

    own_snapshot(context, id)?;
    if let Some(snapshot) = context.world.ebs.snapshots.get_mut(id) {
        snapshot.sharing = None;
    }
    show::done(context)
}

/// Both forms of asking: `CreateVolumePermission.Add.1.UserId`, or `OperationType` with `UserId.1`.
fn changes<'a>(parameters: &Parameters<'a>) -> Result<Changes<'a>, Refusal> {
    let mut changes = Changes {
        add: permissions(parameters, "CreateVolumePermission.Add")?,
        remove: permissions(parameters, "CreateVolumePermission.Remove")?,
    };
    let mut named = Vec::new();
    for group in parameters.list("UserGroup") {
        named.push(group_of(group)?);
    }
    for account in parameters.list("UserId") {
        named.push(account_of(account)?);
    }
    match parameters.text("OperationType") {
        Some("add") => changes.add.extend(named),
        Some("remove") => changes.remove.extend(named),
        Some(other) => return Err(invalid_value(other, "OperationType")),
        None if named.is_empty() => {}
        None => return Err(missing("OperationType")),
    }
    Ok(changes)
}

fn permissions<'a>(parameters: &Parameters<'a>, prefix: &str) -> Result<Vec<Subject<'a>>, Refusal> {
    let mut subjects = Vec::new();
    for index in parameters.call.places(prefix) {
        let user = parameters.text(&format!("{prefix}.{index}.UserId"));
        let group = parameters.text(&format!("{prefix}.{index}.Group"));
        match (user, group) {
            (None, None) => {}
            (Some(user), None) => subjects.push(account_of(user)?),
            (None, Some(group)) => subjects.push(group_of(group)?),
            (Some(user), Some(_)) => return Err(invalid_value(user, "UserId")),
        }
    }
    Ok(subjects)
}

fn account_of(text: &str) -> Result<Subject<'_>, Refusal> {
    if is_account(text) {
        return Ok(Subject::Account(text));
    }
    Err(wrong_account(text))
}

fn group_of(text: &str) -> Result<Subject<'_>, Refusal> {
    match text {
        "all" => Ok(Subject::Everybody),
        other => Err(invalid_value(other, "Group")),
    }
}
