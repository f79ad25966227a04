//! Which file answers for which action, and what the assessments have in common.

use super::{
    Search,
    domains::{Domain, Reach},
    forms::{
        CREATE, CREATE_POLICY, DELETE, DELETE_INDEX, DELETE_POLICY, PREPARE, PREREQUISITES,
        REGISTER, RESTORE, UNREGISTER, VERIFY,
    },
    unknown,
};
use crate::domain::{
    assessment::{Assessment, Check, Confirmation},
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::Accepted,
    operation::{Baseline, Operation},
};

impl Search {
    pub(super) async fn assess_request(&self, request: &Request) -> Result<Assessment, Failure> {
        match request.action.as_str() {
            CREATE => self.assess_create(request).await,
            RESTORE => self.assess_restore(request).await,
            DELETE => self.assess_delete(request).await,
            DELETE_INDEX => self.assess_delete_index(request).await,
            REGISTER => self.assess_register(request).await,
            UNREGISTER => self.assess_unregister(request).await,
            VERIFY => self.assess_verify(request).await,
            PREREQUISITES => self.assess_prerequisites(request).await,
            PREPARE => self.assess_prepare(request).await,
            CREATE_POLICY => self.assess_create_policy(request).await,
            DELETE_POLICY => self.assess_delete_policy(request).await,
            other => Err(unknown("action", other)),
        }
    }

    pub(super) async fn baseline_of(&self, request: &Request) -> Result<Baseline, Failure> {
        match request.action.as_str() {
            CREATE => self.before_create(request).await,
            RESTORE => self.before_restore(request).await,
            DELETE_INDEX => self.before_delete_index(request).await,
            REGISTER => Ok(super::register::before(request)),
            PREPARE => Ok(super::prepare::before(request)),
            CREATE_POLICY => Ok(super::policies::before(request)),
            _ => Ok(Baseline::default()),
        }
    }

    /// Sends the request of an operation, once.
    pub(super) async fn send(&self, operation: &Operation) -> Result<Accepted, Failure> {
        match operation.request.action.as_str() {
            CREATE => self.send_create(operation).await,
            RESTORE => self.send_restore(operation).await,
            DELETE => self.send_delete(operation).await,
            DELETE_INDEX => self.send_delete_index(operation).await,
            REGISTER => self.send_register(operation).await,
            UNREGISTER => self.send_unregister(operation).await,
            PREPARE => self.send_prepare(operation).await,
            CREATE_POLICY => self.send_create_policy(operation).await,
            DELETE_POLICY => self.send_delete_policy(operation).await,
            other => Err(unknown("change", other)),
        }
    }
}

/// What every dialog says of the domain that it acts on.
pub(super) fn domain_facts(domain: &Domain) -> Vec<(&'static str, String)> {
    let engine = domain
        .engine
        .map_or_else(String::new, |engine| format!(", {engine}"));
    let reach = match domain.reach {
        Reach::Vpc => ", in a VPC",
        Reach::Public | Reach::Named => "",
    };
    vec![("Domain", format!("{}{engine}{reach}", domain.name))]
}

/// An assessment that asks for no more than the button.
pub(super) fn plain(
    facts: Vec<(&'static str, String)>,
    checks: Vec<Check>,
    equivalent: String,
) -> Assessment {
    Assessment {
        facts,
        gauge: None,
        warnings: Vec::new(),
        checks,
        confirmation: Confirmation::Button,
        duration: None,
        equivalent,
        documents: Vec::new(),
    }
}

/// What was done at once.
pub(super) fn done(resource: String, request_id: Option<String>, stage: &str) -> Accepted {
    Accepted {
        resource: Some(resource),
        request_id,
        wait: None,
        expected: None,
        stage: Some(stage.to_owned()),
    }
}

/// A check that failed to be made: what stands in the way of looking is not what stands in the way of
/// doing.
pub(super) fn unmade(label: &'static str, failure: &Failure) -> Check {
    Check::unknown(label, failure.reason())
}

/// A check that names a resource which is not there.
pub(super) fn absent(label: &'static str, why: String) -> Check {
    Check::rule(label, Err(why)).refuses_as(FailureKind::NotFound)
}

/// Whether the domain is in a state in which it can be changed.
pub(super) fn usable(domain: &Domain) -> Check {
    const LABEL: &str = "Domain";
    let Some(status) = domain.status.as_deref() else {
        return Check::rule(LABEL, Ok("named in the configuration".to_owned()));
    };
    if status.deleted() == Some(true) {
        return Check::rule(LABEL, Err("it is being deleted".to_owned()))
            .refuses_as(FailureKind::WrongState);
    }
    let working = status.processing() == Some(true) || status.upgrade_processing() == Some(true);
    Check::rule(
        LABEL,
        Ok(if working {
            "AWS is changing it at the moment".to_owned()
        } else {
            "active".to_owned()
        }),
    )
}
