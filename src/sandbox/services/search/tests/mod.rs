//! The engine as a client sees it, request by request.

mod front_end;
mod restores;
mod schedules;
mod snapshots;

use hyper::Method;
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::operation;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::data_plane::{Http, Signer};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::service::Service;
use crate::sandbox::services::Context;
use crate::sandbox::world::World;

const SCENARIO: &str = r#"
[[denied]]
action = "iam:PassRole"
resource = "arn:aws:iam::*:role/Kept"

[[buckets]]
name = "backups"

[[roles]]
name = "Snapshots"
trusts = "es.amazonaws.com"

[roles.policies]
Bucket = '''{ "Version": "2012-10-17", "Statement": [
    { "Effect": "Allow", "Action": "s3:*", "Resource": "*" }] }'''

[[roles]]
name = "Nothing"
trusts = "es.amazonaws.com"

[[domain]]
name = "new"
engine = "OpenSearch_2.11"
nodes = 2
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "new"

[[domain.index]]
name = "orders"
shards = 2
size = "2GiB"
docs = 1000
aliases = ["shop"]

[[domain.index]]
name = "logs-1"
size = "100MiB"
docs = 500

[[domain.index]]
name = ".kibana_1"
aliases = [".kibana"]
system = true

[[domain.snapshot]]
repository = "r"
name = "half"
state = "PARTIAL"
age = "1d"
indices = ["orders", "logs-1"]
failed_shards = ["orders/1"]

[[domain]]
name = "other"
engine = "OpenSearch_1.3"
automated = false

[[domain.repository]]
name = "same"
bucket = "backups"
base_path = "new"

[[domain]]
name = "old"
engine = "Elasticsearch_6.8"
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "old"

[[domain.index]]
name = "tickets"
size = "1GiB"
docs = 10

[[domain]]
name = "red"
engine = "Elasticsearch_7.8"
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "red"

[[domain.index]]
name = "broken"
shards = 2
size = "1GiB"
unassigned = ["1"]

[[domain]]
name = "guarded"
engine = "OpenSearch_2.11"
fine_grained = true
mapped_to = "manage_snapshots"
automated = false

[[domain.repository]]
name = "r"
bucket = "backups"
base_path = "guarded"

[[domain.index]]
name = "data"

[[domain.snapshot]]
repository = "r"
name = "s"
age = "1h"
"#;
const ROLE: &str = "arn:aws:iam::123456789012:role/Snapshots";

/// A world and the time in it.
struct Bench {
    world: World,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        Self::of(SCENARIO)
    }

    fn of(scenario: &str) -> Self {
        let scenario = Scenario::from_toml(scenario, "test").unwrap();
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        Self {
            world: World::new(&scenario, now),
            now,
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.world.settle(self.now);
    }

    fn send(
        &mut self,
        domain: &str,
        method: Method,
        target: &str,
        body: &str,
    ) -> Result<Reply, Refusal> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let call = Call {
            service: Service::Domain,
            region: "us-east-1".to_owned(),
            action: format!("{method} {path}"),
            params: Params::Http(Http {
                domain: domain.to_owned(),
                method,
                path: path.to_owned(),
                query: form_urlencoded::parse(query.as_bytes())
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect(),
                content_type: Some("application/json".to_owned()),
                body: Bytes::copy_from_slice(body.as_bytes()),
                signer: Signer::Caller,
            }),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        (operation().answer)(&mut context)
    }

    /// Status and body of the engine's answer.
    fn ask(&mut self, domain: &str, request: &str, body: &Value) -> (u16, Value) {
        let (method, target) = request.split_once(' ').unwrap();
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let reply = self
            .send(domain, method.parse().unwrap(), target, &body)
            .unwrap();
        let status = reply.status.as_u16();
        (
            status,
            serde_json::from_slice(&reply.body).unwrap_or_default(),
        )
    }

    fn get(&mut self, domain: &str, target: &str) -> Value {
        let (status, body) = self.ask(domain, &format!("GET {target}"), &Value::Null);
        assert_eq!(status, 200, "{target}: {body}");
        body
    }

    /// Status and type of an error.
    fn error(&mut self, domain: &str, request: &str, body: &Value) -> (u16, String) {
        let (status, body) = self.ask(domain, request, body);
        let kind = body["error"]["type"].as_str().unwrap_or_default();
        (status, kind.to_owned())
    }

    fn reason(&mut self, domain: &str, request: &str, body: &Value) -> String {
        let (_, body) = self.ask(domain, request, body);
        body["error"]["reason"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    fn state(&mut self, domain: &str, snapshot: &str) -> String {
        let shown = self.get(domain, &format!("/_snapshot/r/{snapshot}"));
        shown["snapshots"][0]["state"].as_str().unwrap().to_owned()
    }
}

fn kind(text: &str) -> String {
    text.to_owned()
}
