//! An EC2 simulator that no one here wrote.

use serde_json::{Value, json};

use crate::{
    common::{self, TWO_DIRECTORIES, World},
    process,
};

/// Makes a volume with nothing in it.
fn empty_volume(url: &str) -> String {
    // The program makes no empty volumes, so this is asked without it.
    let made = common::run(async {
        reqwest::Client::new()
            .post(url)
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=x",
            )
            .header("content-type", "application/x-www-form-urlencoded")
            .body("Action=CreateVolume&Version=2016-11-15&AvailabilityZone=us-east-1a&Size=8")
            .send()
            .await?
            .error_for_status()?
            .text()
            .await
    })
    .expect("a volume");
    made.split_once("<volumeId>")
        .and_then(|(_, rest)| rest.split_once('<'))
        .map(|(id, _)| id.to_owned())
        .expect("its id")
}

/// Against an EC2 that is not ours: moto's server, where one is said to run.
///
///     pip install 'moto[server]' && moto_server -p 5987 &
///     SNAPDECK_MOTO_URL=http://127.0.0.1:5987 cargo test --test ebs simulator
#[test]
fn an_independent_simulator_is_listed_created_in_tagged_and_deleted_from() {
    let Ok(url) = std::env::var("SNAPDECK_MOTO_URL") else {
        return;
    };
    let world = World::new(TWO_DIRECTORIES);
    let snapdeck = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command
            .env("AWS_ENDPOINT_URL", &url)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test");
        process::start(command).end().exits(0)
    };
    let volume = &empty_volume(&url);
    let volumes = snapdeck(&["ebs", "volumes"]).json();
    let listed = |rows: &Value, id: &str| {
        let mut rows = rows.as_array().into_iter().flatten();
        rows.any(|row| row["id"] == id)
    };
    assert!(listed(&volumes, volume), "{volumes}");
    let created = snapdeck(&[
        "ebs",
        "create",
        volume,
        "--description",
        "from outside",
        "--tag",
        "Owner=alice",
        "--tag",
        "Name=web & data",
        "--wait",
    ])
    .json();
    assert_eq!(created["status"], "completed", "{created}");
    let snapshot = created["resource"].as_str().expect("a snapshot");
    snapdeck(&["ebs", "tag", snapshot, "Ticket=OPS-1"]);
    snapdeck(&["ebs", "untag", snapshot, "Owner"]);
    let shown = snapdeck(&["ebs", "show", snapshot]).json();
    assert_eq!(
        (
            &shown["name"],
            &shown["description"],
            &shown["tags"]["Ticket"],
            &shown["tags"]["Owner"]
        ),
        (
            &json!("web & data"),
            &json!("from outside"),
            &json!("OPS-1"),
            &Value::Null
        ),
        "{shown}"
    );
    assert!(listed(
        &snapdeck(&["ebs", "snapshots", volume]).json(),
        snapshot
    ));
    let restored = snapdeck(&[
        "ebs",
        "restore",
        snapshot,
        "--to-volume",
        "--availability-zone",
        "us-east-1a",
        "--wait",
    ])
    .json();
    assert_eq!(restored["status"], "completed", "{restored}");
    let copied = snapdeck(&[
        "ebs",
        "copy",
        snapshot,
        "--to-region",
        "eu-west-1",
        "--wait",
    ])
    .json();
    assert_eq!(copied["stage"], "completed in eu-west-1", "{copied}");
    let deleted = snapdeck(&["ebs", "delete", snapshot, "--yes"]).json();
    // It knows no Recycle Bin.
    assert_eq!(
        deleted["stage"], "deleted; whether the Recycle Bin keeps it could not be looked at",
        "{deleted}"
    );
    assert!(!listed(
        &snapdeck(&["ebs", "snapshots", volume]).json(),
        snapshot
    ));
}
