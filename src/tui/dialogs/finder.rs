//! Where to go or what to do, typed: everything that can be named, narrowed down as one types.
//!
//! A text that has the form of an id leads to what it names, also where that was never read: the
//! service is asked for it.

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};
use ratatui::{Frame, layout::Rect, style::Style};

use super::{entries, hint};
use crate::{
    config::Key,
    domain::{collection::ServiceInfo, row::Tone},
    tui::{
        choice::{self, Choice, Entry},
        input::{self, Typed},
        outcome::Outcome,
        theme::Styles,
        widgets::{
            hints::Hint, labels::paragraph, panel, scroll, text::cells, text_input::TextInput,
        },
    },
};

/// The cells of its lines.
const WIDTH: u16 = 84;
/// Its lines, without the one that is typed into.
const HEIGHT: u16 = 14;

/// Where to go or what to do.
#[derive(Debug)]
pub(crate) struct Finder {
    title: &'static str,
    input: TextInput,
    catalog: Vec<&'static ServiceInfo>,
    /// Everything that can be named, what is nearest first.
    entries: Vec<Entry>,
    /// What is typed leads to these, whatever else it fits.
    named: Vec<Entry>,
    /// What it may name because any word has that form: after everything that is called so.
    vague: Vec<Entry>,
    /// What the text fits, best first.
    fitting: Vec<usize>,
    /// The lists that were not read, whose rows are not known by their names.
    unread: Vec<&'static str>,
    /// The text that they fit.
    typed: String,
    /// The position of the cursor among what is shown.
    at: usize,
    first: usize,
    /// What was typed before, oldest first.
    history: Vec<String>,
    /// Which of that is in the line now.
    recalled: Option<usize>,
}

impl Finder {
    /// A line to type into, over these.
    pub(crate) fn new(
        title: &'static str,
        catalog: Vec<&'static ServiceInfo>,
        entries: Vec<Entry>,
        unread: Vec<&'static str>,
        history: Vec<String>,
    ) -> Self {
        let fitting = (0..entries.len()).collect();
        Self {
            title,
            input: TextInput::default(),
            catalog,
            entries,
            named: Vec::new(),
            vague: Vec::new(),
            fitting,
            unread,
            typed: String::new(),
            at: 0,
            first: 0,
            history,
            recalled: None,
        }
    }

    /// More that can be named, found out meanwhile.
    pub(crate) fn add(&mut self, entries: Vec<Entry>) {
        // Profiles stand before Regions, also when they are known later.
        let regions = |entry: &Entry| matches!(entry.choice, Choice::Regions(_));
        let profiles = |entry: &Entry| matches!(entry.choice, Choice::Profile(_));
        let at = self.entries.iter().position(regions);
        match at.filter(|_| entries.iter().all(profiles)) {
            Some(at) => {
                self.entries.splice(at..at, entries);
            }
            None => self.entries.extend(entries),
        }
        self.find_all();
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key) -> Outcome {
        let last = self.shown().saturating_sub(1);
        let page = usize::from(HEIGHT);
        match input::typed(key) {
            Typed::Esc => return Outcome::Back,
            Typed::Enter => {
                return match self.selected() {
                    Some(entry) => Outcome::Choose(Box::new(entry.choice.clone())),
                    None => Outcome::Done,
                };
            }
            Typed::Tab => self.complete(),
            Typed::BackTab | Typed::Other => return Outcome::Unused,
            Typed::Up if self.at == 0 => self.recall(Some(
                self.recalled
                    .unwrap_or(self.history.len())
                    .saturating_sub(1),
            )),
            Typed::Down if self.recalled.is_some() => {
                self.recall(self.recalled.map(|recalled| recalled + 1));
            }
            Typed::Up => self.at -= 1,
            Typed::Down => self.at = (self.at + 1).min(last),
            Typed::PageUp => self.at = self.at.saturating_sub(page),
            Typed::PageDown => self.at = (self.at + page).min(last),
            Typed::Edit(edit) => {
                self.input.edit(edit);
                self.recalled = None;
                self.find();
            }
        }
        Outcome::Done
    }

