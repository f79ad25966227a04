//! A row's own screen: what is known of it, and one tab for each collection that belongs to it.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    config::{Action, Key},
    domain::{
        collection::Show,
        export::{self, Format},
        place::Account,
        recovery::chart,
        row::{self, Cell, Row, RowKey, Tone},
        text::harmless,
        words::grouped,
    },
    tui::{
        bar,
        choice::Entry,
        format, json, links,
        offers::{self, Offer},
        outcome::{Outcome, View},
        pane::{self, Pane},
        reader::Reader,
        remote::State,
        store::{DetailKey, Kind, ListKey, Need},
        theme::Styles,
        widgets::{
            labels::{self, Labelled, marked},
            tabs,
            text::head,
        },
        world::World,
    },
};

/// A row's own screen.
#[derive(Debug)]
pub(crate) struct ResourceScreen {
    kind: Kind,
    /// The row as it was when the screen was opened; not more than its name where it was opened by
    /// that alone.
    row: Row,
    /// Whether that is all that was known of it.
    named: bool,
    /// The row that it was listed under.
    owner: Option<RowKey>,
    /// Where the row is read again: by itself, or, where it cannot be asked for, with its list.
    source: Need,
    /// The open tab: 0 is the overview, the others are the panes.
    open: usize,
    /// Where the overview is read.
    reader: Reader,
    /// How the overview is seen.
    view: View,
    panes: Vec<Pane>,
}

impl ResourceScreen {
    /// The screen of a row of a list, at its overview.
    pub(crate) fn new(list: ListKey, row: Row, view: View) -> Self {
        let kind = list.kind;
        let owner = list.parent.clone();
        let source = match kind.collection.show {
            Some(_) => Need::Detail(DetailKey {
                kind,
                row: row.key(),
            }),
            None => Need::List(list),
        };
        Self {
            view,
            ..Self::with(kind, row, owner, source)
        }
    }

    /// The screen of a row that is named somewhere, with what is known of it.
    pub(crate) fn named(kind: Kind, key: &RowKey, account: &Account, known: Option<Row>) -> Self {
        let source = Need::Detail(DetailKey {
            kind,
            row: key.clone(),
        });
        let named = known.is_none();
        let row = known.unwrap_or_else(|| Row {
            id: key.id.clone(),
            name: None,
            state: row::State::new("", Tone::Neutral),
            region: key.region.clone(),
            account: account.clone(),
            cells: Vec::new(),
        });
        Self {
            named,
            ..Self::with(kind, row, None, source)
        }
    }

    fn with(kind: Kind, row: Row, owner: Option<RowKey>, source: Need) -> Self {
        let panes = kind
            .children()
            .map(|kind| {
                Pane::new(ListKey {
                    kind,
                    parent: Some(row.key()),
                })
            })
            .collect();
        Self {
            kind,
            row,
            named: false,
            owner,
            source,
            open: 0,
            reader: Reader::default(),
            view: View::Members,
            panes,
        }
    }

    /// Whether it is the screen of this row.
    pub(crate) fn is_of(&self, kind: Kind, key: &RowKey) -> bool {
        self.kind == kind && self.row.key() == *key
    }

    /// Opens the tab of a collection with a filter.
    pub(crate) fn go_to(&mut self, kind: Kind, filter: &str) {
        if let Some(index) = self.panes.iter().position(|pane| pane.kind() == kind) {
            self.open = index + 1;
            self.panes[index].filter(filter);
        }
    }

    /// Whose screen it is.
    pub(crate) fn names(&self) -> (Kind, RowKey) {
        (self.kind, self.row.key())
    }

    /// Opens the tab of a collection, or the overview.
    pub(crate) fn open_tab(&mut self, kind: Option<Kind>) {
        let tab = |kind: Kind| self.panes.iter().position(|pane| pane.kind() == kind);
        self.open = kind.and_then(tab).map_or(0, |index| index + 1);
    }

    /// The open list, where one is open.
    pub(crate) fn pane(&self) -> Option<&Pane> {
        self.panes.get(self.open.checked_sub(1)?)
    }

    /// The open list, to be changed.
    pub(crate) fn pane_mut(&mut self) -> Option<&mut Pane> {
        self.panes.get_mut(self.open.checked_sub(1)?)
    }

