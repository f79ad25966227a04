//! Snapshot Management policies: a domain that takes snapshots by itself and deletes old ones, so that
//! no machine of the user's has to be up at two in the morning. OpenSearch 2.1 and later.

use serde_json::{Value, json};

use super::{
    Search,
    assess::{absent, domain_facts, done, plain, usable},
    convert,
    create::{place_of, writable},
    domains::Domain,
    engine::Engine,
    forms::{CRON, DAILY, KEEP, MAX_AGE, PATTERNS, POLICY, REPOSITORY, TIME_ZONE},
    names::pair,
    transport::{Ask, LIST, SMALL},
};
use crate::domain::{
    assessment::{Assessment, Check, Confirmation},
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
    row::Row,
};

/// The path below which the plugin is.
const PLUGIN: [&str; 3] = ["_plugins", "_sm", "policies"];

/// Policies are named within their domain.
pub(super) fn before(request: &Request) -> Baseline {
    let policy = request.text(POLICY).unwrap_or_default();
    Baseline {
        subject: Some(format!("{}/{policy}", request.target)),
        facts: Value::Null,
    }
}

/// The body of a policy.
pub(super) fn body(request: &Request) -> Value {
    let zone = request.text(TIME_ZONE).unwrap_or("UTC");
    let schedule = json!({ "cron": {
        "expression": request.text(CRON).unwrap_or(DAILY),
        "timezone": zone,
    }});
    let patterns = request.many(PATTERNS);
    let mut body = json!({
        "description": "Made with snapdeck",
        "enabled": true,
        "creation": { "schedule": schedule.clone() },
        "snapshot_config": {
            "date_format": "yyyy-MM-dd-HH-mm",
            "timezone": zone,
            "indices": if patterns.is_empty() { "*".to_owned() } else { patterns.join(",") },
            "repository": request.text(REPOSITORY),
            "include_global_state": true,
        },
    });
    let mut condition = serde_json::Map::new();
    if let Some(keep) = request.text(KEEP).and_then(|text| text.parse::<u32>().ok()) {
        condition.insert("max_count".to_owned(), keep.into());
    }
    if let Some(age) = request.text(MAX_AGE) {
        condition.insert("max_age".to_owned(), age.into());
    }
    if !condition.is_empty() {
        body["deletion"] = json!({ "schedule": schedule, "condition": condition });
    }
    body
}

fn path(name: &str) -> [&str; 4] {
    [PLUGIN[0], PLUGIN[1], PLUGIN[2], name]
}

impl Search {
    /// The policies of a domain. Engines without them have none.
    pub(super) async fn policy_rows(&self, domain: &Domain) -> Result<Vec<Row>, Failure> {
        if domain.can(Engine::has_policies) == Some(false) {
            return Ok(Vec::new());
        }
        let answer = self
            .read(domain, &Ask::get(&PLUGIN, &[("size", "1000")], LIST))
            .await;
        let answer = match answer {
            // A node without the plugin does not know the path.
            Err(failure) if failure.kind == FailureKind::Invalid => return Ok(Vec::new()),
            answer => answer?,
        };
        let policies = answer["policies"].as_array().cloned().unwrap_or_default();
        let mut rows = Vec::new();
        for policy in &policies {
            let name = policy["sm_policy"]["name"].as_str().unwrap_or_default();
            let [first, second, third, name] = path(name);
            let explain = [first, second, third, name, "_explain"];
            // What it did last is worth knowing, and not worth failing for.
            let runs = self
                .read(domain, &Ask::get(&explain, &[], SMALL))
                .await
                .ok();
            let runs = runs.as_ref().and_then(|runs| runs.pointer("/policies/0"));
            rows.extend(convert::policy(&domain.name, policy, runs, &self.place));
        }
        Ok(rows)
    }

