//! The tables of `_cat`: as text in columns, or as JSON whose values are all strings.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::sandbox::services::search::answer::Answer;
use crate::sandbox::services::search::ask::{Ask, split};
use crate::sandbox::services::search::error::{EngineError, Halt, illegal_argument};
use crate::sandbox::services::search::expression::matches;
use crate::sandbox::texts::search_form as form;

/// Parameters that every table takes.
pub(super) const KNOWN: [&str; 11] = [
    "h",
    "s",
    "v",
    "help",
    "bytes",
    "time",
    "local",
    "size",
    "ts",
    "master_timeout",
    "cluster_manager_timeout",
];

/// A column: its name, its other names, and whether it is shown when nobody asks for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) default: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Bytes(u64),
    Nothing,
}

impl Cell {
    pub(super) fn text(text: impl std::fmt::Display) -> Self {
        Self::Text(text.to_string())
    }

    pub(super) fn bytes(bytes: Option<u64>) -> Self {
        bytes.map_or(Self::Nothing, Self::Bytes)
    }

    pub(super) fn number(number: Option<u64>) -> Self {
        number.map_or(Self::Nothing, |number| Self::Text(number.to_string()))
    }

    fn shown(&self, unit: Option<u64>) -> Option<String> {
        match (self, unit) {
            (Self::Text(text), _) => Some(text.clone()),
            (Self::Bytes(bytes), Some(unit)) => Some((bytes / unit).to_string()),
            (Self::Bytes(bytes), None) => Some(human(*bytes)),
            (Self::Nothing, _) => None,
        }
    }
}

/// `208b`, `4.6mb`
fn human(bytes: u64) -> String {
    let units = [
        (1_u64 << 40, "tb"),
        (1 << 30, "gb"),
        (1 << 20, "mb"),
        (1 << 10, "kb"),
    ];
    match units.iter().find(|(worth, _)| bytes >= *worth) {
        Some((worth, unit)) => {
            let tenths = u128::from(bytes) * 10 / u128::from(*worth);
            if tenths % 10 == 0 {
                format!("{}{unit}", tenths / 10)
            } else {
                format!("{}.{}{unit}", tenths / 10, tenths % 10)
            }
        }
        None => format!("{bytes}b"),
    }
}

/// What `bytes=` divides by.
fn unit(ask: &Ask<'_>) -> Result<Option<u64>, Halt> {
    Ok(match ask.parameter("bytes") {
        None => None,
        Some("b") => Some(1),
        Some("k" | "kb") => Some(1 << 10),
        Some("m" | "mb") => Some(1 << 20),
        Some("g" | "gb") => Some(1 << 30),
        Some("t" | "tb") => Some(1 << 40),
        Some("p" | "pb") => Some(1 << 50),
        Some(other) => {
            let text = form::BYTES_UNIT.with(&[other]);
            return Err(illegal_argument(text));
        }
    })
}

/// The table as the request wants it.
pub(super) fn answer(
    ask: &Ask<'_>,
    columns: &[Column],
    mut rows: Vec<Vec<Cell>>,
) -> Result<Answer, Halt> {
    if ask.truth("help")?.unwrap_or_default() {
        let lines = columns
            .iter()
            .map(|column| format!("{} | {} | \n", column.name, column.aliases.join(",")));
        return Ok(Answer::text(lines.collect()));
    }
    let unit = unit(ask)?;
    sort(ask, columns, &mut rows)?;
    let chosen = chosen(ask, columns);
    if ask.parameter("format") == Some("json") {
        let rows: Vec<Value> = rows
            .iter()
            .map(|row| {
                let members: Map<String, Value> = chosen
                    .iter()
                    .map(|(place, name)| (name.clone(), json!(row[*place].shown(unit))))
                    .collect();
                Value::Object(members)
            })
            .collect();
        return Ok(Answer::ok(Value::Array(rows)));
    }
    let mut lines: Vec<Vec<String>> = Vec::new();
    if ask.truth("v")?.unwrap_or_default() {
        lines.push(chosen.iter().map(|(_, name)| name.clone()).collect());
    }
    for row in &rows {
        let cell = |place: &usize| row[*place].shown(unit).unwrap_or_default();
        lines.push(chosen.iter().map(|(place, _)| cell(place)).collect());
    }
    Ok(Answer::text(aligned(&lines)))
}

/// The places of the columns that are asked for, and what they are called then.
fn chosen(ask: &Ask<'_>, columns: &[Column]) -> Vec<(usize, String)> {
    let Some(wanted) = ask.parameter("h") else {
        return (0..)
            .zip(columns)
            .filter(|(_, column)| column.default)
            .map(|(place, column)| (place, column.name.to_owned()))
            .collect();
    };
    let mut chosen = Vec::new();
    for name in split(wanted) {
        for (place, column) in columns.iter().enumerate() {
            if column.aliases.contains(&name.as_str()) {
                chosen.push((place, name.clone()));
            } else if matches(&name, column.name) {
                chosen.push((place, column.name.to_owned()));
            }
        }
    }
    chosen
}

fn sort(ask: &Ask<'_>, columns: &[Column], rows: &mut [Vec<Cell>]) -> Result<(), Halt> {
    let Some(keys) = ask.parameter("s") else {
        return Ok(());
    };
    let mut places = Vec::new();
    for key in split(keys) {
        let (name, order) = key.split_once(':').unwrap_or((&key, "asc"));
        let found = columns
            .iter()
            .position(|column| column.name == name || column.aliases.contains(&name));
        let Some(place) = found else {
            let text = form::SORT_KEY.with(&[name]);
            return Err(EngineError::new(500, "unsupported_operation_exception", text).into());
        };
        places.push((place, order == "desc"));
    }
    rows.sort_by(|one, other| {
        places
            .iter()
            .map(|(place, descends)| {
                let order = compare(&one[*place], &other[*place]);
                if *descends { order.reverse() } else { order }
            })
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn compare(one: &Cell, other: &Cell) -> Ordering {
    match (one, other) {
        (Cell::Bytes(one), Cell::Bytes(other)) => one.cmp(other),
        (Cell::Text(one), Cell::Text(other)) => match (one.parse::<f64>(), other.parse::<f64>()) {
            (Ok(one), Ok(other)) => one.total_cmp(&other),
            _ => one.cmp(other),
        },
        (Cell::Nothing, Cell::Nothing) => Ordering::Equal,
        (Cell::Nothing, _) | (Cell::Bytes(_), Cell::Text(_)) => Ordering::Less,
        (_, Cell::Nothing) | (Cell::Text(_), Cell::Bytes(_)) => Ordering::Greater,
    }
}

fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|place| {
            let cells = lines.iter().map(|line| line[place].chars().count());
            cells.max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text.push_str(&cells.join(" "));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_for_people_and_in_columns() {
        assert_eq!(human(208), "208b");
        assert_eq!(human(4_846_958), "4.6mb");
        assert_eq!(human(1 << 30), "1gb");
        let lines = [
            vec!["id".to_owned(), "status".to_owned()],
            vec!["e1".to_owned(), "SUCCESS".to_owned()],
        ];
        assert_eq!(aligned(&lines), "id status \ne1 SUCCESS\n");
    }
}
