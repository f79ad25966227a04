//! Restoring indices: what comes back under which name, what is in its way, and the request.
//!
//! The engine refuses all of it where one index is in the way, and names only the first; here every
//! one is listed, with the ways out. What is sent names the indices one by one, as they were shown.
//!
//! Without patterns everything comes back but the system indices: Dashboards makes its own `.kibana`
//! again at once, and the security index cannot be restored, so with them most restores fail.

use std::{collections::BTreeMap, sync::Arc};

use regex::Regex;
use serde_json::{Value, json};

use super::{
    Search,
    assess::{absent, domain_facts, plain, usable},
    create::place_of,
    describe::INDICES,
    domains::Domain,
    forms::{GLOBAL_STATE, NO_ALIASES, PARTIAL, PATTERNS, RENAME, REPLACEMENT, TO},
    indices::{Index, fits, in_vain, is_security, is_system, picked, some},
    names::{index as index_name, triple},
    snapshots::{Snapshot, is_automated},
    transport::Ask,
    watch,
};
use crate::domain::{
    assessment::{Assessment, Check, Remedy},
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
};

/// The member of a baseline that names what the restore makes.
pub(super) const MADE: &str = "made";

/// What a restore would do.
struct Plan {
    source: Arc<Domain>,
    /// Where it is restored to, with the repository's name there; `None` where it has none.
    target: Arc<Domain>,
    repository: Option<String>,
    registered: Value,
    snapshot: Snapshot,
    /// The indices of the snapshot that come back.
    chosen: Vec<String>,
    left_out: Vec<String>,
    /// What each is called afterwards; `Err` says why that cannot be told.
    renamed: Result<BTreeMap<String, String>, String>,
}

