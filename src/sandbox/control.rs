//! The control endpoints, `/_sandbox/…` on the main port.
//!
//! Invariants: control calls are not logged and never struck by faults; a request that a web page
//! could have sent (a foreign Host, an Origin) is refused, as the port has no other protection.

use std::net::IpAddr;
use std::time::Duration;

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::call::{Request, RequestBody};
use super::faults::Fault;
use super::gateway::Gateway;
use super::reply::Reply;
use super::world::CannotFail;

const ROOT: &str = "/_sandbox";
const PREFIX: &str = "/_sandbox/";
/// The furthest that one call may advance the clock, in seconds: a hundred years.
const FURTHEST: f64 = 100.0 * 366.0 * 86_400.0;

/// A refusal: status and message.
type Refused = (StatusCode, String);

/// Is this a control call?
pub(crate) fn is_control(request: &Request) -> bool {
    request.path == ROOT || request.path.starts_with(PREFIX)
}

pub(crate) fn answer(gateway: &Gateway, request: &Request) -> Reply {
    match dispatch(gateway, request) {
        Ok(reply) => reply,
        Err((status, message)) => Reply::json(status, &json!({ "message": message })),
    }
}

fn dispatch(gateway: &Gateway, request: &Request) -> Result<Reply, Refused> {
    check_sender(request)?;
    let endpoint = request.path.strip_prefix(PREFIX).unwrap_or_default();
    let endpoint = endpoint.strip_suffix('/').unwrap_or(endpoint);
    match (endpoint, request.method.as_str()) {
        ("requests", "GET") => Ok(Reply::json_lines(gateway.state().log.to_json_lines())),
        ("requests", "DELETE") => {
            gateway.state().log.clear();
            Ok(ok(&json!({})))
        }
        ("state", "GET") => Ok(ok(&state(gateway))),
        ("advance", "POST") => advance(gateway, request),
        ("faults", "GET") => Ok(ok(&gateway.state().faults.to_json())),
        ("faults", "POST") => add_faults(gateway, request),
        ("faults", "DELETE") => {
            gateway.state().faults.clear();
            Ok(ok(&json!({})))
        }
        ("fail", "POST") => fail(gateway, request),
        ("requests" | "state" | "advance" | "faults" | "fail", method) => {
            let text = format!("{PREFIX}{endpoint} does not take {method}");
            Err((StatusCode::METHOD_NOT_ALLOWED, text))
        }
        _ => {
            let text = format!(
                "there is no {}; there are requests, state, advance, faults, fail",
                request.path
            );
            Err((StatusCode::NOT_FOUND, text))
        }
    }
}

fn ok(body: &Value) -> Reply {
    Reply::json(StatusCode::OK, body)
}

fn bad_request(text: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, text.into())
}

fn check_sender(request: &Request) -> Result<(), Refused> {
    if request.headers.contains_key("origin") {
        let text = "control calls from web pages are refused (Origin header)";
        return Err((StatusCode::FORBIDDEN, text.to_owned()));
    }
    match request.header("host") {
        Some(host) if is_loopback(host) => Ok(()),
        _ => {
            let text = "control calls must name a loopback address as their Host";
            Err((StatusCode::FORBIDDEN, text.to_owned()))
        }
    }
}

/// Is a Host header's value this machine, by address or as localhost?
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(name, _)| name),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn body(request: &Request) -> Result<Value, Refused> {
    match &request.body {
        RequestBody::TooLarge => Err((
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is too large".to_owned(),
        )),
        RequestBody::Whole(bytes) => serde_json::from_slice(bytes)
            .map_err(|error| bad_request(format!("the body is not JSON: {error}"))),
    }
}

/// The members of an object that may have this one key and no other.
fn only<'a>(body: &'a Value, key: &str) -> Result<Option<&'a Value>, Refused> {
    let Value::Object(members) = body else {
        return Err(bad_request(format!(
            "the body must be an object with \"{key}\""
        )));
    };
    match members.keys().find(|other| *other != key) {
        Some(other) => Err(bad_request(format!(
            "unknown key \"{other}\"; allowed: {key}"
        ))),
        None => Ok(members.get(key)),
    }
}

fn state(gateway: &Gateway) -> Value {
    let mut state = gateway.state();
    let now = gateway.clock.now();
    state.world.settle(now);
    let mut members = Map::new();
    members.insert("now".to_owned(), json!(now.to_string()));
    members.insert("speed".to_owned(), json!(gateway.clock.speed()));
    if let Value::Object(world) = state.world.to_json(now) {
        members.extend(world);
    }
    members.insert("faults".to_owned(), state.faults.to_json());
    members.insert("requests".to_owned(), json!(state.log.len()));
    Value::Object(members)
}

fn advance(gateway: &Gateway, request: &Request) -> Result<Reply, Refused> {
    let body = body(request)?;
    let seconds = only(&body, "seconds")?;
    let duration = seconds
        .and_then(Value::as_f64)
        .filter(|seconds| (0.0..=FURTHEST).contains(seconds))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            let found = seconds.map_or_else(|| "missing".to_owned(), Value::to_string);
            bad_request(format!(
                "seconds is {found}; it must be a number from 0 to {FURTHEST}"
            ))
        })?;
    // Under the lock, so that no call sees two times.
    let state = gateway.state();
    gateway.clock.advance(duration);
    drop(state);
    Ok(ok(&json!({ "now": gateway.clock.now().to_string() })))
}

fn add_faults(gateway: &Gateway, request: &Request) -> Result<Reply, Refused> {
    let faults = match body(request)? {
        Value::Array(faults) => faults,
        fault => vec![fault],
    };
    let faults: Vec<Fault> = faults
        .iter()
        .map(|fault| {
            let members = fault.as_object().ok_or("a fault is an object".to_owned())?;
            Fault::from_json(members)
        })
        .collect::<Result<_, _>>()
        .map_err(bad_request)?;
    let mut state = gateway.state();
    for fault in faults {
        state.faults.add(fault);
    }
    Ok(ok(&state.faults.to_json()))
}

fn fail(gateway: &Gateway, request: &Request) -> Result<Reply, Refused> {
    let body = body(request)?;
    let id = only(&body, "id")?
        .and_then(Value::as_str)
        .ok_or_else(|| bad_request("id is missing; it must be a string"))?;
    let mut state = gateway.state();
    let now = gateway.clock.now();
    state.world.settle(now);
    match state.world.fail(id, now) {
        Ok(()) => Ok(ok(&json!({ "id": id }))),
        Err(CannotFail::Unknown) => Err((
            StatusCode::NOT_FOUND,
            format!("there is nothing with the id \"{id}\""),
        )),
        Err(CannotFail::NotRunning(now)) => {
            let text = format!("nothing is running on {id}: it is {now}");
            Err((StatusCode::CONFLICT, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine() {
        for host in [
            "127.0.0.1:4566",
            "localhost",
            "LOCALHOST:1",
            "[::1]:80",
            "127.1.2.3",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "example.com",
            "127.0.0.1.example.com:80",
            "10.0.0.1",
            "",
            "[::2]:80",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
