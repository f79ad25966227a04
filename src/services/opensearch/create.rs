//! Taking a snapshot: what it would hold, what forbids it, and the request.
//!
//! Two things look like a backup and are none: patterns that only take away, and patterns that fit
//! nothing. The engine accepts both and reports success; they are refused here.

use serde_json::{Value, json};

use super::{
    Search,
    assess::{domain_facts, plain, unmade, usable},
    describe::INFO,
    domains::Domain,
    engine::Engine,
    forms::{CREATE, NAME, NO_GLOBAL_STATE, PARTIAL, PATTERNS},
    indices::{Index, in_vain, picked, some},
    names::pair,
    snapshots::{OPERATION, is_automated},
    transport::Ask,
    watch,
};
use crate::domain::{
    assessment::{Assessment, Check},
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
    way::Way,
    wildcard::fits,
    words::{counted, size},
};

const INDICES_LABEL: &str = "Indices";

/// The body of the request; `operation` is what its metadata names, where the engine keeps any.
fn body(request: &Request, domain: &Domain, operation: Option<&str>) -> Value {
    let mut body = json!({
        "ignore_unavailable": false,
        "include_global_state": !request.is_set(NO_GLOBAL_STATE),
        "partial": request.is_set(PARTIAL),
    });
    let patterns = request.many(PATTERNS);
    if !patterns.is_empty() {
        body["indices"] = patterns.join(",").into();
    }
    if let (Some(id), Some(true)) = (operation, domain.can(Engine::keeps_metadata)) {
        body["metadata"] = json!({ OPERATION: id });
    }
    body
}

/// The name that a request gives its snapshot. Where a user gives none, one is filled in when the
/// request is begun.
fn asked_name(request: &Request) -> Result<&str, Failure> {
    request.text(NAME).ok_or_else(|| {
        let why = "the request names no snapshot";
        Failure::new(FailureKind::Invalid, "", why)
    })
}

/// The name that an operation's snapshot has.
pub(super) fn name_of(operation: &Operation) -> &str {
    let given = operation.request.text(NAME);
    let noted = || operation.baseline.facts.get(NAME).and_then(Value::as_str);
    given.or_else(noted).unwrap_or_default()
}

/// The member of a baseline that says that the repository had no snapshot of the name. It is looked for
/// where the engine keeps no metadata, which would tell whose a snapshot is.
pub(super) const ABSENT: &str = "absent";

impl Search {
    pub(super) async fn before_create(&self, request: &Request) -> Result<Baseline, Failure> {
        let (name, repository) = pair(&request.target);
        let snapshot = asked_name(request)?;
        let mut facts = json!({ NAME: snapshot });
        let domain = self.domain(name).await?;
        if domain.can(Engine::keeps_metadata) != Some(true) {
            let names = [snapshot.to_owned()];
            let there = self.detailed(&domain, repository, &names).await?;
            facts[ABSENT] = there.is_empty().into();
        }
        Ok(Baseline {
            subject: Some(format!("{}/{snapshot}", request.target)),
            facts,
        })
    }

    pub(super) async fn assess_create(&self, request: &Request) -> Result<Assessment, Failure> {
        let (name, repository) = pair(&request.target);
        let domain = self.domain(name).await?;
        let registered = self.repository(&domain, repository).await?;
        let indices = self.indices(&domain).await?;
        let chosen = chosen(request.many(PATTERNS), &indices);
        let snapshot = asked_name(request)?;
        let path = ["_snapshot", repository, snapshot];
        let ask = Ask::change("PUT", &path, Some(body(request, &domain, None)));
        let mut facts = domain_facts(&domain);
        facts.push(("Repository", place_of(repository, &registered)));
        facts.push(("Name", snapshot.to_owned()));
        let names: Vec<String> = chosen.iter().map(|index| index.name.clone()).collect();
        let bytes: i64 = chosen.iter().filter_map(|index| index.bytes).sum();
        let primaries: i64 = chosen.iter().filter_map(|index| index.primaries).sum();
        facts.push((
            "Holds",
            format!(
                "{}, {}, {} with replicas",
                counted(names.len(), "index"),
                counted(usize::try_from(primaries).unwrap_or(0), "primary shard"),
                size(bytes),
            ),
        ));
        let mut assessment = plain(
            facts,
            vec![
                usable(&domain),
                writable(repository, &registered),
                self.free(&domain, repository, snapshot).await,
                saves(request.many(PATTERNS), &names, &all_names(&indices)),
                whole(&chosen, request.is_set(PARTIAL)),
                self.alone(&domain).await,
            ],
            ask.line(),
        );
        if request.is_set(PARTIAL) {
            assessment.warnings.push("Shards that are not available are left out, and the snapshot ends as PARTIAL: look then at what is missing.".to_owned());
        }
        assessment.duration =
            Some("minutes to hours, by the data that changed since the last one".to_owned());
        Ok(assessment)
    }

