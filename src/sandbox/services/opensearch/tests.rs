//! The control plane without HTTP.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::Scenario;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::Service;
use crate::sandbox::services::{Context, operation};
use crate::sandbox::world::World;

const SCENARIO: &str = r#"
    [[domain]]
    name = "logs"
    engine = "OpenSearch_2.11"
    fine_grained = true
    encrypted = true
    nodes = 3
    tags = { Team = "search" }

    [[domain]]
    name = "old"
    engine = "Elasticsearch_7.10"
    nodes = 1

    [[domain]]
    name = "inside"
    engine = "OpenSearch_1.3"
    vpc = "vpc-0a1b2c3d4e5f60718"

    [[domain]]
    name = "new"
    engine = "OpenSearch_2.11"
    fresh = true
"#;

struct Bench {
    world: World,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let scenario = Scenario::from_toml(SCENARIO, "test").unwrap();
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        let mut world = World::new(&scenario, now);
        let address = |port: u16| Some(([127, 0, 0, 1], port).into());
        let addresses = [address(9201), address(9202), address(9203), None];
        world.domains.place(&addresses);
        Self { world, now }
    }

    fn call(&mut self, action: &str, members: Value) -> Result<Value, Refusal> {
        let Value::Object(members) = members else {
            unreachable!("members are an object");
        };
        let call = Call {
            service: Service::OpenSearch,
            region: "us-east-1".to_owned(),
            action: action.to_owned(),
            params: Params::Members(members),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        let reply = (operation(&call).unwrap().answer)(&mut context)?;
        Ok(serde_json::from_slice(&reply.body).unwrap())
    }

    fn status(&mut self, name: &str) -> Value {
        let named = json!({ "DomainName": name });
        let mut reply = self.call("DescribeDomain", named).unwrap();
        reply["DomainStatus"].take()
    }

    fn refused(&mut self, action: &str, members: Value) -> (u16, &'static str, String) {
        let refusal = self.call(action, members).unwrap_err();
        (refusal.status.as_u16(), refusal.code, refusal.message)
    }
}

#[test]
fn names_are_listed_by_engine() {
    let mut bench = Bench::new();
    let all = bench.call("ListDomainNames", json!({})).unwrap();
    assert_eq!(all["DomainNames"].as_array().unwrap().len(), 4);
    let old = json!({ "engineType": "Elasticsearch" });
    assert_eq!(
        bench.call("ListDomainNames", old).unwrap(),
        json!({ "DomainNames": [{ "DomainName": "old", "EngineType": "Elasticsearch" }] })
    );
    let wrong = json!({ "engineType": "Solr" });
    assert_eq!(
        bench.refused("ListDomainNames", wrong).1,
        "ValidationException"
    );
}

#[test]
fn at_most_five_are_described_and_unknown_ones_left_out() {
    let mut bench = Bench::new();
    let named = |names: Value| json!({ "DomainNames": names });
    let described = bench.call("DescribeDomains", named(json!(["logs", "nope"])));
    assert_eq!(
        described.unwrap()["DomainStatusList"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for wrong in [json!([5]), json!(["logs", null]), json!("logs")] {
        let (status, code, _) = bench.refused("DescribeDomains", named(wrong));
        assert_eq!((status, code), (400, "SerializationException"));
    }
    let none = bench.call("DescribeDomains", named(json!([]))).unwrap();
    assert_eq!(none, json!({ "DomainStatusList": [] }));
    let six = named(json!(["aaa", "bbb", "ccc", "ddd", "eee", "fff"]));
    let text = "Please provide a maximum of 5 domain names to describe.";
    assert_eq!(
        bench.refused("DescribeDomains", six.clone()),
        (400, "ValidationException", text.to_owned())
    );
    let (_, _, text) = bench.refused("DescribeElasticsearchDomains", six);
    assert_eq!(
        text,
        "Please provide a maximum of 5 Elasticsearch domain names to describe."
    );
    let wrong = bench
        .refused("DescribeDomain", json!({ "DomainName": "Logs" }))
        .2;
    assert!(wrong.starts_with("1 validation error detected: Value 'Logs' at 'domainName'"));
    let missing = bench.refused("DescribeDomain", json!({ "DomainName": "nope" }));
    let text = "Domain not found: nope".to_owned();
    assert_eq!(missing, (409, "ResourceNotFoundException", text));
}

#[test]
fn a_domain_has_one_endpoint_or_none() {
    let mut bench = Bench::new();
    let public = bench.status("logs");
    assert_eq!(public["Endpoint"], "127.0.0.1:9201");
    assert_eq!(public.get("Endpoints"), None);
    let inside = bench.status("inside");
    assert_eq!(inside["Endpoints"], json!({ "vpc": "127.0.0.1:9203" }));
    assert_eq!(inside.get("Endpoint"), None);
    assert_eq!(inside["VPCOptions"]["VPCId"], "vpc-0a1b2c3d4e5f60718");
    let new = bench.status("new");
    assert_eq!((new.get("Endpoint"), new.get("Endpoints")), (None, None));
    assert_eq!(new["Processing"], true);
    assert_eq!(new["DomainProcessingStatus"], "Creating");
}

#[test]
fn each_api_has_its_own_members() {
    let mut bench = Bench::new();
    let named = json!({ "DomainName": "old" });
    let old = bench
        .call("DescribeElasticsearchDomain", named.clone())
        .unwrap();
    let old = &old["DomainStatus"];
    assert_eq!(old["ElasticsearchVersion"], "7.10");
    let cluster = &old["ElasticsearchClusterConfig"];
    assert_eq!(cluster["InstanceType"], "r6g.large.elasticsearch");
    let new = bench.status("old");
    assert_eq!(new["EngineVersion"], "Elasticsearch_7.10");
    assert_eq!(new["ClusterConfig"]["InstanceType"], "r6g.large.search");
    let config = bench.call("DescribeDomainConfig", named).unwrap();
    let version = &config["DomainConfig"]["EngineVersion"];
    assert_eq!(version["Options"], "Elasticsearch_7.10");
    assert_eq!(version["Status"]["State"], "Active");
}

#[test]
fn tags_belong_to_an_arn() {
    let mut bench = Bench::new();
    let arn =
        |name: &str| json!({ "arn": format!("arn:aws:es:us-east-1:123456789012:domain/{name}") });
    assert_eq!(
        bench.call("ListTags", arn("logs")).unwrap(),
        json!({ "TagList": [{ "Key": "Team", "Value": "search" }] })
    );
    assert_eq!(bench.refused("ListTags", arn("nope")).0, 409);
    let wrong = json!({ "arn": "logs" });
    assert_eq!(bench.refused("ListTags", wrong).1, "ValidationException");
}
