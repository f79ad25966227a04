//! IAM without HTTP.

use jiff::Timestamp;

use crate::sandbox::Scenario;
use crate::sandbox::call::{Call, Params};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::Service;
use crate::sandbox::services::iam::store::NotAssumed;
use crate::sandbox::services::{Context, operation};
use crate::sandbox::world::World;

const SCENARIO: &str = r#"
    account_alias = "example"

    [[roles]]
    name = "Backups"
    path = "/service-role/"
    trusts = "es.amazonaws.com"
    policies = { Bucket = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}}' }
    managed_policies = { Lists = '{"Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}}' }

    [[denied]]
    action = "iam:PassRole"
    resource = "arn:aws:iam::123456789012:role/service-role/Back*"
"#;

const BACKUPS: &str = "arn:aws:iam::123456789012:role/service-role/Backups";
const TRUST: &str = r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"es.amazonaws.com"}}}"#;

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

    fn call(&mut self, action: &str, fields: &[(&str, &str)]) -> Result<String, Refusal> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let call = Call {
            service: Service::Iam,
            region: "us-east-1".to_owned(),
            action: action.to_owned(),
            params: Params::Form(fields.iter().map(own).collect()),
        };
        let mut context = Context {
            world: &mut self.world,
            call: &call,
            now: self.now,
            request_id: "r",
        };
        let reply = (operation(&call).unwrap().answer)(&mut context)?;
        Ok(String::from_utf8(reply.body).unwrap())
    }

    fn refused(&mut self, action: &str, fields: &[(&str, &str)]) -> (u16, &'static str, String) {
        let refusal = self.call(action, fields).unwrap_err();
        (refusal.status.as_u16(), refusal.code, refusal.message)
    }
}

#[test]
fn documents_are_url_encoded() {
    let mut bench = Bench::new();
    let role = bench.call("GetRole", &[("RoleName", "backups")]).unwrap();
    assert!(
        role.contains("%7B%22Version%22%3A%222012-10-17%22"),
        "{role}"
    );
    assert!(role.contains(&format!("<Arn>{BACKUPS}</Arn>")), "{role}");
    let fields = [("RoleName", "Backups"), ("PolicyName", "Bucket")];
    let policy = bench.call("GetRolePolicy", &fields).unwrap();
    assert!(
        policy.contains("arn%3Aaws%3As3%3A%3A%3Ab%2F%2A"),
        "{policy}"
    );
}

#[test]
fn a_role_is_made_changed_and_deleted() {
    let mut bench = Bench::new();
    let role = [("RoleName", "New"), ("AssumeRolePolicyDocument", TRUST)];
    bench.call("CreateRole", &role).unwrap();
    assert_eq!(
        bench.refused("CreateRole", &role),
        (
            409,
            "EntityAlreadyExists",
            "Role with name New already exists.".to_owned()
        )
    );
    let policy = [
        ("RoleName", "New"),
        ("PolicyName", "P"),
        (
            "PolicyDocument",
            r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
        ),
    ];
    bench.call("PutRolePolicy", &policy).unwrap();
    assert_eq!(bench.refused("DeleteRole", &role[..1]).1, "DeleteConflict");
    bench.call("DeleteRolePolicy", &policy[..2]).unwrap();
    bench.call("DeleteRole", &role[..1]).unwrap();
    assert_eq!(
        bench.refused("GetRole", &role[..1]),
        (
            404,
            "NoSuchEntity",
            "The role with name New cannot be found.".to_owned()
        )
    );
    let wrong = [("RoleName", "New"), ("AssumeRolePolicyDocument", "{}")];
    assert_eq!(
        bench.refused("CreateRole", &wrong).1,
        "MalformedPolicyDocument"
    );
}

#[test]
fn lists_have_pages() {
    let mut bench = Bench::new();
    for name in ["A", "B", "C"] {
        let role = [("RoleName", name), ("AssumeRolePolicyDocument", TRUST)];
        bench.call("CreateRole", &role).unwrap();
    }
    let page = bench.call("ListRoles", &[("MaxItems", "3")]).unwrap();
    assert_eq!(page.matches("<RoleName>").count(), 3);
    let (_, marker) = page.split_once("<Marker>").unwrap();
    let (marker, _) = marker.split_once("</Marker>").unwrap();
    let rest = bench.call("ListRoles", &[("Marker", marker)]).unwrap();
    assert_eq!(rest.matches("<RoleName>").count(), 1);
    assert!(rest.contains("<IsTruncated>false</IsTruncated>"), "{rest}");
    assert_eq!(
        bench.refused("ListRoles", &[("Marker", "x")]).1,
        "ValidationError"
    );
}

#[test]
fn the_caller_is_what_the_denials_leave_and_a_role_what_its_policies_say() {
    let mut bench = Bench::new();
    let mut decisions = |source: &str, action: &str, resource: &str| {
        let fields = [
            ("PolicySourceArn", source),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
        ];
        let reply = bench.call("SimulatePrincipalPolicy", &fields).unwrap();
        let (_, rest) = reply.split_once("<EvalDecision>").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let caller = "arn:aws:iam::123456789012:user/sandbox";
    assert_eq!(decisions(caller, "iam:PassRole", BACKUPS), "implicitDeny");
    let other = "arn:aws:iam::123456789012:role/Other";
    assert_eq!(decisions(caller, "iam:PassRole", other), "allowed");
    assert_eq!(
        decisions(BACKUPS, "s3:PutObject", "arn:aws:s3:::b/x"),
        "allowed"
    );
    assert_eq!(
        decisions(BACKUPS, "s3:ListBucket", "arn:aws:s3:::b"),
        "allowed"
    );
    assert_eq!(
        decisions(BACKUPS, "s3:GetBucketLocation", "arn:aws:s3:::b"),
        "implicitDeny"
    );
}

#[test]
fn the_members_of_lists_count_wherever_they_are() {
    let mut bench = Bench::new();
    let asked = |resource: &'static str| {
        [
            ("PolicySourceArn", BACKUPS),
            ("ActionNames.member.3", "s3:PutObject"),
            (resource, "arn:aws:s3:::b/x"),
        ]
    };
    let reply = bench
        .call("SimulatePrincipalPolicy", &asked("ResourceArns.member.2"))
        .unwrap();
    let resource = "<EvalResourceName>arn:aws:s3:::b/x</EvalResourceName>";
    assert_eq!(reply.matches(resource).count(), 1, "{reply}");
    let wrong = asked("ResourceArns.member.0");
    let code = bench.refused("SimulatePrincipalPolicy", &wrong).1;
    assert_eq!(code, "ValidationError");
}

#[test]
fn a_service_gets_the_roles_that_trust_it() {
    let bench = Bench::new();
    let iam = &bench.world.iam;
    let session = iam.assume(BACKUPS, "es.amazonaws.com", &[]).ok().unwrap();
    assert!(session.may("s3:DeleteObject", "arn:aws:s3:::b/x"));
    assert!(!session.may("s3:DeleteObject", "arn:aws:s3:::c/x"));
    let refused = |arn: &str, service| iam.assume(arn, service, &[]).err();
    assert_eq!(
        refused(BACKUPS, "ec2.amazonaws.com"),
        Some(NotAssumed::NotTrusted)
    );
    // Without its path, the ARN is another role's.
    assert_eq!(
        refused("arn:aws:iam::123456789012:role/Backups", "es.amazonaws.com"),
        Some(NotAssumed::NoSuchRole)
    );
}
