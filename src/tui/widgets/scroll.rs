//! Which part of a long list or text is in sight.

/// The first line in sight after the cursor moved to `at`.
///
/// As long as the cursor stays in sight nothing moves. When it leaves, the view jumps by half a
/// screen rather than by a line: over a slow connection a key then repaints the list once in many
/// presses and not at each.
pub(crate) fn follow(first: usize, at: usize, height: usize, length: usize) -> usize {
    if height == 0 {
        return 0;
    }
    let last_first = length.saturating_sub(height);
    let first = first.min(last_first);
    if at < first {
        at.saturating_sub(height / 2).min(last_first)
    } else if at >= first + height {
        // One step past the edge shows half a screen of what comes; a far jump centres as well.
        (at + 1).saturating_sub(height.div_ceil(2)).min(last_first)
    } else {
        first
    }
}

/// The first line in sight that shows the lines `from..to` with the least movement; the beginning
/// wins where they do not all fit.
pub(crate) fn reveal(first: usize, from: usize, to: usize, height: usize) -> usize {
    if from < first {
        from
    } else if to > first + height {
        from.min(to.saturating_sub(height))
    } else {
        first
    }
}

/// A first line that leaves no empty space below the last one.
pub(crate) fn clamp(first: usize, height: usize, length: usize) -> usize {
    first.min(length.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_view_stands_still_until_the_cursor_leaves_it_and_then_jumps_half_a_screen() {
        assert_eq!(follow(0, 9, 10, 100), 0);
        assert_eq!(follow(0, 10, 10, 100), 6);
        assert_eq!(follow(6, 15, 10, 100), 6);
        assert_eq!(follow(6, 5, 10, 100), 0);
        assert_eq!(follow(0, 99, 10, 100), 90);
        assert_eq!(follow(95, 96, 10, 100), 90);
        assert_eq!(follow(3, 0, 0, 100), 0);
    }

    #[test]
    fn what_has_the_focus_is_brought_into_sight_from_its_beginning() {
        assert_eq!(reveal(0, 4, 6, 10), 0);
        assert_eq!(reveal(0, 9, 12, 10), 2);
        assert_eq!(reveal(5, 2, 4, 10), 2);
        assert_eq!(reveal(0, 3, 30, 10), 3);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_sight(
            first in 0_usize..200, at in 0_usize..100, height in 1_usize..40
        ) {
            let first = follow(first, at, height, 100);
            prop_assert!(first <= at && at < first + height);
            prop_assert!(first <= 100_usize.saturating_sub(height));
        }
    }
}
