//! The model, drawn. Pure: it reads the model, writes the frame, and changes nothing.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Clear, Widget},
};

use crate::{
    config::{Action, Regions},
    domain::{row::Tone, text::harmless},
};

use super::{
    dialogs::Dialog,
    layout::{self, SMALLEST},
    model::Model,
    offers,
    pane::Pane,
    screens::Screen,
    theme::Styles,
    widgets::{
        hints::{self, Hint},
        panel,
        text::{cells, cut, width, wrap},
    },
    world::World,
};

/// Draws everything.
pub(crate) fn view(model: &Model, styles: &Styles, frame: &mut Frame<'_>) {
    let size = frame.area().as_size();
    if layout::is_too_small(size) {
        draw_too_small(model, frame);
        return;
    }
    let areas = layout::areas(size);
    draw_header(model, frame, areas.header, styles);
    if let Some(screen) = model.screen() {
        screen.draw(frame, areas.screen, &model.world, styles);
    }
    for dialog in &model.dialogs {
        dialog.draw(frame, areas.dialog, &model.world, styles);
    }
    // Over the dialogs: what was just copied from one must be seen to be.
    draw_notice(model, frame, areas.notice, styles);
    draw_hints(model, frame, areas.hints, styles);
}

/// The width from which on there is room for words beside marks.
const WIDE: u16 = 120;
/// The smallest distance between the breadcrumb and the identity.
const GAP: usize = 2;

fn draw_header(model: &Model, frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    let wide = area.width >= WIDE;
    let mut identity = identity(&model.world, styles);
    identity
        .spans
        .splice(..0, operations(&model.world, wide, styles));
    let x = panel::right(frame.buffer_mut(), area, &identity);
    let room = usize::from(x - area.x).saturating_sub(GAP);
    let steps: Vec<String> = model
        .screens
        .iter()
        .flat_map(|screen| screen.crumbs(&model.world))
        .collect();
    let line = breadcrumb(&steps, room, styles);
    frame
        .buffer_mut()
        .set_line(area.x, area.y, &line, cells(room));
}

/// The way to the open screen. Where space is short the steps in front are cut first and then left
/// out: where one is matters more than how one came there.
fn breadcrumb(steps: &[String], room: usize, styles: &Styles) -> Line<'static> {
    let ellipsis = styles.marks.ellipsis;
    let between = format!(" {} ", styles.marks.step);
    let length = |steps: &[String]| {
        steps.iter().map(|step| width(step)).sum::<usize>()
            + width(&between) * steps.len().saturating_sub(1)
    };
    let mut steps = steps.to_vec();
    // Which resource it is matters more than the list that it was found in.
    if steps.len() > 2 && length(&steps) > room {
        ellipsis.clone_into(&mut steps[0]);
    }
    let last = steps.len().saturating_sub(1);
    for step in 0..last {
        let over = length(&steps).saturating_sub(room);
        let own = width(&steps[step]);
        // Below this a step says nothing any more.
        let shortest = own.min(12);
        steps[step] = cut(
            &steps[step],
            own.saturating_sub(over).max(shortest),
            ellipsis,
        )
        .into_owned();
    }
    while steps.len() > 1 && length(&steps) > room {
        steps.remove(0);
        if let Some(first) = steps
            .first_mut()
            .filter(|first| !first.starts_with(ellipsis))
        {
            *first = format!("{ellipsis}{between}{first}");
        }
    }
    if let Some(only) = steps.last_mut().filter(|only| width(only) > room) {
        // A name that is too long is cut in front of its id, which tells it from others.
        *only = match only.rsplit_once(' ') {
            Some((name, id)) if 2 * width(id) < room => {
                let name = cut(name, room - width(id) - 1, ellipsis);
                format!("{name} {id}")
            }
            _ => cut(only, room, ellipsis).into_owned(),
        };
    }
    let last = steps.len().saturating_sub(1);
    let mut spans = Vec::new();
    for (index, step) in steps.into_iter().enumerate() {
        if index > 0 {
            spans.push(Span::styled(between.clone(), styles.faint));
        }
        spans.push(Span::styled(
            step,
            if index == last {
                styles.strong
            } else {
                styles.text
            },
        ));
    }
    Line::from(spans)
}