    /// The row and the open tab.
    pub(crate) fn crumbs(&self, world: &World) -> Vec<String> {
        let mut crumbs = vec![format::title(self.row(world))];
        crumbs.extend(
            self.pane()
                .map(|pane| pane.kind().collection.title.to_owned()),
        );
        crumbs
    }

    /// The id of the selected row of the open list, or of the row itself.
    pub(crate) fn id<'a>(&'a self, world: &'a World) -> &'a str {
        let selected = self.pane().and_then(|pane| pane.selected(world));
        selected.map_or(self.row.id.as_str(), |row| row.id.as_str())
    }

    /// The row itself and all that belongs to it: the tabs show how many there are.
    pub(crate) fn needs(&self) -> Vec<Need> {
        std::iter::once(self.source.clone())
            .chain(self.panes.iter().map(Pane::need))
            .collect()
    }

    /// What can be done here.
    pub(crate) fn offers(&self, world: &World) -> Vec<Offer> {
        let mut all = Vec::new();
        // Where rows have parts of their own, going on into them is what one does most.
        let opens = self.pane().filter(|pane| pane.selected(world).is_some());
        let is_leaf = |pane: &&Pane| pane.kind().children().next().is_none();
        if opens.is_some_and(|pane| !is_leaf(&pane)) {
            all.push(Offer::new(Action::Open, "open"));
        }
        if world.restriction.is_none() {
            all.extend(offers::changes(&self.rows(world)));
        }
        all.extend(
            self.pane()
                .map(|pane| pane.offers(world))
                .unwrap_or_default(),
        );
        if all.iter().all(|offer| offer.action != Action::Back) {
            let back = if self.is_cancelled_by_back(world) {
                "cancel"
            } else {
                "back"
            };
            all.push(Offer::new(Action::Back, back));
        }
        if offers::has_actions(&self.rows(world)) {
            all.push(Offer::new(Action::Actions, "actions"));
        }
        all.push(Offer::new(Action::Operations, "operations"));
        if !self.links(world).is_empty() {
            all.push(Offer::new(Action::GoTo, "go to"));
        }
        if !self.panes.is_empty() {
            all.push(Offer::new(Action::NextTab, "next tab"));
            all.push(Offer::unlisted(Action::PreviousTab));
        }
        if self.pane().is_none() {
            all.push(Offer::new(Action::Filter, "search"));
            let other = match self.view {
                View::Members => "json",
                View::Json => "members",
            };
            all.push(Offer::new(Action::Json, other));
            all.push(Offer::new(Action::Export, "export"));
        }
        if opens.as_ref().is_some_and(is_leaf) {
            all.push(Offer::new(Action::Open, "open"));
        }
        all.push(Offer::new(Action::Refresh, "refresh"));
        all.extend(
            self.pane()
                .map(|pane| pane.more_offers(world))
                .unwrap_or_default(),
        );
        all
    }

    /// Whether something on it counts seconds.
    pub(crate) fn is_busy(&self, world: &World) -> bool {
        is_loading(&self.open_need(), world)
    }

    /// Brings the open tab in line with the world.
    pub(crate) fn sync(&mut self, world: &World, area: Rect) {
        let below = bar::split(area).1;
        if let Some(pane) = self.pane_mut() {
            pane.sync(world, below);
        } else {
            let lines = self.overview(world, &Styles::plain(), below);
            self.reader.sync(&lines, below);
        }
    }

    /// A key that means something.
    pub(crate) fn act(&mut self, action: Action, world: &World, area: Rect) -> Outcome {
        let below = bar::split(area).1;
        if let Some(verb) = offers::verb(action) {
            let marked = self.pane().and_then(|pane| pane.ask_marked(verb, world));
            if let Some(outcome) = marked {
                return outcome;
            }
            return offers::ask(verb, &self.rows(world), world);
        }
        let tabs = self.panes.len() + 1;
        match action {
            Action::NextTab | Action::Right => self.open = (self.open + 1) % tabs,
            Action::PreviousTab | Action::Left => self.open = (self.open + tabs - 1) % tabs,
            Action::Refresh => return Outcome::Reload(vec![self.open_need()]),
            Action::Actions => return offers::actions(&self.rows(world), world),
            Action::GoTo => return links::go(self.links(world)),
            _ => {
                let outcome = match self.pane_mut() {
                    Some(pane) => pane.act(action, world, below),
                    None => self.read(action, below),
                };
                if matches!((&outcome, action), (Outcome::Unused, Action::Back)) {
                    return if self.is_cancelled_by_back(world) {
                        Outcome::Cancel(self.open_need())
                    } else {
                        Outcome::Back
                    };
                }
                return outcome;
            }
        }
        Outcome::Done
    }

