//! Random keys: whatever is pressed, nothing happens that must not.

use std::time::Duration;

use ratatui::crossterm::event::{KeyCode, KeyModifiers};
use serde_json::Value;

use crate::{
    actions::INSTANCE,
    flow::{Flow, Setup},
};

/// How long answers are waited for after a run of single keys; after a phrase they are all awaited.
const PAUSE: Duration = Duration::from_millis(4);
const RUN: usize = 20;

/// Keys that lead deep into the console, since single ones rarely do. None types an id.
const PHRASES: [&str; 18] = [
    "enter tab",
    "enter tab j j j",
    "esc esc j enter tab",
    "c",
    "c enter",
    "d",
    "d",
    "d tab space",
    "r",
    "r tab 'd-'",
    "shift-tab enter",
    "tab enter",
    "a enter",
    "a j j enter",
    "L",
    "H j enter",
    ": 'restore' enter",
    "P 'eu-west-1' enter",
];

/// Every key that means something, those that lead on more often.
const KEYS: [KeyCode; 44] = [
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Tab,
    KeyCode::Tab,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::BackTab,
    KeyCode::Esc,
    KeyCode::Esc,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Char(' '),
    KeyCode::Char(' '),
    KeyCode::Char('c'),
    KeyCode::Char('r'),
    KeyCode::Char('d'),
    KeyCode::Char('o'),
    KeyCode::Char('/'),
    KeyCode::Char('?'),
    KeyCode::Char('R'),
    KeyCode::Char('j'),
    KeyCode::Char('k'),
    KeyCode::Char('g'),
    KeyCode::Char('G'),
    KeyCode::Char('-'),
    KeyCode::Char('y'),
    KeyCode::Char('a'),
    KeyCode::Char(':'),
    KeyCode::Char('L'),
    KeyCode::Char('H'),
    KeyCode::Char('P'),
    KeyCode::Char('p'),
    KeyCode::Char('['),
    KeyCode::Char(']'),
];

/// The numbers of `SplitMix64`: the same keys in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("less than a usize")
    }
}

/// Presses random keys, and so many phrases in a thousand, on consoles started one after the other, a new one whenever one was quit, and
/// answers what they asked of AWS.
fn press_at_random(keys: usize, phrases: usize, start: impl Fn() -> Flow) -> Vec<Value> {
    let mut numbers = Numbers(1);
    let mut requests = Vec::new();
    let mut flow = start();
    for pressed in 0..keys {
        // Quitting is one key of many, or nothing else would ever be reached.
        match numbers.below(1000) {
            0 => flow.key(KeyCode::Char('q'), KeyModifiers::NONE),
            word if word <= phrases => {
                let phrase = PHRASES[numbers.below(PHRASES.len())];
                flow.press(phrase).settles();
            }
            _ => flow.key(KEYS[numbers.below(KEYS.len())], KeyModifiers::NONE),
        }
        if pressed % RUN == 0 {
            flow.turn_for(PAUSE);
        }
        if flow.exit.is_some() {
            requests.extend(flow.requests());
            flow = start();
        }
    }
    flow.turn_for(Duration::from_millis(100));
    requests.extend(flow.requests());
    requests
}

fn count(requests: &[Value], action: &str) -> usize {
    requests
        .iter()
        .filter(|call| call["action"] == action)
        .count()
}

#[test]
fn on_a_read_only_console_nothing_is_ever_changed() {
    let requests = press_at_random(100_000, 4, || Setup::new((80, 24)).read_only().start());
    let changes: Vec<_> = requests
        .iter()
        .filter(|call| call["mutating"] == true)
        .collect();
    assert!(changes.is_empty(), "{changes:#?}");
    // The dialogs were reached: of directories, and of what EC2 is asked about by a dry run.
    let dry = |call: &&Value| call["params"]["DryRun"] == "true";
    let asked = count(&requests, "GetSnapshotLimits") + requests.iter().filter(dry).count();
    assert!(asked > 10, "{asked}");
}

/// The calls that interrupt something or take live data away: each has to be confirmed by an id that
/// is typed.
const TYPED: [&str; 2] = ["RestoreFromSnapshot", "CreateReplaceRootVolumeTask"];

fn nothing_was_done_without_its_id(requests: &[Value]) {
    let mutating = requests.iter().filter(|call| call["mutating"] == true);
    let done: Vec<_> = mutating
        .filter(|call| TYPED.iter().any(|typed| call["action"] == *typed))
        .collect();
    assert!(done.is_empty(), "{done:#?}");
}

#[test]
fn in_a_hundred_thousand_keys_nothing_is_done_whose_id_was_not_typed() {
    let scenario = INSTANCE.replace("speed = 600", "");
    let requests = press_at_random(100_000, 4, || Setup::new((80, 24)).with(&scenario).start());
    nothing_was_done_without_its_id(&requests);
    assert!(requests.iter().any(|call| call["mutating"] == true));
}

#[test]
fn without_the_id_nothing_is_ever_restored() {
    let requests = press_at_random(3_000, 200, || Setup::new((80, 24)).start());
    nothing_was_done_without_its_id(&requests);
    // What asks for less was done.
    let done = count(&requests, "CreateSnapshot") + count(&requests, "DeleteSnapshot");
    assert!(done > 0);
}