    /// One policy; `None` where there is none by that name.
    pub(super) async fn policy(
        &self,
        domain: &Domain,
        name: &str,
    ) -> Result<Option<Value>, Failure> {
        match self.read(domain, &Ask::get(&path(name), &[], SMALL)).await {
            Ok(policy) => Ok(Some(policy)),
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Whether a policy can be called so.
    async fn is_free(&self, domain: &Domain, name: &str) -> Check {
        let verdict = match self.policy(domain, name).await {
            Ok(None) => Ok(format!("{name} is free")),
            Ok(Some(_)) => Err(format!("{} has a policy {name} already", domain.name)),
            Err(failure) => return super::assess::unmade("Name", &failure),
        };
        Check::rule("Name", verdict).refuses_as(FailureKind::WrongState)
    }

    pub(super) async fn assess_create_policy(
        &self,
        request: &Request,
    ) -> Result<Assessment, Failure> {
        let domain = self.domain(&request.target).await?;
        let name = request.text(POLICY).unwrap_or_default();
        let repository = request.text(REPOSITORY).unwrap_or_default();
        let path = path(name);
        let ask = Ask::change("POST", &path, Some(body(request)));
        let mut facts = domain_facts(&domain);
        let zone = request.text(TIME_ZONE).unwrap_or("UTC");
        facts.push(("Policy", name.to_owned()));
        facts.push((
            "Schedule",
            format!("{} ({zone})", request.text(CRON).unwrap_or(DAILY)),
        ));
        let mut checks = vec![usable(&domain)];
        let able = domain.can(Engine::has_policies);
        if able == Some(false) {
            let engine = domain
                .engine
                .map_or_else(String::new, |engine| engine.to_string());
            let why = format!(
                "{engine} has no snapshot management; OpenSearch 2.1 and later have. AWS takes automated snapshots by itself in any case"
            );
            checks.push(Check::rule("Engine", Err(why)).refuses_as(FailureKind::WrongState));
        } else {
            let registered = self.repositories(&domain).await?;
            match registered.get(repository) {
                Some(there) => {
                    facts.push(("Repository", place_of(repository, there)));
                    checks.push(writable(repository, there));
                }
                None if repository.is_empty() => {
                    checks.push(Check::unfilled("Repository", "Repository"));
                }
                None => checks.push(absent(
                    "Repository",
                    format!(
                        "{} has no repository '{repository}'; register it first",
                        domain.name
                    ),
                )),
            }
            checks.push(if name.is_empty() {
                Check::unfilled("Name", "Name")
            } else {
                self.is_free(&domain, name).await
            });
        }
        let mut assessment = plain(facts, checks, ask.line());
        if request.text(KEEP).is_none() && request.text(MAX_AGE).is_none() {
            assessment.warnings.push("Nothing is ever deleted: say how many are kept, or for how long. AWS allows 400 snapshots a repository for policies.".to_owned());
        } else {
            assessment.warnings.push("Snapshots of this policy that are too many or too old are deleted by the domain, without asking.".to_owned());
        }
        Ok(assessment)
    }

    pub(super) async fn send_create_policy(
        &self,
        operation: &Operation,
    ) -> Result<Accepted, Failure> {
        let request = &operation.request;
        let domain = self.changed(&request.target).await?;
        let name = request.text(POLICY).unwrap_or_default();
        let path = path(name);
        let ask = Ask::change("POST", &path, Some(body(request)));
        let (_, request_id) = self.change(&domain, &ask).await?;
        Ok(done(
            format!("{}/{name}", request.target),
            request_id,
            "created",
        ))
    }

    pub(super) async fn assess_delete_policy(
        &self,
        request: &Request,
    ) -> Result<Assessment, Failure> {
        let (name, policy) = pair(&request.target);
        let domain = self.domain(name).await?;
        if self.policy(&domain, policy).await?.is_none() {
            return Err(self.not_found("policy", &request.target));
        }
        let path = path(policy);
        let mut facts = domain_facts(&domain);
        facts.push(("Policy", policy.to_owned()));
        let ask = Ask::change("DELETE", &path, None);
        let mut assessment = plain(facts, vec![usable(&domain)], ask.line());
        assessment.warnings.push("No further snapshots are taken by it. Those it took stay, and nothing deletes them any more.".to_owned());
        assessment.confirmation = Confirmation::Ask {
            id: request.target.clone(),
        };
        Ok(assessment)
    }

    pub(super) async fn send_delete_policy(
        &self,
        operation: &Operation,
    ) -> Result<Accepted, Failure> {
        let target = &operation.request.target;
        let (name, policy) = pair(target);
        let domain = self.changed(name).await?;
        let path = path(policy);
        let ask = Ask::change("DELETE", &path, None);
        let (_, request_id) = self.change(&domain, &ask).await?;
        Ok(done(target.clone(), request_id, "deleted"))
    }
}
