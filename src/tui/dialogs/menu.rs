//! One of several things to choose: what can be done to a row, where its links lead.

use ratatui::{Frame, layout::Rect};

use super::{entries, hint};
use crate::{
    config::{Action, Key, KeyCode},
    tui::{
        choice::Entry,
        outcome::Outcome,
        theme::Styles,
        widgets::{
            hints::Hint,
            panel, scroll,
            text::{cells, width},
        },
        world::World,
    },
};

/// One of several things to choose.
#[derive(Debug)]
pub(crate) struct Menu {
    title: String,
    entries: Vec<Entry>,
    at: usize,
    /// The first entry in sight.
    first: usize,
}

/// The widest that a menu becomes.
const WIDTH: usize = 100;

impl Menu {
    /// A menu of these, in this order.
    pub(crate) fn new(title: String, entries: Vec<Entry>) -> Self {
        Self {
            title,
            entries,
            at: 0,
            first: 0,
        }
    }

    /// A key.
    pub(crate) fn key(&mut self, key: Key, world: &World, screen: Rect) -> Outcome {
        let page = usize::from(self.room(screen).height).max(1);
        let last = self.entries.len().saturating_sub(1);
        let at = match (key.code, world.keymap().action(&key)) {
            (KeyCode::Enter, _) | (_, Some(Action::Open)) => {
                return self.entries.get(self.at).map_or(Outcome::Back, |entry| {
                    Outcome::Choose(Box::new(entry.choice.clone()))
                });
            }
            (KeyCode::Esc, _) | (_, Some(Action::Back | Action::Actions)) => return Outcome::Back,
            (KeyCode::Up | KeyCode::BackTab, _)
            | (_, Some(Action::Up | Action::Left | Action::PreviousTab)) => {
                self.at.checked_sub(1).unwrap_or(last)
            }
            (KeyCode::Down | KeyCode::Tab, _)
            | (_, Some(Action::Down | Action::Right | Action::NextTab)) => {
                if self.at == last {
                    0
                } else {
                    self.at + 1
                }
            }
            (KeyCode::PageUp, _) | (_, Some(Action::PageUp)) => self.at.saturating_sub(page),
            (KeyCode::PageDown, _) | (_, Some(Action::PageDown)) => self.at + page,
            (_, Some(Action::Top)) => 0,
            (_, Some(Action::Bottom)) => last,
            _ => return Outcome::Unused,
        };
        self.at = at.min(last);
        Outcome::Done
    }

    /// What its keys do.
    pub(crate) fn hints() -> Vec<Hint> {
        vec![
            hint("enter", "choose"),
            hint("down", "next"),
            hint("esc", "close"),
        ]
    }

    /// Keeps the cursor in sight.
    pub(crate) fn sync(&mut self, screen: Rect) {
        let height = usize::from(self.room(screen).height);
        self.first = scroll::follow(self.first, self.at, height, self.entries.len());
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, styles: &Styles) {
        let buffer = frame.buffer_mut();
        let room = panel::draw(buffer, self.area(screen), &self.title, styles);
        let visible = self.entries.iter().skip(self.first);
        let visible = visible.take(room.height.into());
        let selected = self.at.checked_sub(self.first);
        entries::draw(buffer, room, visible, selected, styles);
        panel::edges(buffer, room, self.first, self.entries.len(), styles);
    }

    fn area(&self, screen: Rect) -> Rect {
        let wanted = entries::wanted(self.entries.iter(), WIDTH).max(width(&self.title));
        // As whom and where one is stays in sight.
        let below = Rect {
            y: screen.y + 1.min(screen.height),
            height: screen.height.saturating_sub(1),
            ..screen
        };
        let size = panel::around(below, cells(wanted.min(WIDTH)), self.entries.len());
        panel::centred(below, size)
    }

