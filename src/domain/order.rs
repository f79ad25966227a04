//! In which order rows stand: by what a column means, not by how it is written.
//!
//! Invariants: what AWS did not say, or has not said yet, comes last whichever way round; the order
//! is stable, so rows that are alike stay as they were listed.
//!
//! The rank of a row is a string of bytes, and ranks are compared byte by byte. Those of a whole list
//! lie together, so that sorting it reads little memory and not the rows themselves.

use std::cmp::Ordering;

use super::{
    collection::Show,
    packed::Packed,
    row::{Cell, Row},
};

/// How many bytes of a rank are compared at once.
const CHUNK: usize = 7;
/// Up to how many rows that begin alike are compared as a whole.
const FEW: usize = 16;

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
}

/// Where the rows of a list stand among each other by one column. Rows are named by their places, and
/// each is ranked once.
#[derive(Debug, Default)]
pub struct Ranking {
    /// The rank of each place; an empty one is missing.
    ranks: Packed<u8>,
    /// Where the last row had its cell, which is mostly where the next one has it.
    at: usize,
}

/// A row while it is sorted.
#[derive(Clone, Copy)]
struct Item {
    /// The bytes of its rank that are being looked at, and how many there are from there on.
    chunk: u64,
    /// Its turn before.
    turn: u32,
    place: u32,
}

impl Ranking {
    /// Ranks the rows at these places by a member as a column shows it.
    pub fn set(&mut self, places: &[u32], rows: &[&Row], key: &str, show: Show) {
        let mut cells = Vec::with_capacity(rows.len());
        if OWN.contains(&key) {
            cells.resize(rows.len(), &Cell::Absent);
        } else {
            Row::cells_of(rows, key, &mut self.at, &mut cells);
        }
        for ((place, row), cell) in places.iter().zip(rows).zip(cells) {
            let write = |bytes: &mut Vec<u8>| rank(row, key, cell, show, bytes);
            self.ranks.put(*place as usize, write);
        }
    }

    /// Ranks a text by itself, under a number in place of a place.
    pub fn set_text(&mut self, number: u32, value: &str) {
        self.ranks.put(number as usize, |bytes| text(value, bytes));
    }

    /// Which in the order of these each is, by its number; those that are alike are the same one.
    #[must_use]
    pub fn turns(&self, numbers: &[u32]) -> Vec<u32> {
        let sorted = self.sort(numbers, Direction::Ascending);
        let most = sorted.iter().max().map_or(0, |most| *most as usize + 1);
        let mut turns = vec![0; most];
        let (mut turn, mut before) = (0, None);
        for number in sorted {
            let is_alike = before.is_some_and(|before| self.rank(before) == self.rank(number));
            turn += u32::from(!is_alike);
            turns[number as usize] = turn;
            before = Some(number);
        }
        turns
    }

    /// These places in order; those that are alike stay as they stand.
    #[must_use]
    pub fn sort(&self, places: &[u32], direction: Direction) -> Vec<u32> {
        let mut items: Vec<Item> = Vec::with_capacity(places.len());
        let mut missing: Vec<u32> = Vec::new();
        for (&place, turn) in places.iter().zip(0..) {
            if self.rank(place).is_empty() {
                missing.push(place);
            } else {
                let chunk = 0;
                items.push(Item { chunk, turn, place });
            }
        }
        // Groups of rows whose ranks are the same up to some byte.
        let mut groups = vec![(0..items.len(), 0)];
        while let Some((range, depth)) = groups.pop() {
            let from = range.start;
            let group = &mut items[range];
            if group.len() <= FEW {
                group.sort_unstable_by(|one, other| {
                    let (a, b) = (self.rank(one.place), self.rank(other.place));
                    let order = a[depth.min(a.len())..].cmp(&b[depth.min(b.len())..]);
                    directed(order, direction).then(one.turn.cmp(&other.turn))
                });
                continue;
            }
            // Names often begin alike.
            let depth = depth + self.shared(group, depth);
            for item in &mut *group {
                let chunk = self.chunk(item.place, depth);
                item.chunk = match direction {
                    Direction::Ascending => chunk,
                    Direction::Descending => !chunk,
                };
            }
            group.sort_unstable_by_key(|item| (item.chunk, item.turn));
            let mut start = from;
            for alike in group.chunk_by(|one, other| one.chunk == other.chunk) {
                let end = start + alike.len();
                let goes_on = self.rank(alike[0].place).len() > depth + CHUNK;
                if alike.len() > 1 && goes_on {
                    groups.push((start..end, depth + CHUNK));
                }
                start = end;
            }
        }
        let known = items.into_iter().map(|item| item.place);
        known.chain(missing).collect()
    }

