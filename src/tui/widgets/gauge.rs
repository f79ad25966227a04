//! How much of a limit is used, without colour: `[###..] 3/5`.

/// At most this many cells between the brackets; a larger limit is drawn to scale.
const LONGEST: u32 = 20;

/// The gauge as text.
pub(crate) fn gauge(used: u32, limit: u32) -> String {
    let length = limit.clamp(1, LONGEST);
    let filled = if limit <= LONGEST {
        used.min(limit)
    } else {
        let scaled = u64::from(used.min(limit)) * u64::from(length) / u64::from(limit);
        // One of a thousand is not none.
        u32::try_from(scaled)
            .unwrap_or(length)
            .max(u32::from(used > 0))
    };
    let mut text = String::from("[");
    text.extend((0..length).map(|cell| if cell < filled { '#' } else { '.' }));
    text + &format!("] {used}/{limit}")
}

#[cfg(test)]
mod tests {
    use super::gauge;

    #[test]
    fn small_limits_are_counted_and_large_ones_drawn_to_scale() {
        assert_eq!(gauge(3, 5), "[###..] 3/5");
        assert_eq!(gauge(5, 5), "[#####] 5/5");
        assert_eq!(gauge(6, 5), "[#####] 6/5");
        assert_eq!(gauge(0, 5), "[.....] 0/5");
        assert_eq!(gauge(0, 0), "[.] 0/0");
        assert_eq!(gauge(1, 1000), "[#...................] 1/1000");
        assert_eq!(gauge(1000, 1000), "[####################] 1000/1000");
    }
}
