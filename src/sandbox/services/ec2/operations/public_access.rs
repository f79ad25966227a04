//! Whether snapshots of the account can be public: `GetSnapshotBlockPublicAccessState`,
//! `EnableSnapshotBlockPublicAccess`, `DisableSnapshotBlockPublicAccess`.
//!
//! Invariants: it is a setting of the account in a Region and changes no snapshot's permissions.

use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::{invalid_value, missing};
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::vocabulary::BlockPublicAccess;
use crate::sandbox::word::Word as _;

pub(super) fn get(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    Parameters::of(context.call)?.dry_run()?;
    let state = context.world.ebs.public_access(&context.call.region);
    show::reply(context, |xml| {
        xml.text("state", state.name());
        xml.text("managedBy", "account");
    })
}

pub(super) fn enable(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let state = parameters
        .word::<BlockPublicAccess>("State")?
        .ok_or_else(|| missing("State"))?;
    if state == BlockPublicAccess::Unblocked {
        return Err(invalid_value(state.name(), "State"));
    }
    parameters.dry_run()?;
    set(context, state)
}

pub(super) fn disable(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    Parameters::of(context.call)?.dry_run()?;
    set(context, BlockPublicAccess::Unblocked)
}

fn set(context: &mut Context<'_>, state: BlockPublicAccess) -> Result<Reply, Refusal> {
    let region = context.call.region.clone();
    context.world.ebs.public_access.insert(region, state);
    show::reply(context, |xml| xml.text("state", state.name()))
}