impl Plan {
    /// The names of what comes back, as far as they are known.
    fn made(&self) -> Vec<String> {
        match &self.renamed {
            Ok(renamed) => renamed.values().cloned().collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The body of the request.
    fn body(&self, request: &Request) -> Value {
        let renames = request.text(RENAME).is_some();
        let mut body = json!({
            "indices": self.asked().join(","),
            "ignore_unavailable": false,
            "include_global_state": request.is_set(GLOBAL_STATE),
            "include_aliases": !request.is_set(NO_ALIASES) && !renames,
            "partial": request.is_set(PARTIAL),
        });
        if let (Some(pattern), Some(replacement)) =
            (request.text(RENAME), request.text(REPLACEMENT))
        {
            body["rename_pattern"] = pattern.into();
            body["rename_replacement"] = replacement.into();
        }
        body
    }

    /// What is named in the request: data streams by their own name, in place of the indices behind
    /// them, since only then do they come back as streams.
    fn asked(&self) -> Vec<String> {
        let streams = &self.snapshot.data_streams;
        let mut asked: Vec<String> = streams
            .iter()
            .filter(|stream| self.chosen.iter().any(|index| is_behind(stream, index)))
            .cloned()
            .collect();
        let own = |index: &&String| !streams.iter().any(|stream| is_behind(stream, index));
        asked.extend(self.chosen.iter().filter(own).cloned());
        asked
    }
}

impl Search {
    async fn restore_plan(&self, request: &Request) -> Result<Plan, Failure> {
        let (name, repository, snapshot) = triple(&request.target);
        let source = self.domain(name).await?;
        let registered = self.repository(&source, repository).await?;
        let snapshot = self.snapshot(&source, repository, snapshot).await?;
        let (target, there) = match request.text(TO).filter(|to| *to != name) {
            None => (Arc::clone(&source), Some(repository.to_owned())),
            Some(to) => {
                let target = self.domain(to).await?;
                let there = self
                    .repositories(&target)
                    .await?
                    .into_iter()
                    .find(|(_, other)| same_place(&registered, other))
                    .map(|(name, _)| name);
                (target, there)
            }
        };
        let chosen = selected(request.many(PATTERNS), &snapshot);
        let left_out = snapshot.indices.iter().filter(|index| is_system(index));
        let left_out = left_out
            .filter(|index| !chosen.contains(index))
            .cloned()
            .collect();
        let renamed = renamed(&chosen, request.text(RENAME), request.text(REPLACEMENT));
        Ok(Plan {
            source,
            target,
            repository: there,
            registered,
            snapshot,
            chosen,
            left_out,
            renamed,
        })
    }

    pub(super) async fn assess_restore(&self, request: &Request) -> Result<Assessment, Failure> {
        let plan = self.restore_plan(request).await?;
        let existing = self.indices(&plan.target).await?;
        let repository = plan.repository.clone().unwrap_or_default();
        let path = [
            "_snapshot",
            repository.as_str(),
            plan.snapshot.name.as_str(),
            "_restore",
        ];
        let ask = Ask::change("POST", &path, Some(plan.body(request)));
        let mut facts = domain_facts(&plan.target);
        let (_, source, _) = triple(&request.target);
        facts.push(("Snapshot", plan.snapshot.name.clone()));
        facts.push(("From", place_of(source, &plan.registered)));
        facts.push(("Indices", some(&plan.chosen)));
        if !plan.left_out.is_empty() {
            facts.push(("Left out", some(&plan.left_out)));
        }
        let mut checks = vec![usable(&plan.target)];
        checks.extend(elsewhere(&plan, request));
        checks.push(state(&plan.snapshot, &plan.chosen, request.is_set(PARTIAL)));
        checks.push(version(&plan));
        checks.push(content(&plan, request.many(PATTERNS)));
        checks.extend(fine_grained(&plan, request));
        checks.push(names(&plan));
        checks.push(room(&plan, &existing));
        let mut assessment = plain(facts, checks, ask.line());
        assessment.warnings = warnings(&plan, &existing, request);
        assessment.duration = Some("minutes to hours, by the amount of data".to_owned());
        Ok(assessment)
    }

    pub(super) async fn before_restore(&self, request: &Request) -> Result<Baseline, Failure> {
        let plan = self.restore_plan(request).await?;
        Ok(Baseline {
            subject: Some(format!("{} from {}", plan.target.name, request.target)),
            facts: json!({
                "domain": plan.target.name,
                "repository": plan.repository,
                "snapshot": plan.snapshot.name,
                "body": plan.body(request),
                MADE: plan.made(),
            }),
        })
    }

    /// Sends what was shown: the plan of the baseline, whatever has changed since.
    pub(super) async fn send_restore(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let facts = &operation.baseline.facts;
        let text = |key: &str| facts[key].as_str().unwrap_or_default();
        let domain = self.domain(text("domain")).await?;
        let path = [
            "_snapshot",
            text("repository"),
            text("snapshot"),
            "_restore",
        ];
        let body = Some(facts["body"].clone());
        let (_, request_id) = self
            .change(&domain, &Ask::change("POST", &path, body))
            .await?;
        Ok(watch::restore_accepted(facts, self.clock.now(), request_id))
    }
}

/// The indices of a snapshot that patterns pick. System indices are picked only by a pattern that begins
/// with a dot, as they do; a data stream is picked with all that is behind it.
fn selected(patterns: &[String], snapshot: &Snapshot) -> Vec<String> {
    let dotted: Vec<String> = patterns
        .iter()
        .filter(|pattern| pattern.starts_with('.'))
        .cloned()
        .collect();
    let streams = match patterns {
        [] => Vec::new(),
        _ => picked(patterns, &snapshot.data_streams, true),
    };
    let by_name = picked(patterns, &snapshot.indices, true);
    let is_picked = |index: &&String| {
        let named = || !dotted.is_empty() && dotted.iter().any(|pattern| fits(pattern, index));
        by_name.contains(index) && (!is_system(index) || named())
            || streams.iter().any(|stream| is_behind(stream, index))
    };
    snapshot.indices.iter().filter(is_picked).cloned().collect()
}

/// Whether an index is one of those that a data stream consists of.
fn is_behind(stream: &str, index: &str) -> bool {
    index
        .strip_prefix(".ds-")
        .and_then(|rest| rest.strip_prefix(stream))
        .is_some_and(|rest| rest.starts_with('-'))
}

/// Whether two registrations lead to the same snapshots.
fn same_place(one: &Value, other: &Value) -> bool {
    let setting = |value: &Value, key: &str| {
        let text = value["settings"][key].as_str().unwrap_or_default();
        text.trim_matches('/').to_owned()
    };
    let same = |key: &str| setting(one, key) == setting(other, key);
    let place = !setting(one, "bucket").is_empty() || !setting(one, "location").is_empty();
    place
        && one["type"] == other["type"]
        && ["bucket", "base_path", "location"]
            .iter()
            .all(|key| same(key))
}

/// What each index is called afterwards, as Java's `replaceAll` has it.
fn renamed(
    chosen: &[String],
    pattern: Option<&str>,
    replacement: Option<&str>,
) -> Result<BTreeMap<String, String>, String> {
    let (pattern, replacement) = match (pattern, replacement) {
        (None, None) => {
            let same = chosen.iter().map(|name| (name.clone(), name.clone()));
            return Ok(same.collect());
        }
        (Some(pattern), Some(replacement)) => (pattern, replacement),
        (Some(_), None) => return Err("--rename-pattern needs --rename-replacement".to_owned()),
        (None, Some(_)) => return Err("--rename-replacement needs --rename-pattern".to_owned()),
    };
    let expression = Regex::new(pattern).map_err(|_| {
        format!(
            "'{pattern}' is not a regular expression that is understood here; one looks like (.+)"
        )
    })?;
    let replacement = in_braces(replacement);
    let rename = |name: &String| {
        // The engine takes the prefix of a data stream's index away before it renames.
        let new = match name.strip_prefix(".ds-") {
            Some(rest) => format!(".ds-{}", expression.replace_all(rest, replacement.as_str())),
            None => expression
                .replace_all(name, replacement.as_str())
                .into_owned(),
        };
        (name.clone(), new)
    };
    Ok(chosen.iter().map(rename).collect())
}

/// Java's `$1x` is group 1 and an x; here that would be a group called `1x`.
fn in_braces(replacement: &str) -> String {
    let mut out = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let digits = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        if digits > 0 {
            out.push_str("${");
            out.push_str(&after[..digits]);
            out.push('}');
        } else {
            out.push('$');
        }
        rest = &after[digits..];
    }
    out.push_str(rest);
    out
}

/// Whether the domain that it is restored to can read the repository.
fn elsewhere(plan: &Plan, request: &Request) -> Option<Check> {
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
    let setting = |key: &str| plan.registered["settings"][key].as_str();
    if let Some(there) = &plan.repository {
        return Some(Check::rule(LABEL, Ok(format!("{to} has it as {there}"))));
    }
    let flag = |key: &str, flag: &str| {
        setting(key).map_or_else(String::new, |value| format!(" --{flag} {value}"))
    };
    Some(absent(
        LABEL,
        format!(
            "{to} has no repository on the same place. Register it there read-only first: snapdeck opensearch register {to} {name}{}{}{} --readonly",
            flag("bucket", "bucket"),
            flag("base_path", "base-path"),
            flag("role_arn", "role-arn"),
        ),
    ))
}

/// Whether the snapshot holds what is asked of it.
fn state(snapshot: &Snapshot, chosen: &[String], partial: bool) -> Check {
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
            "it lacks shards: {}. Leave these out, restore them from an older snapshot, or take what there is with --partial",
            snapshot.missing().join("; ")
        )),
        "IN_PROGRESS" => Err("it is still being taken".to_owned()),
        other => Err(format!("it is {other}, and cannot be restored")),
    };
    Check::rule("Snapshot", verdict).refuses_as(FailureKind::WrongState)
}

