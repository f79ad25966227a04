//! Whether a value of a row is as a query wants it.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    order::natural,
    row::{Cell, Row},
    time,
};

/// How a value must stand to what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The text is in it; a number or a yes or no is equal.
    Holds,
    /// It is all of it.
    Is,
    /// It is something else.
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// What was typed behind a column, read as everything that it can be.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) relation: Relation,
    /// In lower case.
    pub(super) text: String,
    pub(super) number: Option<f64>,
    pub(super) time: Option<When>,
}

/// A time as it is typed.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    /// So long ago.
    Ago(SignedDuration),
    /// From the first moment up to, and without, the second: a day, or an instant.
    Between(Timestamp, Timestamp),
}

impl Relation {
    /// Whether something that stands so to what was typed is wanted.
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Holds | Self::Is => order.is_eq(),
            Self::IsNot => order.is_ne(),
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }

    /// Whether it asks for an order rather than for equality.
    pub(super) fn is_order(self) -> bool {
        !matches!(self, Self::Holds | Self::Is | Self::IsNot)
    }
}

impl Wanted {
    /// Whether a member of a row is as wanted. What AWS did not say is no number and no time; it is
    /// only something else than what was typed.
    pub(super) fn holds(&self, row: &Row, key: &str, at: &mut usize, now: Timestamp) -> bool {
        match key {
            "id" => self.text(&row.id),
            "name" => self.text(row.name.as_deref().unwrap_or_default()),
            "state" => self.text(&row.state.word),
            "region" => self.text(row.region.as_str()),
            "account" => self.text(row.account.as_str()),
            _ => self.value(row.cell_near(key, at), now),
        }
    }

    pub(super) fn value(&self, cell: &Cell, now: Timestamp) -> bool {
        match cell {
            Cell::Absent | Cell::Days(_) => self.relation == Relation::IsNot,
            Cell::Pending | Cell::Unknown => false,
            Cell::Text(text) => self.text(text),
            Cell::Integer(number) => self.number(*number),
            Cell::Flag(flag) => self.flag(*flag),
            Cell::Time(moment) => self.moment(*moment, now),
            Cell::List(items) => self.any(items.iter().map(AsRef::as_ref)),
            Cell::Tags(tags) => {
                let pairs: Vec<String> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
                self.any(pairs.iter().map(String::as_str))
            }
        }
    }

    pub(super) fn text(&self, text: &str) -> bool {
        match self.relation {
            Relation::Holds => contains(text, &self.text),
            Relation::Is => is_same(text, &self.text),
            Relation::IsNot => !is_same(text, &self.text),
            _ if text.is_empty() => false,
            relation => {
                let order = self
                    .number
                    .and_then(|wanted| leading_number(text)?.partial_cmp(&wanted));
                relation.accepts(
                    order
                        .unwrap_or_else(|| natural(&text.to_lowercase()).cmp(&natural(&self.text))),
                )
            }
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "what a person types has fewer digits than that"
    )]
    fn number(&self, number: i64) -> bool {
        match self.number {
            Some(wanted) => self.relation.accepts(
                (number as f64)
                    .partial_cmp(&wanted)
                    .unwrap_or(Ordering::Less),
            ),
            None => self.relation == Relation::IsNot,
        }
    }

    fn flag(&self, flag: bool) -> bool {
        let wanted = match self.text.as_str() {
            "yes" | "y" | "true" => Some(true),
            "no" | "n" | "false" => Some(false),
            _ => None,
        };
        match self.relation {
            Relation::IsNot => wanted != Some(flag),
            _ => wanted == Some(flag),
        }
    }

    fn moment(&self, moment: Timestamp, now: Timestamp) -> bool {
        match self.time {
            Some(When::Ago(span)) => self.relation.accepts(now.duration_since(moment).cmp(&span)),
            Some(When::Between(from, until)) => self.relation.accepts(if moment < from {
                Ordering::Less
            } else if moment < until {
                Ordering::Equal
            } else {
                Ordering::Greater
            }),
            None => match self.relation {
                Relation::Holds | Relation::Is => time::stamp(moment).contains(&self.text),
                Relation::IsNot => !time::stamp(moment).contains(&self.text),
                _ => false,
            },
        }
    }

    fn any<'t>(&self, mut items: impl Iterator<Item = &'t str>) -> bool {
        match self.relation {
            Relation::IsNot => items.all(|item| !is_same(item, &self.text)),
            _ => items.any(|item| self.text(item)),
        }
    }
}

/// Whether a tag's value is as wanted.
pub(super) fn tag_is(value: &str, wanted: Option<&(Relation, String)>) -> bool {
    match wanted {
        None => true,
        Some((Relation::IsNot, text)) => !is_same(value, text),
        Some((Relation::Holds, text)) => contains(value, text),
        Some((_, text)) => is_same(value, text),
    }
}

/// Whether two texts are the same but for their case; the second is in lower case.
pub(super) fn is_same(text: &str, lower: &str) -> bool {
    if text.is_ascii() {
        text.eq_ignore_ascii_case(lower)
    } else {
        text.to_lowercase() == lower
    }
}

/// Whether a text holds another but for its case; the other is in lower case.
fn contains(text: &str, lower: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    lower.is_empty()
        || text
            .as_bytes()
            .windows(lower.len())
            .any(|part| part.eq_ignore_ascii_case(lower.as_bytes()))
}

/// The number that a text begins with: `45%` and `8 GiB` are numbers too.
fn leading_number(text: &str) -> Option<f64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-')
        .unwrap_or(text.len());
    text[..end].parse().ok()
}
