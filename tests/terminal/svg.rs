//! A terminal's screen as an SVG picture.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;
use vt100::{Cell, Color, Screen};

const WIDTH: f32 = 8.43;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;
const FOREGROUND: &str = "#d8dee9";
const BACKGROUND: &str = "#1c2128";

/// The sixteen colours of a terminal.
const PALETTE: [&str; 16] = [
    "#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9",
    "#6b7280", "#ff7b86", "#b5e890", "#ffd580", "#82c7ff", "#dd9cf0", "#7fd6e0", "#ffffff",
];

/// Draws a screen.
pub(crate) fn draw(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (
        f32::from(columns.get()) * WIDTH + 2.0 * MARGIN,
        f32::from(rows.get()) * HEIGHT + 2.0 * MARGIN,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
    );
    for row in 0..rows.get() {
        let mut column = 0;
        while column < columns.get() {
            let (text, next) = run(screen, row, column);
            if let Some(cell) = screen.cell(row, column) {
                draw_run(&mut out, cell, &text, (column, next, row));
            }
            column = next;
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The text of the cells from `column` on that look the same, and the column after them.
fn run(screen: &Screen, row: u16, column: u16) -> (String, u16) {
    let look = |cell: &Cell| {
        (
            cell.fgcolor(),
            cell.bgcolor(),
            cell.inverse(),
            cell.bold(),
            cell.dim(),
            cell.underline(),
        )
    };
    let first = screen.cell(row, column).map(look);
    let (mut text, mut next) = (String::new(), column);
    while let Some(cell) = screen
        .cell(row, next)
        .filter(|cell| Some(look(cell)) == first)
    {
        match cell.contents() {
            "" if cell.is_wide_continuation() => {}
            "" => text.push(' '),
            contents => text.push_str(contents),
        }
        next += 1;
    }
    (text, next)
}

fn draw_run(out: &mut String, cell: &Cell, text: &str, (column, next, row): (u16, u16, u16)) {
    let (mut ink, mut paper) = (
        colour(cell.fgcolor(), FOREGROUND),
        colour(cell.bgcolor(), BACKGROUND),
    );
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (x, y) = (
        MARGIN + f32::from(column) * WIDTH,
        MARGIN + f32::from(row) * HEIGHT,
    );
    let width = cells_wide(usize::from(next - column));
    if paper != BACKGROUND {
        writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEIGHT}\" fill=\"{paper}\"/>"
        )
        .expect("memory");
    }
    let weight = if cell.bold() {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let faint = if cell.dim() { " opacity=\"0.6\"" } else { "" };
    let line = if cell.underline() {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    // A word at a time, each in its own place, whatever font the reader has.
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        let (shown, cells) = (word.trim_end(), word.width());
        if !shown.is_empty() {
            let (x, width) = (x + cells_wide(at), cells_wide(shown.width()));
            let shown = shown.replace('&', "&amp;").replace('<', "&lt;");
            writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" fill=\"{ink}\"{weight}{faint}{line}>{shown}</text>",
                y + 14.0
            )
            .expect("memory");
        }
        at += cells;
    }
}

fn cells_wide(cells: usize) -> f32 {
    f32::from(u16::try_from(cells).expect("a row is short")) * WIDTH
}

fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Default => default.to_owned(),
        Color::Idx(index @ 0..16) => PALETTE[usize::from(index)].to_owned(),
        Color::Idx(index @ 16..232) => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * u32::from(n) };
            let index = index - 16;
            format!(
                "#{:02x}{:02x}{:02x}",
                level(index / 36),
                level(index / 6 % 6),
                level(index % 6)
            )
        }
        Color::Idx(index) => {
            let level = 8 + 10 * (u32::from(index) - 232);
            format!("#{level:02x}{level:02x}{level:02x}")
        }
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

/// The words of a picture in the order in which they are read, one space apart.
pub(crate) fn text(picture: &str) -> String {
    let words = picture.lines().filter(|line| line.starts_with("<text"));
    let words = words.filter_map(|word| word.split_once('>')?.1.strip_suffix("</text>"));
    words
        .collect::<Vec<_>>()
        .join(" ")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
}
