//! Proof that no text of AWS can break the screen: whatever a resource is called, every row keeps its
//! width, and no character that steers, hides or reorders reaches a cell.

use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer, layout::Size};
use unicode_width::UnicodeWidthStr;

use super::{
    message::Message,
    testing::{Driver, row},
    theme::{Charset, Palette, Styles},
    view::view,
};
use crate::domain::{row::Row, text::is_hostile};

/// Texts made of what makes trouble: wide, combining, joined, bidirectional, control and escape
/// characters, beside any others.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("日".to_owned()),
        Just("e\u{301}\u{302}".to_owned()),
        Just("👩\u{200d}👩\u{200d}👧".to_owned()),
        Just("🏳\u{fe0f}\u{200d}🌈".to_owned()),
        Just("❤\u{fe0f}".to_owned()),
        Just("\u{1f1e9}\u{1f1ea}".to_owned()),
        Just("\u{202e}abc\u{202c}".to_owned()),
        Just("\u{2067}שלום\u{2069}".to_owned()),
        Just("مرحبا".to_owned()),
        Just("\x1b[31m\x1b]0;x\x07".to_owned()),
        Just("\u{9b}2J\u{90}q\u{9c}".to_owned()),
        Just("\r\n\t\x08\x7f".to_owned()),
        Just("\u{0}\u{ad}\u{200b}\u{feff}\u{180e}".to_owned()),
        Just("क्षि".to_owned()),
        Just("각".to_owned()),
        Just("ﷺ".to_owned()),
        Just("\u{301}".to_owned()),
        "[ -~]{1,8}",
        "\\PC{1,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn hostile_row(id: &str, name: &str, word: &str) -> Row {
    let mut row = row("box-1", "Active");
    id.clone_into(&mut row.id);
    row.name = Some(name.to_owned());
    word.clone_into(&mut row.state.word);
    row
}

/// What is drawn, as the terminal would get it.
fn drawn(driver: &Driver, charset: Charset) -> Buffer {
    let Size { width, height } = driver.model.world.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let styles = Styles::new(Palette::Dark, charset);
    terminal
        .draw(|frame| view(&driver.model, &styles, frame))
        .unwrap();
    terminal.backend().buffer().clone()
}

fn check(buffer: &Buffer) -> Result<(), TestCaseError> {
    let area = buffer.area;
    for y in 0..area.height {
        let mut x = 0;
        let mut width = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            prop_assert!(
                !symbol.chars().any(is_hostile),
                "{:?} at {}, {}",
                symbol,
                x,
                y
            );
            let cells = symbol.width().max(1);
            width += cells;
            x += u16::try_from(cells).unwrap();
        }
        prop_assert_eq!(width, usize::from(area.width), "row {}", y);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_name_breaks_a_screen(
        id in texts(), name in texts(), word in texts(), typed in texts(),
        width in 60_u16..140, height in 16_u16..40, ascii in any::<bool>(),
    ) {
        let charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        let mut driver = Driver::connected();
        driver.tell(Message::Resized(Size { width, height }));
        driver.list(vec![hostile_row(&id, &name, &word), row("box-2", "Active")]);
        check(&drawn(&driver, charset))?;
        // The breadcrumb, the tabs and the members; a dialog; a filter that is typed and pasted.
        for keys in ["enter", "c", "esc", "tab", "esc", "esc", "y", "/"] {
            driver.press(keys);
            check(&drawn(&driver, charset))?;
        }
        driver.tell(Message::Paste(typed.chars().filter(|c| !is_hostile(*c)).collect()));
        check(&drawn(&driver, charset))?;
        driver.press("enter");
        check(&drawn(&driver, charset))?;
    }
}
