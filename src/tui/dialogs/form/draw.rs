//! How a form is drawn: the content scrolls, the confirmation and the buttons are always in sight.

use ratatui::{
    Frame,
    layout::{Position, Rect},
    style::{Modifier, Style},
};

use super::{Focus, Form};
use crate::domain::collection::Verb;
use crate::tui::{
    dialogs::prompt,
    theme::Styles,
    widgets::{
        button::{self, Button},
        panel,
        text::cells,
    },
    world::World,
};

/// The widest that a form becomes: longer lines are hard to read.
const WIDEST: u16 = 92;
/// The margin beside a form that is worth showing what lies below it.
const MARGIN: u16 = 4;

/// Where the parts of a form stand.
pub(super) struct Areas {
    frame: Rect,
    pub(super) content: Rect,
    confirm: Rect,
    state: Rect,
    buttons: Rect,
}

/// The cells of a line inside a form.
pub(super) fn room(screen: Rect) -> u16 {
    outer_width(screen).saturating_sub(4)
}

fn outer_width(screen: Rect) -> u16 {
    if screen.width < WIDEST + 2 * MARGIN {
        screen.width
    } else {
        WIDEST
    }
}

impl Form {
    /// Where the parts of the form stand. Its top stays where it is while the content grows.
    pub(super) fn areas(&self, world: &World, screen: Rect) -> Areas {
        let styles = Styles::plain();
        let room = usize::from(room(screen));
        let content = cells(self.content(&styles, screen).lines.len());
        let confirm = prompt::lines(&self.prompts(world), room);
        let state = cells(self.state_lines(world, &styles, room).len());
        // A blank line above, the confirmation, the state, and the buttons.
        let footer = 1 + confirm + state + u16::from(confirm + state > 0) + 1;
        let limit = screen.height.saturating_sub(1);
        let height = content.saturating_add(footer).saturating_add(2).min(limit);
        let width = outer_width(screen);
        let frame = Rect {
            x: screen.x + (screen.width - width) / 2,
            y: screen.y + 1.min(screen.height),
            width,
            height,
        };
        let inside = panel::inside(frame);
        let footer = footer.min(inside.height);
        let content = Rect {
            height: inside.height - footer,
            ..inside
        };
        let at = |y: u16, height: u16| {
            Rect {
                y: inside.y + y,
                height,
                ..inside
            }
            .intersection(inside)
        };
        let confirm_at = content.height + 1;
        let state_at = confirm_at + confirm;
        Areas {
            frame,
            content,
            confirm: at(confirm_at, confirm),
            state: at(state_at, state),
            buttons: at(inside.height.saturating_sub(1), 1),
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        let areas = self.areas(world, screen);
        panel::draw(frame.buffer_mut(), areas.frame, self.action.title, styles);
        self.draw_content(frame, areas.content, screen, styles);
        self.draw_confirm(frame, areas.confirm, world, styles);
        let lines = self.state_lines(world, styles, areas.state.width.into());
        panel::scrolled(frame.buffer_mut(), areas.state, &lines, 0, styles);
        self.draw_buttons(frame, areas.buttons, world, styles);
    }

    fn draw_content(&self, frame: &mut Frame<'_>, area: Rect, screen: Rect, styles: &Styles) {
        let content = self.content(styles, screen);
        panel::scrolled(frame.buffer_mut(), area, &content.lines, self.first, styles);
        for (index, field) in self.fields.iter().enumerate() {
            let line = content.inputs[index].and_then(|line| line.checked_sub(self.first));
            if let (Some(input), Some(line)) = (field.text(), line)
                && line < usize::from(area.height)
            {
                let at = Rect {
                    y: area.y + cells(line),
                    height: 1,
                    ..area
                };
                let focused = self.focus == Focus::Field(index) && self.sending.is_none();
                frame.buffer_mut().set_style(at, underlined());
                input.draw(frame, at, underlined(), focused);
            }
        }
    }

    fn draw_confirm(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let focus = self.sending.is_none().then_some(self.focus);
        prompt::draw(frame, area, &self.prompts(world), focus, styles);
    }

    fn draw_buttons(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        let sending = self.sending.is_some();
        let focused = |focus: Focus| self.focus == focus && !sending;
        let mut buttons = Vec::new();
        if !self.is_inspection() {
            buttons.push(Button {
                label: self.action.title,
                focused: focused(Focus::Submit),
                enabled: self.obstacle(world).is_none(),
            });
        }
        if let Some(label) = self.extra() {
            let enabled = !sending;
            buttons.push(Button {
                label,
                focused: focused(Focus::Extra),
                enabled,
            });
        }
        let focused = focused(Focus::Cancel);
        buttons.push(Button {
            label: if self.is_inspection() {
                "Close"
            } else {
                "Cancel"
            },
            focused,
            enabled: !sending,
        });
        button::draw(frame.buffer_mut(), area, &buttons, styles);
    }

    /// What of the buttons and of what is typed is under a cell.
    pub(super) fn under(&self, cell: Position, world: &World, screen: Rect) -> Option<Focus> {
        let areas = self.areas(world, screen);
        if areas.buttons.contains(cell) {
            let mut buttons = vec![(Focus::Cancel, "Cancel")];
            buttons.splice(0..0, self.extra().map(|label| (Focus::Extra, label)));
            if self.action.verb != Verb::Inspect {
                buttons.insert(0, (Focus::Submit, self.action.title));
            }
            let labels: Vec<&str> = buttons.iter().map(|(_, label)| *label).collect();
            return button::at(areas.buttons, &labels, cell).map(|index| buttons[index].0);
        }
        if areas.confirm.contains(cell) {
            return prompt::at(&self.prompts(world), areas.confirm, cell);
        }
        let line = usize::from(cell.y.checked_sub(areas.content.y)?) + self.first;
        let content = self.content(&Styles::plain(), screen);
        if content.subject.contains(&line) && areas.content.contains(cell) {
            return Some(Focus::Subject);
        }
        let field = content
            .fields
            .iter()
            .position(|lines| lines.contains(&line))?;
        areas.content.contains(cell).then_some(Focus::Field(field))
    }
}

fn underlined() -> Style {
    Style::new().add_modifier(Modifier::UNDERLINED)
}
