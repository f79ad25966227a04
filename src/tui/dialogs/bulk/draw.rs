//! How an action on several rows is drawn: what it means and each row scroll, the confirmation and the
//! buttons are always in sight.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{Bulk, Focus, Item, Obstacle, Phase, Step};
use crate::{
    domain::{operation::OperationId, row::Tone, text::harmless},
    tui::{
        dialogs::prompt,
        format,
        theme::Styles,
        widgets::{
            button::{self, Button},
            labels::{self, Labelled, marked},
            panel,
            text::cells,
        },
        world::World,
    },
};

/// The widest that the dialog becomes.
const WIDEST: u16 = 100;
/// The margin beside it that is worth showing what lies below.
const MARGIN: u16 = 4;

/// Where the parts stand.
pub(super) struct Areas {
    frame: Rect,
    pub(super) content: Rect,
    confirm: Rect,
    state: Rect,
    buttons: Rect,
}

impl Bulk {
    pub(super) fn areas(&self, world: &World, screen: Rect) -> Areas {
        let styles = Styles::plain();
        let outer = outer_width(screen);
        let room = usize::from(outer.saturating_sub(4));
        let content = cells(self.lines(world, &styles, screen).len());
        let confirm = prompt::lines(&self.prompts(world), room);
        let state = cells(self.state_lines(world, &styles, room).len());
        // A blank line above, the confirmation, the state, and the buttons.
        let footer = 1 + confirm + state + u16::from(confirm + state > 0) + 1;
        let height = content
            .saturating_add(footer)
            .saturating_add(2)
            .min(screen.height.saturating_sub(1));
        let frame = Rect {
            x: screen.x + (screen.width - outer) / 2,
            y: screen.y + 1.min(screen.height),
            width: outer,
            height,
        };
        let inside = panel::inside(frame);
        let footer = footer.min(inside.height);
        let at = |y: u16, height: u16| {
            Rect {
                y: inside.y + y,
                height,
                ..inside
            }
            .intersection(inside)
        };
        let below = inside.height - footer + 1;
        Areas {
            frame,
            content: at(0, inside.height - footer),
            confirm: at(below, confirm),
            state: at(below + confirm, state),
            buttons: at(inside.height.saturating_sub(1), 1),
        }
    }

