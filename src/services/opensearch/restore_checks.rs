//! What must hold for a restore, and what a user should know before it.

use std::collections::BTreeMap;

use super::{
    assess::absent,
    describe::{INDICES, INFO},
    forms::{
        BASE_PATH, BUCKET, DELETE_INDEX, GLOBAL_STATE, NO_ALIASES, PARTIAL, PATTERNS, READONLY,
        REGISTER, RENAME, REPLACEMENT, REPOSITORY, RESTORE, ROLE, TO,
    },
    indices::{Index, in_vain, is_security, some},
    migrate::There,
    names::{index as index_name, triple},
    restore_plan::Plan,
    snapshots::{Snapshot, is_automated},
};
use crate::domain::{
    assessment::{Check, Remedy},
    failure::FailureKind,
    form::Request,
    way::Way,
};

/// The most indices that are named one by one in a way out.
const MOST_NAMED: usize = 5;

/// Whether the domain that it is restored to can read the repository.
pub(super) fn elsewhere(plan: &Plan, request: &Request) -> Option<Check> {
    const LABEL: &str = "Repository";
    let to = request.text(TO).filter(|to| *to != plan.source.name)?;
    let (_, name, _) = triple(&request.target);
    if is_automated(name) {
        let why = format!(
            "{name} can be restored only to {} itself: AWS keeps it for that domain alone. Take a snapshot into a repository of yours",
            plan.source.name
        );
        return Some(Check::rule(LABEL, Err(why)).refuses_as(FailureKind::WrongState));
    }
    Some(match &plan.repository {
        There::Known(there) => Check::rule(LABEL, Ok(format!("{to} has it as {there}"))),
        There::Missing(first) => Check::rule(
            LABEL,
            Ok(format!(
                "{to} does not have it yet: it is registered there as {}, read-only, before anything is restored",
                first.name
            )),
        ),
        There::Barred(why) => absent(LABEL, why.clone()).way(registering(plan, to, name)),
    })
}

/// How a repository is registered in a domain by hand.
fn registering(plan: &Plan, to: &str, name: &str) -> Way {
    let setting = |key: &str| {
        plan.registered["settings"][key]
            .as_str()
            .unwrap_or_default()
    };
    let mut values = vec![
        (REPOSITORY, name),
        (BUCKET, setting("bucket")),
        (ROLE, setting("role_arn")),
    ];
    let path = setting("base_path");
    if !path.is_empty() {
        values.push((BASE_PATH, path));
    }
    values.push((READONLY, ""));
    Way::act(
        &INFO,
        REGISTER,
        "register it there yourself",
        &[to.to_owned()],
        &values,
    )
}

/// Whether the snapshot holds what is asked of it.
pub(super) fn state(snapshot: &Snapshot, chosen: &[String], partial: bool) -> Check {
    let lacking: Vec<String> = chosen
        .iter()
        .filter(|i| snapshot.lacks(i))
        .cloned()
        .collect();
    let verdict = match snapshot.state.as_str() {
        "SUCCESS" if snapshot.is_empty() => Err("it is empty: nothing was saved in it".to_owned()),
        "SUCCESS" => Ok("SUCCESS".to_owned()),
        "PARTIAL" if lacking.is_empty() => Ok("PARTIAL, but whole for what is restored".to_owned()),
        "PARTIAL" if partial => Ok(format!(
            "PARTIAL: the missing shards of {} come back empty",
            some(&lacking)
        )),
        "PARTIAL" => Err(format!(
            "it lacks shards: {}. Leave these indices out, restore them from an older snapshot, or take what there is",
            snapshot.missing().join("; ")
        )),
        "IN_PROGRESS" => Err("it is still being taken".to_owned()),
        other => Err(format!("it is {other}, and cannot be restored")),
    };
    let incomplete = snapshot.state == "PARTIAL" && verdict.is_err();
    let check = Check::rule("Snapshot", verdict).refuses_as(FailureKind::WrongState);
    if incomplete {
        check.way(leaving_out(&lacking)).way(Way::fill(
            &INFO,
            RESTORE,
            "take what there is",
            &[(PARTIAL, "")],
        ))
    } else {
        check
    }
}

