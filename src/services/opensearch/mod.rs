//! Amazon OpenSearch Service and Elasticsearch Service: domains, and the index snapshots in them.
//!
//! Two planes: the control plane, which knows the domains, is called through the SDK (`domains`); the
//! data plane of each domain speaks the engine's own protocol, signed (`transport`, `signing`,
//! `refused`). Reading lists is in `lists`, what follows from a request and what is sent for it in one
//! file a subject (`create`, `restore`, `migrate`, `remove`, `register`, `prerequisites`, `prepare`,
//! `policies`), what became of it in `watch` and `trace`, what is found out of a bucket and a role in
//! `buckets` and `permissions`, the shape of answers in `snapshots`, `indices` and `convert`, what is
//! offered in `describe` and `forms`, with the rules of what may be typed in `rules` and `names`.
//!
//! Invariants: what changes something is sent once; nothing waits for completion in the call, since
//! AWS's front end cuts long calls off while the work goes on; no name with a wildcard or a comma
//! reaches the data plane.

mod assess;
mod buckets;
mod convert;
mod create;
mod describe;
mod domains;
mod engine;
mod forms;
mod indices;
mod lists;
mod migrate;
mod names;
mod permissions;
mod policies;
mod prepare;
mod prerequisites;
#[cfg(test)]
mod recorded;
mod refused;
mod register;
mod remove;
mod restore;
mod restore_checks;
mod restore_plan;
mod rules;
mod signing;
mod snapshots;
mod trace;
mod transport;
mod watch;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};

pub use self::describe::INFO;
use self::domains::Domain;
use super::{
    Service, Sink, Trace,
    connection::{Connection, Named},
    http::Http,
};
use crate::domain::{
    assessment::Assessment,
    clock::Clock,
    collection::ServiceInfo,
    failure::{Failure, FailureKind},
    form::Request,
    lifecycle::{Accepted, Observation},
    operation::{Baseline, Operation, WaitTarget},
    place::Place,
    row::Row,
};

/// The service in one place.
struct Search {
    control: aws_sdk_opensearch::Client,
    buckets: aws_sdk_s3::Client,
    roles: aws_sdk_iam::Client,
    changing_roles: aws_sdk_iam::Client,
    identity: aws_sdk_sts::Client,
    http: Http,
    provider: Option<SharedCredentialsProvider>,
    named: Vec<Named>,
    place: Place,
    clock: Clock,
    // Plain mutexes: held to look up or insert, never across an await.
    known: Mutex<HashMap<String, (Arc<Domain>, Instant)>>,
    keys: Mutex<Option<Credentials>>,
}

/// Connects the service.
#[must_use]
pub fn open(connection: Connection) -> Arc<dyn Service> {
    let reading = &connection.reading;
    // What stands in for AWS has one address for all buckets.
    let buckets = aws_sdk_s3::config::Builder::from(reading)
        .force_path_style(connection.place.endpoint.is_some())
        .build();
    Arc::new(Search {
        control: aws_sdk_opensearch::Client::new(reading),
        buckets: aws_sdk_s3::Client::from_conf(buckets),
        roles: aws_sdk_iam::Client::new(reading),
        changing_roles: aws_sdk_iam::Client::new(&connection.changing),
        identity: aws_sdk_sts::Client::new(reading),
        http: connection.http,
        provider: reading.credentials_provider(),
        named: connection
            .named
            .into_iter()
            .filter(|named| named.service == INFO.id)
            .collect(),
        place: connection.place,
        clock: connection.clock,
        known: Mutex::default(),
        keys: Mutex::default(),
    })
}

/// What the control plane's own error codes mean.
fn classify(code: &str) -> Option<FailureKind> {
    Some(match code {
        "ResourceNotFoundException" => FailureKind::NotFound,
        "DisabledOperationException" => FailureKind::WrongState,
        "LimitExceededException" => FailureKind::Limit,
        "InternalException" => FailureKind::Server,
        _ => return None,
    })
}

impl Search {
    fn doing(&self, operation: &str) -> String {
        format!("{operation} in {}", self.place.region)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (Arc<Domain>, Instant)>> {
        // A panic elsewhere cannot leave a map half written: insertion is the only change.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self) -> MutexGuard<'_, Option<Credentials>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown(what: &str, id: &str) -> Failure {
    Failure::new(
        FailureKind::Internal,
        "",
        format!("OpenSearch has no {what} '{id}'"),
    )
}

#[async_trait]
impl Service for Search {
    fn info(&self) -> &'static ServiceInfo {
        &INFO
    }

    async fn list(
        &self,
        collection: &str,
        parent: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure> {
        self.list_rows(collection, parent, sink).await
    }

    async fn details(&self, collection: &str, ids: &[String]) -> Result<Vec<Row>, Failure> {
        self.detail_rows(collection, ids).await
    }

    async fn show(&self, collection: &str, id: &str) -> Result<Row, Failure> {
        self.show_row(collection, id).await
    }

    async fn assess(&self, request: &Request) -> Result<Assessment, Failure> {
        self.assess_request(request).await
    }

    async fn baseline(&self, request: &Request) -> Result<Baseline, Failure> {
        self.baseline_of(request).await
    }

    async fn submit(&self, operation: &Operation) -> Result<Accepted, Failure> {
        self.send(operation).await
    }

    /// A registration before a restore waits for nothing: it is there, or it was refused.
    fn goes_on_at_once(&self, operation: &Operation) -> bool {
        operation
            .wait
            .as_ref()
            .is_some_and(|wait| wait.kind == watch::REGISTERED)
    }

    async fn observe(&self, targets: &[WaitTarget]) -> Result<Vec<Observation>, Failure> {
        self.observe_all(targets).await
    }

    async fn reconcile(
        &self,
        operation: &Operation,
        _claimed: &[String],
    ) -> Result<Trace, Failure> {
        self.look_for(operation).await
    }
}