    /// Draws it.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>, screen: Rect, world: &World, styles: &Styles) {
        let areas = self.areas(world, screen);
        let count = self.items.len();
        let title = format!("{}: {count} marked", self.action.title);
        panel::draw(frame.buffer_mut(), areas.frame, &title, styles);
        let lines = self.lines(world, styles, screen);
        panel::scrolled(
            frame.buffer_mut(),
            areas.content,
            &lines,
            self.first,
            styles,
        );
        let prompts = self.prompts(world);
        prompt::draw(frame, areas.confirm, &prompts, Some(self.focus), styles);
        let lines = self.state_lines(world, styles, areas.state.width.into());
        panel::scrolled(frame.buffer_mut(), areas.state, &lines, 0, styles);
        self.draw_buttons(frame, areas.buttons, world, styles);
    }

    /// The lines that scroll: as whom, what is lost, the switches, and each row.
    pub(super) fn lines(&self, world: &World, styles: &Styles, screen: Rect) -> Vec<Line<'static>> {
        let room = usize::from(outer_width(screen).saturating_sub(4));
        let mut lines = labels::lines(&self.facts(), room, styles);
        lines.push(Line::default());
        for (text, count) in self.warnings() {
            let text = if count == self.items.len() {
                harmless(&text).into_owned()
            } else {
                format!("{count} of {}: {}", self.items.len(), harmless(&text))
            };
            let mark = styles.marks.tone(Tone::Warning);
            let style = styles.tone(Tone::Warning);
            lines.extend(marked(mark, style, &text, Style::new(), room));
        }
        let switches = match self.phase {
            Phase::Asking => &self.switches[..],
            Phase::Sending => &[],
        };
        for (index, switch) in switches.iter().enumerate() {
            let focused = self.focus == Focus::Switch(index);
            let style = if focused {
                styles.selected
            } else {
                styles.text
            };
            let mark = if switch.on { "[x]" } else { "[ ]" };
            lines.push(Line::from(vec![
                Span::styled(mark, style),
                Span::raw(format!(" {}", switch.info.label)),
            ]));
        }
        // Nothing in between leaves one blank line, not two.
        if lines.last().is_some_and(|line| !line.spans.is_empty()) {
            lines.push(Line::default());
        }
        // What will not be done comes before what will, so that it is in sight; the order is otherwise
        // that of the list.
        let refused = |item: &&Item| matches!(item.step, Step::Refused(_));
        let (refused, done): (Vec<&Item>, Vec<&Item>) = self.items.iter().partition(refused);
        let mut places = self.items.iter().map(|item| &item.place.region);
        let is_one_place = places
            .next()
            .is_none_or(|first| places.all(|it| it == first));
        let mut reason = "";
        for item in refused.into_iter().chain(done) {
            let (tone, said) = match &item.step {
                Step::Refused(why) if why == reason => {
                    (Tone::Bad, "left out for the same reason".to_owned())
                }
                _ => said(item, world),
            };
            if let Step::Refused(why) = &item.step {
                reason = why;
            }
            let name = harmless(&item.name);
            let gap = if name.is_empty() { "" } else { " " };
            let place = if is_one_place {
                String::new()
            } else {
                format!(" in {}", item.place.region)
            };
            let text = format!("{}{gap}{name}{place}: {said}", harmless(&item.id));
            let mark = styles.marks.tone(tone);
            lines.extend(marked(mark, styles.tone(tone), &text, Style::new(), room));
        }
        lines.extend(self.request_lines(styles, room));
        lines
    }

    fn facts(&self) -> Vec<Labelled> {
        let mut accounts: Vec<String> = Vec::new();
        for item in &self.items {
            let place = &item.place;
            let account = harmless(place.account.as_str());
            let alias = self.alias.as_deref().map(harmless);
            let alias = alias.map_or_else(String::new, |alias| format!(" ({alias})"));
            let mut whom = vec![format!("{account}{alias} in {}", place.region)];
            let profile = place.profile.as_deref();
            whom.extend(profile.map(|profile| format!("profile {}", harmless(profile))));
            let endpoint = place.endpoint.as_deref();
            whom.extend(endpoint.map(|endpoint| format!("at {}", harmless(endpoint))));
            let whom = whom.join(", ");
            if !accounts.contains(&whom) {
                accounts.push(whom);
            }
        }
        vec![Labelled::new("Account", accounts.join("; "))]
    }

    /// What is lost, each thing once, and for how many rows.
    fn warnings(&self) -> Vec<(String, usize)> {
        let mut warnings: Vec<(String, usize)> = Vec::new();
        for item in &self.items {
            let Step::Ready(findings) = &item.step else {
                continue;
            };
            for text in &findings.warnings {
                match warnings.iter_mut().find(|(known, _)| known == text) {
                    Some((_, count)) => *count += 1,
                    None => warnings.push((text.clone(), 1)),
                }
            }
        }
        warnings
    }

    fn state_lines(&self, world: &World, styles: &Styles, room: usize) -> Vec<Line<'static>> {
        let say = |tone: Tone, text: &str| {
            let mark = styles.marks.tone(tone);
            marked(mark, styles.tone(tone), text, Style::new(), room)
        };
        if self.phase == Phase::Sending {
            return say(self.result().0, &self.result().1);
        }
        let refused = self.items.len() - self.ready();
        match self.obstacle(world) {
            Some(Obstacle::Restricted(why)) => say(
                Tone::Warning,
                &format!("Changes are refused: {}", harmless(&why)),
            ),
            Some(Obstacle::Forbidden(why)) => say(Tone::Warning, &harmless(&why)),
            // Nothing was typed yet, so nothing can be wrong with it.
            Some(Obstacle::Reason(why)) if !self.reason.is_empty() => {
                say(Tone::Warning, &format::sentence(&why))
            }
            Some(Obstacle::WrongAccount) => say(Tone::Warning, "This is not the account"),
            Some(Obstacle::Checking(done, all)) => say(
                Tone::Busy,
                &format!("Checking what follows for each: {done} of {all}"),
            ),
            Some(Obstacle::Nothing) => say(Tone::Bad, "Not possible for any of them: see above"),
            Some(Obstacle::WrongNumber) => say(
                Tone::Warning,
                "This is not the number of rows that would be sent",
            ),
            Some(Obstacle::Reason(_) | Obstacle::Unconfirmed) | None if refused > 0 => say(
                Tone::Warning,
                &format!(
                    "{refused} of {} are left out, as said above",
                    self.items.len()
                ),
            ),
            Some(Obstacle::Reason(_) | Obstacle::Unconfirmed) | None => Vec::new(),
        }
    }

    /// How the sending stands.
    fn result(&self) -> (Tone, String) {
        let count = |fits: &dyn Fn(&Step) -> bool| {
            let fitting = self.items.iter().filter(|item| fits(&item.step));
            fitting.count()
        };
        let open = count(&|step| matches!(step, Step::Queued(_) | Step::Sending(_)));
        let sent = count(&|step| matches!(step, Step::Sent(_)));
        let failed = count(&|step| matches!(step, Step::Failed(_)));
        let left = count(&|step| matches!(step, Step::NotSent | Step::Refused(_)));
        let mut parts = vec![format!("{sent} sent")];
        if failed > 0 {
            parts.push(format!("{failed} not done"));
        }
        if left > 0 {
            parts.push(format!("{left} left out"));
        }
        if open > 0 {
            parts.push(format!("{open} to go"));
        }
        let tone = match (open, failed) {
            (0, 0) => Tone::Good,
            (0, _) => Tone::Bad,
            _ => Tone::Busy,
        };
        (tone, parts.join(", "))
    }

    fn draw_buttons(&self, frame: &mut Frame<'_>, area: Rect, world: &World, styles: &Styles) {
        if area.is_empty() {
            return;
        }
        let label = format!("{} ({})", self.action.title, self.ready());
        let mut buttons = Vec::new();
        if self.phase == Phase::Asking {
            buttons.push(Button {
                label: &label,
                focused: self.focus == Focus::Submit,
                enabled: self.obstacle(world).is_none(),
            });
        }
        let close = match self.phase {
            Phase::Asking => "Cancel",
            Phase::Sending if self.is_queued() => "Send no more",
            Phase::Sending => "Close",
        };
        buttons.push(Button {
            label: close,
            focused: self.focus == Focus::Cancel,
            enabled: true,
        });
        button::draw(frame.buffer_mut(), area, &buttons, styles);
    }
}

