//! The same walks against a real node, where one is named: `SNAPDECK_OPENSEARCH_URL=http://127.0.0.1:9200`.
//! It must be a plain one, without TLS or users, that allows repositories of type `fs` (`path.repo`).
//! What is made there is called `snapdeck-test-…` and is deleted at the end.
//!
//! AWS itself, that is who is calling, is the sandbox; the node is named in the configuration.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod common;
#[path = "common/process.rs"]
mod process;

use std::{fmt::Write, fs};

use reqwest::Method;
use serde_json::{Value, json};

use common::{CONFIG, TWO_DIRECTORIES, World, run};

const REPOSITORY: &str = "snapdeck-test";
const ORDERS: &str = "snapdeck-test-orders";
const WEB: &str = "snapdeck-test-web";
const COPY: &str = "re-snapdeck-test-orders";

/// A node, and a world whose configuration names it as the domain `real`.
struct Node {
    url: String,
    world: World,
}

impl Node {
    /// The node that the environment names, emptied of what an earlier run has left.
    fn find() -> Option<Self> {
        let url = std::env::var("SNAPDECK_OPENSEARCH_URL").ok()?;
        let url = url.trim_end_matches('/').to_owned();
        let world = World::new(TWO_DIRECTORIES);
        let config =
            format!("{CONFIG}\n[opensearch.real]\nendpoint = \"{url}\"\nunsigned = true\n");
        fs::write(world.path("config.toml"), config).expect("a configuration file");
        let node = Self { url, world };
        node.clear();
        Some(node)
    }

    fn ask(&self, method: Method, path: &str, body: &str) -> Value {
        let url = format!("{}{path}", self.url);
        let kind = if path.contains("_bulk") {
            "application/x-ndjson"
        } else {
            "application/json"
        };
        let answer = run(async {
            let request = reqwest::Client::new().request(method, url);
            let request = request.header("content-type", kind).body(body.to_owned());
            request.send().await?.json::<Value>().await
        });
        answer.expect("the node answers in JSON")
    }

    fn clear(&self) {
        for index in [ORDERS, WEB, COPY] {
            let path = format!("/{index}?ignore_unavailable=true");
            self.ask(Method::DELETE, &path, "");
        }
        let listed = self.ask(Method::GET, &format!("/_snapshot/{REPOSITORY}/_all"), "");
        for snapshot in listed["snapshots"].as_array().into_iter().flatten() {
            let name = snapshot["snapshot"].as_str().unwrap_or_default();
            self.ask(
                Method::DELETE,
                &format!("/_snapshot/{REPOSITORY}/{name}"),
                "",
            );
        }
        self.ask(Method::DELETE, &format!("/_snapshot/{REPOSITORY}"), "");
    }

    /// A repository that is slow enough to be watched, and two indices with something in them.
    fn fill(&self) {
        let settings = self.ask(Method::GET, "/_nodes/settings", "");
        let nodes = settings["nodes"].as_object().expect("nodes");
        let first = nodes.values().next().expect("a node");
        let folder = &first["settings"]["path"]["repo"];
        let folder = folder[0].as_str().or_else(|| folder.as_str());
        let folder = folder.expect("the node allows repositories of type fs");
        let repository = json!({ "type": "fs", "settings": {
            "location": format!("{folder}/{REPOSITORY}"),
            "max_snapshot_bytes_per_sec": "40kb",
            "max_restore_bytes_per_sec": "40kb",
            "chunk_size": "8kb",
        }});
        let made = self.ask(
            Method::PUT,
            &format!("/_snapshot/{REPOSITORY}"),
            &repository.to_string(),
        );
        assert_eq!(made["acknowledged"], true, "{made}");
        for index in [ORDERS, WEB] {
            let alias = format!("al-{index}");
            let body = json!({
                "settings": { "number_of_shards": 2, "number_of_replicas": 0 },
                "aliases": { alias: {} },
            });
            self.ask(Method::PUT, &format!("/{index}"), &body.to_string());
            let mut lines = String::new();
            for number in 0_u64..40 {
                // Something that cannot be compressed away.
                let text: String = (0..1500_u64)
                    .map(|at| {
                        let mixed = (number * 1_000_003 + at * at * 7919) % 94;
                        char::from(33 + u8::try_from(mixed).unwrap_or_default())
                    })
                    .collect();
                writeln!(
                    lines,
                    "{{\"index\":{{}}}}\n{}",
                    json!({ "number": number, "text": text })
                )
                .expect("a string takes all");
            }
            let kept = self.ask(
                Method::POST,
                &format!("/{index}/_bulk?refresh=true"),
                &lines,
            );
            assert_eq!(kept["errors"], false, "{kept}");
        }
    }

