//! Moments and spans as people read and write them.

use jiff::{SignedDuration, Timestamp};

/// How far a moment may lie ahead and still be now: clocks differ.
const APART: SignedDuration = SignedDuration::from_secs(60);

/// How long ago `then` was, in the two largest units: `3d4h`, `26m`, `12s`. A moment that is still to
/// come reads as `in 2h37m`; one that is so near that clocks may differ by as much, as `0s`.
#[must_use]
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let ahead = then.duration_since(now);
    if ahead < APART {
        return span(now.duration_since(then));
    }
    format!("in {}", span(ahead))
}

/// The same in a sentence: `3d4h ago`, `in 2h37m`.
#[must_use]
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let age = age(then, now);
    if age.starts_with("in ") {
        age
    } else {
        format!("{age} ago")
    }
}

/// A span in its two largest units, the second one left out where it is zero.
#[must_use]
pub fn span(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, m) if seconds % 60 == 0 || m >= 10 => format!("{m}m"),
        (0, 0, m) => format!("{m}m{}s", seconds % 60),
        (0, h, 0) => format!("{h}h"),
        (0, h, m) => format!("{h}h{m}m"),
        (d, 0, _) => format!("{d}d"),
        (d, _, _) if d >= 10 => format!("{d}d"),
        (d, h, _) => format!("{d}d{h}h"),
    }
}

/// A moment in UTC to the second, as people read it: `2026-11-20 02:00:07`.
#[must_use]
pub fn stamp(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Reads a span such as `90s`, `20m`, `3h` or `2d`; a bare number is seconds.
///
/// # Errors
/// A sentence that names the value and the forms that are understood.
pub fn parse_span(text: &str) -> Result<SignedDuration, String> {
    let wrong = || {
        format!(
            "'{}' is not a duration; write it like 90s, 20m, 3h or 2d",
            crate::domain::text::harmless(text)
        )
    };
    let (digits, unit) = text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let count: i64 = digits.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    count
        .checked_mul(seconds)
        .map(SignedDuration::from_secs)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_to_come_is_not_ago() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |seconds| ago(now + SignedDuration::from_secs(seconds), now);
        assert_eq!(at(-7380), "2h3m ago");
        assert_eq!([at(0), at(59)], ["0s ago", "0s ago"]);
        assert_eq!(at(9420), "in 2h37m");
    }

    #[test]
    fn spans_read_in_their_two_largest_units() {
        let read = |s| span(SignedDuration::from_secs(s));
        assert_eq!(
            [
                -5,
                0,
                59,
                60,
                75,
                659,
                3600,
                3720,
                86_400,
                97_200,
                864_000 + 7200
            ]
            .map(read),
            [
                "0s", "0s", "59s", "1m", "1m15s", "10m", "1h", "1h2m", "1d", "1d3h", "10d"
            ]
        );
    }

    #[test]
    fn durations_are_read_with_their_unit_and_refused_with_the_value_named() {
        assert_eq!(parse_span("90").unwrap().as_secs(), 90);
        assert_eq!(parse_span("3h").unwrap().as_secs(), 10_800);
        for bad in [
            "",
            "h",
            "-3h",
            "3 h",
            "3w",
            "99999999999999999999s",
            "9223372036854775807d",
        ] {
            assert!(parse_span(bad).unwrap_err().contains(&format!("'{bad}'")));
        }
    }
}
