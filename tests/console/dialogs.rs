//! Every dialog on a narrow terminal: it says there what it says on a wide one.

use crate::flow::{Flow, Setup};

/// A dialog over the snapshots of the first directory: its keys, and what comes last on it.
const DIALOGS: [(&str, &str); 8] = [
    ("c", "[ Create snapshot ]"),
    ("r", "to confirm"),
    ("d", "Not possible as it stands"),
    ("* d", "to confirm in"),
    ("u e", "Export 6 rows"),
    ("M", "Mark snapshots"),
    ("space j space =", "members differ"),
    ("u ?", "Keys"),
];

#[test]
fn nothing_of_a_dialog_is_cut_where_the_terminal_is_narrow() {
    for (index, (keys, last)) in DIALOGS.into_iter().enumerate() {
        let open = |size| {
            let mut flow = Setup::new(size).start();
            flow.press("enter tab").settles();
            flow.press("* u").press(keys).shows(last).settles();
            flow
        };
        let words = said(&mut open((140, 40)));
        let words = words.split_whitespace();
        let words: Vec<&str> = words.filter(|word| word.len() > 2).collect();
        assert!(words.len() > 5, "{keys}: {words:?}");
        for size in [(60, 20), (80, 24)] {
            let mut flow = open(size);
            if size.0 == 60 {
                flow.frame(&format!("narrow-{index}"));
            }
            let narrow: String = said(&mut flow).split_whitespace().collect();
            for word in &words {
                assert!(
                    narrow.contains(word),
                    "'{word}' of {keys} at {size:?}\n{}",
                    flow.screen()
                );
            }
        }
    }
}

/// All that a dialog says, however often one has to scroll for it.
fn said(flow: &mut Flow) -> String {
    let mut said = String::new();
    loop {
        let screen = flow.screen();
        said.push_str(&inside(&screen));
        flow.press("page-down");
        if flow.screen() == screen {
            return said;
        }
    }
}

/// What stands inside the frame of the dialog.
fn inside(screen: &str) -> String {
    let mut frame = None;
    let mut text = String::new();
    for line in screen.lines() {
        let find = |c: char| line.chars().position(|own| own == c);
        if let (Some(left), Some(right)) = (find('╭'), find('╮')) {
            frame = Some((left, right));
        } else if find('╰').is_some() {
            frame = None;
        } else if let Some((left, right)) = frame {
            let line = line.chars().skip(left + 1).take(right - left - 1);
            text.extend(line);
            text.push('\n');
        }
    }
    text
}
