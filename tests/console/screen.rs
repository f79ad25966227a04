//! What is on a terminal in memory, as text that is the same in every run.

use ratatui::{backend::TestBackend, buffer::Buffer, style::Modifier};

/// What differs from run to run, and what stands in its place. `9` is any digit and `x` any
/// hexadecimal one. Both take as many cells, so that nothing moves.
const VARYING: [(&str, &str); 6] = [
    (
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "<request-id>------------------------",
    ),
    ("op-xxxxxxxxxxxx", "op-<operation->"),
    ("9999-99-99", "YYYY-MM-DD"),
    // What a dialog leaves of a date.
    ("9-99-99", "Y-MM-DD"),
    ("99:99:99", "hh:mm:ss"),
    ("127.0.0.1:99999", "127.0.0.1:<prt>"),
];

/// The screen, a line a row.
pub(crate) fn lines(backend: &TestBackend) -> String {
    let buffer = backend.buffer();
    let lines: Vec<String> = (0..buffer.area.height)
        .map(|y| constant(line(buffer, y, |_| true).trim_end()))
        .collect();
    lines.join("\n")
}

/// What is drawn reversed, by row: the selected row, the focused button, the open tab.
pub(crate) fn reversed(backend: &TestBackend) -> String {
    let buffer = backend.buffer();
    let lines: Vec<String> = (0..buffer.area.height)
        .filter_map(|y| {
            let text = line(buffer, y, |style| style.contains(Modifier::REVERSED));
            let text = constant(text.trim());
            (!text.is_empty()).then(|| format!("{:>2}: {text}", y + 1))
        })
        .collect();
    lines.join("\n")
}

/// Whether anything on the screen has a colour.
pub(crate) fn is_coloured(backend: &TestBackend) -> bool {
    use ratatui::style::Color::Reset;
    let cells = &backend.buffer().content;
    cells
        .iter()
        .any(|cell| (cell.fg, cell.bg) != (Reset, Reset))
}

/// A row of the screen, with blanks where the modifiers are others.
fn line(buffer: &Buffer, y: u16, shown: impl Fn(Modifier) -> bool) -> String {
    let mut text = String::new();
    let mut hidden = 0;
    for x in 0..buffer.area.width {
        let cell = &buffer[(x, y)];
        // The cell after a wide character belongs to it.
        if hidden > 0 {
            hidden -= 1;
            continue;
        }
        let symbol = cell.symbol();
        hidden = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
        text.push_str(if shown(cell.modifier) { symbol } else { " " });
    }
    text
}

fn constant(text: &str) -> String {
    let mut constant = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = VARYING.iter().find(|(form, _)| begins_with(rest, form));
        if let Some((form, instead)) = found {
            constant.push_str(instead);
            rest = &rest[form.len()..];
        } else {
            constant.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    constant
}

fn begins_with(text: &str, form: &str) -> bool {
    let fits = |(c, wanted): (u8, u8)| match wanted {
        b'9' => c.is_ascii_digit(),
        b'x' => c.is_ascii_hexdigit(),
        other => c == other,
    };
    text.len() >= form.len() && text.bytes().zip(form.bytes()).all(fits)
}

#[test]
fn what_varies_gives_way_cell_for_cell_and_nothing_else_does() {
    for (_, instead) in VARYING {
        assert!(instead.is_ascii());
    }
    assert!(
        VARYING
            .iter()
            .all(|(form, instead)| form.len() == instead.len())
    );
    assert_eq!(
        constant("op-0123456789ab at 2026-11-20 02:00:07 UTC, 3d, d-9067a10001 日"),
        "op-<operation-> at YYYY-MM-DD hh:mm:ss UTC, 3d, d-9067a10001 日"
    );
    assert_eq!(
        constant("0f8fad5b-d9cb-469f-a165-70867728950e at http://127.0.0.1:43210."),
        "<request-id>------------------------ at http://127.0.0.1:<prt>."
    );
}