    /// A text was pasted.
    pub(crate) fn paste(&mut self, text: &str) {
        self.input.insert(text);
        self.recalled = None;
        self.find();
    }

    /// What is remembered of it once something was chosen.
    pub(crate) fn remembered(&self) -> Option<String> {
        let typed = self.input.text().trim();
        let text = if self.named.is_empty() {
            self.selected().map(|entry| entry.label.clone())
        } else {
            Some(typed.to_owned())
        };
        text.filter(|_| !typed.is_empty())
    }

    /// What its keys do.
    pub(crate) fn hints(&self) -> Vec<Hint> {
        let mut hints = vec![hint("enter", "go"), hint("tab", "complete")];
        if !self.history.is_empty() {
            hints.push(hint("up", "earlier"));
        }
        hints.push(hint("esc", "close"));
        hints
    }

    /// Keeps the cursor in sight.
    pub(crate) fn sync(&mut self, screen: Rect) {
        self.at = self.at.min(self.shown().saturating_sub(1));
        let height = usize::from(list(screen).height);
        self.first = scroll::follow(self.first, self.at, height, self.shown());
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, styles: &Styles) {
        let room = panel::draw(frame.buffer_mut(), area(screen), self.title, styles);
        let line = Rect { height: 1, ..room };
        let buffer = frame.buffer_mut();
        buffer.set_string(line.x, line.y, ":", styles.key);
        let list = list(screen);
        let visible = (self.first..self.shown()).take(list.height.into());
        let visible = visible.filter_map(|position| self.entry(position));
        let visible: Vec<&Entry> = visible.collect();
        let selected = self.at.checked_sub(self.first);
        entries::draw(buffer, list, visible.iter().copied(), selected, styles);
        if self.named.is_empty() && self.fitting.is_empty() {
            let room = list.width.saturating_sub(2);
            let below = list.y + cells(visible.len());
            let style = styles.tone(Tone::Warning);
            let lines = paragraph(&self.nothing(), style, room.into());
            for (line, y) in lines.iter().zip(below..list.bottom()) {
                buffer.set_line(list.x + 2, y, line, room);
            }
        }
        panel::edges(buffer, list, self.first, self.shown(), styles);
        let at = Rect {
            x: line.x + 2,
            width: line.width.saturating_sub(2),
            ..line
        };
        self.input.draw(frame, at, Style::new(), true);
    }

    /// What is said where nothing has the name that was typed.
    fn nothing(&self) -> String {
        match self.unread[..] {
            [] => "Nothing is called that.".to_owned(),
            ref unread => format!(
                "Nothing is called that. Not read yet: {}.",
                unread.join(", ")
            ),
        }
    }

    fn shown(&self) -> usize {
        self.named.len() + self.fitting.len() + self.vague.len()
    }

    fn entry(&self, position: usize) -> Option<&Entry> {
        match position.checked_sub(self.named.len()) {
            None => self.named.get(position),
            Some(position) => match position.checked_sub(self.fitting.len()) {
                None => self.entries.get(*self.fitting.get(position)?),
                Some(position) => self.vague.get(position),
            },
        }
    }

    fn selected(&self) -> Option<&Entry> {
        self.entry(self.at)
    }

    /// Puts the selected line's own text in place of what was typed.
    fn complete(&mut self) {
        let Some(text) = self.selected().map(|entry| match &entry.choice {
            Choice::Find(_, id) => id.clone(),
            _ => entry.label.clone(),
        }) else {
            return;
        };
        self.input = TextInput::with(&text);
        self.find_all();
    }

    /// Puts a text of before in place of what was typed; past the newest there is none.
    fn recall(&mut self, which: Option<usize>) {
        let Some(which) = which.filter(|_| !self.history.is_empty()) else {
            return;
        };
        let text = self.history.get(which);
        self.recalled = text.map(|_| which);
        self.input = TextInput::with(text.map_or("", String::as_str));
        self.find_all();
    }

