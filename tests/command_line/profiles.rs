//! Profiles of the AWS files that lead to credentials through STS.

use std::process::Command;

use crate::{
    common::World,
    process::{self, Ended},
    two,
};

/// Keys, a role that they assume, a role that this role assumes, and one that keys of the environment
/// assume.
const FILE: &str = "
[profile base]
aws_access_key_id = sandbox
aws_secret_access_key = sandbox-secret

[profile role]
role_arn = arn:aws:iam::123456789012:role/First
source_profile = base
region = us-east-1

[profile chain]
role_arn = arn:aws:iam::123456789012:role/Second
source_profile = role

[profile given]
role_arn = arn:aws:iam::123456789012:role/Third
credential_source = Environment

[profile code]
role_arn = arn:aws:iam::123456789012:role/Fourth
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/somebody
";

/// A command under a profile.
fn under(world: &World, profile: &str, arguments: &[&str]) -> Command {
    std::fs::write(world.path("aws"), FILE).expect("a file");
    let mut command = world.command(&[&["--profile", profile], arguments].concat());
    command.env("AWS_CONFIG_FILE", world.path("aws"));
    if profile != "given" {
        command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY");
    }
    command
}

/// The roles that were assumed, in order, without the beginning that they share.
fn assumed(world: &World) -> Vec<String> {
    let mut calls = world.requests();
    calls.retain(|call| call["action"] == "AssumeRole");
    let role = |call: &serde_json::Value| {
        let arn = call["params"]["RoleArn"].as_str()?;
        arn.rsplit('/').next().map(str::to_owned)
    };
    calls.iter().filter_map(role).collect()
}

/// Makes sure that two directories were listed.
#[track_caller]
fn lists(ended: Ended) {
    let listed = ended.exits(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed:#}");
}

#[test]
fn a_profile_that_assumes_a_role_works_wherever_region_and_endpoint_come_from() {
    for (profile, roles) in [
        ("role", &["First"][..]),
        ("chain", &["First", "Second"]),
        ("given", &["Third"]),
    ] {
        let world = two();
        lists(process::start(under(&world, profile, &["directory", "list"])).end());
        assert_eq!(assumed(&world), roles, "{profile}");

        let world = two();
        let url = world.url();
        let arguments = ["directory", "list", "--region", "us-east-1"];
        let flags = [&arguments[..], &["--endpoint-url", &url]].concat();
        let mut command = under(&world, profile, &flags);
        command
            .env_remove("AWS_REGION")
            .env_remove("AWS_ENDPOINT_URL");
        lists(process::start(command).end());
        assert_eq!(assumed(&world), roles, "{profile}, by flags");
    }
    // The Region of the profile itself.
    let world = two();
    let mut command = under(&world, "role", &["directory", "list"]);
    command.env_remove("AWS_REGION");
    lists(process::start(command).end());
}

#[test]
fn a_role_that_wants_a_code_says_so_before_anything_is_asked() {
    let world = two();
    process::start(under(&world, "code", &["directory", "list"]))
        .end()
        .exits(4)
        .says(&["mfa/somebody", "The console asks for it."]);
    assert_eq!(world.requests().len(), 0);
}