fn outer_width(screen: Rect) -> u16 {
    if screen.width < WIDEST + 2 * MARGIN {
        screen.width
    } else {
        WIDEST
    }
}

/// What is said of a row, and how it should be taken.
fn said(item: &Item, world: &World) -> (Tone, String) {
    match &item.step {
        Step::Waiting => (Tone::Neutral, "to be checked".to_owned()),
        Step::Checking(_) => (Tone::Busy, "being checked".to_owned()),
        Step::Ready(findings) => match findings.unknown.as_slice() {
            [] => (Tone::Good, "can be done".to_owned()),
            unknown => (Tone::Warning, harmless(&unknown.join("; ")).into_owned()),
        },
        Step::Refused(why) => (Tone::Bad, format!("left out. {}", sentence(why))),
        Step::Queued(_) => (Tone::Neutral, "to be sent".to_owned()),
        Step::Sending(_) => (Tone::Busy, "being sent".to_owned()),
        Step::Sent(id) => operation(id, world),
        Step::Failed(why) => (Tone::Bad, format!("not done. {}", sentence(why))),
        Step::NotSent => (Tone::Warning, "not sent".to_owned()),
    }
}

/// What became of a request that was sent.
fn operation(id: &OperationId, world: &World) -> (Tone, String) {
    let Some(operation) = world.records.all().iter().find(|known| known.id == *id) else {
        return (Tone::Busy, format!("sent as {id}"));
    };
    let (tone, state) = format::lifecycle(operation.lifecycle);
    let reason = operation
        .reason
        .as_ref()
        .map_or_else(String::new, |reason| format!(". {}", sentence(reason)));
    (tone, format!("{}, {id}{reason}", state.to_lowercase()))
}

fn sentence(text: &str) -> String {
    format::sentence(&format::paragraphs(text).join(" "))
}