    /// Finds what the text fits, where it changed. What a longer text fits, its beginning fitted.
    fn find(&mut self) {
        if self.input.text() == self.typed {
            return;
        }
        let text = self.input.text();
        if text.starts_with(&self.typed) && choice::id_in(text) == text.trim() {
            let mut among = std::mem::take(&mut self.fitting);
            among.sort_unstable();
            self.find_among(among);
        } else {
            self.find_all();
        }
    }

    fn find_all(&mut self) {
        self.find_among((0..self.entries.len()).collect());
    }

    fn find_among(&mut self, among: Vec<usize>) {
        self.input.text().clone_into(&mut self.typed);
        self.at = 0;
        let text = choice::id_in(&self.typed);
        let known = |entry: &Entry, text: &str| match &entry.choice {
            Choice::Open(_, key) => key.id == text,
            Choice::Regions(_) => entry.label == text,
            _ => false,
        };
        let by_form = choice::named(&self.catalog, text).into_iter();
        (self.vague, self.named) = by_form.partition(Entry::is_vague);
        if self.entries.iter().any(|entry| known(entry, text)) {
            self.named.clear();
            self.vague.clear();
        }
        if text.is_empty() {
            self.fitting = among;
            return;
        }
        let pattern = Pattern::new(
            text,
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Fuzzy,
        );
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut found: Vec<(u32, usize)> = among
            .into_iter()
            .filter_map(|index| {
                let entry = &self.entries[index];
                let mut score =
                    |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
                // What something is called says more than what it is, and its whole name most.
                let exact = if let Choice::Open(_, key) = &entry.choice {
                    key.id.eq_ignore_ascii_case(text)
                        || entry
                            .label
                            .strip_suffix(&key.id)
                            .is_some_and(|name| name.trim().eq_ignore_ascii_case(text))
                } else {
                    let mut names = entry.names().into_iter().chain([&*entry.label]);
                    names.any(|name| name.eq_ignore_ascii_case(text))
                };
                let names = entry.names().into_iter().chain([&*entry.label]);
                let best = names.filter_map(&mut score).max();
                let score = best.map(|score| score * 2).or_else(|| {
                    // Who one is and where is not changed by letters that happen to fit.
                    let identity = matches!(entry.choice, Choice::Regions(_) | Choice::Profile(_));
                    if identity {
                        return None;
                    }
                    score(&format!("{} {}", entry.label, entry.note))
                })?;
                Some((if exact { u32::MAX } else { score }, index))
            })
            .collect();
        found.sort_by_key(|&(score, index)| (std::cmp::Reverse(score), index));
        self.fitting = found.into_iter().map(|(_, index)| index).collect();
    }
}

fn area(screen: Rect) -> Rect {
    let width = (WIDTH + 4).min(screen.width);
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + 1.min(screen.height),
        width,
        height: (HEIGHT + 3).min(screen.height.saturating_sub(1)),
    }
}

