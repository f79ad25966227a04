//! The overview: every list of every service in one line, and what was asked of AWS.

use jiff::{SignedDuration, Timestamp};
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    config::Action,
    domain::{
        lifecycle::Lifecycle,
        operation::Operation,
        row::{RowKey, Tone},
        time,
        words::{grouped, inside},
    },
    tui::{
        bar,
        choice::Choice,
        format,
        offers::Offer,
        outcome::Outcome,
        pane,
        remote::State,
        store::{Kind, ListKey, Need},
        summary::Summary,
        theme::Styles,
        widgets::{
            labels, panel, scroll,
            table::{self, Flags, Gutter, Heading, Table},
            text::cells,
        },
        world::{Connection, World},
    },
};

/// The overview.
#[derive(Debug)]
pub(crate) struct HomeScreen {
    lines: Vec<HomeLine>,
    at: usize,
    first: usize,
}

/// A list in one line.
#[derive(Debug)]
struct HomeLine {
    kind: Kind,
    /// What it comes to, and the revision of the rows that this was worked out from.
    summary: Option<(u64, Summary)>,
}

/// The lines of what is said of a list that could not be read.
const LINES: usize = 3;

/// So many rows of a list are asked for what they have open: the overview is read again and again.
const ASKED: usize = 32;

/// What the columns mean, where there is room to say so.
const LEGEND: [(usize, &str); 7] = [
    (
        2,
        "No point 7d: without a recovery point of the last 7 days.",
    ),
    (3, "To look at: rows marked !, with a reason."),
    (4, "Newest: the age of the newest recovery point."),
    (5, "Oldest: that of the oldest."),
    (6, "Running: operations."),
    (7, "Failed: those of the last 24 hours."),
    (0, "?: not answered."),
];

/// What failed longer ago than this is history.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// The columns; what was asked of AWS is on the last line, below the lists.
const HEADINGS: [Heading<'static>; 8] = [
    heading("List", 22, true, 0),
    heading("Rows", 6, false, 0),
    heading("No point 7d", 11, false, 0),
    heading("To look at", 10, false, 3),
    heading("Newest", 6, false, 0),
    heading("Oldest", 6, false, 4),
    // On the narrowest screens the header says how many in all.
    heading("Running", 7, false, 1),
    heading("Failed", 6, false, 2),
];

const fn heading(title: &'static str, width: u16, grows: bool, drops: u8) -> Heading<'static> {
    Heading {
        title,
        width,
        grows,
        drops,
    }
}

impl HomeScreen {
    /// The overview of these lists.
    pub(crate) fn new(kinds: impl IntoIterator<Item = Kind>) -> Self {
        let lines = kinds.into_iter().map(|kind| HomeLine {
            kind,
            summary: None,
        });
        Self {
            lines: lines.collect(),
            at: 0,
            first: 0,
        }
    }

    /// Every list.
    pub(crate) fn needs(&self) -> Vec<Need> {
        self.lines.iter().map(HomeLine::need).collect()
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self, world: &World) -> bool {
        let loading = |need| matches!(world.store.state(&need), State::Loading { .. });
        self.needs().into_iter().any(loading)
    }

    /// Rows of a list that have something to be asked for.
    pub(crate) fn open_rows(&self, world: &World) -> Vec<(ListKey, Vec<RowKey>)> {
        let lists = self.lines.iter().map(HomeLine::key);
        lists
            .map(|key| {
                let rows = world.store.open_rows(&key, 0..ASKED, 0..0);
                (key, rows)
            })
            .filter(|(_, rows)| !rows.is_empty())
            .collect()
    }

    /// What can be done here.
    pub(crate) fn offers() -> Vec<Offer> {
        vec![
            Offer::new(Action::Open, "open"),
            Offer::new(Action::Operations, "operations"),
            Offer::new(Action::Refresh, "refresh"),
        ]
    }

    /// Works out what the lists come to, where their rows changed.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        for line in &mut self.lines {
            let rows = world.store.rows(&line.key());
            // What was never complete says nothing of the whole.
            let Some(rows) = rows.filter(|rows| rows.completed_at().is_some()) else {
                line.summary = None;
                continue;
            };
            // While the rest of it is on its way neither does what was read again.
            if line.summary.is_some() && world.store.ticket(&Need::List(line.key())).is_some() {
                continue;
            }
            let revision = rows.revision();
            if line.summary.is_none_or(|(known, _)| known != revision) {
                line.summary = Some((revision, Summary::of(line.kind, rows, world.now)));
            }
        }
        let height = table::visible_rows(bar::split(area).1.height);
        self.first = scroll::follow(self.first, self.at, height, self.lines.len() + 1);
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, area: Rect) -> Outcome {
        let page = table::visible_rows(bar::split(area).1.height).max(1);
        let last = self.lines.len();
        self.at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => self.at + 1,
            Action::PageUp => self.at.saturating_sub(page),
            Action::PageDown => self.at + page,
            Action::Top => 0,
            Action::Bottom => last,
            Action::Refresh => return Outcome::Reload(self.needs()),
            Action::Open => {
                let choice = match self.lines.get(self.at) {
                    Some(line) => Choice::List(line.kind),
                    None => Choice::Act(Action::Operations),
                };
                return Outcome::Go(Box::new(choice));
            }
            _ => return Outcome::Unused,
        }
        .min(last);
        Outcome::Done
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let (line, below) = bar::split(area);
        let status = self.status(world, styles);
        bar::draw(frame, line, &[], 0, &status, styles);
        let table = Table {
            headings: &HEADINGS,
            rows: self.lines.len() + 1,
            gutter: Gutter::default(),
            flags: &|_| Flags::default(),
            first: self.first,
            selected: Some(self.at),
            sorted: None,
            cell: |row: usize, column| match self.lines.get(row) {
                Some(line) => line.cell(column, world, styles),
                None => operations(column, world, styles),
            },
            styles,
        };
        frame.render_widget(table, below);
        let used = cells(self.lines.len() + 3).min(below.height);
        let room = Rect {
            x: below.x + 2,
            y: below.y + used,
            width: below.width.saturating_sub(4),
            height: below.height - used,
        };
        let failures = self.lines.iter();
        let lines: Vec<Line<'static>> = failures
            .flat_map(|line| line.failure(world, styles, room.width.into()))
            .collect();
        panel::scrolled(frame.buffer_mut(), room, &lines, 0, styles);
        let columns = table::visible(&HEADINGS, Gutter::default(), below.width);
        let shown = LEGEND.iter().filter(|(column, _)| columns.contains(column));
        let legend: Vec<&str> = shown.map(|(_, text)| *text).collect();
        let legend = labels::paragraph(&legend.join(" "), styles.faint, room.width.into());
        let free = usize::from(room.height).checked_sub(lines.len() + 1);
        if let Some(free) = free.filter(|free| *free >= legend.len()) {
            let below = Rect {
                y: room.bottom() - cells(free.min(legend.len())),
                height: cells(legend.len()),
                ..room
            };
            panel::scrolled(frame.buffer_mut(), below, &legend, 0, styles);
        }
    }
}

