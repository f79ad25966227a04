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
//! "made by":manual   the heading of a column, also without its unit, or as a word: `made_by`
//! ```
//!
//! All terms must hold. Case does not count. A term that is not written to its end, such as `age>`,
//! asks for nothing yet, so that a filter can follow the typing.
//!
//! Words, patterns and fuzzy terms look at what is shown of a row, value by value. Long lists show the
//! same values again and again, so a value is judged once, by itself, and the rows that have it are
//! decided by what was found. So are tags, and columns that hold texts.
//!
//! Invariants: reading a query never fails in another way than with a [`QueryError`]; nothing here
//! allocates for a row that it is asked about, apart from texts that are not ASCII. Who shows what
//! was found, and in which order, belongs elsewhere.

mod columns;
mod compare;
mod lines;
mod parse;
mod values;

use std::fmt::{self, Debug};

use jiff::Timestamp;
use nucleo_matcher::{Matcher, pattern::Atom};
use regex::Regex;
use thiserror::Error;

pub use self::values::{Brief, brief, values};
use self::{
    compare::{Relation, Wanted, is_same, tag_is},
    lines::{Lines, find, is_near, one_by_one},
};
use super::{
    collection::{CollectionInfo, Column},
    row::{Cell, Row},
};

/// Which of a query's terms on values a value satisfies, a bit each; of a row, which any of its values
/// does.
pub type Held = u64;

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
        "'{name}' is no column here{} Text that holds '{sign}' stands in quotes. There are {}",
        .near.as_ref().map_or_else(|| ".".to_owned(), |near| format!("; did you mean {near}?")),
        .known.join(", ")
    )]
    UnknownColumn {
        /// The name as typed.
        name: String,
        /// What followed it.
        sign: &'static str,
        /// The column that was probably meant.
        near: Option<String>,
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
        right: String,
    },
    /// More words than can be told apart.
    #[error("a filter holds at most {most} words and patterns; the rest of it is left out")]
    TooLong {
        /// How many it can hold.
        most: u32,
    },
}

/// What is known of a cell of a row without the row.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// It is a text, which satisfies these terms.
    Text(Held),
    /// It is this.
    Cell(Cell),
    /// Only the row can say.
    Row,
}

/// Rows that a query is asked about.
pub struct Asked<'a> {
    /// Which terms the values of each satisfy.
    pub held: &'a [Held],
    /// What is known of one of them, by its number, in a column, by its number.
    pub known: &'a dyn Fn(usize, usize) -> Known,
    /// One of them, by its number.
    pub row: &'a dyn Fn(usize) -> Option<&'a Row>,
}

/// Values one behind the other. They are [`values`] of rows, or texts of their [`brief`] cells.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// Each is a line.
    pub text: &'a str,
    /// Where in it the line breaks are.
    pub ends: &'a [usize],
    /// Where in each value the key of a tag ends; zero where it is none.
    pub keys: &'a [u32],
}

struct Term {
    /// Whether it lets through what it does not describe.
    inverse: bool,
    test: Test,
}

enum Test {
    /// In lower case, and what finds it in many values at once.
    Word(String, Option<Regex>),
    Pattern(Regex, Lines),
    Fuzzy {
        letters: Box<Atom>,
        /// The same as they were typed, in lower case.
        wanted: String,
        least: u16,
    },
    Member {
        key: &'static str,
        wanted: Wanted,
        /// The column that shows it, among those that the query was read with.
        column: Option<usize>,
        /// Finds its text in many values at once, where it is one to be found in a value.
        finder: Option<Regex>,
        /// Where the last row had it.
        at: usize,
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
        match Self::read(text, collection, &[]) {
            (query, None) => Ok(query),
            (_, Some(error)) => Err(error),
        }
    }

