//! A row's own screen: what is known of it, and one tab for each collection that belongs to it.

mod overview;

use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use crate::{
    config::{Action, Key},
    domain::{
        place::Account,
        row::{self, Row, RowKey, Tone},
        words::grouped,
    },
    tui::{
        bar,
        choice::Entry,
        format, links,
        offers::{self, Offer, Target},
        outcome::{Outcome, View},
        pane::Pane,
        reader::Reader,
        remote::State,
        store::{DetailKey, Kind, ListKey, Need},
        theme::Styles,
        widgets::tabs,
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
        let selected = self.pane().and_then(|pane| pane.acts_on(world));
        let own = self.own(world).map(|_| self.kind);
        let kinds: Vec<Kind> = selected.into_iter().chain(own).collect();
        if world.restriction.is_none() {
            all.extend(offers::changes(&kinds));
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
        if offers::has_actions(&kinds) {
            all.push(Offer::new(Action::Actions, "actions"));
        }
        all.push(Offer::new(Action::Operations, "operations"));
        if !self.panes.is_empty() {
            all.push(Offer::new(Action::NextTab, "next tab"));
            all.push(Offer::unlisted(Action::PreviousTab));
        }
        if !self.links(world).is_empty() {
            all.push(Offer::new(Action::GoTo, "go to"));
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
            return offers::ask(verb, &self.targets(world), world);
        }
        let tabs = self.panes.len() + 1;
        match action {
            Action::NextTab | Action::Right => self.open = (self.open + 1) % tabs,
            Action::PreviousTab | Action::Left => self.open = (self.open + tabs - 1) % tabs,
            Action::Refresh => return Outcome::Reload(vec![self.open_need()]),
            Action::Actions => return offers::actions(&self.targets(world), world),
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
            // None is no number where it can have none, or where nobody can see them.
            let count = pane.count(world);
            let count = count.filter(|count| *count > 0 || pane.forbidden(world).is_none());
            count.map_or_else(
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

    /// What actions are done to: rows of the open list first, then the row itself.
    pub(crate) fn targets<'a>(&'a self, world: &'a World) -> Vec<Target<'a>> {
        let target = self.pane().and_then(|pane| pane.target(world));
        let own = self.own(world).map(|row| Target::row(self.kind, row));
        target.into_iter().chain(own).collect()
    }

    /// The row under the cursor of the open list, then the row itself.
    pub(crate) fn rows<'a>(&'a self, world: &'a World) -> Vec<(Kind, &'a Row)> {
        let selected = self
            .pane()
            .and_then(|pane| Some((pane.kind(), pane.selected(world)?)));
        let own = self.own(world).map(|row| (self.kind, row));
        selected.into_iter().chain(own).collect()
    }

    /// The row itself, once more than its name is known.
    fn own<'a>(&'a self, world: &'a World) -> Option<&'a Row> {
        let known = !self.named || self.known(world).is_some();
        known.then(|| self.row(world))
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
}

fn is_loading(need: &Need, world: &World) -> bool {
    matches!(world.store.state(need), State::Loading { .. })
}
