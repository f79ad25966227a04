//! How long a key takes in a long list. Run it optimised, by itself:
//! `cargo test --release --lib speed -- --ignored --nocapture`.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use ratatui::layout::Size;

use crate::{
    domain::row::{Cell, Row},
    tui::{
        message::Message,
        testing::{Driver, now, row},
    },
};

const ROWS: usize = 100_000;
/// A frame of sixty in a second.
const FRAME: Duration = Duration::from_millis(16);

/// A row with about as much in it as a snapshot of a volume.
fn large(n: usize) -> Row {
    let mut row = row(
        &format!("copy-{:017x}", n.wrapping_mul(0x9e37_79b9)),
        "Active",
    );
    row.name = Some(format!("nightly of web-{}", n % 5000));
    let hours = i64::try_from(n % 9000).unwrap();
    let taken = now() - SignedDuration::from_hours(hours);
    row.cells = vec![
        ("description", format!("Created by policy-{}", n % 7).into()),
        ("taken", Cell::Time(taken)),
        ("size", Cell::Integer(hours * 3)),
        ("volume_id", format!("vol-{n:017x}").into()),
        ("encrypted", Cell::Flag(n.is_multiple_of(2))),
        ("tier", "standard".into()),
        (
            "tags",
            Cell::Tags(vec![
                ("Owner".into(), format!("team-{}", n % 40).into()),
                ("Env".into(), "prod".into()),
            ]),
        ),
    ];
    row
}

#[test]
#[ignore = "prints times, which say something of an optimised build only"]
fn times_of_keys_at_a_hundred_thousand_rows() {
    let mut driver = Driver::connected();
    driver.tell(Message::Resized(Size {
        width: 140,
        height: 40,
    }));
    let began = Instant::now();
    let (ticket, key) = driver.asked_list();
    for page in 0..ROWS / 1000 {
        let rows = (page * 1000..(page + 1) * 1000).map(large).collect();
        driver.tell(Message::Arrived(ticket, key.clone(), rows));
    }
    driver.tell(Message::Listed(ticket, key, Ok(())));
    let mut out = std::io::stderr();
    let mut say = |what: &str, took: Duration| {
        let slow = if took > FRAME {
            "  more than a frame"
        } else {
            ""
        };
        let _closed = writeln!(out, "{what:34} {:7.2} ms{slow}", took.as_secs_f64() * 1e3);
    };
    say("100 pages of 1000 rows", began.elapsed());
    for keys in [
        "down",
        "G",
        "g",
        "/ 'w'",
        "'e'",
        "'b'",
        "'-'",
        "'4'",
        "'2'",
        "backspace",
        "esc",
        "/ '!'",
        "'p'",
        "'r'",
        "esc",
        "/ 's' 'i' 'z' 'e' '>'",
        "'9'",
        "'0'",
        "'0'",
        "esc",
        "/ 't' 'a' 'g' ':' 'O' 'w' 'n' 'e' 'r' '='",
        "'t'",
        "esc",
        "/ '/'",
        "'w'",
        "'e'",
        "'.'",
        "'-'",
        "'4'",
        "esc",
        "/ '~'",
        "'n'",
        "'w'",
        "'4'",
        "'2'",
        "esc",
        "s",
        "S",
        "s",
        "S",
        "s",
        "/ 'w'",
        "'e'",
        "esc",
        "space",
        "v",
        "*",
        "down",
        "u",
        "!",
    ] {
        driver.effects.clear();
        let began = Instant::now();
        driver.press(keys);
        let taken_in = began.elapsed();
        let screen = driver.screen();
        assert!(!screen.is_empty());
        say(keys, taken_in);
    }
    let began = Instant::now();
    for _ in 0..100 {
        driver.screen();
    }
    say("a frame", began.elapsed() / 100);
}