    /// Reads a query as it is being typed: a term that cannot be understood asks for nothing, and the
    /// first of them is told. What these columns show is asked for without the rows.
    #[must_use]
    pub fn read(
        text: &str,
        collection: &CollectionInfo,
        columns: &[Column],
    ) -> (Self, Option<QueryError>) {
        let (mut terms, mut error) = parse::terms(text, collection);
        for term in &mut terms {
            if let Test::Member { key, column, .. } = &mut term.test {
                *column = columns.iter().position(|shown| shown.key == *key);
            }
        }
        let mut on_values = 0;
        terms.retain(|term| {
            on_values += u32::from(term.test.is_on_values());
            !term.test.is_on_values() || on_values <= Held::BITS
        });
        if on_values > Held::BITS {
            error = error.or(Some(QueryError::TooLong { most: Held::BITS }));
        }
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

    /// Whether any of its terms looks at values.
    #[must_use]
    pub fn looks_at_values(&self) -> bool {
        self.terms.iter().any(|term| term.test.is_on_values())
    }

    /// Which of its terms these values satisfy, one after the other. `has_texts` says of a column, by
    /// its number, whether any of them may be of it.
    pub fn judge(&mut self, texts: Texts<'_>, has_texts: &dyn Fn(usize) -> bool) -> Vec<Held> {
        let Texts { text, ends, keys } = texts;
        let mut held = vec![0; ends.len()];
        let Self { terms, fuzzy } = self;
        let on_values = terms.iter_mut().map(|term| &mut term.test);
        for (test, bit) in on_values.filter(|test| test.is_on_values()).zip(0..) {
            let mut hit = |line: usize| held[line] |= 1 << bit;
            match test {
                Test::Word(_, Some(finder)) => {
                    find(finder, &mut Lines::Together, text, ends, &mut hit);
                }
                Test::Word(word, None) => {
                    let holds = |_, value: &str| value.contains(word.as_str());
                    one_by_one(text, ends, 0, holds, &mut hit);
                }
                Test::Pattern(pattern, lines) => find(pattern, lines, text, ends, &mut hit),
                Test::Fuzzy {
                    letters,
                    wanted,
                    least,
                } => {
                    let Some((matcher, buffer)) = fuzzy.as_deref_mut() else {
                        continue;
                    };
                    let holds =
                        |_, value: &str| is_near(letters, wanted, *least, value, matcher, buffer);
                    one_by_one(text, ends, 0, holds, &mut hit);
                }
                Test::Member { column, .. } if !column.is_some_and(has_texts) => {}
                Test::Member {
                    finder: Some(finder),
                    ..
                } => find(finder, &mut Lines::Together, text, ends, &mut hit),
                Test::Member { wanted, .. } => {
                    one_by_one(text, ends, 0, |_, value| wanted.text(value), &mut hit);
                }
                Test::Tag { key, value } => {
                    let holds = |line: usize, text: &str| {
                        let end = keys.get(line).map_or(0, |end| *end as usize);
                        let pair = (text.get(..end), text.get(end + 1..));
                        matches!(pair, (Some(own), Some(is))
                            if end > 0 && is_same(own, key) && tag_is(is, value.as_ref()))
                    };
                    one_by_one(text, ends, 0, holds, &mut hit);
                }
            }
        }
        held
    }

    /// Which rows it lets through.
    pub fn lets_through(&mut self, asked: &Asked<'_>, now: Timestamp) -> Vec<bool> {
        let mut through = vec![true; asked.held.len()];
        let mut bit = 0_u32;
        for Term { inverse, test } in &mut self.terms {
            let inverse = *inverse;
            let is_set = |held: Held| held >> bit & 1 == 1;
            match test {
                Test::Member {
                    key,
                    wanted,
                    column,
                    at,
                    ..
                } => {
                    for (number, through) in through.iter_mut().enumerate() {
                        let known =
                            column.map_or(Known::Row, |column| (asked.known)(number, column));
                        let holds = match known {
                            Known::Text(held) => is_set(held),
                            Known::Cell(cell) => wanted.value(&cell, now),
                            Known::Row => (asked.row)(number)
                                .is_some_and(|row| wanted.holds(row, key, at, now)),
                        };
                        *through &= holds != inverse;
                    }
                }
                _ => {
                    for (through, held) in through.iter_mut().zip(asked.held) {
                        *through &= is_set(*held) != inverse;
                    }
                }
            }
            bit += u32::from(test.is_on_values());
        }
        through
    }
}

impl Test {
    /// Whether it looks at values, and needs a bit for what they say.
    fn is_on_values(&self) -> bool {
        match self {
            Self::Word(..) | Self::Pattern(..) | Self::Fuzzy { .. } | Self::Tag { .. } => true,
            Self::Member { column, .. } => column.is_some(),
        }
    }
}

impl Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query of {} terms", self.terms.len())
    }
}

#[cfg(test)]
mod tests;