/// How some indices are not restored.
fn leaving_out(names: &[String]) -> Way {
    let patterns: Vec<String> = names.iter().map(|name| format!("-{name}")).collect();
    let values: Vec<(&str, &str)> = match &patterns[..] {
        few if few.len() <= MOST_NAMED => few.iter().map(|p| (PATTERNS, p.as_str())).collect(),
        _ => vec![(PATTERNS, "")],
    };
    Way::fill(&INFO, RESTORE, "leave them out", &values)
}

/// Whether the engine can read it.
pub(super) fn version(plan: &Plan) -> Check {
    const LABEL: &str = "Version";
    let taken = plan
        .snapshot
        .details
        .as_ref()
        .and_then(|details| details.version.as_deref());
    let (Some(taken), Some(engine)) = (taken, plan.target.engine) else {
        return Check::unknown(LABEL, "nobody says which version took it");
    };
    match engine.reads(taken) {
        Some(true) => Check::rule(LABEL, Ok(format!("taken by {taken}, read by {engine}"))),
        Some(false) => Check::rule(
            LABEL,
            Err(format!(
                "taken by {taken}; {engine} reads snapshots of its own version and older, back to one major version"
            )),
        )
        .refuses_as(FailureKind::WrongState),
        None => Check::unknown(LABEL, format!("taken by {taken}")),
    }
}

pub(super) fn content(plan: &Plan, patterns: &[String]) -> Check {
    let mut known = plan.snapshot.indices.clone();
    known.extend(plan.snapshot.data_streams.iter().cloned());
    let vain = in_vain(patterns, &known);
    Check::rule(
        "Indices",
        if !vain.is_empty() {
            Err(format!(
                "the snapshot has no index that fits {}",
                vain.join(", ")
            ))
        } else if plan.chosen.is_empty() {
            Err("nothing is left to restore".to_owned())
        } else {
            Ok(format!(
                "{} of {}",
                plan.chosen.len(),
                plan.snapshot.indices.len()
            ))
        },
    )
}

/// What fine-grained access control forbids even to an administrator.
pub(super) fn fine_grained(plan: &Plan, request: &Request) -> Option<Check> {
    const LABEL: &str = "Fine-grained access";
    let security: Vec<String> = plan
        .chosen
        .iter()
        .filter(|i| is_security(i))
        .cloned()
        .collect();
    let why = match plan.target.fine_grained() {
        Some(false) | None if security.is_empty() => return None,
        _ if !security.is_empty() => format!(
            "{} cannot be restored: it holds the users and roles of the domain",
            some(&security)
        ),
        _ if request.is_set(GLOBAL_STATE) => {
            "the cluster's state cannot be restored to a domain with fine-grained access control"
                .to_owned()
        }
        _ => {
            return Some(Check::rule(
                LABEL,
                Ok("neither the security index nor the cluster's state is restored".to_owned()),
            ));
        }
    };
    Some(Check::rule(LABEL, Err(why)).refuses_as(FailureKind::Denied))
}

/// How indices are restored under other names.
fn beside() -> Way {
    let values = [(RENAME, "(.+)"), (REPLACEMENT, "restored-$1")];
    Way::fill(&INFO, RESTORE, "restore under other names", &values)
}

/// Whether the new names can be.
pub(super) fn names(plan: &Plan) -> Check {
    const LABEL: &str = "Names";
    let renamed = match &plan.renamed {
        Err(why) => {
            let check = Check::rule(LABEL, Err(why.clone())).refuses_as(FailureKind::Invalid);
            return check.way(beside());
        }
        Ok(renamed) => renamed,
    };
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (from, to) in renamed {
        if let Some(other) = seen.insert(to, from) {
            let why = format!("{other} and {from} would both become {to}");
            return Check::rule(LABEL, Err(why)).refuses_as(FailureKind::Invalid);
        }
        if from != to
            && let Err(why) = index_name(to)
        {
            return Check::rule(LABEL, Err(why)).refuses_as(FailureKind::Invalid);
        }
    }
    let changed: Vec<String> = renamed
        .iter()
        .filter(|(from, to)| from != to)
        .map(|(from, to)| format!("{from} as {to}"))
        .collect();
    Check::rule(
        LABEL,
        Ok(if changed.is_empty() {
            "as they were".to_owned()
        } else {
            some(&changed)
        }),
    )
}