impl HomeScreen {
    /// What is being waited for, or how old what is shown is at most.
    fn status(&self, world: &World, styles: &Styles) -> Line<'static> {
        let busy = |text: String| Line::styled(text, styles.tone(Tone::Busy));
        match &world.connection {
            Connection::Opening(_, since) => {
                busy(format!("Starting{}", pane::seconds(*since, world)))
            }
            Connection::Connecting(_, since) => busy(format!(
                "Looking for credentials{}",
                pane::seconds(*since, world)
            )),
            Connection::Cancelled | Connection::Failed(_) => {
                Line::styled("not connected", styles.tone(Tone::Warning))
            }
            Connection::Connected(_) => {
                let loading =
                    self.lines
                        .iter()
                        .filter_map(|line| match world.store.state(&line.need()) {
                            State::Loading { since, .. } => Some(*since),
                            _ => None,
                        });
                if let Some(since) = loading.min() {
                    return busy(format!("loading{}", pane::seconds(since, world)));
                }
                // The first one speaks for all: they are read together.
                let mut ages = self.lines.iter().filter_map(|line| world.age(&line.need()));
                Line::styled(ages.next().unwrap_or_default(), styles.faint)
            }
        }
    }
}

impl HomeLine {
    fn key(&self) -> ListKey {
        ListKey {
            kind: self.kind,
            parent: None,
        }
    }

    fn need(&self) -> Need {
        Need::List(self.key())
    }

