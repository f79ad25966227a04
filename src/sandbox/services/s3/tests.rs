//! S3 without HTTP.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::Scenario;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::service::Service;
use crate::sandbox::services::s3::{Access, NotReached, Place};
use crate::sandbox::services::{Context, operation};
use crate::sandbox::world::World;

const SCENARIO: &str = r#"
    [[roles]]
    name = "Backups"
    trusts = "es.amazonaws.com"
    policies = { P = '{"Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:Put*"],"Resource":["arn:aws:s3:::home/a/*","arn:aws:s3:::away/*","arn:aws:s3:::theirs/*"]}]}' }

    [[buckets]]
    name = "home"
    objects = [{ key = "a/1", size = 10 }, { key = "a/2", size = 20 }, { key = "b", size = 1 }]

    [[buckets]]
    name = "away"
    region = "eu-west-1"
    archive_after = { days = 30, prefix = "cold/" }

    [[buckets]]
    name = "theirs"
    owner = "210987654321"
"#;

struct Bench {
    world: World,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let scenario = Scenario::from_toml(SCENARIO, "test").unwrap();
        let now = "2026-03-04T12:00:00Z".parse().unwrap();
        Self {
            world: World::new(&scenario, now),
            now,
        }
    }

    fn call(&mut self, region: &str, action: &str, members: Value) -> Result<Reply, Refusal> {
        let Value::Object(members) = members else {
            unreachable!("members are an object");
        };
        let call = Call {
            service: Service::S3,
            region: region.to_owned(),
            action: action.to_owned(),
            params: Params::Members(members),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        (operation(&call).unwrap().answer)(&mut context)
    }

    fn text(&mut self, action: &str, members: Value) -> String {
        let reply = self.call("us-east-1", action, members).unwrap();
        String::from_utf8(reply.body).unwrap()
    }

    /// After how many days rules archive what begins so.
    fn archives(&self, bucket: &str, prefix: &str) -> Option<i64> {
        let bucket = self.world.buckets.find(bucket).unwrap();
        let age = bucket.archives(prefix, self.now)?;
        Some(age.as_hours() / 24)
    }

    fn code(&mut self, region: &str, action: &str, members: Value) -> (u16, &'static str) {
        let refusal = self.call(region, action, members).unwrap_err();
        (refusal.status.as_u16(), refusal.code)
    }
}

fn named(bucket: &str) -> Value {
    json!({ "Bucket": bucket })
}

fn region(reply: &Reply) -> Option<&str> {
    let mut headers = reply.headers.iter();
    headers
        .find(|(name, _)| *name == "x-amz-bucket-region")
        .map(|(_, value)| value.as_str())
}

#[test]
fn a_bucket_elsewhere_says_where() {
    let mut bench = Bench::new();
    for (at, bucket, status) in [
        ("us-east-1", "home", 200),
        ("us-east-1", "away", 301),
        ("eu-west-1", "away", 200),
    ] {
        let reply = bench.call(at, "HeadBucket", named(bucket)).unwrap();
        assert_eq!(reply.status.as_u16(), status, "{at} {bucket}");
        let expected = if bucket == "home" {
            "us-east-1"
        } else {
            "eu-west-1"
        };
        assert_eq!(region(&reply), Some(expected));
    }
    let refused = |bench: &mut Bench, bucket| bench.code("us-east-1", "HeadBucket", named(bucket));
    assert_eq!(refused(&mut bench, "none"), (404, "NoSuchBucket"));
    assert_eq!(refused(&mut bench, "theirs"), (403, "AccessDenied"));
}

#[test]
fn locations_are_told_in_us_east_1_and_at_home() {
    let mut bench = Bench::new();
    let home = bench.text("GetBucketLocation", named("home"));
    assert!(
        home.ends_with("2006-03-01/\"></LocationConstraint>"),
        "{home}"
    );
    let away = bench.text("GetBucketLocation", named("away"));
    assert!(away.ends_with(">eu-west-1</LocationConstraint>"), "{away}");
    let elsewhere = bench.call("eu-central-1", "GetBucketLocation", named("away"));
    let elsewhere = elsewhere.unwrap();
    assert_eq!(elsewhere.status.as_u16(), 400);
    assert_eq!(region(&elsewhere), Some("eu-west-1"));
}

#[test]
fn buckets_are_made_where_the_call_comes_to() {
    let mut bench = Bench::new();
    let constrained = |region: &str| json!({ "Bucket": "new", "CreateBucketConfiguration": { "LocationConstraint": region } });
    let illegal = (400, "IllegalLocationConstraintException");
    assert_eq!(
        bench.code("eu-west-1", "CreateBucket", named("new")),
        illegal
    );
    assert_eq!(
        bench.code("eu-west-1", "CreateBucket", constrained("eu-central-1")),
        illegal
    );
    bench
        .call("eu-west-1", "CreateBucket", constrained("eu-west-1"))
        .unwrap();
    for (at, members, expected) in [
        (
            "eu-west-1",
            constrained("eu-west-1"),
            "BucketAlreadyOwnedByYou",
        ),
        ("us-east-1", named("theirs"), "BucketAlreadyExists"),
        ("us-east-1", named("Odd_Name"), "InvalidBucketName"),
    ] {
        assert_eq!(bench.code(at, "CreateBucket", members).1, expected);
    }
    bench
        .call("us-east-1", "CreateBucket", named("home"))
        .unwrap();
    let list = bench.text("ListBuckets", json!({}));
    assert_eq!(list.matches("<Name>").count(), 3, "{list}");
}