/// How many operations run, failed, or ended nobody knows how: in sight on every screen.
fn operations(world: &World, wide: bool, styles: &Styles) -> Vec<Span<'static>> {
    let tally = world.records.tally(world.now);
    let mut spans = Vec::new();
    for (count, tone, word) in [
        (tally.running, Tone::Busy, "running"),
        (tally.failed, Tone::Bad, "failed"),
        (tally.unknown, Tone::Warning, "unknown"),
    ] {
        if count > 0 {
            let mark = styles.marks.tone(tone);
            let text = if wide {
                format!("{mark} {count} {word}")
            } else {
                format!("{mark}{count}")
            };
            spans.push(Span::styled(text, styles.tone(tone)));
            spans.push(Span::raw(if wide { "  " } else { " " }));
        }
    }
    spans
}

/// As whom, where, and with what limits: always in sight.
fn identity(world: &World, styles: &Styles) -> Line<'static> {
    let mut parts: Vec<Span<'static>> = Vec::new();
    let (profile, account, regions) = match world.connected() {
        Some(connected) => (
            connected.identity.profile.clone(),
            connected.identity.account.as_str().to_owned(),
            connected
                .places
                .iter()
                .map(|place| place.region.as_str().to_owned())
                .collect(),
        ),
        None => (
            world.settings.profile.clone(),
            "not connected".to_owned(),
            asked_for(world),
        ),
    };
    if let Some(profile) = profile {
        parts.push(Span::raw(harmless(&profile).into_owned()));
    }
    if let Some(alias) = world.alias() {
        parts.push(Span::raw(harmless(alias).into_owned()));
    }
    parts.push(Span::raw(harmless(&account).into_owned()));
    match regions.as_slice() {
        [] => {}
        [one] => parts.push(Span::raw(one.clone())),
        [first, rest @ ..] => parts.push(Span::raw(format!("{first} +{}", rest.len()))),
    }
    if world.sandbox {
        parts.push(Span::styled("SANDBOX", styles.alert));
    }
    if world.restriction.is_some() {
        parts.push(Span::styled("READ-ONLY", styles.alert));
    }
    let mut spans = Vec::new();
    for part in parts {
        if !spans.is_empty() {
            spans.push(Span::raw(" "));
        }
        spans.push(part);
    }
    Line::from(spans)
}

fn asked_for(world: &World) -> Vec<String> {
    match &world.settings.regions {
        Regions::Default => Vec::new(),
        Regions::All => vec!["all Regions".to_owned()],
        Regions::Listed(regions) => regions
            .iter()
            .map(|region| region.as_str().to_owned())
            .collect(),
    }
}

fn draw_notice(model: &Model, frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    let Some(notice) = &model.notice else { return };
    let mark = styles.marks.tone(notice.tone);
    let room = usize::from(area.width).saturating_sub(width(mark) + 1);
    let parts = wrap(&notice.text, room);
    let mut front = Span::styled(format!("{mark} "), styles.tone(notice.tone));
    // What does not fit one line covers the last one of the screen for a while, but nothing of a
    // dialog.
    let parts = if model.dialog().is_some() {
        vec![notice.text.clone()]
    } else {
        parts
    };
    let (first, rest) = match parts.as_slice() {
        [] | [_] => (area.y, None),
        [_, rest @ ..] => (area.y.saturating_sub(1), Some(rest.join(" "))),
    };
    let texts = parts.into_iter().take(1).chain(rest);
    for (row, text) in texts.enumerate() {
        let line = Rect {
            y: first + cells(row),
            ..area
        };
        Clear.render(line, frame.buffer_mut());
        let text = cut(&text, room, styles.marks.ellipsis).into_owned();
        let blank = Span::raw(" ".repeat(width(mark) + 1));
        let spans = vec![std::mem::replace(&mut front, blank), Span::raw(text)];
        frame
            .buffer_mut()
            .set_line(line.x, line.y, &Line::from(spans), line.width);
    }
}

