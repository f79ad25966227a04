//! Finding in many values at once, each of which is a line of one text.

use nucleo_matcher::{Matcher, Utf32Str, pattern::Atom};
use regex::Regex;

/// How a pattern is looked for in many values, each of which is a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// In all of them at once.
    Together,
    /// In each by itself: it can reach over the end of a line, or tells the end of a text from that.
    OneByOne,
}

/// Tells of each line that a pattern fits. Looking through all of them at once costs little more than
/// reading them.
pub(super) fn find(
    pattern: &Regex,
    lines: &mut Lines,
    text: &str,
    ends: &[usize],
    hit: &mut impl FnMut(usize),
) {
    let (mut line, mut from) = (0, 0);
    while *lines == Lines::Together && line < ends.len() {
        let Some(found) = pattern.find_at(text, from) else {
            return;
        };
        let lines_before = ends[line..].iter().take_while(|end| **end < found.start());
        line += lines_before.count();
        let Some(end) = ends.get(line) else {
            return;
        };
        if found.end() > *end {
            // Then others may too, and what they fit within a line is not what is found first.
            *lines = Lines::OneByOne;
            break;
        }
        hit(line);
        (from, line) = (end + 1, line + 1);
        // Where one fits the next one often does too, and is sooner asked than looked for.
        while let Some(end) = ends.get(line)
            && text
                .get(from..*end)
                .is_some_and(|value| pattern.is_match(value))
        {
            hit(line);
            (from, line) = (end + 1, line + 1);
        }
    }
    one_by_one(text, ends, line, |_, value| pattern.is_match(value), hit);
}

/// Tells of each line, from the first one that is given, of which something holds.
pub(super) fn one_by_one(
    text: &str,
    ends: &[usize],
    first: usize,
    mut holds: impl FnMut(usize, &str) -> bool,
    hit: &mut impl FnMut(usize),
) {
    let mut from = first.checked_sub(1).map_or(0, |before| ends[before] + 1);
    for (line, end) in ends.iter().enumerate().skip(first) {
        if text.get(from..*end).is_some_and(|value| holds(line, value)) {
            hit(line);
        }
        from = end + 1;
    }
}

/// Whether a value can hold these letters one after the other, with whatever between them: few values
/// do, and only those are worth a closer look. A letter that is written in several ways is left to
/// that.
fn may_hold(value: &str, wanted: &str) -> bool {
    let mut rest = value;
    let in_order = wanted.chars().all(|letter| {
        rest.find(letter).is_some_and(|at| {
            rest = &rest[at + letter.len_utf8()..];
            true
        })
    });
    in_order || !wanted.is_ascii() || !value.is_ascii()
}

/// Whether a value holds these letters near each other.
pub(super) fn is_near(
    letters: &Atom,
    wanted: &str,
    least: u16,
    value: &str,
    matcher: &mut Matcher,
    buffer: &mut Vec<char>,
) -> bool {
    if !may_hold(value, wanted) {
        return false;
    }
    // Letters without anything between them count enough wherever they stand, and so may those that
    // are found without looking for the best place of each.
    if value.contains(wanted) {
        return true;
    }
    buffer.clear();
    let value = Utf32Str::new(value, buffer);
    let reaches = |score: Option<u16>| score.is_some_and(|score| score >= least);
    reaches(matcher.fuzzy_match_greedy(value, letters.needle_text()))
        || reaches(letters.score(value, matcher))
}
