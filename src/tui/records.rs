//! The operations as the journal and the engine last told of them, newest first.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    collection::{ActionInfo, ServiceInfo},
    failure::Failure,
    lifecycle::Lifecycle,
    operation::Operation,
    text::harmless,
};

use super::remote::{Remote, Ticket};

/// How many operations are read from the journal.
pub(crate) const READ: usize = 500;

/// The operations that are known.
#[derive(Debug, Default)]
pub(crate) struct Records {
    remote: Remote<Vec<Operation>>,
}

/// For how long an operation that ended badly is counted: what happened today is what one acts on.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// How many operations are of interest on every screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Going on.
    pub(crate) running: usize,
    /// Failed, or done in part only.
    pub(crate) failed: usize,
    /// Nobody knows what became of them, or not yet.
    pub(crate) unknown: usize,
}

/// What a change of an operation means to the rest of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It reached its final state.
    Finished,
    /// It is in another state or stage than before, or new.
    Moved,
    /// Nothing that can be seen in a list of resources.
    Nothing,
}

impl Records {
    /// Where the reading of the journal stands.
    pub(crate) fn remote(&self) -> &Remote<Vec<Operation>> {
        &self.remote
    }

    /// The same, to be asked for or stopped.
    pub(crate) fn remote_mut(&mut self) -> &mut Remote<Vec<Operation>> {
        &mut self.remote
    }

    /// All that are known, newest first.
    pub(crate) fn all(&self) -> &[Operation] {
        self.remote.value().map_or(&[], Vec::as_slice)
    }

    /// Those that go on.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Operation> {
        self.all()
            .iter()
            .filter(|operation| !operation.is_finished())
    }

    /// All that are known, those that go on first, and otherwise the newest first.
    pub(crate) fn in_order(&self) -> Vec<&Operation> {
        let mut all: Vec<&Operation> = self.all().iter().collect();
        all.sort_by_key(|operation| operation.is_finished());
        all
    }

    /// How many operations go on, and how many ended badly not long ago.
    pub(crate) fn tally(&self, now: Timestamp) -> Tally {
        let mut tally = Tally::default();
        for operation in self.all() {
            let recent = operation
                .finished_at
                .is_none_or(|at| now.duration_since(at) < RECENT);
            match operation.lifecycle {
                Lifecycle::Unknown => tally.unknown += 1,
                Lifecycle::Lost if recent => tally.unknown += 1,
                Lifecycle::Failed | Lifecycle::Partial if recent => tally.failed += 1,
                _ if !operation.is_finished() => tally.running += 1,
                _ => {}
            }
        }
        tally
    }

    /// The journal answered. What was heard of an operation meanwhile is newer than what was read.
    pub(crate) fn answered(&mut self, ticket: Ticket, result: Result<Vec<Operation>, Failure>) {
        let heard = self.remote.value().cloned().unwrap_or_default();
        if self.remote.answer(ticket, result) {
            for operation in heard {
                let newer = self
                    .all()
                    .iter()
                    .find(|known| known.id == operation.id)
                    .is_none_or(|known| known.changed_at < operation.changed_at);
                if newer {
                    self.take(operation);
                }
            }
        }
    }

    /// An operation changed.
    pub(crate) fn changed(&mut self, operation: Operation) -> Change {
        let before = self.all().iter().find(|known| known.id == operation.id);
        let change = match before {
            Some(known) if known.is_finished() => return Change::Nothing,
            _ if operation.is_finished() => Change::Finished,
            Some(known)
                if phase(known.lifecycle) == phase(operation.lifecycle)
                    && known.stage == operation.stage
                    && known.resource == operation.resource =>
            {
                Change::Nothing
            }
            _ => Change::Moved,
        };
        self.take(operation);
        change
    }

    fn take(&mut self, operation: Operation) {
        let operations = self.remote.value_mut();
        if let Some(known) = operations.iter_mut().find(|known| known.id == operation.id) {
            *known = operation;
            return;
        }
        let at = operations.partition_point(|known| known.requested_at > operation.requested_at);
        operations.insert(at, operation);
    }
}

/// The state without its percentage.
fn phase(lifecycle: Lifecycle) -> std::mem::Discriminant<Lifecycle> {
    std::mem::discriminant(&lifecycle)
}

