//! The texts of a listing that a filter looks at, each kept once however many rows show it.
//!
//! Invariants: a value keeps its number until [`Values::tidy`] gives out new ones, which changes the
//! epoch; texts lie one behind the other, so that going through all of them reads little memory.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
    ops::Range,
};

use crate::domain::query::Texts;

/// Below this many values without a row nothing is tidied up.
const FEW: usize = 4096;

/// The distinct values of the rows of a listing, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Each value is a line.
    text: String,
    /// Where in it the line break behind each value is.
    ends: Vec<u32>,
    /// Where in each the key of a tag ends; zero where it is none.
    keys: Vec<u32>,
    /// How many rows have each value.
    rows: Vec<u32>,
    /// The values by their hashes. Of two that share one only the first is found again.
    numbers: HashMap<u64, u32, BuildHasherDefault<Same>>,
    hasher: RandomState,
    /// How many have no row any more.
    stale: usize,
    epoch: u64,
}

/// A hash of a hash is the hash itself.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only whole hashes are written, by the method below.
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Values {
    /// How many there are, those included that no row has any more.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A number that changes when the values get others.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A value by its number.
    pub(crate) fn get(&self, number: usize) -> &str {
        let end = self.ends.get(number).map_or(0, |end| *end as usize);
        self.text.get(self.start(number)..end).unwrap_or_default()
    }

    /// Values by their numbers, each a line, and where in the text their lines end.
    pub(crate) fn lines<'v>(
        &'v self,
        numbers: Range<usize>,
        ends: &'v mut Vec<usize>,
    ) -> Texts<'v> {
        let start = self.start(numbers.start);
        let own = self.ends.get(numbers.clone()).unwrap_or_default().iter();
        ends.clear();
        ends.extend(own.map(|end| *end as usize - start));
        let until = ends.last().map_or(start, |end| start + end + 1);
        Texts {
            text: self.text.get(start..until).unwrap_or_default(),
            ends,
            keys: self.keys.get(numbers).unwrap_or_default(),
        }
    }

    /// Something that was said of values holds no more.
    pub(super) fn renew(&mut self) {
        self.epoch += 1;
    }

    fn start(&self, number: usize) -> usize {
        let before = number
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        before.map_or(0, |end| *end as usize + 1)
    }

    /// The number of a value that one more row has. `None` where there is no room for it.
    pub(super) fn add(&mut self, value: &str, key: u32) -> Option<u32> {
        let hash = self.hasher.hash_one((value, key));
        if let Some(&number) = self.numbers.get(&hash)
            && (self.get(number as usize), self.keys[number as usize]) == (value, key)
        {
            let rows = &mut self.rows[number as usize];
            self.stale -= usize::from(*rows == 0);
            *rows += 1;
            return Some(number);
        }
        let number = u32::try_from(self.ends.len()).ok()?;
        let end = u32::try_from(self.text.len() + value.len()).ok()?;
        self.text.push_str(value);
        self.text.push('\n');
        self.ends.push(end);
        self.keys.push(key);
        self.rows.push(1);
        self.numbers.entry(hash).or_insert(number);
        Some(number)
    }

    /// A row has these values no more.
    pub(super) fn release(&mut self, numbers: &[u32]) {
        for number in numbers {
            let rows = &mut self.rows[*number as usize];
            *rows -= 1;
            self.stale += usize::from(*rows == 0);
        }
    }

    /// Whether those that no row has are so many that they should be forgotten.
    pub(super) fn is_untidy(&self) -> bool {
        self.stale >= FEW && self.stale >= self.len() / 2
    }

    /// Forgets the values that no row has; those that some have get new numbers.
    pub(super) fn tidy<'n>(&mut self, numbers: impl Iterator<Item = &'n mut u32>) {
        let before = std::mem::take(self);
        self.epoch = before.epoch + 1;
        for number in numbers {
            let own = *number as usize;
            // There was room for it when there were more.
            let renewed = self.add(before.get(own), before.keys[own]);
            *number = renewed.unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packed::Packed;

    #[test]
    fn a_value_is_kept_once_and_found_by_its_number() {
        let mut values = Values::default();
        let numbers = ["web", "", "db", "web", ""].map(|value| values.add(value, 0).unwrap());
        // As a tag it is another one.
        assert_eq!(values.add("a=b", 1), Some(3));
        assert_eq!(
            [values.add("a=b", 0), values.add("a=b", 1)],
            [Some(4), Some(3)]
        );
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(
            [0, 1, 2, 3].map(|number| values.get(number)),
            ["web", "", "db", "a=b"]
        );
    }

    #[test]
    fn what_no_row_has_goes_once_it_is_the_larger_part() {
        let mut values = Values::default();
        let mut shown = Packed::default();
        for n in 0..20_000 {
            let numbers = [format!("row {n}"), "all".to_owned()].map(|value| values.add(&value, 0));
            shown.put(n, |all| all.extend(numbers.into_iter().flatten()));
        }
        let let_go = |values: &mut Values, shown: &mut Packed<u32>, rows: Range<usize>| {
            for row in rows {
                values.release(shown.get(row));
                shown.put(row, |_| {});
            }
            if values.is_untidy() {
                values.tidy(shown.items_mut());
            }
        };
        let_go(&mut values, &mut shown, 0..9_000);
        assert_eq!((values.len(), values.epoch()), (20_001, 0));
        let_go(&mut values, &mut shown, 9_000..18_000);
        assert_eq!((values.len(), values.epoch()), (2_001, 1));
        let texts = |row: usize| {
            let numbers = shown.get(row).iter();
            numbers
                .map(|number| values.get(*number as usize))
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(18_000), ["row 18000", "all"]);
        assert_eq!(texts(19_999), ["row 19999", "all"]);
        assert_eq!(texts(0), [""; 0]);
        let mut ends = Vec::new();
        let texts = values.lines(1..3, &mut ends);
        assert_eq!((texts.text, texts.ends), ("all\nrow 18001\n", &[3, 13][..]));
        assert_eq!(values.lines(0..0, &mut ends).text, "");
    }
}