fn list(screen: Rect) -> Rect {
    let room = panel::inside(area(screen));
    Rect {
        y: room.y + 1.min(room.height),
        height: room.height.saturating_sub(1),
        ..room
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{
            failure::{Failure, FailureKind},
            place::{Place, Region},
        },
        tui::{
            effect::Effect,
            message::Message,
            testing::{Driver, row},
            world::Connection,
        },
    };

    fn chosen(driver: &Driver) -> String {
        let screen = driver.screen();
        let line = screen.lines().find(|line| line.contains("│ ▸ "));
        line.unwrap_or_default()
            .trim_matches(['│', ' ', '▸'])
            .to_owned()
    }

    #[test]
    fn what_is_typed_is_found_by_its_letters_and_gone_to() {
        let mut driver = Driver::with_boxes(&["box-1", "box-2"]);
        driver.press(":");
        assert!(
            chosen(&driver).starts_with("Create copy"),
            "{}",
            driver.screen()
        );
        driver.press("'nmbx2'");
        assert!(chosen(&driver).starts_with("name of box-2 box-2"));
        driver.press("enter");
        assert!(driver.screen().contains("Boxes › name of box-2 box-2"));
        driver.press(": 'boxes' enter");
        assert!(driver.screen().contains(" 1/2"), "the list again");
        driver.press(": 'show the keys' enter");
        assert!(driver.screen().contains("─ Keys ─") || driver.screen().contains(" Keys "));
        driver.press("esc : 'label' enter");
        assert_eq!(driver.model.dialogs.len(), 1, "an action on the row");
    }

    #[test]
    fn an_id_leads_to_what_it_names_also_where_that_was_never_read() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press(":");
        driver.tell(Message::Paste("box-77".to_owned()));
        assert!(chosen(&driver).starts_with("box box-77"));
        driver.press("enter");
        let asked = driver.take(|effect| match effect {
            Effect::Show(_, key) => Some(key.row.id.clone()),
            _ => None,
        });
        assert_eq!(asked, "box-77");
        // One that is known is not looked up.
        driver.press("esc esc : 'box-1'");
        assert!(chosen(&driver).starts_with("name of box-1"));
    }

    #[test]
    fn among_several_regions_the_one_that_has_it_is_looked_for() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        if let Connection::Connected(connected) = &mut driver.model.world.connection {
            connected.places.push(Place {
                region: Region::parse("eu-west-1").unwrap(),
                ..connected.places[0].clone()
            });
        }
        driver.press(": 'box-77' enter");
        assert!(
            driver
                .screen()
                .contains("Looking for box box-77 in 2 Regions")
        );
        let finding = |effect: &Effect| match effect {
            Effect::Find(ticket, kind, _) => Some((*ticket, *kind)),
            _ => None,
        };
        let (ticket, kind) = driver.take(finding);
        let nowhere = Failure::new(FailureKind::NotFound, "", "there is no box box-77");
        driver.tell(Message::Found(ticket, kind, Err(nowhere)));
        let nowhere = "There is no box box-77 in any of the 2 Regions";
        assert!(driver.screen().contains(nowhere));
        driver.press(": 'box-78' enter");
        let (ticket, kind) = driver.take(finding);
        let found = || Ok(Box::new(row("box-78", "Active")));
        driver.tell(Message::Found(ticket, kind, found()));
        assert!(driver.screen().contains("name of box-78"));
        driver.press("esc esc");
        driver.tell(Message::Found(ticket, kind, found()));
        assert!(!driver.screen().contains("box-78"), "answered already");
    }

    #[test]
    fn what_was_typed_before_comes_again_and_tab_completes() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press(": 'keys' enter esc : 'boxes' enter :");
        let line = |driver: &Driver| {
            let screen = driver.screen();
            let line = screen.lines().find(|line| line.contains("│ : "));
            line.unwrap_or_default()
                .trim_matches(['│', ' ', ':'])
                .to_owned()
        };
        driver.press("up");
        assert_eq!(line(&driver), "Boxes");
        driver.press("up");
        assert_eq!(line(&driver), "Show the keys");
        driver.press("down down");
        assert_eq!(line(&driver), "");
        driver.press("'box-77' tab");
        assert_eq!(line(&driver), "box-77");
        driver.press("esc : 'lab' tab");
        assert_eq!(line(&driver), "Label box");
        driver.press("'zzz'");
        assert!(driver.screen().contains("Nothing is called that."));
        driver.press("enter");
        assert_eq!(driver.model.dialogs.len(), 1, "there is nothing to go to");
    }

    #[test]
    fn among_thousands_of_rows_one_is_found_by_its_number() {
        let ids: Vec<String> = (0..20_000).map(|n| format!("box-{n:05}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut driver = Driver::with_boxes(&ids);
        driver.press(": 'box 09999'");
        assert!(
            chosen(&driver).starts_with("name of box-09999"),
            "{}",
            driver.screen()
        );
    }
}
