//! What was asked of AWS, by this run of the program and by earlier ones, and what became of it.

mod detail;

use std::borrow::Cow;

use ratatui::{
    Frame,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    config::Action,
    domain::{
        operation::{Operation, OperationId},
        pace::Pace,
        text::harmless,
        time,
        words::grouped,
    },
    tui::{
        bar,
        choice::Entry,
        copies, format,
        offers::{self, Offer},
        outcome::Outcome,
        pane,
        records::title,
        remote::State,
        theme::Styles,
        widgets::{
            labels, panel, scroll,
            table::{self, Flags, Gutter, Heading, Table},
            text::cells,
        },
        world::World,
    },
};

/// What was asked of AWS.
#[derive(Debug, Default)]
pub(crate) struct OperationsScreen {
    selected: Option<OperationId>,
    at: usize,
    first: usize,
    /// Whether the selected operation has the whole screen, and its first line in sight.
    reading: Option<usize>,
}

/// The columns, with the state first: it is what one looks for.
const HEADINGS: [Heading<'static>; 7] = [
    Heading {
        title: "State",
        width: 13,
        grows: false,
        drops: 0,
    },
    Heading {
        title: "What",
        width: 27,
        grows: true,
        drops: 0,
    },
    Heading {
        title: "Resource",
        width: 13,
        grows: true,
        drops: 3,
    },
    Heading {
        title: "Stage",
        width: 13,
        grows: false,
        drops: 1,
    },
    Heading {
        title: "Elapsed",
        width: 7,
        grows: false,
        drops: 0,
    },
    Heading {
        title: "Expected (est.)",
        width: 20,
        grows: false,
        drops: 4,
    },
    Heading {
        title: "Started (UTC)",
        width: 19,
        grows: false,
        drops: 2,
    },
];

/// The column of how long it still takes.
const EXPECTED: usize = 5;

/// The lines of the selected operation below the table, where the screen is high enough for both.
const PREVIEW: u16 = 9;
/// The fewest lines of the table that are worth a preview below them.
const LIST: u16 = 6;

impl OperationsScreen {
    /// What can be done here.
    pub(crate) fn offers(&self, world: &World) -> Vec<Offer> {
        let mut all = Vec::new();
        if !world.records.all().is_empty() && self.reading.is_none() {
            all.push(Offer::new(Action::Open, "details"));
        }
        all.push(Offer::new(Action::Back, "back"));
        all.push(Offer::new(Action::Refresh, "refresh"));
        all
    }

    /// The name of the selected operation.
    pub(crate) fn id(&self) -> Option<&str> {
        self.selected.as_ref().map(OperationId::as_str)
    }

    /// What can be copied of the selected operation, under its name.
    pub(crate) fn copies(&self, world: &World) -> Option<(String, Vec<Entry>)> {
        let all = world.records.in_order();
        let operation = all.get(self.at)?;
        let facts = detail::facts(operation, world).into_iter();
        let entries = facts.map(|fact| copies::entry(&fact.label, &fact.value, fact.value.clone()));
        Some((title(operation, &world.catalog), entries.collect()))
    }

