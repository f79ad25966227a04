//! Waiting for an operation, woken by its changes.

use tokio::sync::broadcast::error::RecvError;

use super::Operations;
use crate::domain::{
    failure::{Failure, FailureKind},
    operation::{Operation, OperationId},
};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// AWS took it on, or it is clear that it did not.
    Resolved,
    /// It will change no more.
    Finished,
}

impl Goal {
    fn is_met(self, operation: &Operation) -> bool {
        match self {
            Self::Resolved => !operation.is_unresolved(),
            Self::Finished => operation.is_finished(),
        }
    }
}

impl Operations {
    /// Waits until an operation has come as far as `goal`, telling of every change on the way. Some
    /// task must be running [`Operations::watch`].
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] for an unknown id, [`FailureKind::Internal`] where the journal
    /// cannot be read.
    pub async fn wait(
        &self,
        id: &OperationId,
        goal: Goal,
        mut on_change: impl FnMut(&Operation),
    ) -> Result<Operation, Failure> {
        let mut updates = self.updates();
        let mut operation = self.get(id).await?;
        on_change(&operation);
        while !goal.is_met(&operation) {
            match updates.recv().await {
                Ok(update) if update.id == *id => {
                    operation = update;
                    on_change(&operation);
                }
                Ok(_) => {}
                // Fell behind: the journal has the latest.
                Err(RecvError::Lagged(_)) => operation = self.get(id).await?,
                Err(RecvError::Closed) => {
                    return Err(Failure::new(
                        FailureKind::Internal,
                        "",
                        "the engine has stopped",
                    ));
                }
            }
        }
        Ok(operation)
    }
}
