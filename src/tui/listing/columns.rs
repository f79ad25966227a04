//! What the columns of a table hold, column by column: so that asking and sorting a long list reads
//! this and not its rows, which lie all over the memory.
//!
//! Invariant: a code says of a cell neither more nor less than the row does; what has no code is looked
//! up in the row.

use jiff::Timestamp;

use super::values::Values;
use crate::domain::{
    collection::Column,
    query::{Brief, brief},
    row::{Cell, Row},
};

/// What the columns of a table hold.
#[derive(Debug, Default)]
pub(super) struct Columns {
    all: Vec<Codes>,
}

/// What one column holds, by place.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// What stands for each cell: the number of a value, or one of those below.
    of: Vec<u32>,
    /// The numbers, where there are some.
    numbers: Vec<i64>,
    /// What they are.
    kind: Option<Kind>,
    /// Whether there was ever a text.
    has_texts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Flag,
    /// In microseconds.
    Time,
}

/// A cell as a column holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Code {
    /// A text, by the number of its value.
    Value(u32),
    /// A number, a flag, a moment, nothing, or a text without a letter.
    Cell(Cell),
    /// Only the row can say.
    Row,
}

/// The codes that are no number of a value.
const ABSENT: u32 = u32::MAX;
const PENDING: u32 = u32::MAX - 1;
const EMPTY: u32 = u32::MAX - 2;
const NUMBER: u32 = u32::MAX - 3;
const ROW: u32 = u32::MAX - 4;

impl Columns {
    /// A column by its number.
    pub(super) fn get(&self, column: usize) -> Option<&Codes> {
        self.all.get(column)
    }

    /// Takes in what a row holds that is at a place from now on. A value that it has is counted.
    pub(super) fn put(&mut self, place: usize, row: &Row, columns: &[Column], values: &mut Values) {
        self.all.resize_with(columns.len(), Codes::default);
        for (codes, column) in self.all.iter_mut().zip(columns) {
            codes.release(place, values);
            codes.put(place, brief(row, column.key), values);
        }
    }

    /// There is no row at a place any more.
    pub(super) fn remove(&mut self, place: usize, values: &mut Values) {
        for codes in &mut self.all {
            codes.release(place, values);
        }
    }

    /// The numbers of the values that a row has.
    pub(super) fn values(&self, place: usize) -> impl Iterator<Item = u32> {
        let codes = self.all.iter().filter_map(move |codes| codes.of.get(place));
        codes.copied().filter(|code| *code < ROW)
    }

    /// The numbers of all values, to be changed.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        let codes = self.all.iter_mut().flat_map(|codes| &mut codes.of);
        codes.filter(|code| **code < ROW)
    }
}

impl Codes {
    /// What the row at a place has here.
    pub(crate) fn get(&self, place: usize) -> Code {
        let code = self.of.get(place).copied().unwrap_or(ABSENT);
        match code {
            ABSENT => Code::Cell(Cell::Absent),
            PENDING => Code::Cell(Cell::Pending),
            EMPTY => Code::Cell("".into()),
            ROW => Code::Row,
            NUMBER => {
                let number = self.numbers.get(place).copied().unwrap_or_default();
                match self.kind {
                    Some(Kind::Integer) => Code::Cell(Cell::Integer(number)),
                    Some(Kind::Flag) => Code::Cell(Cell::Flag(number != 0)),
                    Some(Kind::Time) => {
                        let moment = Timestamp::from_microsecond(number);
                        moment.map_or(Code::Row, |moment| Code::Cell(Cell::Time(moment)))
                    }
                    None => Code::Row,
                }
            }
            value => Code::Value(value),
        }
    }

    /// The number that the row at a place has here: a flag as one, a moment in microseconds.
    pub(crate) fn number(&self, place: u32) -> Option<i64> {
        let place = place as usize;
        (*self.of.get(place)? == NUMBER).then(|| self.numbers[place])
    }

    /// The number of the value that the row at a place has here.
    pub(crate) fn value(&self, place: u32) -> Option<u32> {
        let code = *self.of.get(place as usize)?;
        (code < ROW).then_some(code)
    }

    /// Whether any row may have a text here.
    pub(crate) fn has_texts(&self) -> bool {
        self.has_texts
    }

    /// Whether its numbers are moments.
    pub(crate) fn holds_times(&self) -> bool {
        self.kind == Some(Kind::Time)
    }

    /// Whether rows can be sorted by what is known here.
    pub(crate) fn can_be_sorted(&self) -> bool {
        // Numbers among texts are left to the rows.
        let others = |code: &u32| *code == ROW || *code == NUMBER && self.has_texts;
        !self.of.iter().any(others)
    }

    fn put(&mut self, place: usize, brief: Brief<'_>, values: &mut Values) {
        let code = match brief {
            Brief::Cell(Cell::Absent) => ABSENT,
            // Neither is as anybody wants it.
            Brief::Cell(Cell::Pending | Cell::Unknown) => PENDING,
            Brief::Cell(Cell::Integer(number)) => self.number_at(place, Kind::Integer, number),
            Brief::Cell(Cell::Flag(flag)) => self.number_at(place, Kind::Flag, i64::from(flag)),
            Brief::Cell(Cell::Time(moment)) if moment.subsec_nanosecond() % 1000 == 0 => {
                self.number_at(place, Kind::Time, moment.as_microsecond())
            }
            Brief::Text(text) if text.is_empty() => EMPTY,
            Brief::Text(text) => {
                if !std::mem::replace(&mut self.has_texts, true) {
                    // Nobody asked the values whether they are as this column should be.
                    values.renew();
                }
                let number = values.add(&text, 0).filter(|number| *number < ROW);
                number.unwrap_or(ROW)
            }
            Brief::Cell(_) | Brief::Row => ROW,
        };
        if self.of.len() <= place {
            self.of.resize(place + 1, ABSENT);
        }
        self.of[place] = code;
    }

    fn number_at(&mut self, place: usize, kind: Kind, number: i64) -> u32 {
        if *self.kind.get_or_insert(kind) != kind {
            return ROW;
        }
        if self.numbers.len() <= place {
            self.numbers.resize(place + 1, 0);
        }
        self.numbers[place] = number;
        NUMBER
    }

    fn release(&mut self, place: usize, values: &mut Values) {
        if let Some(code) = self.of.get_mut(place) {
            if *code < ROW {
                values.release(&[*code]);
            }
            *code = ABSENT;
        }
    }
}
