//! How long things may take.

use super::*;

#[test]
fn a_call_takes_longer_than_its_connection() {
    for (network, words) in [
        (
            "connect_timeout = '30s'",
            "request_timeout (30s, the default) is not longer than network.connect_timeout (30s)",
        ),
        (
            "request_timeout = '5s'",
            "request_timeout (5s) is not longer than network.connect_timeout (5s, the default)",
        ),
        (
            "connect_timeout = '10s'\nrequest_timeout = '9s'",
            "request_timeout (9s) is not longer",
        ),
    ] {
        let file = format!("[network]\n{network}\n");
        let start = Start {
            file: Some(&file),
            ..Start::default()
        };
        let error = start.error();
        assert!(error.contains(words) && error.contains("line "), "{error}");
    }
}

#[test]
fn the_shortest_pause_is_not_longer_than_the_longest() {
    for (file, words) in [
        (
            "watch.shortest = '40s'",
            ["line 1", "(40s) is longer", "(30s, the default)"],
        ),
        (
            "\nwatch.longest = '1s'",
            ["line 2", "(2s, the default)", "watch.longest (1s)"],
        ),
        (
            "[watch]\nlongest = '5s'\nshortest = '6s'",
            ["line 3", "(6s)", "(5s)"],
        ),
    ] {
        let error = Start {
            file: Some(file),
            ..Start::default()
        }
        .error();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
    let same = Start {
        file: Some("watch.shortest = '30s'"),
        ..Start::default()
    }
    .settings();
    assert_eq!(same.watch.shortest, same.watch.longest);
}

#[test]
fn looks_are_resolved_like_everything_else() {
    let file = Some("ascii = false\n[theme]\nname = 'light'\n[support]\ncontact = 'ana'\n");
    let settings = Start {
        file,
        ..Start::default()
    }
    .settings();
    assert_eq!(
        (settings.ascii, settings.theme),
        (Some(false), Theme::Light)
    );
    assert_eq!(settings.support.contact.as_deref(), Some("ana"));
    let flags = Flags {
        ascii: true,
        no_color: true,
        ..Flags::default()
    };
    let settings = Start {
        flags,
        file,
        ..Start::default()
    }
    .settings();
    assert_eq!((settings.ascii, settings.color), (Some(true), Color::Never));
    let settings = Start {
        env: &[("NO_COLOR", "0")],
        ..Start::default()
    }
    .settings();
    assert_eq!(settings.color, Color::Never);
}
