//! From what was typed to the terms of a query.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use regex::{Regex, RegexBuilder};

use super::{
    Lines, QueryError, Term, Test,
    columns::{self, Known},
    compare::{Relation, Wanted, When},
};
use crate::domain::{
    collection::{CollectionInfo, Show},
    suggest,
    text::harmless,
    time,
};

/// The signs between a column and a value; those of two characters first.
const SIGNS: [(&str, Relation); 7] = [
    ("!=", Relation::IsNot),
    (">=", Relation::AtLeast),
    ("<=", Relation::AtMost),
    (">", Relation::Above),
    ("<", Relation::Below),
    ("=", Relation::Is),
    (":", Relation::Holds),
];

/// What a fuzzy term must reach for each of its letters. A letter that fits counts 16, more at the
/// beginning of a word and after another; what lies between takes away. Below this the letters are
/// only scattered.
const NEAR: u16 = 14;

/// The name under which a query asks for tags.
const TAG: &str = "tag";

/// The most memory that a pattern may take when it is made ready.
const PATTERN_SIZE: usize = 1 << 20;

/// A character, and whether quotes took its meaning away.
type Typed = (char, bool);

/// Reads the terms. What is not typed to its end is left out, and what cannot be understood; the
/// first of the latter is told.
pub(super) fn terms(text: &str, collection: &CollectionInfo) -> (Vec<Term>, Option<QueryError>) {
    let mut terms = Vec::new();
    let mut first = None;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let inverse = rest.starts_with('!');
        let body = rest.strip_prefix('!').unwrap_or(rest);
        let (asked, after) = if let Some(pattern) = body.strip_prefix('/') {
            let (pattern, after) = up_to_slash(pattern);
            (regex(&pattern), after)
        } else if let Some(letters) = body.strip_prefix('~') {
            let (letters, after) = word(letters);
            (Ok(fuzzy(&plain(&letters))), after)
        } else {
            let (typed, after) = word(body);
            (term(&typed, collection), after)
        };
        match asked {
            Ok(asked) => terms.extend(asked.map(|test| Term { inverse, test })),
            Err(error) => first = first.or(Some(error)),
        }
        rest = after.trim_start();
    }
    (terms, first)
}

/// The text up to the next blank outside of quotes, and what follows. Quotes that are not closed
/// hold everything to the end.
fn word(text: &str) -> (Vec<Typed>, &str) {
    let mut typed = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                typed.push((c, true));
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => return (typed, &text[at..]),
            c => typed.push((c, quoted)),
        }
    }
    (typed, "")
}

/// The text up to a slash that ends a word, and what follows. `\/` is a slash of the pattern; so is
/// one with something behind it, and a pattern that is not closed goes on to the end.
fn up_to_slash(text: &str) -> (String, &str) {
    let mut pattern = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let ends = text[at + c.len_utf8()..]
            .chars()
            .next()
            .is_none_or(char::is_whitespace);
        match c {
            '/' if escaped => {
                pattern.pop();
                pattern.push('/');
            }
            '/' if ends => return (pattern, &text[at + 1..]),
            c => pattern.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    (pattern, "")
}

fn regex(pattern: &str) -> Result<Option<Test>, QueryError> {
    if pattern.is_empty() {
        return Ok(None);
    }
    // A value is a line of the text that is looked at.
    let built = RegexBuilder::new(pattern)
        .case_insensitive(true)
        .multi_line(true)
        .size_limit(PATTERN_SIZE)
        .build();
    built
        .map(|regex| {
            // What a flag in it changes is not looked into.
            let is_plain = !pattern.replace("(?:", "").contains("(?");
            let ends_at_lines = !pattern.contains("\\A") && !pattern.contains("\\z");
            let lines = if is_plain && ends_at_lines {
                Lines::Together
            } else {
                Lines::OneByOne
            };
            Some(Test::Pattern(regex, lines))
        })
        .map_err(|error| {
            let said = match &error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                // The last line says what is wrong; those above it draw an arrow to the place.
                other => {
                    let said = other.to_string();
                    let last = said.lines().last().unwrap_or_default();
                    last.trim_start_matches("error: ").to_owned()
                }
            };
            QueryError::Pattern {
                pattern: pattern.to_owned(),
                reason: said,
            }
        })
}

fn fuzzy(letters: &str) -> Option<Test> {
    let count = u16::try_from(letters.chars().count()).unwrap_or(u16::MAX);
    let wanted = letters.to_lowercase();
    (count > 0).then(|| Test::Fuzzy {
        letters: Box::new(Atom::new(
            &wanted,
            CaseMatching::Ignore,
            Normalization::Smart,
            AtomKind::Fuzzy,
            false,
        )),
        wanted,
        least: count.saturating_mul(NEAR),
    })
}

