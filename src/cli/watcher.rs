//! Watching in the background for as long as a command waits.

use tokio::task::JoinHandle;

use super::interrupt::FOR_REPLIES;
use crate::operations::Operations;

/// The watching of one command.
pub(super) struct Watcher {
    operations: Operations,
    task: JoinHandle<()>,
}

impl Watcher {
    /// Begins to watch all that is open.
    pub(super) fn begin(operations: &Operations) -> Self {
        let watching = operations.clone();
        Self {
            operations: operations.clone(),
            task: tokio::spawn(async move { watching.watch().await }),
        }
    }

    /// Stops watching. What is being sent at this moment, such as the second call of an operation,
    /// gets a while for its reply: the process is about to end.
    pub(super) async fn end(self) {
        self.task.abort();
        self.operations.drain(FOR_REPLIES).await;
    }
}
