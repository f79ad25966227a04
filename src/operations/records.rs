//! The journal as the engine uses it: off the async threads, with errors a user can read.

use std::sync::Arc;

use jiff::Timestamp;

use super::Operations;
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        lifecycle::Observation,
        operation::{Operation, OperationId},
    },
    journal::{Applied, Journal, JournalError},
};

/// The journal, or the reason why there is none, and the reason why changes are refused.
#[derive(Clone)]
pub struct Records {
    journal: Result<Arc<Journal>, String>,
    restriction: Option<Arc<str>>,
}

impl Records {
    /// A journal that can be written. `restriction` refuses changes all the same: read-only.
    #[must_use]
    pub fn writable(journal: Journal, restriction: Option<String>) -> Self {
        Self {
            journal: Ok(Arc::new(journal)),
            restriction: restriction.map(Into::into),
        }
    }

    /// A journal that can only be read, or none, because of `why`. Every change is refused: one that
    /// could not be written down could be lost or done twice.
    #[must_use]
    pub fn restricted(journal: Option<Journal>, why: String) -> Self {
        Self {
            restriction: Some(why.as_str().into()),
            journal: journal.map(Arc::new).ok_or(why),
        }
    }

    /// Why changes are refused, if they are.
    #[must_use]
    pub fn restriction(&self) -> Option<&str> {
        self.restriction.as_deref()
    }

    /// Runs `work` on the journal, on a thread that may block.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, Failure> {
        let journal = match &self.journal {
            Ok(journal) => Arc::clone(journal),
            Err(why) => return Err(Failure::new(FailureKind::Internal, "", why.clone())),
        };
        tokio::task::spawn_blocking(move || work(&journal))
            .await
            .map_err(|error| Failure::new(FailureKind::Internal, "the journal", error.to_string()))?
            .map_err(|error| match error {
                JournalError::Unresolved(_) => {
                    Failure::new(FailureKind::WrongState, "", error.to_string())
                }
                error => Failure::new(FailureKind::Internal, "", error.to_string()),
            })
    }

    /// The name of this process's session.
    pub(super) fn session(&self) -> Result<String, Failure> {
        match &self.journal {
            Ok(journal) => Ok(journal.session().to_owned()),
            Err(why) => Err(Failure::new(FailureKind::Internal, "", why.clone())),
        }
    }

    pub(super) async fn apply(
        &self,
        id: &OperationId,
        observation: Observation,
        now: Timestamp,
    ) -> Result<Applied, Failure> {
        let id = id.clone();
        self.with(move |journal| journal.apply(&id, observation, now))
            .await
    }
}

impl Operations {
    /// The newest operations, newest first.
    ///
    /// # Errors
    /// [`FailureKind::Internal`] where the journal cannot be read.
    pub async fn list(&self, limit: usize) -> Result<Vec<Operation>, Failure> {
        self.0
            .records
            .with(move |journal| journal.list(limit))
            .await
    }

    /// How many operations have each status, by its word.
    ///
    /// # Errors
    /// [`FailureKind::Internal`] where the journal cannot be read.
    pub async fn counts(&self) -> Result<Vec<(String, u32)>, Failure> {
        self.0.records.with(Journal::counts).await
    }

    /// The operations that are not finished, oldest first.
    ///
    /// # Errors
    /// [`FailureKind::Internal`] where the journal cannot be read.
    pub async fn open(&self) -> Result<Vec<Operation>, Failure> {
        self.0.records.with(Journal::open_operations).await
    }

    /// One operation.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] where the journal has none by that id, [`FailureKind::Internal`]
    /// where it cannot be read.
    pub async fn get(&self, id: &OperationId) -> Result<Operation, Failure> {
        let wanted = id.clone();
        let found = self
            .0
            .records
            .with(move |journal| journal.get(&wanted))
            .await?;
        found.ok_or_else(|| {
            Failure::new(
                FailureKind::NotFound,
                "",
                format!("the journal has no operation {id}"),
            )
            .hint("'snapdeck operations list' shows those it has.")
        })
    }
}
