//! The log of calls, for tests that ask what really went over the wire.
//!
//! Invariants: entries are in the order of arrival and numbered from 1 without gaps; the newest
//! [`CAPACITY`] are kept; control calls are not logged; no header and no signature is.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::{Call, Effect};
use super::faults::Kind;

/// How many calls are kept.
pub(crate) const CAPACITY: usize = 100_000;

/// The place of a call in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryNumber(u64);

#[derive(Debug)]
struct Entry {
    number: u64,
    at: Timestamp,
    region: String,
    service: String,
    action: String,
    /// The name of the domain, for a data plane's call.
    domain: Option<String>,
    effect: Effect,
    params: Value,
    /// None while unanswered: a call that was dropped or hangs stays so.
    status: Option<u16>,
    fault: Option<Kind>,
}

/// The calls received.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    entries: VecDeque<Entry>,
    last: u64,
}

impl RequestLog {
    /// Logs a call on its arrival, `at` by the virtual clock.
    pub(crate) fn received(
        &mut self,
        at: Timestamp,
        call: &Call,
        fault: Option<Kind>,
    ) -> EntryNumber {
        self.last += 1;
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry {
            number: self.last,
            at,
            region: call.region.clone(),
            service: call.service.name().to_owned(),
            action: call.action.clone(),
            domain: call.domain().map(str::to_owned),
            effect: call.effect(),
            params: call.params_json(),
            status: None,
            fault,
        });
        EntryNumber(self.last)
    }

    /// Logs the status of an answer. An entry that is no longer kept is passed over.
    pub(crate) fn answered(&mut self, number: EntryNumber, status: u16) {
        let found = self
            .entries
            .binary_search_by_key(&number.0, |entry| entry.number);
        if let Some(entry) = found.ok().and_then(|place| self.entries.get_mut(place)) {
            entry.status = Some(status);
        }
    }

    /// Forgets all entries; numbering goes on.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// One JSON object a line, oldest first.
    pub(crate) fn to_json_lines(&self) -> String {
        let mut lines = String::new();
        for entry in &self.entries {
            lines.push_str(&entry.to_json().to_string());
            lines.push('\n');
        }
        lines
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        json!({
            "n": self.number,
            "at": self.at.to_string(),
            "service": self.service,
            "action": self.action,
            "region": self.region,
            "domain": self.domain,
            "mutating": self.effect == Effect::Changes,
            "params": self.params,
            "status": self.status,
            "fault": self.fault.map(Kind::name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::call::Params;
    use crate::sandbox::service::Service;

    fn call() -> Call {
        Call {
            service: Service::Directory,
            region: "us-east-1".to_owned(),
            action: "CreateSnapshot".to_owned(),
            params: Params::Members(serde_json::Map::new()),
        }
    }

    #[test]
    fn an_entry_has_its_keys_in_order() {
        let mut log = RequestLog::default();
        let first = log.received(Timestamp::UNIX_EPOCH, &call(), None);
        log.received(Timestamp::UNIX_EPOCH, &call(), Some(Kind::Hang));
        log.answered(first, 200);
        let expected = [
            r#"{"n":1,"at":"1970-01-01T00:00:00Z","service":"ds","action":"CreateSnapshot","#,
            r#""region":"us-east-1","domain":null,"mutating":true,"params":{},"status":200,"#,
            r#""fault":null}"#,
        ];
        let lines = log.to_json_lines();
        assert_eq!(lines.lines().next().unwrap(), expected.concat());
        assert!(
            lines
                .lines()
                .nth(1)
                .unwrap()
                .ends_with(r#""status":null,"fault":"hang"}"#)
        );
    }

    #[test]
    fn the_oldest_make_room() {
        let mut log = RequestLog::default();
        let first = log.received(Timestamp::UNIX_EPOCH, &call(), None);
        for _ in 0..CAPACITY {
            log.received(Timestamp::UNIX_EPOCH, &call(), None);
        }
        log.answered(first, 200);
        assert_eq!(log.len(), CAPACITY);
        assert_eq!(log.entries.front().map(|entry| entry.number), Some(2));
    }
}
