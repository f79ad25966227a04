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
    /// cannot be read, or the watcher cannot write to it.
    pub async fn wait(
        &self,
        id: &OperationId,
        goal: Goal,
        mut on_change: impl FnMut(&Operation),
    ) -> Result<Operation, Failure> {
        let mut updates = self.updates();
        let mut trouble = self.0.trouble.subscribe();
        let mut operation = self.get(id).await?;
        on_change(&operation);
        while !goal.is_met(&operation) {
            let update = tokio::select! {
                update = updates.recv() => match update {
                    Ok(update) if update.id == *id => update,
                    Ok(_) => continue,
                    // Fell behind: the journal has the latest.
                    Err(RecvError::Lagged(_)) => self.get(id).await?,
                    Err(RecvError::Closed) => return Err(stopped()),
                },
                // Another process may have ended it between two looks of ours.
                () = tokio::time::sleep(self.0.policy.longest) => self.get(id).await?,
                stuck = trouble.wait_for(|trouble| matches!(trouble, Some((times, _)) if *times >= TROUBLED)) => {
                    return Err(match stuck.as_deref() {
                        Ok(Some((_, failure))) => failure.clone(),
                        _ => stopped(),
                    });
                }
            };
            if update != operation {
                operation = update;
                on_change(&operation);
            }
        }
        Ok(operation)
    }
}

/// After so many rounds in which the journal could not be used, waiting is pointless.
const TROUBLED: u32 = 5;

fn stopped() -> Failure {
    Failure::new(FailureKind::Internal, "", "the engine has stopped")
}