    /// Whether the name is free. A snapshot's name is all that tells it from others.
    async fn free(&self, domain: &Domain, repository: &str, snapshot: &str) -> Check {
        const LABEL: &str = "Name";
        match self.snapshots(domain, repository).await {
            Err(failure) => unmade(LABEL, &failure),
            Ok(found) => Check::rule(
                LABEL,
                match found.iter().find(|s| s.name == snapshot) {
                    Some(s) => Err(format!(
                        "{repository} has a snapshot {snapshot} already ({})",
                        s.state
                    )),
                    None => Ok(format!("{snapshot} is free")),
                },
            )
            .refuses_as(FailureKind::WrongState),
        }
    }

    /// Whether another snapshot is running, where the engine takes one at a time.
    async fn alone(&self, domain: &Domain) -> Check {
        const LABEL: &str = "Other snapshots";
        if domain.can(Engine::takes_several) == Some(true) {
            return Check::rule(LABEL, Ok("the engine takes several at once".to_owned()));
        }
        let ask = Ask::get(&["_snapshot", "_status"], &[], super::transport::LIST);
        let running = match self.read(domain, &ask).await {
            Err(failure) => return unmade(LABEL, &failure),
            Ok(answer) => answer["snapshots"].as_array().map_or(0, Vec::len),
        };
        Check::rule(
            LABEL,
            Ok(if running == 0 {
                "none is running".to_owned()
            } else {
                "one is running, and this engine takes one at a time: the request is repeated until it is taken".to_owned()
            }),
        )
    }

    pub(super) async fn send_create(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let (name, repository) = pair(&request.target);
        let domain = self.changed(name).await?;
        let snapshot = name_of(operation);
        let body = body(request, &domain, Some(operation.id.as_str()));
        let path = ["_snapshot", repository, snapshot];
        let (_, request_id) = self
            .change(&domain, &Ask::change("PUT", &path, Some(body)))
            .await?;
        Ok(watch::snapshot_accepted(
            &format!("{}/{snapshot}", request.target),
            self.clock.now(),
            request_id,
        ))
    }
}

fn all_names(indices: &[Index]) -> Vec<String> {
    let names = indices.iter().map(|index| index.name.clone());
    let aliases = indices.iter().flat_map(|index| index.aliases.clone());
    names.chain(aliases).collect()
}

/// The indices that the patterns pick, by their names and by their aliases.
fn chosen<'i>(patterns: &[String], indices: &'i [Index]) -> Vec<&'i Index> {
    let picks = |name: &String| !picked(patterns, std::slice::from_ref(name), false).is_empty();
    let taken_away = |name: &str| {
        let away = patterns
            .iter()
            .filter_map(|pattern| pattern.strip_prefix('-'));
        away.into_iter().any(|pattern| fits(pattern, name))
    };
    let by_alias = |index: &Index| {
        let named = |alias: &String| patterns.contains(alias);
        index.aliases.iter().any(named) && !taken_away(&index.name)
    };
    indices
        .iter()
        .filter(|index| picks(&index.name) || by_alias(index))
        .collect()
}

/// Where a repository keeps its snapshots.
pub(super) fn place_of(name: &str, registered: &Value) -> String {
    let setting = |key: &str| registered["settings"][key].as_str();
    match (setting("bucket"), setting("base_path"), setting("location")) {
        (Some(bucket), Some(path), _) => format!("{name}, bucket {bucket}, {path}"),
        (Some(bucket), None, _) => format!("{name}, bucket {bucket}"),
        (None, _, Some(location)) => format!("{name}, {location}"),
        (None, _, None) => name.to_owned(),
    }
}

