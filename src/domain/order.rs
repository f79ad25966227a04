//! In which order rows stand: by what a column means, not by how it is written.
//!
//! Invariants: what AWS did not say, or has not said yet, comes last whichever way round; the order
//! is stable, so rows that are alike stay as they were listed.

use std::cmp::{Ordering, Reverse};

use super::{
    collection::Show,
    row::{Cell, Row},
};

/// Where a row stands among others, by one column. Made once for each row that is sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    missing: bool,
    /// A number, or the beginning of a text: most comparisons end here.
    head: u64,
    rest: Box<[u8]>,
}

/// Which way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// The smallest, the first of the alphabet, the youngest age, the earliest moment first.
    #[default]
    Ascending,
    /// The other way round.
    Descending,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    /// How two ranks follow each other.
    #[must_use]
    pub fn compare(self, one: &Rank, other: &Rank) -> Ordering {
        match (self, one.missing || other.missing) {
            (Self::Descending, false) => other.cmp(one),
            _ => one.cmp(other),
        }
    }
}

/// The rank of a row by a member as a column shows it.
#[must_use]
pub fn rank(row: &Row, key: &str, show: Show) -> Rank {
    match key {
        "id" => text(&row.id),
        "name" => text(row.name.as_deref().unwrap_or_default()),
        "state" => text(&row.state.word),
        "region" => text(row.region.as_str()),
        "account" => text(row.account.as_str()),
        _ => match row.cell(key) {
            // A chart has no order.
            Cell::Absent | Cell::Pending | Cell::Unknown | Cell::Days(_) => missing(),
            Cell::Text(value) => text(value),
            Cell::Integer(value) => number(*value),
            Cell::Flag(flag) => number(i64::from(*flag)),
            Cell::Time(moment) => {
                let moment = moment.as_microsecond();
                // What was later is younger.
                number(if show == Show::Age { -moment } else { moment })
            }
            Cell::List(items) => text(&items.join(", ")),
            Cell::Tags(tags) => {
                let pairs: Vec<String> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
                text(&pairs.join(", "))
            }
        },
    }
}

/// The places of rows in order. `ranks` are those of the rows at the places 0, 1, 2 and so on.
#[must_use]
pub fn sorted(ranks: &[Rank], direction: Direction) -> Vec<u32> {
    // What most comparisons need lies close together; the rest of a text is looked up.
    let mut heads: Vec<(u64, u32)> = ranks.iter().map(|rank| rank.head).zip(0..).collect();
    let at = |place: u32| &ranks[place as usize];
    let missing = heads.len() - partition(&mut heads, |place| !at(place).missing);
    let known = heads.len() - missing;
    // Numbers have no rest, and then nothing has to be looked up.
    if ranks.iter().all(|rank| rank.rest.is_empty()) {
        match direction {
            Direction::Ascending => heads[..known].sort_unstable(),
            Direction::Descending => {
                heads[..known].sort_unstable_by_key(|&(head, place)| (Reverse(head), place));
            }
        }
        return heads.into_iter().map(|(_, place)| place).collect();
    }
    heads[..known].sort_unstable_by(|&(head, place), &(other_head, other)| {
        let order = match head.cmp(&other_head) {
            Ordering::Equal => at(place).rest.cmp(&at(other).rest),
            different => different,
        };
        let order = match direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        };
        order.then(place.cmp(&other))
    });
    heads.into_iter().map(|(_, place)| place).collect()
}

/// Puts the places that hold in front, and otherwise leaves all as they stand; answers how many do.
fn partition(heads: &mut Vec<(u64, u32)>, holds: impl Fn(u32) -> bool) -> usize {
    let (front, back): (Vec<_>, Vec<_>) = heads.iter().partition(|(_, place)| holds(*place));
    let count = front.len();
    *heads = front;
    heads.extend(back);
    count
}

/// Bytes that stand in the order in which people expect texts: numbers in them count as numbers, and
/// case counts for nothing.
#[must_use]
pub fn natural(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 4);
    let source = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        if !byte.is_ascii_digit() {
            bytes.push(byte.to_ascii_lowercase());
            at += 1;
            continue;
        }
        let digits = source[at..].iter().take_while(|byte| byte.is_ascii_digit());
        let end = at + digits.count();
        let zeros = source[at..end].iter().take_while(|byte| **byte == b'0');
        let value = &source[at + zeros.count()..end];
        // A longer number is a larger one. The mark in front stands where digits stand.
        bytes.extend([b'0', u8::try_from(value.len()).unwrap_or(u8::MAX)]);
        bytes.extend(value);
        at = end;
    }
    bytes
}