    /// How the rows at two places follow each other.
    #[must_use]
    pub fn compare(&self, one: u32, other: u32, direction: Direction) -> Ordering {
        let (one, other) = (self.rank(one), self.rank(other));
        match (one.is_empty(), other.is_empty()) {
            (false, false) => directed(one.cmp(other), direction),
            (one, other) => one.cmp(&other),
        }
    }

    fn rank(&self, place: u32) -> &[u8] {
        self.ranks.get(place as usize)
    }

    /// Some bytes of a rank, with the number of those that are left, so that the shorter of two that
    /// are otherwise the same comes first.
    fn chunk(&self, place: u32, depth: usize) -> u64 {
        let rank = self.rank(place);
        let rest = &rank[depth.min(rank.len())..];
        let mut chunk = [0; CHUNK + 1];
        if let Some(front) = rest.first_chunk::<CHUNK>() {
            chunk[..CHUNK].copy_from_slice(front);
        } else {
            chunk[..rest.len()].copy_from_slice(rest);
        }
        chunk[CHUNK] = u8::try_from(rest.len().min(CHUNK + 1)).unwrap_or(u8::MAX);
        u64::from_be_bytes(chunk)
    }

    /// How many bytes from `depth` on all of these ranks share.
    fn shared(&self, items: &[Item], depth: usize) -> usize {
        let rest = |item: &Item| {
            let rank = self.rank(item.place);
            &rank[depth.min(rank.len())..]
        };
        let Some((first, others)) = items.split_first() else {
            return 0;
        };
        let mut shared = rest(first);
        for item in others {
            let same = shared.iter().zip(rest(item)).take_while(|(a, b)| a == b);
            shared = &shared[..same.count()];
            if shared.is_empty() {
                break;
            }
        }
        shared.len()
    }
}

/// These places in the order of their keys; without one they come last. Those that are alike stay as
/// they stand.
#[must_use]
pub fn sort(places: &[u32], key: impl Fn(u32) -> Option<u64>, direction: Direction) -> Vec<u32> {
    let mut known: Vec<(u64, u32)> = Vec::with_capacity(places.len());
    let mut missing = Vec::new();
    for (&place, turn) in places.iter().zip(0..) {
        match (key(place), direction) {
            (Some(key), Direction::Ascending) => known.push((key, turn)),
            (Some(key), Direction::Descending) => known.push((!key, turn)),
            (None, _) => missing.push(place),
        }
    }
    known.sort_unstable();
    let known = known.into_iter().map(|(_, turn)| places[turn as usize]);
    known.chain(missing).collect()
}

