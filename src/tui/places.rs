//! A set of places of a listing: a bit each, however many rows there are.

/// A set of places.
#[derive(Debug, Default, Clone)]
pub(crate) struct Places {
    words: Vec<u64>,
    count: usize,
}

impl Places {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Whether a place is one of them.
    pub(crate) fn has(&self, place: u32) -> bool {
        let (word, bit) = at(place);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Puts a place in, or takes it out.
    pub(crate) fn set(&mut self, place: u32, is_in: bool) {
        let (index, bit) = at(place);
        if index >= self.words.len() {
            if !is_in {
                return;
            }
            self.words.resize(index + 1, 0);
        }
        let word = &mut self.words[index];
        match (*word & bit != 0, is_in) {
            (false, true) => self.count += 1,
            (true, false) => self.count -= 1,
            _ => return,
        }
        *word ^= bit;
    }

    /// Takes all out.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.count = 0;
    }

    /// All of them, the smallest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip(0_u32..).flat_map(|(word, index)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    index * u64::BITS + bit
                })
            })
        })
    }
}

impl FromIterator<u32> for Places {
    fn from_iter<I: IntoIterator<Item = u32>>(places: I) -> Self {
        let mut set = Self::default();
        for place in places {
            set.set(place, true);
        }
        set
    }
}

fn at(place: u32) -> (usize, u64) {
    ((place / u64::BITS) as usize, 1 << (place % u64::BITS))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_as_any_set(changes in prop::collection::vec((0_u32..300, any::<bool>()), 0..200)) {
            let mut set = Places::default();
            let mut plain = BTreeSet::new();
            for (place, is_in) in changes {
                set.set(place, is_in);
                if is_in { plain.insert(place); } else { plain.remove(&place); }
                prop_assert_eq!(set.has(place), is_in);
            }
            prop_assert_eq!(set.len(), plain.len());
            prop_assert!(set.iter().eq(plain.iter().copied()));
            prop_assert_eq!(set.iter().collect::<Places>().len(), plain.len());
            set.clear();
            prop_assert_eq!((set.len(), set.iter().count()), (0, 0));
        }
    }
}