/// A word, or a term on a column.
fn term(typed: &[Typed], collection: &CollectionInfo) -> Result<Option<Test>, QueryError> {
    let Some((name, sign, relation, value)) = split(typed) else {
        let word = plain(typed).to_lowercase();
        let finder = Regex::new(&regex::escape(&word)).ok();
        return Ok((!word.is_empty()).then_some(Test::Word(word, finder)));
    };
    if name.eq_ignore_ascii_case(TAG) {
        return Ok(tag(value));
    }
    let Some(known) = columns::find(&name, collection) else {
        let mut known = columns::names(collection);
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let near = suggest::nearest(&columns::slug(&name), &names).map(str::to_owned);
        known.push(format!("{TAG}:NAME=VALUE"));
        return Err(QueryError::UnknownColumn {
            name: harmless(&name).into_owned(),
            sign,
            near,
            known,
        });
    };
    // `age:>30d` is meant as `age>30d`.
    let (relation, value) = match at_start(value) {
        Some((_, other, rest)) if relation == Relation::Holds => (other, rest),
        _ => (relation, value),
    };
    member(&name, known, relation, &plain(value))
}

fn member(
    name: &str,
    known: Known,
    relation: Relation,
    value: &str,
) -> Result<Option<Test>, QueryError> {
    if value.is_empty() {
        return Ok(None);
    }
    let time = when(value);
    let is_time = matches!(known.show, Show::Age | Show::Moment | Show::MomentAndAge);
    if is_time && relation.is_order() && time.is_none() {
        return Err(QueryError::Value {
            column: name.to_owned(),
            value: value.to_owned(),
            right: "write how long ago, such as 30d, 12h or 20m, or a date such as 2026-11-20"
                .to_owned(),
        });
    }
    let unit = columns::unit(known);
    let value = unit.map_or(value, |unit| without(value, unit));
    let number = value.parse().ok().filter(|number: &f64| number.is_finite());
    if let Some(unit) = unit.filter(|_| number.is_none()) {
        let of = if unit.is_empty() { "" } else { " of " };
        return Err(QueryError::Value {
            column: name.to_owned(),
            value: value.to_owned(),
            right: format!("write a number{of}{unit}, such as 100"),
        });
    }
    let text = value.to_lowercase();
    let finder = (relation == Relation::Holds).then(|| Regex::new(&regex::escape(&text)).ok());
    Ok(Some(Test::Member {
        key: known.key,
        column: None,
        finder: finder.flatten(),
        at: 0,
        wanted: Wanted {
            relation,
            text,
            number,
            time: time.filter(|_| is_time || relation.is_order()),
        },
    }))
}

/// A number without the unit behind it.
fn without<'v>(value: &'v str, unit: &str) -> &'v str {
    let number = value
        .len()
        .checked_sub(unit.len())
        .and_then(|at| value.split_at_checked(at))
        .filter(|(_, end)| end.eq_ignore_ascii_case(unit));
    number.map_or(value, |(number, _)| number.trim_end())
}

fn tag(value: &[Typed]) -> Option<Test> {
    let sign = (0..value.len()).find_map(|at| {
        let (length, relation, rest) = at_start(&value[at..])?;
        matches!(relation, Relation::Is | Relation::IsNot | Relation::Holds)
            .then_some((at, length, relation, rest))
    });
    let (key, value) = match sign {
        Some((at, _, relation, rest)) => {
            let wanted = plain(rest).to_lowercase();
            let wanted = (!wanted.is_empty()).then_some((relation, wanted));
            (&value[..at], wanted)
        }
        None => (value, None),
    };
    let key = plain(key).to_lowercase();
    (!key.is_empty()).then_some(Test::Tag { key, value })
}

/// The name of a column in front of the first sign, the sign, and what follows it. A name begins
/// with a letter and holds letters, digits, `_`, `-` and `.`, and whatever stands in quotes; what does
/// not is a word.
fn split(typed: &[Typed]) -> Option<(String, &'static str, Relation, &[Typed])> {
    let at = typed.iter().position(|&(c, quoted)| {
        !(quoted || c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    })?;
    let name = plain(&typed[..at]);
    if !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let (length, relation, rest) = at_start(&typed[at..])?;
    let (sign, _) = SIGNS
        .iter()
        .find(|(sign, own)| *own == relation && sign.len() == length)?;
    Some((name, sign, relation, rest))
}

/// The sign that a text begins with, its length, and what follows.
fn at_start(typed: &[Typed]) -> Option<(usize, Relation, &[Typed])> {
    SIGNS.iter().find_map(|(sign, relation)| {
        let begins = sign
            .chars()
            .enumerate()
            .all(|(at, c)| typed.get(at) == Some(&(c, false)));
        begins.then(|| (sign.len(), *relation, &typed[sign.len()..]))
    })
}

fn plain(typed: &[Typed]) -> String {
    typed.iter().map(|(c, _)| c).collect()
}

/// A time as it is typed: a span with its unit, a day, or an instant.
fn when(text: &str) -> Option<When> {
    if text.ends_with(|c: char| c.is_ascii_alphabetic())
        && let Ok(span) = time::parse_span(&text.to_lowercase())
    {
        return Some(When::Ago(span));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(When::Between(
            instant,
            instant.checked_add(SignedDuration::from_secs(1)).ok()?,
        ));
    }
    let day: Date = text.parse().ok()?;
    let start = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    Some(When::Between(start(day)?, start(day.tomorrow().ok()?)?))
}