    /// Keeps the cursor on its operation, also when newer ones push it down.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        let all = world.records.in_order();
        let found = self
            .selected
            .as_ref()
            .and_then(|id| all.iter().position(|operation| operation.id == *id));
        match found {
            Some(at) => self.at = at,
            None => self.select(self.at, &all),
        }
        let (list, _) = split(bar::split(area).1);
        let height = table::visible_rows(list.height);
        self.first = scroll::follow(self.first, self.at, height, all.len());
        if let Some(first) = self.reading {
            let body = bar::split(area).1;
            let length = self.detail(world, &Styles::plain(), body).len();
            self.reading = Some(scroll::clamp(first, body.height.into(), length));
        }
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, world: &World, area: Rect) -> Outcome {
        let body = bar::split(area).1;
        match (action, self.reading) {
            (Action::Refresh, _) => return Outcome::Reload(Vec::new()),
            (Action::Back, Some(_)) => self.reading = None,
            (Action::Back, None) => return Outcome::Back,
            (Action::Open, None) if !world.records.all().is_empty() => self.reading = Some(0),
            (_, Some(first)) => {
                let page = usize::from(body.height).saturating_sub(1).max(1);
                match moved(action, first, page) {
                    Some(first) => self.reading = Some(first),
                    None => return Outcome::Unused,
                }
            }
            (_, None) => {
                let page = table::visible_rows(split(body).0.height).max(1);
                match moved(action, self.at, page) {
                    Some(at) => self.select(at, &world.records.in_order()),
                    None => return Outcome::Unused,
                }
            }
        }
        Outcome::Done
    }

    /// The left button of the mouse was pressed on a cell.
    pub(crate) fn pressed(&mut self, cell: Position, world: &World, area: Rect) -> Outcome {
        let all = world.records.in_order();
        let (list, _) = split(bar::split(area).1);
        let row = table::row_at(list, self.first, cell).filter(|row| *row < all.len());
        match row.filter(|_| self.reading.is_none()) {
            None => Outcome::Unused,
            Some(row) if row == self.at => self.act(Action::Open, world, area),
            Some(row) => {
                self.select(row, &all);
                Outcome::Done
            }
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let (line, body) = bar::split(area);
        bar::draw(frame, line, &[], 0, &self.status(world), styles);
        let all = world.records.in_order();
        if all.is_empty() {
            draw_message(frame, body, world, styles);
            return;
        }
        let inner = |area: Rect| Rect {
            x: area.x + 2.min(area.width),
            width: area.width.saturating_sub(4),
            ..area
        };
        if let Some(first) = self.reading {
            let lines = self.detail(world, styles, body);
            panel::scrolled(frame.buffer_mut(), inner(body), &lines, first, styles);
            return;
        }
        let (list, preview) = split(body);
        // An estimate needs no column where there is none.
        let none = |operation: &&Operation| {
            operation.is_finished() || expected(operation, world).is_none()
        };
        let mut columns: Vec<usize> = (0..HEADINGS.len()).collect();
        if all.iter().all(|operation| none(&&**operation)) {
            columns.retain(|column| *column != EXPECTED);
        }
        let headings: Vec<Heading<'static>> =
            columns.iter().map(|column| HEADINGS[*column]).collect();
        let table = Table {
            headings: &headings,
            rows: all.len(),
            gutter: Gutter::default(),
            flags: &|_| Flags::default(),
            first: self.first,
            selected: Some(self.at),
            sorted: None,
            cell: |row: usize, column| {
                all.get(row).map_or_else(Span::default, |operation| {
                    cell(operation, columns[column], world, styles)
                })
            },
            styles,
        };
        frame.render_widget(table, list);
        if !preview.is_empty() {
            let rule = styles.marks.rule.repeat(preview.width.into());
            frame
                .buffer_mut()
                .set_string(preview.x, preview.y, rule, styles.faint);
            let below = Rect {
                y: preview.y + 1,
                height: preview.height - 1,
                ..inner(preview)
            };
            let lines = self.detail(world, styles, body);
            panel::scrolled(frame.buffer_mut(), below, &lines, 0, styles);
        }
    }

    fn select(&mut self, at: usize, all: &[&Operation]) {
        self.at = at.min(all.len().saturating_sub(1));
        self.selected = all.get(self.at).map(|operation| operation.id.clone());
    }

    fn detail(&self, world: &World, styles: &Styles, area: Rect) -> Vec<Line<'static>> {
        let room = usize::from(area.width).saturating_sub(4);
        world
            .records
            .in_order()
            .get(self.at)
            .map(|operation| detail::lines(operation, world, styles, room))
            .unwrap_or_default()
    }

    fn status(&self, world: &World) -> Line<'static> {
        let all = world.records.all().len();
        if all == 0 {
            return Line::default();
        }
        let running = world.records.running().count();
        let running = if running == 0 {
            String::new()
        } else {
            format!("{running} running  ")
        };
        let at = grouped(self.at + 1);
        Line::raw(format!("{running}{at}/{}", grouped(all)))
    }
}