/// Whether anything is in the way. The engine would overwrite what is closed, so that is in the way
/// as well.
pub(super) fn room(plan: &Plan, existing: &[Index]) -> Check {
    const LABEL: &str = "Conflicts";
    let mut taken = Vec::new();
    let mut aliases = Vec::new();
    for name in plan.made() {
        if let Some(index) = existing.iter().find(|index| index.name == name) {
            taken.push((name, index.status.clone()));
        } else if existing.iter().any(|index| index.aliases.contains(&name)) {
            aliases.push(name);
        }
    }
    if taken.is_empty() && aliases.is_empty() {
        return Check::rule(
            LABEL,
            Ok(format!("nothing of these names is in {}", plan.target.name)),
        );
    }
    let domain = &plan.target.name;
    let mut parts = Vec::new();
    if !taken.is_empty() {
        let lines: Vec<String> = taken
            .iter()
            .map(|(name, status)| format!("{name} ({status})"))
            .collect();
        parts.push(format!("{domain} has already: {}", lines.join(", ")));
    }
    if !aliases.is_empty() {
        parts.push(format!(
            "{} are aliases in {domain}, and an index cannot have the name of an alias",
            aliases.join(", ")
        ));
    }
    let mut check = Check::rule(LABEL, Err(parts.join(". ")))
        .refuses_as(FailureKind::WrongState)
        .way(beside());
    if !taken.is_empty() {
        let ids: Vec<String> = taken
            .iter()
            .map(|(name, _)| format!("{domain}/{name}"))
            .collect();
        check = check.way(Way::act(
            &INFO,
            DELETE_INDEX,
            "delete them first",
            &ids,
            &[],
        ));
    }
    let in_the_way: Vec<String> = plan.from(|made| {
        taken.iter().any(|(name, _)| name == made) || aliases.iter().any(|name| name == made)
    });
    if in_the_way.len() < plan.chosen.len() {
        check = check.way(leaving_out(&in_the_way));
    }
    check = check.way(Way::fill(
        &INFO,
        RESTORE,
        "restore to another domain",
        &[(TO, "")],
    ));
    if plan.target.name == plan.source.name {
        check.remedy(Remedy {
            label: "Show the indices",
            collection: INDICES,
            filter: "",
        })
    } else {
        check
    }
}

pub(super) fn warnings(plan: &Plan, existing: &[Index], request: &Request) -> Vec<String> {
    let mut warnings = Vec::new();
    if request.is_set(GLOBAL_STATE) {
        warnings.push("The templates and the persistent settings of the cluster are overwritten with those of the snapshot.".to_owned());
    }
    if request.is_set(PARTIAL) && plan.chosen.iter().any(|index| plan.snapshot.lacks(index)) {
        warnings.push("Shards that the snapshot lacks come back empty: their documents are not in the restored index.".to_owned());
    }
    let renames = request.text(RENAME).is_some();
    let aliased: Vec<String> = existing
        .iter()
        .filter(|index| plan.chosen.contains(&index.name) && !index.aliases.is_empty())
        .map(|index| format!("{} ({})", index.name, index.aliases.join(", ")))
        .collect();
    if renames && !aliased.is_empty() {
        warnings.push(format!(
            "The copies are not added to the aliases of the originals: {}. Otherwise an application that asks by an alias would find everything twice.",
            some(&aliased)
        ));
    } else if !request.is_set(NO_ALIASES) && !renames {
        warnings.push("The aliases of the indices come back with them. Where an alias leads to another index by now, restore without aliases.".to_owned());
    }
    if !plan.left_out.is_empty() {
        warnings.push("System indices are left out: Dashboards and the plugins make their own again at once, so restoring them conflicts. One that is named among the indices is restored.".to_owned());
    }
    warnings
}