    /// The left button of the mouse was pressed on a cell.
    pub(crate) fn pressed(&mut self, at: Position, world: &World, area: Rect) -> Outcome {
        let (line, below) = bar::split(area);
        if let Some(index) = tabs::at(line, &self.titles(world), self.open, at) {
            self.open = index;
            return Outcome::Done;
        }
        self.pane_mut()
            .map_or(Outcome::Unused, |pane| pane.pressed(at, world, below))
    }

    /// A key while a text is typed.
    pub(crate) fn key(&mut self, key: Key, world: &World, area: Rect) -> Outcome {
        let below = bar::split(area).1;
        match self.pane_mut() {
            Some(pane) => pane.key(key, world, below),
            None => self.reader.key(key, below),
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let (line, below) = bar::split(area);
        let titles = self.titles(world);
        if let Some(pane) = self.pane() {
            let status = pane.status(world, styles);
            bar::draw(frame, line, &titles, self.open, &status, styles);
            pane.draw(frame, below, world, styles);
        } else {
            let status = self.status(world, styles);
            bar::draw(frame, line, &titles, self.open, &status, styles);
            let lines = self.overview(world, styles, below);
            self.reader.draw(frame, below, &lines, styles);
        }
    }

    fn titles(&self, world: &World) -> Vec<String> {
        let mut titles = vec!["Overview".to_owned()];
        titles.extend(self.panes.iter().map(|pane| {
            let title = pane.kind().collection.title;
            pane.count(world).map_or_else(
                || title.to_owned(),
                |count| format!("{title} {}", grouped(count)),
            )
        }));
        titles
    }

    /// The row as it is known now.
    fn row<'a>(&'a self, world: &'a World) -> &'a Row {
        self.known(world).unwrap_or(&self.row)
    }

    /// The row as it was read last, if it was.
    fn known<'w>(&self, world: &'w World) -> Option<&'w Row> {
        match &self.source {
            Need::Detail(key) => world.store.detail(key)?.value(),
            Need::List(key) => {
                let rows = world.store.rows(key)?;
                rows.get(rows.place(&self.row.key())?)
            }
        }
    }

    /// Whether its list was read again and it is not there any more.
    fn is_gone(&self, world: &World) -> bool {
        matches!(&self.source, Need::List(_))
            && *world.store.state(&self.source) == State::Loaded
            && self.known(world).is_none()
    }

    /// What the keys act on: the selected row of the open list first, then the row itself.
    pub(crate) fn rows<'a>(&'a self, world: &'a World) -> Vec<(Kind, &'a Row)> {
        let selected = self
            .pane()
            .and_then(|pane| Some((pane.kind(), pane.selected(world)?)));
        let known = !self.named || self.known(world).is_some();
        let own = known.then(|| (self.kind, self.row(world)));
        selected.into_iter().chain(own).collect()
    }

    /// Where the keys lead.
    fn links(&self, world: &World) -> Vec<Entry> {
        let owner = self.owner.as_ref().filter(|_| self.pane().is_none());
        let here = self.row.key();
        links::entries(&self.rows(world), owner, Some((self.kind, &here)), world)
    }

    fn is_cancelled_by_back(&self, world: &World) -> bool {
        self.pane().map_or_else(
            || is_loading(&self.source, world) && self.known(world).is_none(),
            |pane| pane.is_cancelled_by_back(world),
        )
    }

    /// What the open tab shows.
    pub(crate) fn open_need(&self) -> Need {
        self.pane().map_or_else(|| self.source.clone(), Pane::need)
    }

    /// Whether something is looked for in the overview.
    pub(crate) fn is_searching(&self) -> bool {
        self.pane().is_none() && self.reader.is_searching()
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        match self.pane_mut() {
            Some(pane) => pane.paste(text),
            None => self.reader.paste(text),
        }
    }

    fn read(&mut self, action: Action, below: Rect) -> Outcome {
        match action {
            Action::Json => {
                self.view = match self.view {
                    View::Members => View::Json,
                    View::Json => View::Members,
                };
                self.reader.restart();
                Outcome::Done
            }
            Action::Export => Outcome::Export(self.kind, 1),
            _ => self.reader.act(action, below),
        }
    }

    /// What the open tab shows as a file: its rows, or the row with all that is known of it.
    pub(crate) fn written(&self, format: Format, world: &World) -> String {
        if let Some(pane) = self.pane() {
            return pane.written(format, world);
        }
        let row = self.row(world);
        match format {
            Format::Csv => {
                let own = ["id", "name", "state", "region", "account"];
                let members = row.cells.iter().map(|(key, _)| *key);
                let keys: Vec<&str> = own.into_iter().chain(members).collect();
                export::csv(&keys, std::iter::once(row))
            }
            Format::Json => json::pretty(self.kind, row) + "\n",
        }
    }

    fn status(&self, world: &World, styles: &Styles) -> Line<'static> {
        match world.store.state(&self.source) {
            State::Loading { since, .. } => Line::styled(
                format!("loading{}", pane::seconds(*since, world)),
                styles.tone(Tone::Busy),
            ),
            State::Failed(_) | State::Cancelled => {
                Line::styled("not up to date", styles.tone(Tone::Warning))
            }
            _ if self.is_gone(world) => Line::styled("no longer there", styles.tone(Tone::Warning)),
            _ => Line::styled(world.age(&self.source).unwrap_or_default(), styles.faint),
        }
    }

    fn overview(&self, world: &World, styles: &Styles, area: Rect) -> Vec<Line<'static>> {
        let room = usize::from(area.width).saturating_sub(4);
        let row = self.row(world);
        let mut lines = vec![Line::default()];
        if let State::Failed(failures) = world.store.state(&self.source) {
            let again = offers::key(world.keymap(), Action::Refresh);
            let heading = if self.named && self.known(world).is_none() {
                "It could not be loaded"
            } else {
                "What is shown may be old; it could not be loaded again"
            };
            for failure in failures {
                lines.extend(pane::failed(failure, heading, &again, styles, room));
            }
            lines.push(Line::default());
        }
        if self.view == View::Json {
            lines.extend(self.as_json(world, room));
            return indented(lines);
        }
        let reasons = world.attention(self.kind, row);
        for reason in &reasons {
            let mark = styles.marks.tone(Tone::Warning);
            let text = format::sentence(&harmless(reason));
            let style = styles.tone(Tone::Warning);
            lines.extend(marked(mark, style, &text, Style::new(), room));
        }
        if !reasons.is_empty() {
            lines.push(Line::default());
        }
        let members: Vec<Labelled> = self
            .kind
            .collection
            .members
            .iter()
            .filter_map(|member| {
                let text = format::cell(row, member.key, member.show, world.now);
                let (value, style) = match member.show {
                    Show::State if !text.is_empty() => state(row, &text, styles),
                    _ if text.is_empty() => return None,
                    // What AWS does not say of this one would only push the rest out of sight.
                    _ if text == format::ABSENT => return None,
                    _ => match row.cell(member.key) {
                        Cell::Days(days) => (chart(days, styles.marks.days), Style::new()),
                        _ => (text.into_owned(), Style::new()),
                    },
                };
                Some(Labelled {
                    label: member.label.to_owned(),
                    value,
                    style,
                })
            })
            .collect();
        lines.extend(labels::lines(&members, room, styles));
        indented(lines)
    }

    fn as_json(&self, world: &World, room: usize) -> Vec<Line<'static>> {
        let text = json::pretty(self.kind, self.row(world));
        let lines = text.lines();
        lines.flat_map(|line| broken(line, room)).collect()
    }
}

/// A line broken where it ends, its blanks kept.
fn broken(line: &str, room: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut rest = line;
    loop {
        let part = match head(rest, room.max(1)) {
            // A wide character in a single cell: it cannot be shown, and must not stop us.
            "" => rest,
            part => part,
        };
        lines.push(Line::raw(part.to_owned()));
        rest = &rest[part.len()..];
        if rest.is_empty() {
            return lines;
        }
    }
}

/// The lines with two cells free in front.
fn indented(lines: Vec<Line<'static>>) -> Vec<Line<'static>> {
    lines
        .into_iter()
        .map(|mut line| {
            line.spans.insert(0, Span::raw("  "));
            line
        })
        .collect()
}

fn state(row: &Row, text: &str, styles: &Styles) -> (String, Style) {
    let tone = row.state.tone;
    (
        format!("{} {text}", styles.marks.tone(tone)),
        styles.tone(tone),
    )
}

fn is_loading(need: &Need, world: &World) -> bool {
    matches!(world.store.state(need), State::Loading { .. })
}
