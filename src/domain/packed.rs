//! Many short lists, one for each place, kept one behind the other: going through all of them reads
//! little memory, and none costs an allocation of its own.

/// From how many items without a list on room is made.
const MANY: usize = 1 << 16;

/// Short lists by their places. Where none was put there is an empty one.
#[derive(Debug)]
pub struct Packed<T> {
    items: Vec<T>,
    spans: Vec<Span>,
    /// How many items belong to no list any more.
    stale: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Span {
    from: u32,
    len: u32,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            spans: Vec::new(),
            stale: 0,
        }
    }
}

impl<T: Copy> Packed<T> {
    /// The list at a place.
    #[must_use]
    pub fn get(&self, place: usize) -> &[T] {
        let span = self.spans.get(place).copied().unwrap_or_default();
        let from = span.from as usize;
        self.items
            .get(from..from + span.len as usize)
            .unwrap_or_default()
    }

    /// Puts at a place what is written behind the items that are given. Where it is more than all
    /// memory holds, nothing.
    pub fn put(&mut self, place: usize, write: impl FnOnce(&mut Vec<T>)) {
        if self.spans.len() <= place {
            self.spans.resize(place + 1, Span::default());
        }
        let old = self.spans[place];
        let from = self.items.len();
        write(&mut self.items);
        let len = self.items.len() - from;
        if len <= old.len as usize {
            // What comes again is mostly as long as it was.
            self.items.copy_within(from.., old.from as usize);
            self.items.truncate(from);
            self.stale += old.len as usize - len;
            self.spans[place].len = u32::try_from(len).unwrap_or(0);
            return;
        }
        self.stale += old.len as usize;
        self.spans[place] = match (u32::try_from(from), u32::try_from(len)) {
            (Ok(from), Ok(len)) => Span { from, len },
            _ => Span::default(),
        };
        if self.stale > MANY && self.stale > self.items.len() / 2 {
            self.tidy();
        }
    }

    /// Changes the items of all lists.
    pub fn items_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.tidy();
        self.items.iter_mut()
    }

    /// Lets go of the items that belong to no list any more.
    fn tidy(&mut self) {
        let mut items = Vec::with_capacity(self.items.len().saturating_sub(self.stale));
        for span in &mut self.spans {
            let from = span.from as usize;
            // Never more than there were.
            span.from = u32::try_from(items.len()).unwrap_or(u32::MAX);
            items.extend_from_slice(&self.items[from..from + span.len as usize]);
        }
        self.items = items;
        self.stale = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_place_has_what_was_put_there_last(
            puts in prop::collection::vec((0_usize..20, prop::collection::vec(any::<u8>(), 0..9)), 0..200)
        ) {
            let mut packed: Packed<u8> = Packed::default();
            let mut plain = vec![Vec::new(); 20];
            for (place, items) in puts {
                packed.put(place, |all| all.extend(&items));
                plain[place] = items;
            }
            for (place, items) in plain.iter().enumerate() {
                prop_assert_eq!(packed.get(place), items.as_slice());
            }
            packed.items_mut().for_each(|item| *item = item.wrapping_add(1));
            for (place, items) in plain.iter().enumerate() {
                let more: Vec<u8> = items.iter().map(|item| item.wrapping_add(1)).collect();
                prop_assert_eq!(packed.get(place), more);
            }
        }
    }

    #[test]
    fn what_is_put_again_and_again_takes_no_more_room() {
        let mut packed = Packed::default();
        for turn in 0..400_000_usize {
            packed.put(turn % 10, |all| all.extend(vec![turn; turn * 7 % 50]));
        }
        assert!(packed.items.capacity() < 1 << 18);
        assert!((0..10).all(|place| packed.get(place).iter().all(|turn| turn % 10 == place)));
    }
}
