//! Something that is asked for elsewhere and arrives later, or not at all.
//!
//! Invariant: an answer is taken in only by the call that is being waited for. Every call has a
//! [`Ticket`] of its own, so what was asked before a refresh, a cancel or a change of account is
//! dropped when it comes, and never drawn.

use jiff::Timestamp;

use crate::domain::failure::Failure;

/// The name of one call. No two calls of a session share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Ticket(u64);

impl Ticket {
    /// Its number: that of a later call is larger.
    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

/// Where the tickets come from.
#[derive(Debug, Default)]
pub(crate) struct Tickets(u64);

impl Tickets {
    /// A ticket that was never given before.
    pub(crate) fn next(&mut self) -> Ticket {
        self.0 += 1;
        Ticket(self.0)
    }
}

/// Where a value stands that lives elsewhere. What was known before is kept through every state.
#[derive(Debug)]
pub(crate) struct Remote<T> {
    state: State,
    value: Option<T>,
    /// Something happened while it was being loaded, so the answer may be old already.
    again: bool,
    /// A call that nobody waits for: what is known is read again by itself.
    quiet: Option<Ticket>,
    /// When it was last asked for, and when it was last asked for with success, on the machine's
    /// clock.
    asked: Option<Timestamp>,
    read: Option<Timestamp>,
}

/// Where the call for a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody asked.
    NotAsked,
    /// Asked, not yet answered.
    Loading {
        /// The call.
        ticket: Ticket,
        /// When it was asked, on the machine's clock.
        since: Timestamp,
    },
    /// Answered.
    Loaded,
    /// Not answered, or in part only.
    Failed(Vec<Failure>),
    /// The user stopped the call.
    Cancelled,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self {
            state: State::NotAsked,
            value: None,
            again: false,
            quiet: None,
            asked: None,
            read: None,
        }
    }
}

impl<T> Remote<T> {
    /// Where the call stands.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// What is known, however old.
    pub(crate) fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// When it was last asked for.
    pub(crate) fn asked(&self) -> Option<Timestamp> {
        self.asked
    }

    /// When what is known was asked for.
    pub(crate) fn read(&self) -> Option<Timestamp> {
        self.read
    }

