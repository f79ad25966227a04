//! Faults: what goes wrong, on which call, how often.
//!
//! Invariants: a rule counts the calls that match it from the moment it is added; each call is
//! counted by every rule that matches and struck by the first that is due. Carrying a fault out
//! is the gateway's business.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::call::{Call, Effect};
use super::service;
use super::wildcard::Pattern;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Throttle,
    Denied,
    ExpiredToken,
    Error500,
    Unavailable503,
    /// The work is done, and a proxy gives up waiting for it.
    GatewayTimeout,
    /// Nothing is done and the connection closes.
    DropBefore,
    /// The work is done and the connection closes.
    DropAfter,
    /// The work is done and no answer comes.
    Hang,
    /// Nothing is done and no answer comes.
    HangBefore,
    /// All is well, after this much real time.
    Delay(Duration),
    /// The work is done and the connection closes in the middle of the answer.
    Truncated,
    /// The work is done and the answer is nonsense.
    Malformed,
    /// Nothing is done; a proxy's error page comes back.
    Html,
}

/// The kinds by name, in the order in which they are listed to a user.
const KINDS: [(&str, Kind); 14] = [
    ("throttle", Kind::Throttle),
    ("denied", Kind::Denied),
    ("expired_token", Kind::ExpiredToken),
    ("error_500", Kind::Error500),
    ("unavailable_503", Kind::Unavailable503),
    ("gateway_timeout", Kind::GatewayTimeout),
    ("drop_before", Kind::DropBefore),
    ("drop_after", Kind::DropAfter),
    ("hang", Kind::Hang),
    ("hang_before", Kind::HangBefore),
    ("delay_ms", Kind::Delay(Duration::ZERO)),
    ("truncated", Kind::Truncated),
    ("malformed", Kind::Malformed),
    ("html", Kind::Html),
];

const KEYS: [&str; 7] = [
    "service", "action", "mutating", "nth", "times", "kind", "ms",
];
const ANY: &str = "*";
/// The longest delay, in milliseconds: ten minutes.
const LONGEST_DELAY: u64 = 600_000;

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        let same = std::mem::discriminant(&self);
        KINDS
            .iter()
            .find(|(_, kind)| std::mem::discriminant(kind) == same)
            .map_or("", |(name, _)| name)
    }
}

/// Which calls a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    AllCalls,
    Changes,
}

/// A fault, as asked for.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    service: String,
    action: String,
    reach: Reach,
    /// The first matching call that is struck; 1 is the next.
    nth: u64,
    /// How many matching calls in a row are struck from there.
    times: u64,
    kind: Kind,
}

impl Fault {
    /// Reads a fault. The error names what is wrong and what would be right.
    pub(crate) fn from_json(members: &Map<String, Value>) -> Result<Self, String> {
        if let Some(key) = members.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!(
                "unknown key \"{key}\"; allowed: {}",
                KEYS.join(", ")
            ));
        }
        let service = text(members, "service")?.unwrap_or(ANY);
        if service != ANY && !service::NAMES.contains(&service) {
            let names = service::NAMES.join(", ");
            return Err(format!(
                "unknown service \"{service}\"; allowed: {ANY}, {names}"
            ));
        }
        let action = text(members, "action")?.unwrap_or(ANY);
        if action.is_empty() {
            return Err(format!(
                "action is empty; it must be an operation, a pattern, or {ANY} for all"
            ));
        }
        let reach = match members.get("mutating") {
            None | Some(Value::Null | Value::Bool(false)) => Reach::AllCalls,
            Some(Value::Bool(true)) => Reach::Changes,
            Some(other) => return Err(format!("mutating is {other}; it must be true or false")),
        };
        Ok(Self {
            service: service.to_owned(),
            action: action.to_owned(),
            reach,
            nth: count(members, "nth")?,
            times: count(members, "times")?,
            kind: kind(members)?,
        })
    }

    fn matches(&self, call: &Call) -> bool {
        (self.service == ANY || self.service == call.service.name())
            && Pattern::plain(&self.action).matches(&call.action)
            && (self.reach == Reach::AllCalls || call.effect() == Effect::Changes)
    }

    fn to_json(&self) -> Map<String, Value> {
        let mut members = Map::new();
        members.insert("service".to_owned(), json!(self.service));
        members.insert("action".to_owned(), json!(self.action));
        members.insert("mutating".to_owned(), json!(self.reach == Reach::Changes));
        members.insert("nth".to_owned(), json!(self.nth));
        members.insert("times".to_owned(), json!(self.times));
        members.insert("kind".to_owned(), json!(self.kind.name()));
        if let Kind::Delay(delay) = self.kind {
            members.insert("ms".to_owned(), json!(delay.as_millis()));
        }
        members
    }
}

fn text<'a>(members: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, String> {
    match members.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{key} is {other}; it must be a string")),
    }
}

fn count(members: &Map<String, Value>, key: &str) -> Result<u64, String> {
    match members.get(key) {
        None | Some(Value::Null) => Ok(1),
        Some(value) => value
            .as_u64()
            .filter(|count| *count > 0)
            .ok_or_else(|| format!("{key} is {value}; it must be a whole number from 1")),
    }
}

