//! Snapshot Management policies: `_plugins/_sm/policies`.

use hyper::StatusCode;
use serde_json::{Map, Value, json};

use super::millis;
use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::error::{EngineError, Halt, illegal_argument};
use crate::sandbox::services::search::expression::matches;
use crate::sandbox::services::search::policy::Policy;
use crate::sandbox::texts::{search as texts, search_form as form};

const NAME: usize = 3;

fn no_such_policy() -> Halt {
    let text = texts::NO_SUCH_POLICY.plain();
    EngineError::new(404, "status_exception", text).into()
}

fn named<'a>(ask: &'a Ask<'_>) -> Result<(&'a str, &'a Policy), Halt> {
    let found = ask.cluster().policies.get_key_value(&ask.path[NAME]);
    let (name, policy) = found.ok_or_else(no_such_policy)?;
    Ok((name, policy))
}

fn document(name: &str) -> String {
    format!("{name}-sm-policy")
}

/// The policy with the members that the engine adds.
fn shown(name: &str, policy: &Policy) -> Value {
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(name));
    let description = policy.members.get("description");
    members.insert(
        "description".to_owned(),
        description.cloned().unwrap_or_else(|| json!("")),
    );
    members.insert("schema_version".to_owned(), json!(17));
    for key in ["creation", "deletion", "snapshot_config", "notification"] {
        if let Some(value) = policy.members.get(key) {
            members.insert(key.to_owned(), value.clone());
        }
    }
    let interval =
        json!({ "start_time": millis(policy.enabled_since), "period": 1, "unit": "Minutes" });
    members.insert("schedule".to_owned(), json!({ "interval": interval }));
    members.insert("enabled".to_owned(), json!(policy.enabled));
    members.insert(
        "last_updated_time".to_owned(),
        json!(millis(policy.updated)),
    );
    let enabled = policy.enabled.then(|| millis(policy.enabled_since));
    members.insert("enabled_time".to_owned(), json!(enabled));
    Value::Object(members)
}

pub(in super::super) fn list(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&["from", "size", "sortField", "sortOrder", "queryString"])?;
    let number = |name: &str, default: usize| {
        ask.parameter(name).map_or(Ok(default), |text| {
            text.parse()
                .map_err(|_| illegal_argument(form::POLICY_NUMBER.with(&[name, text])))
        })
    };
    let (from, size) = (number("from", 0)?, number("size", 20)?);
    let policies = &ask.cluster().policies;
    let listed: Vec<Value> = policies
        .iter()
        .skip(from)
        .take(size)
        .map(|(name, policy)| {
            json!({
                "_id": document(name),
                "_seq_no": policy.sequence,
                "_primary_term": 1,
                "sm_policy": shown(name, policy),
            })
        })
        .collect();
    Ok(Answer::ok(
        json!({ "policies": listed, "total_policies": policies.len() }),
    ))
}

fn whole(name: &str, policy: &Policy) -> Value {
    json!({
        "_id": document(name),
        "_version": policy.sequence + 1,
        "_seq_no": policy.sequence,
        "_primary_term": 1,
        "sm_policy": shown(name, policy),
    })
}

pub(in super::super) fn get(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[])?;
    let (name, policy) = named(ask)?;
    Ok(Answer::ok(whole(name, policy)))
}

fn read(ask: &Ask<'_>) -> Result<Policy, Halt> {
    let body = ask
        .body()?
        .ok_or_else(|| EngineError::new(400, "parse_exception", texts::BODY_REQUIRED.plain()))?;
    Policy::read(&body, ask.engine(), ask.now)
}

pub(in super::super) fn create(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[])?;
    let policy = read(ask)?;
    let name = ask.path[NAME].clone();
    if ask.cluster().policies.contains_key(&name) {
        let text = texts::POLICY_EXISTS.with(&[&name]);
        return Err(EngineError::new(409, "version_conflict_engine_exception", text).into());
    }
    Ok(put(ask, name, policy, StatusCode::CREATED))
}

fn put(ask: &mut Ask<'_>, name: String, policy: Policy, status: StatusCode) -> Answer {
    let body = whole(&name, &policy);
    ask.cluster_mut().policies.insert(name, policy);
    Answer::json(status, body)
}

