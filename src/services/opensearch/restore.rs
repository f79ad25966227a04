//! Restoring indices: what comes back under which name, what is in its way, and the request.
//!
//! The engine refuses all of it where one index is in the way, and names only the first; here every
//! one is listed, with the ways out. What is sent names the indices one by one, as they were shown.
//!
//! Without patterns everything comes back but the system indices: Dashboards makes its own `.kibana`
//! again at once, and the security index cannot be restored, so with them most restores fail.

use std::sync::Arc;

use serde_json::json;

use super::{
    Search,
    assess::{plain, usable},
    create::place_of,
    forms::{PARTIAL, PATTERNS, RENAME, REPLACEMENT, TO},
    indices::{is_system, some},
    migrate::{self, There},
    names::triple,
    restore_checks,
    restore_plan::{Plan, renamed, selected},
    transport::Ask,
    watch,
};
use crate::domain::{
    assessment::Assessment,
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
};

/// The member of a baseline that names what the restore makes.
pub(super) const MADE: &str = "made";

impl Search {
    async fn restore_plan(&self, request: &Request) -> Result<Plan, Failure> {
        let (name, repository, snapshot) = triple(&request.target);
        let source = self.domain(name).await?;
        let registered = self.repository(&source, repository).await?;
        let snapshot = self.snapshot(&source, repository, snapshot).await?;
        let (target, there) = match request.text(TO).filter(|to| *to != name) {
            None => (Arc::clone(&source), There::Known(repository.to_owned())),
            Some(to) => {
                let target = self.domain(to).await?;
                let existing = self.repositories(&target).await?;
                let there = There::find(&existing, &target, name, repository, &registered);
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
        let path = [
            "_snapshot",
            plan.repository.name(),
            plan.snapshot.name.as_str(),
            "_restore",
        ];
        let ask = Ask::change("POST", &path, Some(plan.body(request)));
        let mut facts = migrate::facts(&plan.target, &plan.repository);
        let (_, source, _) = triple(&request.target);
        facts.push(("Snapshot", plan.snapshot.name.clone()));
        facts.push(("From", place_of(source, &plan.registered)));
        facts.push(("Indices", some(&plan.chosen)));
        if !plan.left_out.is_empty() {
            facts.push(("Left out", some(&plan.left_out)));
        }
        let mut checks = vec![usable(&plan.target)];
        checks.extend(restore_checks::elsewhere(&plan, request));
        checks.push(restore_checks::state(
            &plan.snapshot,
            &plan.chosen,
            request.is_set(PARTIAL),
        ));
        checks.push(restore_checks::version(&plan));
        checks.push(restore_checks::content(&plan, request.many(PATTERNS)));
        checks.extend(restore_checks::fine_grained(&plan, request));
        checks.push(restore_checks::names(&plan));
        checks.push(restore_checks::room(&plan, &existing));
        // An empty list of indices would mean all of them, so there is no such request to be shown.
        let line = match &plan.repository {
            _ if plan.chosen.is_empty() => "none: nothing is left to restore".to_owned(),
            There::Barred(_) => "none: the domain has no such repository".to_owned(),
            There::Known(_) => ask.line(),
            There::Missing(first) => format!("{}, then {}", first.line(), ask.line()),
        };
        let mut assessment = plain(facts, checks, line);
        if let There::Missing(first) = &plan.repository {
            let (checks, documents) = self.registrable(&plan.target, first).await;
            assessment.checks.extend(checks);
            assessment.documents = documents;
            assessment.warnings = first.warnings(&plan.target);
        }
        let warnings = restore_checks::warnings(&plan, &existing, request);
        assessment.warnings.extend(warnings);
        assessment.duration = Some("minutes to hours, by the amount of data".to_owned());
        Ok(assessment)
    }

    pub(super) async fn before_restore(&self, request: &Request) -> Result<Baseline, Failure> {
        let plan = self.restore_plan(request).await?;
        if plan.chosen.is_empty() {
            // It was checked a moment ago; sent like this, it would restore everything.
            let why = "nothing is left to restore";
            return Err(Failure::new(FailureKind::Refused, "", why).hint("Nothing was sent."));
        }
        let mut facts = json!({
            "domain": plan.target.name,
            "repository": plan.repository.name(),
            "snapshot": plan.snapshot.name,
            "body": plan.body(request),
            MADE: plan.made(),
        });
        if let There::Missing(first) = &plan.repository {
            facts[migrate::FIRST] = first.to_json();
        }
        Ok(Baseline {
            subject: Some(format!("{} from {}", plan.target.name, request.target)),
            facts,
        })
    }

    /// Sends what was shown: the plan of the baseline, whatever has changed since.
    pub(super) async fn send_restore(&self, operation: &Operation) -> Result<Accepted, Failure> {
        if let Some(first) = migrate::due(operation) {
            return self.send_first(operation, &first).await;
        }
        let facts = &operation.baseline.facts;
        let text = |key: &str| facts[key].as_str().unwrap_or_default();
        let standing = |failure| migrate::standing(facts, failure);
        let domain = self.changed(text("domain")).await.map_err(standing)?;
        let path = [
            "_snapshot",
            text("repository"),
            text("snapshot"),
            "_restore",
        ];
        let body = Some(facts["body"].clone());
        let sent = self
            .change(&domain, &Ask::change("POST", &path, body))
            .await;
        let (_, request_id) = sent.map_err(standing)?;
        Ok(watch::restore_accepted(facts, self.clock.now(), request_id))
    }
}