/// Whether the engine can read it.
fn version(plan: &Plan) -> Check {
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

fn content(plan: &Plan, patterns: &[String]) -> Check {
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
fn fine_grained(plan: &Plan, request: &Request) -> Option<Check> {
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

/// Whether the new names can be.
fn names(plan: &Plan) -> Check {
    const LABEL: &str = "Names";
    let renamed = match &plan.renamed {
        Err(why) => return Check::rule(LABEL, Err(why.clone())).refuses_as(FailureKind::Invalid),
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
fn room(plan: &Plan, existing: &[Index]) -> Check {
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
        let names: Vec<&str> = taken.iter().map(|(name, _)| name.as_str()).collect();
        parts.push(format!("{domain} has already: {}", lines.join(", ")));
        parts.push(format!(
            "Restore beside them with --rename-pattern '(.+)' --rename-replacement 'restored-$1', delete them first (snapdeck opensearch delete-index {domain} {}), leave them out, or restore to another domain with --to",
            names.join(" ")
        ));
    }
    if !aliases.is_empty() {
        parts.push(format!(
            "{} are aliases in {domain}, and an index cannot have the name of an alias",
            aliases.join(", ")
        ));
    }
    let check = Check::rule(LABEL, Err(parts.join(". "))).refuses_as(FailureKind::WrongState);
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

fn warnings(plan: &Plan, existing: &[Index], request: &Request) -> Vec<String> {
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
        warnings.push("The aliases of the indices come back with them. Where an alias leads to another index by now, leave them out (--no-aliases).".to_owned());
    }
    if !plan.left_out.is_empty() {
        warnings.push("System indices are left out: Dashboards and the plugins make their own again at once, so restoring them conflicts. Name one with --index to restore it.".to_owned());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn indices_are_renamed_as_the_engine_does() {
        let new = |name: &str, pattern: &str, replacement: &str| {
            let renamed = renamed(&words(&[name]), Some(pattern), Some(replacement)).unwrap();
            renamed[name].clone()
        };
        assert_eq!(new("orders", "(.+)", "restored-$1"), "restored-orders");
        assert_eq!(new("logs-2026", "logs-(.+)", "$1x"), "2026x");
        assert_eq!(new("orders", "nope", "x"), "orders");
        assert_eq!(new(".ds-logs-000001", "^", "re-"), ".ds-re-logs-000001");
        assert!(renamed(&words(&["a"]), Some("("), Some("x")).is_err());
        assert!(renamed(&words(&["a"]), Some("(.+)"), None).is_err());
        assert_eq!(in_braces("a$1-$12b$"), "a${1}-${12}b$");
    }

    #[test]
    fn system_indices_come_back_only_where_they_are_meant() {
        let snapshot = Snapshot {
            indices: words(&[".kibana_1", ".ds-web-000001", "logs-1", "orders"]),
            data_streams: words(&["web"]),
            ..Snapshot::default()
        };
        let chosen = |patterns: &[&str]| selected(&words(patterns), &snapshot);
        assert_eq!(chosen(&[]), [".ds-web-000001", "logs-1", "orders"]);
        assert_eq!(chosen(&["*"]), [".ds-web-000001", "logs-1", "orders"]);
        assert_eq!(chosen(&[".kibana*"]), [".kibana_1"]);
        assert_eq!(chosen(&["-logs-*"]), [".ds-web-000001", "orders"]);
        assert_eq!(chosen(&["web"]), [".ds-web-000001"]);
        assert_eq!(chosen(&["orders"]), ["orders"]);
    }

    #[test]
    fn two_registrations_of_one_place_are_recognised() {
        let s3 = |path: &str, readonly: &str| json!({"type": "s3", "settings": {"bucket": "b", "base_path": path, "readonly": readonly}});
        assert!(same_place(&s3("p", "false"), &s3("p/", "true")));
        assert!(!same_place(&s3("p", "false"), &s3("q", "false")));
        // AWS's own have no settings, and are the same as nothing.
        assert!(!same_place(&json!({"type": "s3"}), &json!({"type": "s3"})));
    }
}
