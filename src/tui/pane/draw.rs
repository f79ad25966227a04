//! How a pane is drawn, and what it says where there are no rows to draw.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Areas, Pane};
use crate::{
    config::Action,
    domain::{
        collection::{Column, Show, Verb},
        failure::Failure,
        row::{Cell, Row, Tone},
        text::harmless,
        words::{grouped, plural},
    },
    tui::{
        filter::Left,
        format, freshness,
        offers::{self, key},
        remote::State,
        store::DetailKey,
        theme::Styles,
        widgets::{
            labels::{marked, paragraph},
            panel,
            table::{self, Flags, Gutter, Heading, Table},
            text::{self, cells, cut, width, wrapped_to},
        },
        world::{Connection, World},
    },
};

/// The cells left free around a message that stands in place of the rows.
const MARGIN: u16 = 2;
/// The lines that are left to what is wrong with a filter: the list of what could be asked for may be
/// long.
const ERROR_LINES: usize = 2;

impl Pane {
    /// Draws the pane.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let areas = self.areas(world, area);
        if self.filter.len() == 0 {
            self.draw_message(frame, areas.table, world, styles);
        } else {
            self.draw_rows(frame, areas.table, world, styles);
        }
        let lines = self.banner(world, styles, area.width);
        draw_lines(frame, areas.banner, &lines);
        self.draw_reasons(frame, areas.reasons, world, styles);
        self.draw_filter(frame, &areas, world, styles);
    }

    /// What is said of the list beside its title: whether it is being read, and where the cursor is.
    pub(crate) fn status(&self, world: &World, styles: &Styles) -> Line<'static> {
        let mut spans = Vec::new();
        let state = world.store.state(&self.need());
        match state {
            State::Loading { since, .. } => {
                spans.push(Span::styled(
                    format!("loading{}  ", seconds(*since, world)),
                    styles.tone(Tone::Busy),
                ));
            }
            State::Failed(_) | State::Cancelled if self.filter.len() > 0 => {
                let age = world.age(&self.need());
                let text = match world.store.read(&self.need()) {
                    _ if world.freshness.is_throttled() => {
                        format!("{}  ", age.unwrap_or("throttled".to_owned()))
                    }
                    Some(read) => {
                        let at = freshness::moment(read, world.wall);
                        format!("not up to date, as of {at}  ")
                    }
                    None => "not up to date  ".to_owned(),
                };
                spans.push(Span::styled(text, styles.tone(Tone::Warning)));
            }
            _ => {
                let age = world.age(&self.need()).map(|age| format!("{age}  "));
                spans.extend(age.map(|age| Span::styled(age, styles.faint)));
            }
        }
        let unfinished = match self.filter.left() {
            None | Some(Left::Showing) => None,
            Some(Left::Filtering) => Some("filtering  "),
            Some(Left::Sorting) => Some("sorting  "),
        };
        spans.extend(unfinished.map(|word| Span::styled(word, styles.tone(Tone::Busy))));
        let marked = self.marks.len();
        if marked > 0 {
            let shown = self.filter.places().iter();
            let shown = shown.filter(|place| self.marks.has(**place as usize));
            let hidden = marked.saturating_sub(shown.count());
            let hidden = match hidden {
                0 => String::new(),
                hidden => format!(", {} not shown", grouped(hidden)),
            };
            let text = format!("{} marked{hidden}  ", grouped(marked));
            spans.push(Span::styled(text, styles.strong));
        }
        let total = self.rows(world).map_or(0, |rows| rows.len());
        let shown = self.filter.len();
        if total > 0 && unfinished.is_none() {
            let at = if shown == 0 { 0 } else { self.at + 1 };
            let at = format!("{}/{}", grouped(at), grouped(shown));
            spans.push(Span::raw(at));
            if shown < total {
                spans.push(Span::raw(format!(" of {}", grouped(total))));
            }
        }
        Line::from(spans)
    }

    pub(super) fn banner_height(&self, world: &World, area: Rect) -> u16 {
        let lines = self.banner(world, &Styles::plain(), area.width).len();
        // The rows keep the larger part.
        cells(lines).min(area.height / 2)
    }

    fn banner(&self, world: &World, styles: &Styles, width: u16) -> Vec<Line<'static>> {
        let room = usize::from(width).saturating_sub(2);
        let mut lines = Vec::new();
        let mut say = |tone: Tone, texts: Vec<String>| {
            let mut mark = styles.marks.tone(tone);
            for text in texts {
                lines.extend(marked(mark, styles.tone(tone), &text, Style::new(), room));
                mark = " ";
            }
        };
        say(Tone::Warning, self.banner_text(world).unwrap_or_default());
        if let Some(error) = self.filter.error() {
            let room = room.saturating_sub(text::width(styles.marks.tone(Tone::Bad)) + 1);
            let said = error.to_string();
            let said = wrapped_to(&said, room, ERROR_LINES, styles.marks.ellipsis);
            say(Tone::Bad, vec![said]);
        }
        lines
    }

    /// What is said below rows that are not up to date.
    fn banner_text(&self, world: &World) -> Option<Vec<String>> {
        if self.rows(world).is_none_or(|rows| rows.len() == 0) {
            return None;
        }
        let again = key(world.keymap(), Action::Refresh);
        match world.store.state(&self.need()) {
            State::Failed(failures) => {
                let first = failures.first()?;
                let mut texts = format::failure(first);
                let more = failures.len() - 1;
                let more = if more > 0 {
                    format!(" {more} more failed.")
                } else {
                    String::new()
                };
                if let Some(text) = texts.first_mut() {
                    *text = format!("{again} loads again.{more} {text}");
                }
                Some(texts)
            }
            State::Cancelled => Some(vec![format!(
                "Cancelled; {again} loads again. What is shown may be old."
            )]),
            _ => None,
        }
    }

    fn draw_rows(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let Some(rows) = self.rows(world) else { return };
        let columns = world.tables.columns(self.key.kind);
        let headings = self.headings(world);
        // What rows in sight have left open is asked for by itself, unless the user stopped it: then it
        // is not known.
        let pending = match world.store.state(&self.need()) {
            State::Cancelled => format::UNKNOWN,
            _ => format::PENDING,
        };
        let flags = |position| self.flags(position, world);
        let table = Table {
            headings: &headings,
            gutter: self.gutter(world),
            flags: &flags,
            rows: self.filter.len(),
            first: self.first,
            selected: Some(self.at),
            sorted: world
                .tables
                .order(self.key.kind)
                .map(|order| (order.column, order.direction)),
            cell: |position, column: usize| {
                let row = self
                    .filter
                    .place(position)
                    .and_then(|place| rows.get(place));
                row.map_or_else(Span::default, |row| {
                    cell(row, &columns[column], pending, world, styles)
                })
            },
            styles,
        };
        frame.render_widget(table, area);
    }

    fn headings(&self, world: &World) -> Vec<Heading<'static>> {
        let several = world
            .connected()
            .is_some_and(|connected| connected.places.len() > 1);
        let columns = world.tables.columns(self.key.kind).iter();
        columns
            .map(|column| Heading {
                title: column.title,
                width: column.width,
                grows: column.grows,
                // Where rows of several Regions stand together, it tells two of one name apart.
                drops: if several && column.key == "region" && self.key.parent.is_none() {
                    0
                } else {
                    column.drops
                },
            })
            .collect()
    }

    /// The columns for which there is room.
    pub(super) fn visible_columns(&self, world: &World, area: Rect) -> Vec<usize> {
        table::visible(&self.headings(world), self.gutter(world), area.width)
    }

    fn gutter(&self, world: &World) -> Gutter {
        Gutter {
            marks: !self.marks.is_empty(),
            calls: self.calling(world) > 0,
        }
    }

    fn flags(&self, position: usize, world: &World) -> Flags {
        let place = self.filter.place(position);
        let rows = self.rows(world);
        place
            .and_then(|place| {
                let rows = rows?;
                Some(Flags {
                    marked: self.marks.has(place),
                    calls: rows.calls(place),
                })
            })
            .unwrap_or_default()
    }

    /// Why the selected row needs a look, on one line: its own screen has them in full.
    fn draw_reasons(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let Some(row) = self.selected(world).filter(|_| !area.is_empty()) else {
            return;
        };
        let reasons = world.attention(self.kind(), row);
        if reasons.is_empty() {
            return;
        }
        let mark = styles.marks.tone(Tone::Warning);
        let room = usize::from(area.width).saturating_sub(mark.len() + 1);
        let text = format::sentence(&harmless(&reasons.join("; ")));
        let line = Line::from(vec![
            Span::styled(format!("{mark} "), styles.tone(Tone::Warning)),
            Span::raw(cut(&text, room, styles.marks.ellipsis).into_owned()),
        ]);
        frame
            .buffer_mut()
            .set_line(area.x, area.y, &line, area.width);
    }

    fn draw_filter(&self, frame: &mut Frame<'_>, areas: &Areas, world: &World, styles: &Styles) {
        let area = areas.filter;
        if area.is_empty() {
            return;
        }
        let label = match (self.filter.is_calling(), self.filter.is_editing()) {
            (false, _) => "Filter: ",
            (true, false) if self.filter.input().is_empty() => "Filter: needs a look",
            (true, _) => "Filter: needs a look, and ",
        };
        let width = cells(label.len()).min(area.width);
        frame
            .buffer_mut()
            .set_stringn(area.x, area.y, label, width.into(), styles.strong);
        let input = Rect {
            x: area.x + width,
            width: area.width - width,
            ..area
        };
        let total = self.rows(world).map_or(0, |rows| rows.len());
        let all = grouped(total);
        let count = match self.filter.left() {
            None => format!("{} of {all}", grouped(self.filter.len())),
            Some(_) => format!("filtering {all}"),
        };
        let count = Line::styled(count, styles.faint);
        let end = panel::right(frame.buffer_mut(), input, &count);
        let input = Rect {
            width: end.saturating_sub(input.x + 2),
            ..input
        };
        self.filter
            .input()
            .draw(frame, input, styles.strong, self.filter.is_editing());
    }

    /// What is said where there are no rows, and what can be done about it.
    fn draw_message(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let margin = MARGIN.min(area.width / 4);
        let area = Rect {
            x: area.x + margin,
            y: area.y + 1.min(area.height),
            width: area.width.saturating_sub(margin * 2),
            height: area.height.saturating_sub(1),
        };
        let lines = self.message(world, styles, area.width.into());
        draw_lines(frame, area, &lines);
    }

    fn message(&self, world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let again = key(world.keymap(), Action::Refresh);
        let back = key(world.keymap(), Action::Back);
        let what = plural(self.key.kind.collection.noun);
        let busy = |text: String| {
            let mark = styles.marks.tone(Tone::Busy);
            let mut lines = marked(mark, styles.tone(Tone::Busy), &text, Style::new(), room);
            lines.extend(paragraph(&format!("  {back} cancels"), styles.faint, room));
            lines
        };
        let plain = |text: String| paragraph(&text, styles.text, room);
        match &world.connection {
            Connection::Opening(_, since) => {
                return busy(format!("Starting{}", seconds(*since, world)));
            }
            Connection::Connecting(_, since) => {
                return busy(format!(
                    "Looking for credentials and asking AWS who they belong to{}",
                    seconds(*since, world)
                ));
            }
            Connection::Cancelled => return plain(format!("Cancelled; {again} connects again.")),
            Connection::Failed(failure) => {
                return failed(failure, "AWS cannot be reached", &again, styles, room);
            }
            Connection::Connected(_) => {}
        }
        let hidden = self.rows(world).is_some_and(|rows| rows.len() > 0);
        if hidden {
            let text = cut(self.filter.input().text().trim(), 40, styles.marks.ellipsis);
            return plain(if text.is_empty() {
                format!("Nothing needs a look any more; {back} shows the rest.")
            } else {
                format!("Nothing matches '{text}'; {back} clears the filter.")
            });
        }
        match world.store.state(&self.need()) {
            State::NotAsked => Vec::new(),
            State::Loading { since, .. } => {
                busy(format!("Loading {what}{}", seconds(*since, world)))
            }
            State::Cancelled => plain(format!("Cancelled; {again} loads the {what} again.")),
            State::Failed(failures) => failures
                .iter()
                .flat_map(|failure| {
                    failed(
                        failure,
                        &format!("The {what} could not be loaded"),
                        &again,
                        styles,
                        room,
                    )
                })
                .collect(),
            State::Loaded => plain(self.none_there(world)),
        }
    }

    /// Why the row above has none of these, where it says so itself.
    pub(crate) fn forbidden(&self, world: &World) -> Option<String> {
        let (owner, member) = (
            self.key.parent.as_ref()?,
            self.key.kind.collection.none_because?,
        );
        self.key.kind.parents().find_map(|kind| {
            let key = DetailKey {
                kind,
                row: owner.clone(),
            };
            match world.store.detail(&key)?.value()?.cell(member) {
                Cell::Text(why) => Some(harmless(why).into_owned()),
                _ => None,
            }
        })
    }

    fn none_there(&self, world: &World) -> String {
        let what = plural(self.key.kind.collection.noun);
        if self.key.parent.is_none() {
            let places = world
                .connected()
                .map_or(&[][..], |connected| &connected.places);
            let regions: Vec<_> = places.iter().map(|place| place.region.as_str()).collect();
            let mut text = match regions.as_slice() {
                [] => format!("No {what}."),
                few if few.len() <= 3 => format!("No {what} in {}.", few.join(", ")),
                many => format!("No {what} in any of the {} Regions.", many.len()),
            };
            if !offers::in_place(self.kind(), world).is_empty() {
                let actions = key(world.keymap(), Action::Actions);
                text = format!("{text} {actions} shows what can be done.");
            }
            return text;
        }
        if let Some(why) = self.forbidden(world) {
            return format!("{}.", format::sentence(&why));
        }
        // Whether what is created on the row above appears here: its name says so.
        let noun = self.key.kind.collection.noun;
        let created = self.key.kind.parents().find(|parent| {
            parent.service.actions.iter().any(|action| {
                action.verb == Verb::Create
                    && action.is_asked_of(parent.collection.id)
                    && action.title.to_lowercase().contains(noun)
            })
        });
        match created {
            Some(_) => format!(
                "No {what}; {} creates one where that is possible.",
                key(world.keymap(), Action::Create)
            ),
            None => format!("No {what}."),
        }
    }
}