    /// The call under way.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        self.awaited().or(self.quiet)
    }

    /// The call under way that is waited for.
    fn awaited(&self) -> Option<Ticket> {
        match self.state {
            State::Loading { ticket, .. } => Some(ticket),
            _ => None,
        }
    }

    /// A call was made.
    pub(crate) fn ask(&mut self, ticket: Ticket, since: Timestamp) {
        self.state = State::Loading { ticket, since };
        self.again = false;
        self.quiet = None;
        self.asked = Some(since);
    }

    /// A call was made that changes nothing until it is answered.
    pub(crate) fn ask_quietly(&mut self, ticket: Ticket, since: Timestamp) {
        self.quiet = Some(ticket);
        self.asked = Some(since);
    }

    /// The value should be asked for again: at once where nothing is under way, otherwise as soon as
    /// the answer is in.
    pub(crate) fn invalidate(&mut self) {
        match self.state {
            State::Loading { .. } => self.again = true,
            _ => self.state = State::NotAsked,
        }
    }

    /// Stops waiting; answers which call is to be stopped.
    pub(crate) fn cancel(&mut self) -> Option<Ticket> {
        let ticket = self.awaited()?;
        self.state = State::Cancelled;
        self.again = false;
        Some(ticket)
    }

    /// Nobody needs it any more for now: what is known is kept, what is under way is to be stopped.
    pub(crate) fn let_go(&mut self) -> Option<Ticket> {
        let ticket = self.ticket()?;
        self.state = State::NotAsked;
        self.again = false;
        self.quiet = None;
        Some(ticket)
    }

    /// The value as something to be changed by what is heard beside the call.
    pub(crate) fn value_mut(&mut self) -> &mut T
    where
        T: Default,
    {
        self.value.get_or_insert_default()
    }

    /// The value, to be filled by the call of this ticket; `None` where that call is not waited for.
    pub(crate) fn filling(&mut self, ticket: Ticket) -> Option<&mut T>
    where
        T: Default,
    {
        (self.ticket() == Some(ticket)).then(|| self.value.get_or_insert_default())
    }

    /// The call of this ticket ended. Answers whether it was waited for.
    pub(crate) fn finish(&mut self, ticket: Ticket, result: Result<(), Vec<Failure>>) -> bool {
        if self.ticket() != Some(ticket) {
            return false;
        }
        self.quiet = None;
        if result.is_ok() {
            self.read = self.asked;
        }
        self.state = match result {
            Ok(()) if std::mem::take(&mut self.again) => State::NotAsked,
            Ok(()) => State::Loaded,
            Err(failures) => State::Failed(failures),
        };
        true
    }

    /// The call of this ticket was answered with a whole value. Answers whether it was waited for.
    pub(crate) fn answer(&mut self, ticket: Ticket, result: Result<T, Failure>) -> bool {
        if self.ticket() != Some(ticket) {
            return false;
        }
        let result = result
            .map(|value| self.value = Some(value))
            .map_err(|failure| vec![failure]);
        self.finish(ticket, result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureKind;

    fn failure() -> Failure {
        Failure::new(FailureKind::Unreachable, "", "no route")
    }

    #[test]
    fn an_answer_is_taken_from_the_call_that_is_waited_for_and_from_no_other() {
        let mut tickets = Tickets::default();
        let (first, second) = (tickets.next(), tickets.next());
        let mut remote = Remote::default();
        remote.ask(first, Timestamp::UNIX_EPOCH);
        remote.ask(second, Timestamp::UNIX_EPOCH);
        assert!(!remote.answer(first, Ok(1)));
        assert_eq!(remote.value(), None);
        assert!(remote.answer(second, Ok(2)));
        assert_eq!((remote.value(), remote.state()), (Some(&2), &State::Loaded));
        assert!(!remote.answer(second, Ok(3)), "answered already");
    }

    #[test]
    fn what_was_known_is_kept_when_a_refresh_fails_or_is_cancelled() {
        let mut tickets = Tickets::default();
        let mut remote = Remote::default();
        let ticket = tickets.next();
        remote.ask(ticket, Timestamp::UNIX_EPOCH);
        remote.answer(ticket, Ok(7));
        let ticket = tickets.next();
        remote.ask(ticket, Timestamp::UNIX_EPOCH);
        remote.answer(ticket, Err(failure()));
        assert_eq!(remote.state(), &State::Failed(vec![failure()]));
        assert_eq!(remote.value(), Some(&7));
        let ticket = tickets.next();
        remote.ask(ticket, Timestamp::UNIX_EPOCH);
        assert_eq!(remote.cancel(), Some(ticket));
        assert_eq!(
            (remote.state(), remote.value()),
            (&State::Cancelled, Some(&7))
        );
        assert!(!remote.answer(ticket, Ok(8)), "too late");
    }

    #[test]
    fn a_quiet_call_changes_nothing_until_it_is_answered() {
        let mut tickets = Tickets::default();
        let mut remote = Remote::default();
        let ticket = tickets.next();
        remote.ask(ticket, Timestamp::UNIX_EPOCH);
        remote.answer(ticket, Ok(1));
        let later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(60);
        let quiet = tickets.next();
        remote.ask_quietly(quiet, later);
        assert_eq!(
            (remote.state(), remote.ticket()),
            (&State::Loaded, Some(quiet))
        );
        assert_eq!(remote.cancel(), None, "nobody waits for it");
        assert_eq!(remote.read(), Some(Timestamp::UNIX_EPOCH));
        remote.answer(quiet, Err(failure()));
        assert_eq!(remote.state(), &State::Failed(vec![failure()]));
        assert_eq!(remote.read(), Some(Timestamp::UNIX_EPOCH));
        let quiet = tickets.next();
        remote.ask_quietly(quiet, later);
        remote.ask(ticket, later);
        assert!(!remote.answer(quiet, Ok(2)), "overtaken");
        remote.answer(ticket, Ok(3));
        assert_eq!((remote.value(), remote.read()), (Some(&3), Some(later)));
    }

    #[test]
    fn what_changed_while_it_was_loading_is_asked_for_once_more() {
        let mut tickets = Tickets::default();
        let mut remote = Remote::default();
        let ticket = tickets.next();
        remote.ask(ticket, Timestamp::UNIX_EPOCH);
        remote.invalidate();
        assert_eq!(remote.ticket(), Some(ticket), "the call goes on");
        remote.answer(ticket, Ok(1));
        assert_eq!(remote.state(), &State::NotAsked);
        assert_eq!(remote.value(), Some(&1));
    }
}