/// The same for keys that are [turns](Ranking::turns), in the time that it takes to count them.
#[must_use]
pub fn sort_by_turns(
    places: &[u32],
    turn: impl Fn(u32) -> Option<u32>,
    direction: Direction,
) -> Vec<u32> {
    let most = places.iter().filter_map(|place| turn(*place)).max();
    let last = most.map_or(0, |most| most as usize + 1);
    // Where those of each turn begin; what is missing has the last one.
    let slot = |place: u32| match (turn(place), direction) {
        (Some(turn), Direction::Ascending) => turn as usize,
        (Some(turn), Direction::Descending) => last - 1 - turn as usize,
        (None, _) => last,
    };
    let mut begins = vec![0; last + 2];
    for place in places {
        begins[slot(*place) + 1] += 1;
    }
    let mut sum = 0;
    for begin in &mut begins {
        sum += *begin;
        *begin = sum;
    }
    let mut sorted = vec![0; places.len()];
    for place in places {
        let at = &mut begins[slot(*place)];
        sorted[*at] = *place;
        *at += 1;
    }
    sorted
}

/// The key by which a number is sorted.
#[must_use]
pub fn key(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Puts places among others that stand in order. No two may be alike.
pub fn insert(sorted: &mut Vec<u32>, mut fresh: Vec<u32>, compare: impl Fn(u32, u32) -> Ordering) {
    fresh.sort_unstable_by(|one, other| compare(*one, *other));
    let before = std::mem::take(sorted);
    sorted.reserve(before.len() + fresh.len());
    let mut rest = before.as_slice();
    for place in fresh {
        let stays = |own: &u32| compare(*own, place) == Ordering::Less;
        let (front, back) = rest.split_at(rest.partition_point(stays));
        sorted.extend_from_slice(front);
        sorted.push(place);
        rest = back;
    }
    sorted.extend_from_slice(rest);
}

fn directed(order: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

/// What is no cell of a row.
const OWN: [&str; 5] = ["id", "name", "state", "region", "account"];

/// Writes the rank of a row by a member as a column shows it, `cell` where it is no member of every
/// row. Nothing where it has none.
fn rank(row: &Row, key: &str, cell: &Cell, show: Show, rank: &mut Vec<u8>) {
    match key {
        "id" => text(&row.id, rank),
        "name" => text(row.name.as_deref().unwrap_or_default(), rank),
        "state" => text(&row.state.word, rank),
        "region" => text(row.region.as_str(), rank),
        "account" => text(row.account.as_str(), rank),
        _ => match cell {
            // A chart has no order.
            Cell::Absent | Cell::Pending | Cell::Unknown | Cell::Days(_) => {}
            Cell::Text(value) => text(value, rank),
            Cell::Integer(value) => number(*value, rank),
            Cell::Flag(flag) => number(i64::from(*flag), rank),
            Cell::Time(moment) => {
                let moment = moment.as_microsecond();
                // What was later is younger.
                number(if show == Show::Age { -moment } else { moment }, rank);
            }
            Cell::List(items) => text(&items.join(", "), rank),
            Cell::Tags(tags) => {
                let pairs: Vec<String> = tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
                text(&pairs.join(", "), rank);
            }
        },
    }
}

fn number(value: i64, rank: &mut Vec<u8>) {
    rank.extend(key(value).to_be_bytes());
}

fn text(value: &str, rank: &mut Vec<u8>) {
    if value.is_ascii() {
        write_natural(value, rank);
    } else {
        write_natural(&value.to_lowercase(), rank);
    }
}

/// Bytes that stand in the order in which people expect texts: numbers in them count as numbers, and
/// case counts for nothing.
#[must_use]
pub fn natural(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 4);
    write_natural(text, &mut bytes);
    bytes
}

fn write_natural(text: &str, bytes: &mut Vec<u8>) {
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

    fn ranked(cells: Vec<Cell>, show: Show) -> (Ranking, Vec<u32>) {
        let mut ranking = Ranking::default();
        let places = (0..u32::try_from(cells.len()).unwrap()).collect();
        for (cell, place) in cells.into_iter().zip(0..) {
            ranking.set(&[place], &[&row(None, cell)], "cell", show);
        }
        (ranking, places)
    }

    fn order(cells: Vec<Cell>, show: Show, direction: Direction) -> Vec<u32> {
        let (ranking, places) = ranked(cells, show);
        ranking.sort(&places, direction)
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

        /// Whatever is drawn: as if each two were compared by themselves, and as if those that come
        /// later had been there from the beginning.
        #[test]
        fn all_ways_to_the_order_lead_to_the_same(
            drawn in prop::collection::vec(any_cell(), 0..60),
            later in prop::collection::vec((0_usize..60, any_cell()), 0..20),
            up in any::<bool>(),
        ) {
            let direction = if up { Direction::Ascending } else { Direction::Descending };
            let (mut ranking, places) = ranked(drawn.clone(), Show::Plain);
            let mut sorted = ranking.sort(&places, direction);
            let mut naive = places.clone();
            naive.sort_by(|a, b| naively(&drawn[*a as usize], &drawn[*b as usize], direction));
            prop_assert_eq!(&sorted, &naive);
            let turns = ranking.turns(&places);
            let turn = |place: u32| match &drawn[place as usize] {
                Cell::Absent | Cell::Pending => None,
                Cell::Text(text) if text.is_empty() => None,
                _ => Some(turns[place as usize]),
            };
            prop_assert_eq!(&sort_by_turns(&places, turn, direction), &naive);
            let key = |place: u32| turn(place).map(u64::from);
            prop_assert_eq!(&sort(&places, key, direction), &naive);

            let mut cells = drawn;
            let mut changed = Vec::new();
            for (place, cell) in later {
                let place = place.min(cells.len());
                if place == cells.len() {
                    cells.push(cell);
                } else {
                    cells[place] = cell;
                }
                let at = u32::try_from(place).unwrap();
                ranking.set(&[at], &[&row(None, cells[place].clone())], "cell", Show::Plain);
                changed.push(at);
            }
            changed.sort_unstable();
            changed.dedup();
            sorted.retain(|place| !changed.contains(place));
            insert(&mut sorted, changed, |one, other| {
                ranking.compare(one, other, direction).then(one.cmp(&other))
            });
            let mut naive: Vec<u32> = (0..u32::try_from(cells.len()).unwrap()).collect();
            prop_assert_eq!(&sorted, &ranking.sort(&naive, direction));
            naive.sort_by(|a, b| naively(&cells[*a as usize], &cells[*b as usize], direction));
            prop_assert_eq!(&sorted, &naive);
        }
    }

    /// Texts that often begin alike, numbers, and nothing.
    fn any_cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            Just(Cell::Absent),
            Just(Cell::Pending),
            (-3_i64..300).prop_map(Cell::Integer),
            any::<i64>().prop_map(Cell::Integer),
            "(a|Nightly of the web-)?(0{0,2}[0-9]{1,3}|[a-cB]{0,9}|É)(-[ab]{0,9})?"
                .prop_map(Cell::from),
        ]
    }

    /// The order of two cells without a ranking.
    fn naively(one: &Cell, other: &Cell, direction: Direction) -> Ordering {
        let bytes = |cell: &Cell| match cell {
            Cell::Integer(number) => (number.cast_unsigned() ^ (1 << 63)).to_be_bytes().to_vec(),
            Cell::Text(text) => natural(&text.to_lowercase()),
            _ => Vec::new(),
        };
        let (one, other) = (bytes(one), bytes(other));
        match (one.is_empty(), other.is_empty()) {
            (false, false) if direction == Direction::Descending => other.cmp(&one),
            (false, false) => one.cmp(&other),
            (one, other) => one.cmp(&other),
        }
    }

    #[test]
    fn long_texts_that_begin_alike_are_told_apart_at_their_end() {
        let text = |n: usize| Cell::from(format!("{}{n}", "same ".repeat(2000)));
        let cells: Vec<Cell> = (0..40).rev().map(text).collect();
        let expected: Vec<u32> = (0..40).rev().collect();
        assert_eq!(order(cells, Show::Plain, Direction::Ascending), expected);
    }
}