/// Where a cursor or a view goes.
fn moved(action: Action, from: usize, page: usize) -> Option<usize> {
    Some(match action {
        Action::Up => from.saturating_sub(1),
        Action::Down => from + 1,
        Action::PageUp => from.saturating_sub(page),
        Action::PageDown => from + page,
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        _ => return None,
    })
}

/// The table and, where there is room for it, the selected operation below.
fn split(body: Rect) -> (Rect, Rect) {
    let preview = if body.height >= LIST + PREVIEW {
        // On a high screen the details take what they need and the list keeps the larger part.
        (body.height / 2).clamp(PREVIEW, PREVIEW * 2)
    } else {
        0
    };
    let list = body.height - preview;
    (
        Rect {
            height: list,
            ..body
        },
        Rect {
            y: body.y + list,
            height: preview,
            ..body
        },
    )
}

/// For how long an operation has been going on, or went on.
fn elapsed(operation: &Operation, world: &World) -> String {
    let until = operation.finished_at.unwrap_or(world.now);
    time::span(until.duration_since(operation.requested_at))
}

/// How long it still takes: by what AWS has reported, or as it usually is.
fn expected(operation: &Operation, world: &World) -> Option<Cow<'static, str>> {
    let pace = Pace::of(operation, world.now).map(Pace::in_words);
    let usual = || {
        let usual = operation.expected.as_ref();
        usual.map(|usual| harmless(usual).into_owned())
    };
    pace.or_else(usual).map(Cow::Owned)
}

fn cell<'o>(operation: &'o Operation, column: usize, world: &World, styles: &Styles) -> Span<'o> {
    let or_absent = |text: Option<&'o String>| match text {
        Some(text) => Span::raw(harmless(text)),
        None => Span::styled(format::ABSENT, styles.faint),
    };
    match column {
        0 => {
            let (tone, state) = format::lifecycle(operation.lifecycle);
            let text = format!("{} {state}", styles.marks.tone(tone));
            Span::styled(text, styles.tone(tone))
        }
        1 => Span::raw(title(operation, &world.catalog)),
        2 => or_absent(operation.resource.as_ref()),
        3 => or_absent(operation.stage.as_ref()),
        4 => Span::raw(elapsed(operation, world)),
        // An estimate says nothing of what has ended.
        EXPECTED if operation.is_finished() => Span::styled(format::ABSENT, styles.faint),
        EXPECTED => match expected(operation, world) {
            Some(text) => Span::raw(text),
            None => Span::styled(format::ABSENT, styles.faint),
        },
        _ => Span::raw(time::stamp(operation.requested_at)),
    }
}

fn draw_message(frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
    let area = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(1),
    };
    let room = area.width.into();
    let again = offers::key(world.keymap(), Action::Refresh);
    let lines = match world.records.remote().state() {
        State::Failed(failures) => failures
            .iter()
            .flat_map(|failure| {
                pane::failed(
                    failure,
                    "The journal could not be read",
                    &again,
                    styles,
                    room,
                )
            })
            .collect(),
        State::Loaded => labels::paragraph(
            "Nothing was asked of AWS yet. What you create, restore or delete is kept here, with \
             what became of it.",
            styles.text,
            room,
        ),
        State::NotAsked if world.connected().is_none() && world.connection.waiting().is_none() => {
            let text = format!("The journal is not open; {again} opens it.");
            labels::paragraph(&text, styles.text, room)
        }
        _ => labels::paragraph("Reading the journal", styles.text, room),
    };
    for (row, line) in lines.iter().take(area.height.into()).enumerate() {
        frame
            .buffer_mut()
            .set_line(area.x, area.y + cells(row), line, area.width);
    }
}
