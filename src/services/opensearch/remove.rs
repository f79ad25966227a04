//! Deleting snapshots and indices. One name a request, encoded: the engine would take a wildcard or a
//! list here, and delete all that fits.

use serde_json::{Value, json};

use super::{
    Search,
    assess::{domain_facts, done, plain, usable},
    create::{place_of, writable},
    names::{pair, triple},
    transport::Ask,
};
use crate::domain::{
    assessment::{Assessment, Check, Confirmation},
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
    time,
    words::{grouped, size},
};

/// The member of a baseline that tells an index from a later one of the same name.
pub(super) const UUID: &str = "uuid";

impl Search {
    pub(super) async fn assess_delete(&self, request: &Request) -> Result<Assessment, Failure> {
        let (name, repository, snapshot) = triple(&request.target);
        let domain = self.domain(name).await?;
        let registered = self.repository(&domain, repository).await?;
        let found = self.snapshot(&domain, repository, snapshot).await?;
        let path = ["_snapshot", repository, snapshot];
        let ask = Ask::change("DELETE", &path, None);
        let mut facts = domain_facts(&domain);
        facts.push(("Snapshot", format!("{snapshot} ({})", found.state)));
        facts.push(("In", place_of(repository, &registered)));
        if let Some(start) = found.details.as_ref().and_then(|details| details.start) {
            let age = time::age(start, self.clock.now());
            facts.push(("Taken", format!("{} UTC, {age} ago", time::stamp(start))));
        }
        let running = found.state == "IN_PROGRESS";
        let mut assessment = plain(
            facts,
            vec![usable(&domain), writable(repository, &registered)],
            ask.line(),
        );
        assessment.warnings.push(if running {
            "It is still being taken: deleting it stops that.".to_owned()
        } else {
            "The snapshot is gone for good. What other snapshots share with it stays.".to_owned()
        });
        assessment.confirmation = Confirmation::Ask {
            id: request.target.clone(),
        };
        Ok(assessment)
    }

    pub(super) async fn send_delete(&self, operation: &Operation) -> Result<Accepted, Failure> {
        let target = &operation.request.target;
        let (name, repository, snapshot) = triple(target);
        let domain = self.changed(name).await?;
        let path = ["_snapshot", repository, snapshot];
        let (_, request_id) = self
            .change(&domain, &Ask::change("DELETE", &path, None))
            .await?;
        Ok(done(target.clone(), request_id, "deleted"))
    }

    pub(super) async fn assess_delete_index(
        &self,
        request: &Request,
    ) -> Result<Assessment, Failure> {
        let (name, index) = pair(&request.target);
        let domain = self.domain(name).await?;
        let found = self.index(&domain, index).await?;
        let path = [index];
        let ask = Ask::change("DELETE", &path, None);
        let or_unknown = |told: Option<String>| told.unwrap_or_else(|| "?".to_owned());
        let mut facts = domain_facts(&domain);
        facts.push(("Index", index.to_owned()));
        facts.push((
            "Holds",
            format!(
                "{} documents, {}",
                or_unknown(found.documents.map(grouped)),
                or_unknown(found.bytes.map(size))
            ),
        ));
        if !found.aliases.is_empty() {
            facts.push(("Aliases", found.aliases.join(", ")));
        }
        let system = super::indices::is_security(index) && domain.fine_grained() == Some(true);
        let mut assessment = plain(
            facts,
            vec![
                usable(&domain),
                Check::rule(
                    "Index",
                    if system {
                        Err(
                            "it holds the users and roles of the domain and cannot be deleted"
                                .to_owned(),
                        )
                    } else {
                        Ok(found.status.clone())
                    },
                )
                .refuses_as(FailureKind::Denied),
            ],
            ask.line(),
        );
        assessment.warnings.push(format!(
            "The index {index} and all its documents are gone for good, unless a snapshot has them."
        ));
        if !found.aliases.is_empty() {
            assessment.warnings.push(format!(
                "Its aliases go with it: {0}. Stop writing to them first, or switch them to another index: a stray write would make a new index called {0}, and the alias could not be set again.",
                found.aliases.join(", ")
            ));
        }
        assessment.confirmation = Confirmation::Type {
            noun: "index",
            id: index.to_owned(),
        };
        Ok(assessment)
    }

    pub(super) async fn before_delete_index(&self, request: &Request) -> Result<Baseline, Failure> {
        let (name, index) = pair(&request.target);
        let domain = self.domain(name).await?;
        let found = self.index(&domain, index).await?;
        Ok(Baseline {
            subject: None,
            facts: json!({ UUID: found.uuid.map_or(Value::Null, Value::from) }),
        })
    }

    pub(super) async fn send_delete_index(
        &self,
        operation: &Operation,
    ) -> Result<Accepted, Failure> {
        let target = &operation.request.target;
        let (name, index) = pair(target);
        let domain = self.changed(name).await?;
        let (_, request_id) = self
            .change(&domain, &Ask::change("DELETE", &[index], None))
            .await?;
        Ok(done(target.clone(), request_id, "deleted"))
    }
}