/// For how many seconds somebody has been waiting, once it is worth saying.
pub(crate) fn seconds(since: jiff::Timestamp, world: &World) -> String {
    match world.wall.duration_since(since).as_secs() {
        ..=0 => String::new(),
        waited => format!(", {waited} s"),
    }
}

/// A failure in place of what could not be read.
pub(crate) fn failed(
    failure: &Failure,
    heading: &str,
    again: &str,
    styles: &Styles,
    room: usize,
) -> Vec<Line<'static>> {
    let bad = styles.tone(Tone::Bad);
    let mut lines = marked(
        styles.marks.tone(Tone::Bad),
        bad,
        heading,
        styles.strong,
        room,
    );
    for text in format::failure(failure) {
        lines.extend(marked(" ", bad, &text, Style::new(), room));
    }
    lines.push(Line::default());
    lines.extend(marked(
        " ",
        bad,
        &format!("{again} tries again"),
        styles.faint,
        room,
    ));
    lines
}

fn draw_lines(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'static>]) {
    for (row, line) in lines.iter().take(area.height.into()).enumerate() {
        frame
            .buffer_mut()
            .set_line(area.x, area.y + cells(row), line, area.width);
    }
}

fn cell<'r>(
    row: &'r Row,
    column: &Column,
    pending: &'static str,
    world: &World,
    styles: &Styles,
) -> Span<'r> {
    let mut text = format::cell(row, column.key, column.show, world.now);
    // A number that has no room for its groups is better without them than cut.
    if !column.grows && width(&text) > column.width.into() {
        text = format::exact(row, column.key, column.show, world.now);
    }
    if column.show == Show::State {
        let tone = match column.key {
            "state" => row.state.tone,
            _ => Tone::Neutral,
        };
        let mark = styles.marks.tone(tone);
        return Span::styled(format!("{mark} {text}"), styles.tone(tone));
    }
    match text.as_ref() {
        format::ABSENT | format::UNKNOWN => Span::styled(text, styles.faint),
        format::PENDING => Span::styled(pending, styles.faint),
        _ => Span::raw(text),
    }
}