/// Whether a repository takes changes.
pub(super) fn writable(name: &str, registered: &Value) -> Check {
    let readonly = match &registered["settings"]["readonly"] {
        Value::String(text) => text == "true",
        value => value == &Value::Bool(true),
    };
    Check::rule(
        "Repository",
        if is_automated(name) {
            Err(format!(
                "{name} is AWS's own and read-only: register a bucket of yours"
            ))
        } else if readonly {
            Err(format!(
                "{name} is registered read-only here: another domain writes to it"
            ))
        } else {
            Ok("takes changes".to_owned())
        },
    )
    .refuses_as(FailureKind::WrongState)
}

/// Whether the snapshot would hold anything.
fn saves(patterns: &[String], chosen: &[String], known: &[String]) -> Check {
    let only_away = !patterns.is_empty() && patterns.iter().all(|p| p.starts_with('-'));
    let vain = in_vain(patterns, known);
    let verdict = if only_away {
        Err(format!(
            "{} only leaves out: it would save nothing and report success. Put * in front",
            patterns.join(" ")
        ))
    } else if !vain.is_empty() {
        Err(format!("no index fits {}", vain.join(", ")))
    } else if chosen.is_empty() {
        Err("it would save nothing: the domain has no such index".to_owned())
    } else {
        Ok(some(chosen))
    };
    Check::rule(INDICES_LABEL, verdict)
}

/// Whether every primary shard is there.
fn whole(chosen: &[&Index], partial: bool) -> Check {
    let red: Vec<String> = chosen
        .iter()
        .filter(|index| index.health.as_deref() == Some("red"))
        .map(|index| index.name.clone())
        .collect();
    let verdict = match (red.is_empty(), partial) {
        (true, _) => Ok("all primary shards are there".to_owned()),
        (false, true) => Ok(format!("{} lack shards, which are left out", some(&red))),
        (false, false) => Err(format!(
            "{} lack primary shards: leave them out, or take what there is",
            some(&red)
        )),
    };
    let lacks = verdict.is_err();
    let check = Check::rule("Shards", verdict)
        .refuses_as(FailureKind::WrongState)
        .decided_by_aws();
    if lacks {
        check.way(Way::fill(
            &INFO,
            CREATE,
            "take what there is",
            &[(PARTIAL, "")],
        ))
    } else {
        check
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::assessment::Verdict;

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_would_save_nothing_is_refused() {
        let known = words(&["logs-1", "orders"]);
        let verdict = |patterns: &[&str]| {
            let patterns = words(patterns);
            let chosen = picked(&patterns, &known, false);
            saves(&patterns, &chosen, &known).verdict
        };
        assert!(
            matches!(verdict(&["-logs-*"]), Verdict::Failed(why) if why.contains("only leaves out"))
        );
        assert!(matches!(verdict(&["nope"]), Verdict::Failed(why) if why.contains("nope")));
        assert!(
            matches!(verdict(&["logs-*", "-logs-*"]), Verdict::Failed(why) if why.contains("nothing"))
        );
        assert_eq!(verdict(&["*", "-logs-*"]), Verdict::Passed("orders".into()));
        assert_eq!(verdict(&[]), Verdict::Passed("logs-1, orders".into()));
    }

    #[test]
    fn a_repository_of_aws_or_of_another_domain_takes_nothing() {
        let failed =
            |name: &str, value: Value| matches!(writable(name, &value).verdict, Verdict::Failed(_));
        assert!(failed("cs-automated-enc", json!({"type": "s3"})));
        assert!(failed("r", json!({"settings": {"readonly": "true"}})));
        assert!(failed("r", json!({"settings": {"readonly": true}})));
        assert!(!failed("r", json!({"settings": {"readonly": "false"}})));
    }

    #[test]
    fn an_alias_stands_for_its_indices() {
        let index = |name: &str, alias: &str| Index {
            name: name.into(),
            aliases: words(&[alias]),
            ..Index::default()
        };
        let indices = [index("orders-1", "orders"), index("logs-1", "logs")];
        let names = |patterns: &[&str]| -> Vec<String> {
            let chosen = chosen(&words(patterns), &indices);
            chosen.iter().map(|index| index.name.clone()).collect()
        };
        assert_eq!(names(&["orders"]), ["orders-1"]);
        assert_eq!(names(&["*", "-logs-*"]), ["orders-1"]);
    }
}