/// Only what was read can be changed: the request says which state it has read. What there is
/// not yet is made.
pub(in super::super) fn update(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&["if_seq_no", "if_primary_term"])?;
    let mut policy = read(ask)?;
    let says_nothing = ask.parameter("if_seq_no").is_none();
    if says_nothing && named(ask).is_err() {
        let name = ask.path[NAME].clone();
        return Ok(put(ask, name, policy, StatusCode::CREATED));
    }
    let (name, known) = named(ask)?;
    let (name, sequence) = (name.to_owned(), known.sequence);
    let given = |parameter: &str| ask.parameter(parameter).unwrap_or("-1").to_owned();
    let (seq_no, term) = (given("if_seq_no"), given("if_primary_term"));
    if seq_no != sequence.to_string() || term != "1" {
        let arguments = [name.as_str(), &seq_no, &term, &sequence.to_string(), "1"];
        let text = texts::POLICY_CONFLICT.with(&arguments);
        return Err(EngineError::new(409, "version_conflict_engine_exception", text).into());
    }
    policy.sequence = sequence + 1;
    policy.latest.clone_from(&known.latest);
    Ok(put(ask, name, policy, StatusCode::OK))
}

pub(in super::super) fn delete(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[])?;
    let (name, policy) = named(ask)?;
    let body = json!({
        "_index": ".opendistro-ism-config",
        "_id": document(name),
        "_version": policy.sequence + 2,
        "result": "deleted",
        "forced_refresh": true,
        "_shards": { "total": 2, "successful": 2, "failed": 0 },
        "_seq_no": policy.sequence + 1,
        "_primary_term": 1,
    });
    let name = name.to_owned();
    ask.cluster_mut().policies.remove(&name);
    Ok(Answer::ok(body))
}

fn switch(ask: &mut Ask<'_>, on: bool) -> Result<Answer, Halt> {
    ask.only(&[])?;
    let name = named(ask)?.0.to_owned();
    let now = ask.now;
    if let Some(policy) = ask.cluster_mut().policies.get_mut(&name)
        && policy.enabled != on
    {
        policy.enabled = on;
        policy.updated = now;
        policy.sequence += 1;
        if on {
            policy.enabled_since = now;
        }
    }
    Ok(Answer::acknowledged())
}

pub(in super::super) fn start(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    switch(ask, true)
}

pub(in super::super) fn stop(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    switch(ask, false)
}

pub(in super::super) fn explain(ask: &mut Ask<'_>) -> Result<Answer, Halt> {
    ask.only(&[])?;
    let wanted = split(&ask.path[NAME]);
    let explained: Vec<Value> = ask
        .cluster()
        .policies
        .iter()
        .filter(|(name, _)| wanted.iter().any(|wanted| matches(wanted, name)))
        .map(|(name, policy)| {
            let mut members = Map::new();
            members.insert("name".to_owned(), json!(name));
            let next = policy.creation.next(ask.now).map(millis);
            let mut creation =
                json!({ "current_state": "CREATION_START", "trigger": { "time": next } });
            if let Some(latest) = &policy.latest {
                let mut execution = json!({
                    "status": if latest.problem.is_some() { "FAILED" } else { "SUCCESS" },
                    "start_time": millis(latest.started),
                    "end_time": millis(latest.started),
                });
                let message = match &latest.problem {
                    Some(problem) => problem.clone(),
                    None => form::POLICY_DONE.with(&[&latest.snapshot]),
                };
                execution["info"] = json!({ "message": message });
                creation["latest_execution"] = execution;
            }
            members.insert("creation".to_owned(), creation);
            if policy.keeps.is_some() {
                let cron = policy.deletion.as_ref().unwrap_or(&policy.creation);
                let next = cron.next(ask.now).map(millis);
                let deletion =
                    json!({ "current_state": "DELETION_START", "trigger": { "time": next } });
                members.insert("deletion".to_owned(), deletion);
            }
            members.insert("policy_seq_no".to_owned(), json!(policy.sequence));
            members.insert("policy_primary_term".to_owned(), json!(1));
            members.insert("enabled".to_owned(), json!(policy.enabled));
            Value::Object(members)
        })
        .collect();
    Ok(Answer::ok(json!({ "policies": explained })))
}