    fn snapdeck(&self, arguments: &[&str]) -> process::Ended {
        self.world.snapdeck(&[&["opensearch"], arguments].concat())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.clear();
    }
}

#[test]
fn a_snapshot_is_taken_listed_restored_beside_the_original_and_deleted_on_a_real_node() {
    let Some(node) = Node::find() else {
        return;
    };
    node.fill();

    let domain = node.snapdeck(&["show", "real"]).exits(0).json();
    assert!(domain["health"].is_string(), "{domain}");
    let repositories = node.snapdeck(&["repositories", "real"]).json();
    assert!(
        repositories.to_string().contains(REPOSITORY),
        "{repositories}"
    );
    node.snapdeck(&["verify", "real", REPOSITORY]).exits(0);

    let target = format!("real/{REPOSITORY}/first");
    let taken = node.snapdeck(&["create", &target, "--index", "snapdeck-test-*", "--wait"]);
    let taken = taken.exits(0).says(&["in_progress"]).json();
    assert_eq!(
        (&taken["status"], &taken["stage"]),
        (&json!("completed"), &json!("SUCCESS"))
    );
    let shown = node.snapdeck(&["show", &target]).exits(0).json();
    assert_eq!(
        shown["operation"], taken["id"],
        "the metadata names the operation"
    );
    assert_eq!(
        (&shown["shards_total"], &shown["shards_failed"]),
        (&json!(4), &json!(0))
    );
    let owner = format!("real/{REPOSITORY}");
    let listed = node.snapdeck(&["snapshots", &owner]).exits(0).json();
    assert_eq!(listed[0]["start_time"], shown["start_time"]);

    // The same name again, and what would save nothing.
    node.snapdeck(&["create", &target, "--index", ORDERS])
        .exits(6)
        .says(&["already"]);
    let nothing = format!("real/{REPOSITORY}/nothing");
    node.snapdeck(&["create", &nothing, "--index", "-snapdeck-test-*"])
        .exits(3);

    // In the way of itself; then beside itself, without the alias of the original.
    let conflict = node.snapdeck(&["restore", &target, "--wait"]).exits(6);
    conflict.says(&["snapdeck-test-orders (open)", "snapdeck-test-web (open)"]);
    let restore = [
        "restore",
        &target,
        "--index",
        ORDERS,
        "--rename-pattern",
        "(.+)",
        "--rename-replacement",
        "re-$1",
        "--wait",
    ];
    let restored = node
        .snapdeck(&restore)
        .exits(0)
        .says(&["in_progress"])
        .json();
    assert_eq!(restored["status"], "completed", "{restored}");
    let indices = node.snapdeck(&["indices", "real"]).exits(0).json();
    let by = |name: &str| {
        let mut all = indices.as_array().expect("a list").iter();
        all.find(|index| index["name"] == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .clone()
    };
    assert_eq!(by(COPY)["documents"], by(ORDERS)["documents"]);
    assert_eq!(
        (&by(COPY)["aliases"], &by(ORDERS)["aliases"]),
        (&Value::Null, &json!(["al-snapdeck-test-orders"]))
    );

    // Gone, and back in its place with its alias.
    node.snapdeck(&["delete-index", "real", ORDERS, "--confirm", ORDERS])
        .exits(0);
    node.snapdeck(&["restore", &target, "--index", ORDERS, "--wait"])
        .exits(0);
    let aliases = node.ask(Method::GET, &format!("/{ORDERS}/_alias"), "");
    assert!(
        aliases.to_string().contains("al-snapdeck-test-orders"),
        "{aliases}"
    );

    node.snapdeck(&["delete", &target, "--yes"]).exits(0);
    node.snapdeck(&["show", &target]).exits(5);
    node.snapdeck(&["unregister", "real", REPOSITORY]).exits(0);
    node.snapdeck(&["show", &owner]).exits(5);

    // Where the node is was never asked of AWS.
    let asked = node.world.requests();
    assert!(
        asked.iter().all(|call| call["service"] == "sts"),
        "{asked:#?}"
    );
}