    fn cell(&self, column: usize, world: &World, styles: &Styles) -> Span<'static> {
        let summary = self.summary.map(|(_, summary)| summary);
        let of = |part: fn(&Summary) -> Option<String>, pending: Span<'static>| {
            summary.map_or(pending, |summary| {
                let text = part(&summary);
                text.map_or_else(|| absent(styles), Span::raw)
            })
        };
        let blank = Span::default();
        let age = |part: fn(&Summary) -> Option<Timestamp>| match summary {
            None => Span::default(),
            // Of what is not told yet nobody knows how old it is.
            Some(summary) if summary.open => Span::styled(format::UNKNOWN, styles.faint),
            Some(summary) => part(&summary).map_or_else(
                || absent(styles),
                |moment| Span::raw(time::age(moment, world.now)),
            ),
        };
        let is_open = summary.is_some_and(|summary| summary.open);
        match column {
            // Figures that some rows are missing from are others as soon as those are asked.
            2 | 3 if is_open => Span::styled(format::UNKNOWN, styles.faint),
            0 => self.title(world, styles),
            1 => of(|summary| Some(grouped(summary.rows)), blank),
            2 => match summary.and_then(|summary| summary.without) {
                Some(without @ 1..) => counted(without, Tone::Warning, styles),
                Some(0) => Span::raw("0"),
                _ => of(|_| None, blank),
            },
            3 => match summary.map(|summary| summary.calls) {
                Some(calls @ 1..) => counted(calls, Tone::Warning, styles),
                _ => of(|summary| Some(grouped(summary.calls)), blank),
            },
            4 => age(|summary| summary.newest),
            5 => age(|summary| summary.oldest),
            6 => tally(
                self.operations(world).filter(|o| !o.is_finished()),
                Tone::Busy,
                styles,
            ),
            _ => tally(
                self.operations(world).filter(|o| failed_lately(o, world)),
                Tone::Bad,
                styles,
            ),
        }
    }

    /// What it is called among the lists of all services.
    fn name(&self) -> String {
        let (service, collection) = (self.kind.service.title, self.kind.collection.title);
        if collection.contains(service) {
            collection.to_owned()
        } else {
            format!("{service} {}", inside(collection))
        }
    }

    /// Why it could not be read, where it could not.
    fn failure(&self, world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let need = self.need();
        let State::Failed(failures) = world.store.state(&need) else {
            return Vec::new();
        };
        let Some(failure) = failures.first() else {
            return Vec::new();
        };
        let (mark, bad) = (styles.marks.tone(Tone::Bad), styles.tone(Tone::Bad));
        let text = format::told(failure);
        let text = format!("{}: {text}", self.name());
        // The list itself says the rest.
        let mut lines = labels::marked(mark, bad, &text, styles.text, room);
        // The way out of it is left room: what AWS said is cut before. The list itself says the rest.
        let ways = format::ways(failure);
        if lines.len() > LINES && !ways.is_empty() {
            let ways = labels::marked(" ", bad, &ways, styles.text, room);
            lines.truncate(LINES.saturating_sub(ways.len()).max(1));
            lines.extend(ways);
        }
        lines.truncate(LINES);
        lines
    }

    /// The list, and whether there is anything to be said of it yet.
    fn title(&self, world: &World, styles: &Styles) -> Span<'static> {
        let title = self.name();
        match world.store.state(&self.need()) {
            State::Loading { .. } => Span::styled(
                format!("{} {title}", styles.marks.tone(Tone::Busy)),
                styles.tone(Tone::Busy),
            ),
            State::Failed(_) => Span::styled(
                format!("{} {title}", styles.marks.tone(Tone::Bad)),
                styles.tone(Tone::Bad),
            ),
            State::Cancelled => Span::styled(format!("{title}: cancelled"), styles.faint),
            State::NotAsked | State::Loaded => Span::raw(title),
        }
    }

    fn operations<'w>(&self, world: &'w World) -> impl Iterator<Item = &'w Operation> {
        let kind = self.kind;
        world.records.all().iter().filter(move |operation| {
            let request = &operation.request;
            let action = kind.service.action(&request.action);
            request.service == kind.service.id
                && action.is_some_and(|action| action.subject == kind.collection.id)
        })
    }
}

/// What was asked of AWS in all.
fn operations(column: usize, world: &World, styles: &Styles) -> Span<'static> {
    let all = world.records.all();
    match column {
        0 => Span::raw("Operations"),
        1 => Span::raw(grouped(all.len())),
        6 => tally(world.records.running(), Tone::Busy, styles),
        7 => tally(
            all.iter()
                .filter(|operation| failed_lately(operation, world)),
            Tone::Bad,
            styles,
        ),
        _ => Span::default(),
    }
}

fn failed_lately(operation: &Operation, world: &World) -> bool {
    matches!(
        operation.lifecycle,
        Lifecycle::Failed | Lifecycle::Partial | Lifecycle::Lost
    ) && operation
        .finished_at
        .is_some_and(|at| world.now.duration_since(at) <= LATELY)
}

fn tally<'o>(
    operations: impl Iterator<Item = &'o Operation>,
    tone: Tone,
    styles: &Styles,
) -> Span<'static> {
    match operations.count() {
        0 => absent(styles),
        some => counted(some, tone, styles),
    }
}

fn counted(count: usize, tone: Tone, styles: &Styles) -> Span<'static> {
    Span::styled(
        format!("{} {}", styles.marks.tone(tone), grouped(count)),
        styles.tone(tone),
    )
}

fn absent(styles: &Styles) -> Span<'static> {
    Span::styled(format::ABSENT, styles.faint)
}
