//! The engine: it writes a request down, sends it once, and watches it to its end.
//!
//! **Invariants**
//! - Nothing is sent that is not durably in the journal first, and nothing at all while changes are
//!   restricted (read-only, or no journal to write to). The faces cannot go round this room.
//! - What the user's own rules forbid is not sent, and what they ask for is asked for here.
//! - A request is sent only under the identity that it was prepared under.
//! - A request is assessed again right before it is sent, and its confirmation is checked here.
//! - A request that may have taken effect is never sent again: it becomes `Unknown`, and
//!   reconciliation looks for its trace.
//! - What ends an operation badly, or is found of a lost one, is believed only once STS has confirmed
//!   whose the credentials are: in another account everything is gone.
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

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

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
        guardrails::Guardrails,
        operation::{Operation, OperationId},
        place::Place,
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
    /// The account that was typed, by its id or its alias.
    pub account: Option<String>,
    /// Why it is done, in the user's words; kept in the journal.
    pub reason: Option<String>,
    /// How many requests the user agreed to at once, this one included; 0 is as good as 1.
    pub batch: usize,
}

/// What the user of a script said in advance of everything that this process will send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreed {
    /// `--confirm-account`.
    pub account: Option<String>,
    /// `--reason`.
    pub reason: Option<String>,
}

/// The operations of this process and of every earlier one. Cheap to clone.
#[derive(Clone)]
pub struct Operations(Arc<Engine>);

struct Engine {
    records: Records,
    registry: Arc<Registry>,
    clock: Clock,
    policy: Policy,
    guardrails: Guardrails,
    agreed: OnceLock<Agreed>,
    random: fn() -> u64,
    updates: broadcast::Sender<Operation>,
    wake: Notify,
    /// Where requests may be sent from now on; `None` is anywhere.
    bound: Mutex<Option<Vec<Place>>>,
    /// What this process is sending right now, and how many of its tasks are at it.
    sending: watch_channel::Sender<HashMap<OperationId, usize>>,
    /// Why the journal could not be read or written in the last rounds of watching, and how many.
    trouble: watch_channel::Sender<Option<(u32, Failure)>>,
}

/// Updates kept for a subscriber that is slow; one that falls further behind reads the journal.
const BACKLOG: usize = 256;

impl Operations {
    /// The engine over a journal and the services, within a user's rules. `random` names operations
    /// and spreads polling.
    #[must_use]
    pub fn new(
        records: Records,
        registry: Arc<Registry>,
        clock: Clock,
        policy: Policy,
        guardrails: Guardrails,
        random: fn() -> u64,
    ) -> Self {
        let (updates, _) = broadcast::channel(BACKLOG);
        Self(Arc::new(Engine {
            records,
            registry,
            clock,
            policy,
            guardrails,
            agreed: OnceLock::new(),
            random,
            updates,
            wake: Notify::new(),
            bound: Mutex::new(None),
            sending: watch_channel::Sender::new(HashMap::new()),
            trouble: watch_channel::Sender::new(None),
        }))
    }

    /// From now on only requests that were prepared in one of these places are sent: those of the
    /// present identity. Operations that are under way are watched wherever they are.
    pub fn bind(&self, places: Vec<Place>) {
        *self.0.lock_bound() = Some(places);
    }

    /// Every change of any operation, from now on.
    #[must_use]
    pub fn updates(&self) -> broadcast::Receiver<Operation> {
        self.0.updates.subscribe()
    }

    /// The rules that are in force, to be said in advance; submitting enforces them.
    #[must_use]
    pub fn guardrails(&self) -> &Guardrails {
        &self.0.guardrails
    }

    /// Takes what the user said in advance, for every request that does not say it itself. Once: what
    /// was said first counts.
    pub fn agree(&self, agreed: Agreed) {
        let _first = self.0.agreed.set(agreed);
    }

    /// The journal behind the operations.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.0.records
    }
}

impl Engine {
    fn lock_bound(&self) -> MutexGuard<'_, Option<Vec<Place>>> {
        // A panic elsewhere cannot leave it half written: replacing it is the only change.
        self.bound.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whoever listens. Nobody listening is fine: the journal has it.
    fn announce(&self, operation: &Operation) {
        let _nobody_listens = self.updates.send(operation.clone());
    }
}
