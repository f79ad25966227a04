//! Restoring beside, over and elsewhere, and the indices and aliases that are in the way.

use serde_json::json;

use crate::{changes, world};

#[test]
fn a_restore_on_top_of_an_index_sends_nothing_and_names_every_conflict_and_the_ways_out() {
    let world = world();
    world
        .snapdeck(&["opensearch", "restore", "logs/backups/first"])
        .exits(6)
        .says(&[
            "orders (open)",
            "web (open)",
            "--rename-pattern",
            "snapdeck opensearch delete-index logs orders web --confirm orders --confirm web",
            "--to",
        ]);
    assert!(changes(&world).is_empty());
    let beside = [
        "opensearch",
        "restore",
        "logs/backups/first",
        "--rename-pattern",
        "(.+)",
        "--rename-replacement",
        "re-$1",
        "--wait",
    ];
    world.snapdeck(&beside).exits(0);
    let sent = &world.calls("POST /_snapshot/backups/first/_restore")[0]["params"];
    let indices = world
        .snapdeck(&["opensearch", "indices", "logs"])
        .exits(0)
        .json();
    let names: Vec<&str> = indices
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|row| row["name"].as_str())
        .collect();
    assert!(
        names.contains(&"re-orders") && names.contains(&"re-web"),
        "{names:?}"
    );
    assert!(
        !names.iter().any(|name| name.starts_with("re-.")),
        "{names:?}"
    );
    assert_eq!(sent["body"]["include_aliases"], false, "{sent}");
    // Twice the same: now the copies are in the way.
    world.snapdeck(&beside).exits(6).says(&["re-orders (open)"]);
    assert_eq!(changes(&world).len(), 1);
}

#[test]
fn several_indices_are_deleted_where_each_is_confirmed() {
    let world = world();
    let delete = |confirmed: &[&str]| {
        let mut line = vec!["opensearch", "delete-index", "logs", "orders", "web"];
        line.extend(confirmed.iter().flat_map(|id| ["--confirm", id]));
        world.snapdeck(&line)
    };
    delete(&[]).exits(3).says(&["--confirm orders"]);
    delete(&["orders"])
        .exits(3)
        .says(&["logs/web", "--confirm web"]);
    delete(&["orders", "web", "other"])
        .exits(3)
        .says(&["'other' is not among"]);
    assert!(changes(&world).is_empty());
    delete(&["web", "orders"]).exits(0);
    assert_eq!(changes(&world), ["DELETE /orders", "DELETE /web"]);
}

#[test]
fn an_index_is_deleted_and_restored_with_its_aliases() {
    let world = world();
    world
        .snapdeck(&[
            "opensearch",
            "delete-index",
            "logs",
            "al-orders",
            "--confirm",
            "al-orders",
        ])
        .exits(5)
        .says(&["alias of orders"]);
    let plan = world
        .snapdeck(&["opensearch", "delete-index", "logs", "orders", "--dry-run"])
        .exits(0)
        .json();
    assert!(plan["warnings"].to_string().contains("al-orders"), "{plan}");
    world
        .snapdeck(&[
            "opensearch",
            "delete-index",
            "logs",
            "orders",
            "--confirm",
            "web",
        ])
        .exits(3);
    world
        .snapdeck(&[
            "opensearch",
            "delete-index",
            "logs",
            "orders",
            "--confirm",
            "orders",
        ])
        .exits(0);
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/first",
            "--index",
            "orders",
            "--wait",
        ])
        .exits(0);
    let indices = world
        .snapdeck(&["opensearch", "indices", "logs"])
        .exits(0)
        .json();
    let orders = indices
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["name"] == "orders");
    assert_eq!(orders.expect("it is back")["aliases"], json!(["al-orders"]));
}

#[test]
fn a_snapshot_is_restored_to_another_domain_that_has_its_repository() {
    let world = world();
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/first",
            "--to",
            "spare",
            "--wait",
        ])
        .exits(0);
    assert_eq!(
        changes(&world),
        ["POST /_snapshot/from-logs/first/_restore"]
    );
    // The engine there is too old, whether it has the repository or not.
    world
        .snapdeck(&[
            "opensearch",
            "restore",
            "logs/backups/first",
            "--to",
            "legacy",
        ])
        .exits(6)
        .says(&["taken by 2.11"]);
    assert_eq!(changes(&world).len(), 1);
}