    fn room(&self, screen: Rect) -> Rect {
        panel::inside(self.area(screen))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{
            assessment::{Assessment, Check, Confirmation, Document},
            row::{Cell, Row},
        },
        tui::{
            effect::Effect,
            message::Message,
            testing::{Driver, row},
        },
    };

    fn asked(driver: &mut Driver) -> String {
        driver.take(|effect| match effect {
            Effect::Assess(_, request) => Some(request.action.clone()),
            _ => None,
        })
    }

    #[test]
    fn it_holds_all_that_can_be_done_to_the_row_and_to_its_owner() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("enter tab");
        driver.list(vec![row("copy-1", "Active")]);
        driver.press("a");
        let screen = driver.screen();
        for (title, on) in [
            ("Restore box", "r  copy copy-1"),
            ("Delete copy", "d  copy copy-1"),
            ("Create copy", "c  box box-1"),
            ("Label box", "box box-1"),
            ("Look into box", "box box-1"),
        ] {
            let line = screen.lines().find(|line| line.contains(title)).unwrap();
            assert!(line.contains(on), "{line}");
        }
        driver.press("j j j enter");
        assert_eq!(asked(&mut driver), "label_box");
        assert_eq!(driver.model.dialogs.len(), 1, "the menu is closed");
    }

    #[test]
    fn a_key_that_fits_several_actions_asks_which() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.press("d");
        let screen = driver.screen();
        assert!(screen.contains("Empty box") && screen.contains("Scrap box"));
        assert!(!screen.contains("Create copy"));
        driver.press("down enter");
        assert_eq!(asked(&mut driver), "scrap_box");
        driver.press("esc d enter");
        assert_eq!(asked(&mut driver), "empty_box");
        assert!(
            !driver.screen().contains("Content only"),
            "the choice says it"
        );
    }

    #[test]
    fn what_will_be_refused_says_so_before_it_is_chosen() {
        let mut driver = Driver::connected();
        driver.list(vec![Row {
            cells: vec![("no_copies_because", Cell::from("it is sealed"))],
            ..row("box-1", "Active")
        }]);
        driver.press("a");
        assert!(driver.screen().contains("it is sealed (box box-1)"));
        driver.press("esc");
        driver.model.world.restriction = Some("--read-only".to_owned());
        driver.press("a");
        let screen = driver.screen();
        assert_eq!(screen.matches("refused by --read-only").count(), 4);
        driver.press("j j enter");
        assert_eq!(asked(&mut driver), "check_box");
    }

    #[test]
    fn what_only_finds_something_out_has_no_button_to_send_it_with() {
        let mut driver = Driver::with_boxes(&["box-1"]);
        driver.model.world.restriction = Some("--read-only".to_owned());
        driver.press("a j j enter");
        let ticket = driver.take(|effect| match effect {
            Effect::Assess(ticket, _) => Some(*ticket),
            _ => None,
        });
        let found = Assessment {
            facts: vec![("Box", "box-1".to_owned())],
            gauge: None,
            warnings: Vec::new(),
            checks: vec![Check::rule("Label", Err("there is none".to_owned()))],
            confirmation: Confirmation::Button,
            duration: None,
            equivalent: String::new(),
            documents: vec![Document {
                title: "What to write on it".to_owned(),
                text: "{\n    \"Label\": \"box\"\n}".to_owned(),
            }],
        };
        driver.tell(Message::Assessed(ticket, Ok(Box::new(found))));
        let screen = driver.screen();
        for part in [
            "Label: there is none",
            "What to write",
            "    \"Label\"",
            "[ Close ]",
        ] {
            assert!(screen.contains(part), "{part} in {screen}");
        }
        assert!(!screen.contains("refused") && !screen.contains("[ Look"));
        driver.press("tab enter");
        assert!(driver.model.dialogs.is_empty());
        assert!(
            !driver
                .effects
                .iter()
                .any(|e| matches!(e, Effect::Submit(..)))
        );
    }
}
