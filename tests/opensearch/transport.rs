//! Endpoints that cannot be trusted, answers that cannot be read, and reads that falter.

use crate::{
    common::{self, CONFIG},
    fault_of_reads, world,
};

#[test]
fn an_endpoint_that_does_not_speak_tls_or_shows_a_wrong_certificate_is_refused() {
    let world = world();
    let domains = world.snapdeck(&["opensearch", "list"]).exits(0).json();
    let plain = domains[0]["endpoint"].as_str().expect("an endpoint");
    let name = |endpoint: &str| {
        let config = format!("{CONFIG}\n[opensearch.named]\nendpoint = \"{endpoint}\"\n");
        std::fs::write(world.path("config.toml"), config).expect("a configuration file");
    };
    name(&plain.replace("http://", "https://"));
    let refused = world.snapdeck(&["opensearch", "indices", "named"]).exits(7);
    refused.says(&["no connection to https://", "its certificate"]);

    // A certificate that nobody signed, where there is a program to make one and show it.
    let path = |name: &str| world.path(name).display().to_string();
    let (key, certificate) = (path("key.pem"), path("certificate.pem"));
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-keyout", &key, "-out", &certificate])
        .stderr(std::process::Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port();
    let mut server = std::process::Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-www",
            "-accept",
            &format!("127.0.0.1:{port}"),
        ])
        .args(["-key", &key, "-cert", &certificate])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("openssl starts");
    common::until("the server listens", || {
        std::net::TcpStream::connect(("127.0.0.1", port))
            .ok()
            .map(drop)
    });
    name(&format!("https://localhost:{port}"));
    let refused = world.snapdeck(&["opensearch", "indices", "named"]);
    let _gone = server.kill();
    let _status = server.wait();
    let refused = refused
        .exits(7)
        .says(&["no connection to https://localhost", "ertificate"]);
    assert!(refused.stdout.is_empty(), "{refused}");
}

#[test]
fn an_answer_that_is_cut_or_no_json_is_an_error_that_names_the_request() {
    for kind in ["truncated", "malformed", "html", "gateway_timeout"] {
        let world = world();
        fault_of_reads(&world, "GET /_cat/indices", kind, 3);
        let ended = world.snapdeck(&["opensearch", "indices", "logs"]).exits(7);
        assert!(ended.stdout.is_empty(), "{kind}: {ended}");
        ended.says(&["GET /_cat/indices on logs in us-east-1: "]);
        assert_eq!(world.calls("GET /_cat/indices").len(), 3, "{kind}");
    }
}

#[test]
fn a_read_that_falters_is_repeated_a_little() {
    let world = world();
    fault_of_reads(&world, "GET /_cat/indices", "unavailable_503", 2);
    world.snapdeck(&["opensearch", "indices", "logs"]).exits(0);
    assert_eq!(world.calls("GET /_cat/indices").len(), 3);
}