/// What an operation does to what: `Create snapshot d-9067000001`.
pub(crate) fn title(operation: &Operation, catalog: &[&'static ServiceInfo]) -> String {
    let request = &operation.request;
    let action = action(operation, catalog).map_or(request.action.as_str(), |action| action.title);
    // What another version of the program wrote into the journal may be anything.
    format!("{} {}", harmless(action), harmless(&request.target))
}

/// The action that an operation is of, where this version of the program knows it.
pub(crate) fn action(
    operation: &Operation,
    catalog: &[&'static ServiceInfo],
) -> Option<&'static ActionInfo> {
    let request = &operation.request;
    catalog
        .iter()
        .find(|service| service.id == request.service)
        .and_then(|service| service.action(&request.action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::lifecycle::Observation,
        tui::{remote::Tickets, testing::operation},
    };

    fn seen(operation: &Operation, seconds: i64, observation: Observation) -> Operation {
        let mut operation = operation.clone();
        let at = operation.requested_at + jiff::SignedDuration::from_secs(seconds);
        operation.apply(observation, at);
        operation
    }

    #[test]
    fn only_what_can_be_seen_in_a_list_counts_as_a_move() {
        let mut records = Records::default();
        let accepted = operation(1, true);
        assert_eq!(records.changed(accepted.clone()), Change::Moved);
        assert_eq!(records.changed(accepted.clone()), Change::Nothing);
        let progress = |percent| Observation::Progress {
            percent,
            stage: "Creating".to_owned(),
        };
        let at_10 = seen(&accepted, 1, progress(Some(10)));
        assert_eq!(records.changed(at_10.clone()), Change::Moved);
        let at_20 = seen(&at_10, 2, progress(Some(20)));
        assert_eq!(records.changed(at_20.clone()), Change::Nothing);
        assert_eq!(records.all()[0].lifecycle.percent(), Some(20));
        let done = seen(
            &at_20,
            3,
            Observation::Completed {
                stage: "Completed".to_owned(),
            },
        );
        assert_eq!(records.changed(done), Change::Finished);
        assert_eq!(records.changed(at_20), Change::Nothing, "late");
        assert!(records.all()[0].is_finished());
    }

    #[test]
    fn what_was_heard_while_the_journal_was_read_is_not_overwritten() {
        let mut records = Records::default();
        let ticket = Tickets::default().next();
        records
            .remote_mut()
            .ask(ticket, jiff::Timestamp::UNIX_EPOCH);
        let old = operation(1, true);
        let done = seen(
            &old,
            9,
            Observation::Completed {
                stage: "Completed".to_owned(),
            },
        );
        let newest = operation(5, true);
        records.changed(done);
        records.changed(newest.clone());
        records.answered(ticket, Ok(vec![operation(3, true), old]));
        let ids: Vec<_> = records
            .all()
            .iter()
            .map(|o| o.id.as_str().to_owned())
            .collect();
        assert_eq!(
            ids,
            ["op-000000000005", "op-000000000003", "op-000000000001"]
        );
        assert!(records.all()[2].is_finished());
        assert_eq!(records.running().count(), 2);
        // Those that go on come first.
        let ids: Vec<_> = records
            .in_order()
            .iter()
            .map(|o| o.id.as_str().to_owned())
            .collect();
        assert_eq!(
            ids,
            ["op-000000000005", "op-000000000003", "op-000000000001"]
        );
    }

    #[test]
    fn what_goes_on_comes_first_and_what_failed_today_is_counted() {
        let mut records = Records::default();
        records.changed(operation(1, true));
        let failed = Observation::Failed {
            stage: Some("Failed".to_owned()),
            advice: None,
            reason: "no room".to_owned(),
        };
        records.changed(seen(&operation(2, true), 9, failed));
        let ids: Vec<_> = records.in_order().iter().map(|o| o.id.clone()).collect();
        assert_eq!(ids[0].as_str(), "op-000000000001");
        let at = |hours| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        let tally = |running, failed| Tally {
            running,
            failed,
            unknown: 0,
        };
        assert_eq!(records.tally(at(1)), tally(1, 1));
        assert_eq!(records.tally(at(25)), tally(1, 0));
    }
}
