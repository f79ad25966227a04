//! What a person types to find rows: words, patterns, and terms on what a row holds.
//!
//! ```text
//! web pre            both words, anywhere in what is shown, tags included
//! !failed            not this word; any term can be turned round
//! /^snap-0.*9$/      a regular expression, matched against each value by itself
//! ~corpex            these letters in this order, near each other, in one value
//! state:completed    the column holds this text; `=` and `!=` compare the whole of it
//! size>=100          numbers, and texts that begin with one
//! age>30d            times by how long ago they were, or by date: started>2026-11-01
//! tag:Owner=alice    a tag with this value; tag:Owner, a tag of this name
//! "a b" name:"a b"   quotes keep a text together and take the meaning of its characters away
//! ```
//!
//! All terms must hold. Case does not count. A term that is not written to its end, such as `age>`,
//! asks for nothing yet, so that a filter can follow the typing.
//!
//! Invariants: reading a query never fails in another way than with a [`QueryError`]; nothing here
//! allocates for a row that it is asked about, apart from texts that are not ASCII. Who shows what
//! was found, and in which order, belongs elsewhere.

mod columns;
mod compare;
mod parse;

use std::fmt::{self, Debug};

use jiff::Timestamp;
use nucleo_matcher::{Matcher, Utf32Str, pattern::Atom};
use regex::Regex;
use thiserror::Error;

use self::compare::{Relation, Wanted, is_same, tag_is};
use super::{
    collection::{CollectionInfo, Column, Show},
    format,
    row::{Cell, Row},
};

/// What a fuzzy term must reach for each of its letters. A letter that fits counts 16, more at the
/// beginning of a word and after another; what lies between takes away. Below this the letters are
/// only scattered.
const NEAR: u16 = 14;

/// A question that rows answer with yes or no.
#[derive(Default)]
pub struct Query {
    terms: Vec<Term>,
    /// What fuzzy terms work with, where there are some.
    fuzzy: Option<Box<(Matcher, Vec<char>)>>,
}

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QueryError {
    /// There is no such column.
    #[error(
        "'{name}' is no column here; there are {}. Text that holds '{sign}' stands in quotes",
        .known.join(", ")
    )]
    UnknownColumn {
        /// The name as typed.
        name: String,
        /// What followed it.
        sign: &'static str,
        /// What could be asked for.
        known: Vec<String>,
    },
    /// What stands between slashes cannot be read.
    #[error("/{pattern}/ is no regular expression: {reason}")]
    Pattern {
        /// The pattern as typed.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value that the column cannot be compared with.
    #[error("'{value}' cannot be compared with {column}; {right}")]
    Value {
        /// The column as typed.
        column: String,
        /// The value as typed.
        value: String,
        /// What would be right.
        right: &'static str,
    },
}

struct Term {
    /// Whether it lets through what it does not describe.
    inverse: bool,
    test: Test,
}

enum Test {
    /// In lower case.
    Word(String),
    Pattern(Regex),
    Fuzzy {
        letters: Box<Atom>,
        /// The same as they were typed, in lower case.
        wanted: String,
        least: u16,
    },
    Member {
        key: &'static str,
        wanted: Wanted,
    },
    /// A tag by its name, which is in lower case, and its value where one is asked for.
    Tag {
        key: String,
        value: Option<(Relation, String)>,
    },
}

impl Query {
    /// Reads a query about the rows of a collection.
    ///
    /// # Errors
    /// The first term that cannot be understood, with what would be right.
    pub fn parse(text: &str, collection: &CollectionInfo) -> Result<Self, QueryError> {
        match Self::read(text, collection) {
            (query, None) => Ok(query),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads a query as it is being typed: a term that cannot be understood asks for nothing, and the
    /// first of them is told.
    #[must_use]
    pub fn read(text: &str, collection: &CollectionInfo) -> (Self, Option<QueryError>) {
        let (terms, error) = parse::terms(text, collection);
        let is_fuzzy = |term: &Term| matches!(term.test, Test::Fuzzy { .. });
        let fuzzy = terms
            .iter()
            .any(is_fuzzy)
            .then(|| Box::new((Matcher::default(), Vec::new())));
        (Self { terms, fuzzy }, error)
    }

    /// Whether it lets every row through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it is made of words alone, so that more letters can only let fewer rows through.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let plain = |term: &Term| !term.inverse && matches!(term.test, Test::Word(_));
        self.terms.iter().all(plain)
    }

    /// Whether it lets a row through. `text` is the row's [`text`], made once and kept.
    pub fn lets_through(&mut self, row: &Row, text: &str, now: Timestamp) -> bool {
        let Self { terms, fuzzy } = self;
        terms.iter().all(|term| {
            let holds = match &term.test {
                Test::Word(word) => text.contains(word.as_str()),
                Test::Pattern(pattern) => pattern.is_match(text),
                Test::Fuzzy {
                    letters,
                    wanted,
                    least,
                } => fuzzy.as_deref_mut().is_some_and(|(matcher, buffer)| {
                    is_near(letters, wanted, *least, text, matcher, buffer)
                }),
                Test::Member { key, wanted } => wanted.holds(row, key, now),
                Test::Tag { key, value } => row.cells.iter().any(|(_, cell)| match cell {
                    Cell::Tags(tags) => tags
                        .iter()
                        .any(|(own, is)| is_same(own, key) && tag_is(is, value.as_ref())),
                    _ => false,
                }),
            };
            holds != term.inverse
        })
    }
}

impl Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query of {} terms", self.terms.len())
    }
}

/// Whether a text can hold these letters one after the other, with whatever between them: few texts
/// do, and only those are worth a closer look. A letter that is written in several ways is left to
/// that.
fn may_hold(text: &str, wanted: &str) -> bool {
    let mut rest = text;
    let in_order = wanted.chars().all(|letter| {
        rest.find(letter).is_some_and(|at| {
            rest = &rest[at + letter.len_utf8()..];
            true
        })
    });
    in_order || !wanted.is_ascii() || !text.is_ascii()
}

fn is_near(
    letters: &Atom,
    wanted: &str,
    least: u16,
    text: &str,
    matcher: &mut Matcher,
    buffer: &mut Vec<char>,
) -> bool {
    // The whole text first: most rows end here.
    if !may_hold(text, wanted) {
        return false;
    }
    text.split('\n').any(|value| {
        if !may_hold(value, wanted) {
            return false;
        }
        buffer.clear();
        letters
            .score(Utf32Str::new(value, buffer), matcher)
            .is_some_and(|score| score >= least)
    })
}

/// What words and patterns look at: what is shown of a row, and its tags, in lower case, a value a
/// line. Ages are left out, since they change while nobody looks.
#[must_use]
pub fn text(row: &Row, columns: &[Column]) -> Box<str> {
    let mut text = format!("{}\n{}", row.id, row.state.word);
    let mut add = |value: &str| {
        text.push('\n');
        text.push_str(value);
    };
    if let Some(name) = &row.name {
        add(name);
    }
    for column in columns {
        if matches!(column.show, Show::Age | Show::State) || matches!(column.key, "id" | "name") {
            continue;
        }
        match row.cell(column.key) {
            Cell::Tags(_) => {}
            _ => add(&format::cell(
                row,
                column.key,
                column.show,
                Timestamp::UNIX_EPOCH,
            )),
        }
    }
    for (_, cell) in &row.cells {
        if let Cell::Tags(tags) = cell {
            for (key, value) in tags {
                add(&format!("{key}={value}"));
            }
        }
    }
    text.to_lowercase().into()
}

#[cfg(test)]
mod tests;