fn draw_hints(model: &Model, frame: &mut Frame<'_>, area: Rect, styles: &Styles) {
    let (hints, kept) = hint_line(model);
    hints::draw(frame.buffer_mut(), area, &hints, kept, styles);
}

/// What the keys do now, and how many of the last ones are always shown.
fn hint_line(model: &Model) -> (Vec<Hint>, usize) {
    if let Some(dialog) = model.dialog() {
        let keymap = model.world.keymap();
        let mut hints = dialog.hints(keymap);
        let help = keymap.keys(Action::Help).first();
        if let Some(key) =
            help.filter(|_| !dialog.is_typing() && !matches!(dialog, Dialog::Help(_)))
        {
            let keys = Hint {
                key: key.to_string(),
                label: "keys".to_owned(),
            };
            let last = hints.len().saturating_sub(1);
            hints.insert(last, keys);
            return (hints, 2);
        }
        return (hints, 1);
    }
    if model.screen().is_some_and(Screen::is_filtering) {
        let hint = |key: &str, label: &str| Hint {
            key: key.to_owned(),
            label: label.to_owned(),
        };
        let mut hints = vec![hint("enter", "keep the filter"), hint("esc", "clear it")];
        let pane = model.screen().and_then(Screen::pane);
        if pane.is_some_and(Pane::is_misunderstood) {
            hints.remove(0);
        }
        let count = hints.len();
        return (hints, count);
    }
    if model.screen().is_some_and(Screen::is_searching) {
        let hint = |key: &str, label: &str| Hint {
            key: key.to_owned(),
            label: label.to_owned(),
        };
        return (
            vec![
                hint("enter", "next"),
                hint("up", "previous"),
                hint("esc", "close"),
            ],
            1,
        );
    }
    let mut offers = model.offers();
    // How one gets out of here is said in any case, beside the keys and the way out of the program.
    let mut kept = 2;
    if let Some(at) = offers.iter().position(|offer| offer.action == Action::Back) {
        let back = offers.remove(at);
        offers.insert(offers.len().saturating_sub(kept), back);
        kept += 1;
    }
    let mut hints = offers::hints(&offers, model.world.keymap());
    if let Some(Screen::Problem(problem)) = model.screen() {
        hints.splice(..0, problem.hint());
    }
    (hints, kept)
}

fn draw_too_small(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let quit = offers::key(model.world.keymap(), Action::Quit);
    let text = format!(
        "This terminal is {}x{}. The console needs at least {}x{}; please enlarge it. {quit} quits.",
        area.width, area.height, SMALLEST.width, SMALLEST.height
    );
    let over = matches!(model.dialog(), Some(Dialog::Quit(_)));
    let text = if over {
        format!("Operations run on in AWS, and quitting leaves them running. {text}")
    } else {
        text
    };
    let lines = wrap(&text, area.width.into());
    for (row, line) in lines.iter().take(area.height.into()).enumerate() {
        frame
            .buffer_mut()
            .set_string(area.x, area.y + cells(row), line, Style::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Charset, Palette};

    fn crumbs(steps: &[&str], room: usize) -> String {
        let styles = Styles::new(Palette::Mono, Charset::Unicode);
        let steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
        breadcrumb(&steps, room, &styles).to_string()
    }

    #[test]
    fn a_breadcrumb_gives_up_its_beginning_before_its_end() {
        let steps = ["Directories", "corp.example.com d-9067000001", "Snapshots"];
        assert_eq!(
            crumbs(&steps, 60),
            "Directories › corp.example.com d-9067000001 › Snapshots"
        );
        assert_eq!(
            crumbs(&steps, 44),
            "… › corp.example.com d-90670000… › Snapshots"
        );
        assert_eq!(crumbs(&steps, 34), "… › corp.example.com… › Snapshots");
        assert_eq!(crumbs(&steps, 14), "… › Snapshots");
        assert_eq!(crumbs(&steps, 6), "… › S…");
        assert_eq!(crumbs(&[], 6), "");
        let steps = ["Directories", "before the schema extension s-9067000002"];
        assert_eq!(crumbs(&steps, 36), "… › before the schema… s-9067000002");
    }
}
