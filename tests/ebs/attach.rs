//! A volume that is restored and then attached: two calls of one operation.

use serde_json::json;

use crate::{
    SNAPSHOT,
    common::{self, World},
    meant, world,
};

#[test]
fn a_restored_volume_is_attached_by_whoever_watches_when_it_is_available() {
    let world = world();
    let restored = [
        "ebs",
        "restore",
        SNAPSHOT,
        "--to-volume",
        "--availability-zone",
        "us-east-1a",
        "--volume-type",
        "gp3",
        "--volume-initialization-rate",
        "150",
        "--attach",
        "i-0a1b0000000000001:/dev/sdx",
    ];
    // Nobody watches: the volume is asked for, and nothing is attached.
    let asked = world
        .snapdeck(&restored)
        .exits(0)
        .says(&[
            "has another step, which only a snapdeck that watches sends",
            "snapdeck operations wait op-",
        ])
        .json();
    assert!(meant(&world, "AttachVolume").is_empty());
    let made = &meant(&world, "CreateVolume")[0];
    assert_eq!(made["params"]["VolumeInitializationRate"], "150", "{made}");
    let id = asked["id"].as_str().expect("an id");
    // A later process goes on where the first one ended.
    let ended = world.snapdeck(&["operations", "wait", id]).exits(0).json();
    assert_eq!(
        (&ended[0]["status"], &ended[0]["stage"]),
        (
            &json!("completed"),
            &json!("attached to i-0a1b0000000000001 as /dev/sdx")
        ),
        "{ended}"
    );
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
    let volume = asked["resource"].as_str().expect("a volume");
    let shown = world.snapdeck(&["ebs", "show", volume]).exits(0).json();
    assert_eq!(shown["attached_to"], json!(["i-0a1b0000000000001"]));

    // Read-only watches, and sends nothing.
    let mut second = restored;
    second[11] = "i-0a1b0000000000001:/dev/sdy";
    let asked = world.snapdeck(&second).exits(0).json();
    let id = asked["id"].as_str().expect("an id");
    world
        .snapdeck(&["--read-only", "operations", "wait", id, "--timeout", "3s"])
        .exits(8);
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
}

#[test]
fn what_cannot_be_attached_is_said_before_the_volume_is_made() {
    let world = world();
    for (attach, zone, says) in [
        ("i-0a1b0000000000001:/dev/sdf", "us-east-1a", "is in use"),
        (
            "i-0a1b0000000000002:/dev/sdx",
            "us-east-1a",
            "is in us-east-1b",
        ),
        (
            "i-0a1b0000000000005:/dev/sdx",
            "us-east-1a",
            "the instance is terminated",
        ),
    ] {
        world
            .snapdeck(&[
                "ebs",
                "restore",
                SNAPSHOT,
                "--to-volume",
                "--availability-zone",
                zone,
                "--attach",
                attach,
            ])
            .exits(6)
            .says(&[says]);
    }
    assert!(meant(&world, "CreateVolume").is_empty());
    let scenario = format!(
        "{}\n[[denied]]\naction = \"ec2:AttachVolume\"\n",
        include_str!("../../assets/scenario.toml")
    );
    let world = World::new(&scenario);
    world
        .snapdeck(&[
            "ebs",
            "restore",
            SNAPSHOT,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
            "--attach",
            "i-0a1b0000000000001:/dev/sdx",
        ])
        .exits(4)
        .says(&["ec2:AttachVolume", "the directory team, ext. 4711"]);
    assert!(meant(&world, "CreateVolume").is_empty());
}

#[test]
fn a_process_that_is_killed_between_two_calls_loses_neither() {
    let world = world();
    world.fault_of_a_change("*", "AttachVolume", "hang");
    let mut running = world.start(&[
        "ebs",
        "restore",
        SNAPSHOT,
        "--to-volume",
        "--availability-zone",
        "us-east-1a",
        "--attach",
        "i-0a1b0000000000001:/dev/sdx",
        "--wait",
    ]);
    common::until("the second call", || {
        (!meant(&world, "AttachVolume").is_empty()).then_some(())
    });
    running.child.kill().expect("a child");
    running.end();
    let ended = world.snapdeck(&["operations", "wait"]).exits(0).json();
    assert_eq!(ended[0]["status"], "completed", "{ended}");
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
    assert_eq!(meant(&world, "CreateVolume").len(), 1);
}

#[test]
fn of_several_processes_that_watch_one_sends_the_next_call() {
    let world = world();
    let asked = world
        .snapdeck(&[
            "ebs",
            "restore",
            SNAPSHOT,
            "--to-volume",
            "--availability-zone",
            "us-east-1a",
            "--attach",
            "i-0a1b0000000000001:/dev/sdx",
        ])
        .exits(0)
        .json();
    let id = asked["id"].as_str().expect("an id");
    let watching: Vec<_> = (0..4)
        .map(|_| world.start(&["operations", "wait", id]))
        .collect();
    for running in watching {
        let ended = running.end().exits(0).json();
        assert_eq!(ended[0]["status"], "completed", "{ended}");
    }
    assert_eq!(meant(&world, "AttachVolume").len(), 1);
}