#[test]
fn lifecycle_rules_are_kept_and_known() {
    let mut bench = Bench::new();
    let get = "GetBucketLifecycleConfiguration";
    let put = "PutBucketLifecycleConfiguration";
    let missing = (404, "NoSuchLifecycleConfiguration");
    assert_eq!(bench.code("us-east-1", get, named("home")), missing);
    assert_eq!(bench.archives("away", "cold/x"), Some(30));
    assert_eq!(bench.archives("away", ""), Some(30));
    assert_eq!(bench.archives("away", "warm/"), None);
    let with =
        |rule: Value| json!({ "Bucket": "home", "LifecycleConfiguration": { "Rule": rule } });
    let transition = json!({ "Days": "30", "StorageClass": "DEEP_ARCHIVE" });
    let rule = json!({ "Status": "Enabled", "Filter": "", "Transition": transition });
    bench.call("us-east-1", put, with(rule.clone())).unwrap();
    assert_eq!(bench.archives("home", "any"), Some(30));
    let of = |days: &str, class: &str| json!({ "Days": days, "StorageClass": class });
    let on = |date: &str| json!({ "Date": date, "StorageClass": "GLACIER" });
    for (transitions, age) in [
        (
            json!([of("90", "STANDARD_IA"), of("365", "GLACIER")]),
            Some(365),
        ),
        (
            json!([of("365", "DEEP_ARCHIVE"), of("7", "GLACIER")]),
            Some(7),
        ),
        (of("7", "GLACIER_IR"), None),
        (on("2026-03-01T00:00:00.000Z"), Some(0)),
        (on("2026-03-01"), Some(0)),
        (on("2027-03-01T00:00:00Z"), None),
    ] {
        let mut other = rule.clone();
        other["Transition"] = transitions;
        bench.call("us-east-1", put, with(other)).unwrap();
        assert_eq!(bench.archives("home", "any"), age);
    }
    let two =
        json!([rule, { "Status": "Enabled", "Prefix": "a", "Transition": of("1", "GLACIER") }]);
    bench.call("us-east-1", put, with(two)).unwrap();
    assert_eq!(bench.archives("home", "any"), Some(1));
    assert_eq!(bench.archives("home", "b"), Some(30));
    bench.call("us-east-1", put, with(rule.clone())).unwrap();
    let kept = bench.text(get, named("home"));
    assert!(
        kept.contains("<Transition><Days>30</Days><StorageClass>DEEP_ARCHIVE</StorageClass>"),
        "{kept}"
    );
    for (wrong, code) in [
        (
            json!({ "Status": "Enabled", "Filter": "" }),
            "InvalidRequest",
        ),
        (
            json!({ "Status": "On", "Filter": "", "Transition": transition }),
            "MalformedXML",
        ),
        (
            json!({ "Status": "Enabled", "Transition": transition }),
            "MalformedXML",
        ),
        (json!("x"), "MalformedXML"),
    ] {
        assert_eq!(bench.code("us-east-1", put, with(wrong)).1, code);
    }
    bench
        .call("us-east-1", "DeleteBucketLifecycle", named("home"))
        .unwrap();
    assert_eq!(bench.code("us-east-1", get, named("home")), missing);
}

#[test]
fn objects_are_listed_by_prefix_and_page() {
    let mut bench = Bench::new();
    let all = bench.text("ListObjectsV2", named("home"));
    assert_eq!(all.matches("<Key>").count(), 3);
    let folders = bench.text(
        "ListObjectsV2",
        json!({ "Bucket": "home", "delimiter": "/" }),
    );
    assert!(folders.contains("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"));
    assert!(folders.contains("<KeyCount>2</KeyCount>"), "{folders}");
    let page = bench.text(
        "ListObjectsV2",
        json!({ "Bucket": "home", "max-keys": "2" }),
    );
    let (_, token) = page.split_once("<NextContinuationToken>").unwrap();
    let token = token.split_once('<').unwrap().0;
    let rest = json!({ "Bucket": "home", "max-keys": "2", "continuation-token": token });
    let rest = bench.text("ListObjectsV2", rest);
    assert!(rest.contains("<Key>b</Key>"), "{rest}");
    assert!(rest.contains("<IsTruncated>false</IsTruncated>"), "{rest}");
}

#[test]
fn a_role_reaches_what_its_policies_allow() {
    let bench = Bench::new();
    let role = "arn:aws:iam::123456789012:role/Backups";
    let session = bench.world.iam.assume(role, "es.amazonaws.com", &[]);
    let session = session.ok().unwrap();
    let reach = |bucket, key, region, access| {
        let place = Place {
            bucket,
            key,
            region,
        };
        bench.world.buckets.reach(&session, place, access).err()
    };
    assert_eq!(reach("home", "a/x", Some("us-east-1"), Access::Write), None);
    assert_eq!(reach("away", "x", None, Access::Read), None);
    let denied = Some(NotReached::Denied);
    assert_eq!(reach("home", "b", None, Access::Write), denied);
    assert_eq!(reach("home", "a/x", None, Access::Delete), denied);
    assert_eq!(reach("home", "", None, Access::List), denied);
    assert_eq!(reach("theirs", "x", None, Access::Read), denied);
    assert_eq!(
        reach("none", "x", None, Access::Read),
        Some(NotReached::NoSuchBucket)
    );
    assert_eq!(
        reach("away", "x", Some("us-east-1"), Access::Read),
        Some(NotReached::Elsewhere {
            region: "eu-west-1".to_owned()
        })
    );
}