fn kind(members: &Map<String, Value>) -> Result<Kind, String> {
    let allowed = || KINDS.map(|(name, _)| name).join(", ");
    let name =
        text(members, "kind")?.ok_or_else(|| format!("kind is missing; allowed: {}", allowed()))?;
    let (_, kind) = KINDS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| format!("unknown kind \"{name}\"; allowed: {}", allowed()))?;
    let ms = members.get("ms").filter(|value| !value.is_null());
    match (kind, ms) {
        (Kind::Delay(_), Some(ms)) => ms
            .as_u64()
            .filter(|ms| *ms <= LONGEST_DELAY)
            .map(|ms| Kind::Delay(Duration::from_millis(ms)))
            .ok_or_else(|| {
                format!("ms is {ms}; it must be a whole number from 0 to {LONGEST_DELAY}")
            }),
        (Kind::Delay(_), None) => Err("delay_ms needs ms, in milliseconds".to_owned()),
        (_, Some(_)) => Err(format!("ms belongs to delay_ms, not to {name}")),
        (kind, None) => Ok(*kind),
    }
}

/// A fault and the calls it has seen.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
}

/// All faults, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.armed.push(Armed { fault, seen: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// Counts this call, and says what goes wrong with it.
    pub(crate) fn strike(&mut self, call: &Call) -> Option<Kind> {
        let mut struck = None;
        for armed in &mut self.armed {
            if !armed.fault.matches(call) {
                continue;
            }
            armed.seen = armed.seen.saturating_add(1);
            let last = armed.fault.nth.saturating_add(armed.fault.times - 1);
            if struck.is_none() && (armed.fault.nth..=last).contains(&armed.seen) {
                struck = Some(armed.fault.kind);
            }
        }
        struck
    }

    /// The faults with the number of matching calls that each has `seen`.
    pub(crate) fn to_json(&self) -> Value {
        self.armed
            .iter()
            .map(|armed| {
                let mut members = armed.fault.to_json();
                members.insert("seen".to_owned(), json!(armed.seen));
                Value::Object(members)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::call::Params;
    use crate::sandbox::service::Service;

    fn call(service: Service, action: &str) -> Call {
        Call {
            service,
            region: "us-east-1".to_owned(),
            action: action.to_owned(),
            params: Params::NotJson,
        }
    }

    fn fault(text: &str) -> Result<Fault, String> {
        let value: Value = serde_json::from_str(text).unwrap();
        Fault::from_json(value.as_object().unwrap())
    }

    fn struck(faults: &mut Faults, service: &Service, action: &str, calls: usize) -> Vec<bool> {
        (0..calls)
            .map(|_| faults.strike(&call(service.clone(), action)).is_some())
            .collect()
    }

    #[test]
    fn the_nth_matching_call_and_the_next_are_struck() {
        let mut faults = Faults::default();
        let text =
            r#"{"service":"ds","action":"CreateSnapshot","nth":2,"times":2,"kind":"throttle"}"#;
        faults.add(fault(text).unwrap());
        let ds = Service::Directory;
        assert_eq!(struck(&mut faults, &ds, "DeleteSnapshot", 1), [false]);
        assert_eq!(
            struck(&mut faults, &Service::Ec2, "CreateSnapshot", 2),
            [false, false]
        );
        assert_eq!(
            struck(&mut faults, &ds, "CreateSnapshot", 4),
            [false, true, true, false]
        );
    }

    #[test]
    fn mutating_passes_reads_by() {
        let mut faults = Faults::default();
        faults.add(fault(r#"{"mutating":true,"kind":"html"}"#).unwrap());
        let ds = Service::Directory;
        assert_eq!(struck(&mut faults, &ds, "DescribeSnapshots", 1), [false]);
        assert_eq!(struck(&mut faults, &ds, "DeleteSnapshot", 2), [true, false]);
    }

    #[test]
    fn mutating_strikes_what_is_not_simulated_by_its_method() {
        let mut faults = Faults::default();
        faults.add(fault(r#"{"mutating":true,"kind":"html","times":9}"#).unwrap());
        let other = Service::Other("rbin".to_owned());
        assert_eq!(struck(&mut faults, &other, "GET /rules", 1), [false]);
        assert_eq!(struck(&mut faults, &other, "DELETE /rules/r", 1), [true]);
        assert_eq!(struck(&mut faults, &other, "", 1), [false]);
    }

    #[test]
    fn every_rule_counts_and_the_first_due_strikes() {
        let mut faults = Faults::default();
        faults.add(fault(r#"{"kind":"throttle"}"#).unwrap());
        faults.add(fault(r#"{"kind":"hang","nth":2}"#).unwrap());
        let ds = call(Service::Directory, "DescribeSnapshots");
        assert_eq!(faults.strike(&ds), Some(Kind::Throttle));
        assert_eq!(faults.strike(&ds), Some(Kind::Hang));
        assert_eq!(faults.strike(&ds), None);
    }

    #[test]
    fn mistakes_are_named_with_what_is_allowed() {
        let cases = [
            (
                r#"{"kind":"explode"}"#,
                "unknown kind \"explode\"; allowed: throttle, ",
            ),
            (
                r#"{"kind":"html","nht":1}"#,
                "unknown key \"nht\"; allowed: service, ",
            ),
            (
                r#"{"kind":"html","service":"dss"}"#,
                "unknown service \"dss\"; allowed: *, ds, ",
            ),
            (
                r#"{"kind":"html","nth":0}"#,
                "nth is 0; it must be a whole number from 1",
            ),
            (r#"{"kind":"delay_ms"}"#, "delay_ms needs ms"),
            (
                r#"{"kind":"html","ms":5}"#,
                "ms belongs to delay_ms, not to html",
            ),
            (
                r#"{"kind":"html","action":""}"#,
                "action is empty; it must be",
            ),
            (r#"{"action":"x"}"#, "kind is missing; allowed: throttle"),
        ];
        for (text, expected) in cases {
            let problem = fault(text).unwrap_err();
            assert!(problem.starts_with(expected), "{problem}");
        }
    }

    #[test]
    fn every_kind_has_its_name() {
        for (name, kind) in KINDS {
            assert_eq!(kind.name(), name);
        }
    }
}