fn missing() -> Rank {
    Rank {
        missing: true,
        head: 0,
        rest: Box::default(),
    }
}

fn number(value: i64) -> Rank {
    Rank {
        missing: false,
        head: value.cast_unsigned() ^ (1 << 63),
        rest: Box::default(),
    }
}

fn text(value: &str) -> Rank {
    if value.is_empty() {
        return missing();
    }
    let bytes = if value.is_ascii() {
        natural(value)
    } else {
        natural(&value.to_lowercase())
    };
    let mut head = [0; 8];
    let front = bytes.len().min(8);
    head[..front].copy_from_slice(&bytes[..front]);
    Rank {
        missing: false,
        head: u64::from_be_bytes(head),
        rest: bytes[front..].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        place::{Account, Region},
        row::{State, Tone},
    };
    use proptest::prelude::*;

    fn row(name: Option<&str>, cell: Cell) -> Row {
        Row {
            id: "x".to_owned(),
            name: name.map(str::to_owned),
            state: State::new("ok", Tone::Good),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells: vec![("cell", cell)],
        }
    }

    fn order(cells: Vec<Cell>, show: Show, direction: Direction) -> Vec<u32> {
        let ranks = cells
            .into_iter()
            .map(|cell| rank(&row(None, cell), "cell", show));
        sorted(&ranks.collect::<Vec<_>>(), direction)
    }

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = [
            "web-10", "Web-9", "web-007", "db", "web", "web-9a", "10", "9",
        ];
        names.sort_by_key(|name| natural(name));
        assert_eq!(
            names,
            [
                "9", "10", "db", "web", "web-007", "Web-9", "web-9a", "web-10"
            ]
        );
    }

    #[test]
    fn what_is_missing_comes_last_whichever_way_round_and_equals_keep_their_turn() {
        let cells = || {
            vec![
                Cell::Integer(5),
                Cell::Absent,
                Cell::Integer(-7),
                Cell::Pending,
                Cell::Integer(5),
                Cell::Integer(40),
            ]
        };
        let plain = Show::Plain;
        assert_eq!(
            order(cells(), plain, Direction::Ascending),
            [2, 0, 4, 5, 1, 3]
        );
        assert_eq!(
            order(cells(), plain, Direction::Descending),
            [5, 0, 4, 2, 1, 3]
        );
    }

    #[test]
    fn the_youngest_age_is_the_smallest_and_the_earliest_moment_too() {
        let at = |second| Cell::Time(jiff::Timestamp::from_second(second).unwrap());
        let cells = || vec![at(20), at(30), at(10)];
        assert_eq!(order(cells(), Show::Age, Direction::Ascending), [1, 0, 2]);
        assert_eq!(
            order(cells(), Show::Moment, Direction::Ascending),
            [2, 0, 1]
        );
    }

    proptest! {
        #[test]
        fn numbers_are_in_the_order_of_numbers(numbers in prop::collection::vec(any::<i64>(), 0..20)) {
            let places = order(
                numbers.iter().map(|n| Cell::Integer(*n)).collect(), Show::Plain, Direction::Ascending
            );
            let found: Vec<i64> = places.iter().map(|place| numbers[*place as usize]).collect();
            prop_assert!(found.is_sorted());
        }

        #[test]
        fn a_number_behind_the_same_text_decides(a in 0_u64..10_000, b in 0_u64..10_000) {
            let one = natural(&format!("disk {a} of b"));
            let other = natural(&format!("disk {b} of a"));
            prop_assert_eq!(one.cmp(&other), a.cmp(&b).then(Ordering::Greater));
        }

        #[test]
        fn the_order_is_total_and_its_reverse_its_opposite(
            a in "[a-z0-9-]{1,12}", b in "[a-z0-9-]{1,12}"
        ) {
            let (a, b) = (text(&a), text(&b));
            let (up, down) = (Direction::Ascending, Direction::Descending);
            prop_assert_eq!(up.compare(&a, &b), down.compare(&b, &a));
            prop_assert_eq!(up.compare(&a, &b), up.compare(&b, &a).reverse());
        }
    }
}
