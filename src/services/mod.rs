//! The port to AWS: what every service must be able to do, and the services that can.
//!
//! [`Service`] is the only trait of the crate that exists for substitution. Its implementations, one
//! folder each, are the only code that names an AWS operation; everything they answer is in the
//! vocabulary of [`domain`](crate::domain).
//!
//! Invariants: reading is retried by the SDK, changing never is ([`connection`]); an implementation
//! keeps no state of its own between calls, so that a later process can go on where one ended.

pub mod connection;
mod connector;
mod convert;
pub mod directory;
pub mod ebs;
pub mod endpoints;
mod equivalent;
pub mod http;
mod id;
pub mod identity;
pub mod opensearch;
mod profile;
mod refusal;
pub mod registry;
mod signature;
mod skew;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::domain::{
    assessment::Assessment,
    collection::ServiceInfo,
    failure::Failure,
    form::{Request, Value},
    lifecycle::{Accepted, Observation},
    operation::{Baseline, Operation, WaitTarget},
    preset::TagPreset,
    row::Row,
};

/// Where the pages of a listing go, as they arrive. A row with a pending cell is sent again once that
/// is known, and replaces the first one: [`merge`](crate::domain::row::merge) does that. A whole row
/// is sent once, so that it can be passed on at once.
pub type Sink<'a> = dyn FnMut(Vec<Row>) + Send + 'a;

/// One AWS service in one place: an account in a Region, under one identity.
#[async_trait]
pub trait Service: Send + Sync {
    /// What it offers.
    fn info(&self) -> &'static ServiceInfo;

    /// Lists a collection, or the part of it that belongs to the row `parent`, page by page.
    ///
    /// # Errors
    /// What AWS or the network answered. Pages already in the sink stand.
    async fn list(
        &self,
        collection: &str,
        parent: Option<&str>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Failure>;

    /// The ids of all rows of a collection, by as few calls as tell them.
    ///
    /// # Errors
    /// What AWS or the network answered.
    async fn ids(&self, collection: &str) -> Result<Vec<String>, Failure> {
        let mut ids = Vec::new();
        let mut sink = |rows: Vec<Row>| ids.extend(rows.into_iter().map(|row| row.id));
        self.list(collection, None, &mut sink).await?;
        Ok(ids)
    }

    /// Fills in cells that [`Service::list`] left [`Pending`](crate::domain::row::Cell::Pending), for the
    /// rows on screen. Rows that no longer exist are omitted.
    ///
    /// # Errors
    /// What AWS or the network answered.
    async fn details(&self, _collection: &str, _ids: &[String]) -> Result<Vec<Row>, Failure> {
        Ok(Vec::new())
    }

    /// One row with everything that is known of it.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`](crate::domain::failure::FailureKind::NotFound) where there is none
    /// by that id, otherwise what AWS or the network answered.
    async fn show(&self, collection: &str, id: &str) -> Result<Row, Failure>;

    /// Finds out what would follow from a request. Changes nothing.
    ///
    /// # Errors
    /// What AWS or the network answered.
    async fn assess(&self, request: &Request) -> Result<Assessment, Failure>;

    /// What is filled in by itself, by field, from the configuration's tags.
    ///
    /// # Errors
    /// What AWS or the network answered.
    async fn presets(
        &self,
        _request: &Request,
        _tags: &[TagPreset],
    ) -> Result<BTreeMap<String, Value>, Failure> {
        Ok(BTreeMap::new())
    }

    /// Writes down what is so before the request is sent, for [`Service::reconcile`].
    ///
    /// # Errors
    /// What AWS or the network answered; the request is then not sent.
    async fn baseline(&self, request: &Request) -> Result<Baseline, Failure>;

    /// Sends the call that an operation is at, once: the request, or, by its
    /// [`step`](Operation::step), a later one that belongs to it.
    ///
    /// # Errors
    /// The failure's kind says whether the request may have taken effect all the same.
    async fn submit(&self, operation: &Operation) -> Result<Accepted, Failure>;

    /// Return true if the next call can be sent immediately. Its wait target must still make
    /// [`Service::observe`] answer [`Observation::Next`], so that another process can continue after a
    /// crash in between.
    fn goes_on_at_once(&self, _operation: &Operation) -> bool {
        false
    }

    /// Looks at everything that is being waited for, with as few calls as AWS allows. Answers one
    /// observation a target, in order.
    ///
    /// # Errors
    /// What AWS or the network answered; says nothing of the operations.
    async fn observe(&self, targets: &[WaitTarget]) -> Result<Vec<Observation>, Failure>;

    /// Looks for the trace of an operation whose reply was lost, by comparing what is so now with
    /// its baseline. `claimed` are the resources that other operations have accounted for.
    ///
    /// # Errors
    /// What AWS or the network answered; the search goes on.
    async fn reconcile(&self, operation: &Operation, claimed: &[String]) -> Result<Trace, Failure>;
}

/// What reconciliation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// The request took effect.
    Found {
        /// What AWS took on.
        accepted: Accepted,
        /// How it was found, and how sure that is, as a sentence.
        how: String,
    },
    /// Nothing of it can be seen so far.
    None {
        /// What was looked at, as a sentence.
        looked_at: String,
        /// What to do about it, should it stay so.
        advice: String,
    },
    /// More than one thing could be it, so nobody can say which.
    Ambiguous {
        /// What was found, as a sentence.
        found: String,
        /// What to do about it.
        advice: String,
    },
}
