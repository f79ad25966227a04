//! The engine: it writes a request down, sends it once, and watches it to its end.
//!
//! **Invariants**
//! - Nothing is sent that is not durably in the journal first, and nothing at all while changes are
//!   restricted (read-only, or no journal to write to). The faces cannot go round this room.
//! - A request is assessed again right before it is sent, and its confirmation is checked here.
//! - A request that may have taken effect is never sent again: it becomes `Unknown`, and
//!   reconciliation looks for its trace.
//! - Watching changes nothing in AWS, but for the next call of an operation that has several: it is
//!   written down first, and whoever writes it down sends it. So any number of processes may watch the
//!   same operation.
//!
//! What does not belong here: anything that knows a service by name, or prints.

mod policy;
mod records;
mod submit;
mod wait;
mod watch;

use std::{collections::HashSet, sync::Arc};

use tokio::sync::{Notify, broadcast, watch as watch_channel};

pub use self::{
    policy::Policy,
    records::Records,
    submit::{confirmed, unobstructed},
    wait::Goal,
};
use crate::{
    domain::{
        clock::Clock,
        failure::Failure,
        operation::{Operation, OperationId},
    },
    services::registry::Registry,
};

/// How a user agreed to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// The id that was typed, or given in `--confirm`.
    pub typed: Option<String>,
    /// A plain yes: the dialog's button, or `--yes`.
    pub yes: bool,
    /// Whether a limit that AWS counts for itself is left to AWS: so for scripts, which want AWS's
    /// own answer, not for the console, which knows better than to ask.
    pub let_aws_decide: bool,
}

/// The operations of this process and of every earlier one. Cheap to clone.
#[derive(Clone)]
pub struct Operations(Arc<Engine>);

struct Engine {
    records: Records,
    registry: Arc<Registry>,
    clock: Clock,
    policy: Policy,
    random: fn() -> u64,
    updates: broadcast::Sender<Operation>,
    wake: Notify,
    /// What this process is sending right now.
    sending: watch_channel::Sender<HashSet<OperationId>>,
    /// Why the journal could not be read or written in the last rounds of watching, and how many.
    trouble: watch_channel::Sender<Option<(u32, Failure)>>,
}

/// Updates kept for a subscriber that is slow; one that falls further behind reads the journal.
const BACKLOG: usize = 256;

impl Operations {
    /// The engine over a journal and the services. `random` names operations and spreads polling.
    #[must_use]
    pub fn new(
        records: Records,
        registry: Arc<Registry>,
        clock: Clock,
        policy: Policy,
        random: fn() -> u64,
    ) -> Self {
        let (updates, _) = broadcast::channel(BACKLOG);
        Self(Arc::new(Engine {
            records,
            registry,
            clock,
            policy,
            random,
            updates,
            wake: Notify::new(),
            sending: watch_channel::Sender::new(HashSet::new()),
            trouble: watch_channel::Sender::new(None),
        }))
    }

    /// Every change of any operation, from now on.
    #[must_use]
    pub fn updates(&self) -> broadcast::Receiver<Operation> {
        self.0.updates.subscribe()
    }

    /// The journal behind the operations.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.0.records
    }
}

impl Engine {
    /// Tells whoever listens. Nobody listening is fine: the journal has it.
    fn announce(&self, operation: &Operation) {
        let _nobody_listens = self.updates.send(operation.clone());
    }
}
