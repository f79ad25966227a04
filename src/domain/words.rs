//! Words and numbers as people write them: the plural of a noun, its article, a large number in groups.
//!
//! For what is shown to people. What scripts read is exact and passes nothing of this.

use std::fmt::Display;

/// More than one of these: `policy` is `policies`, `snapshot in the Recycle Bin` is
/// `snapshots in the Recycle Bin`.
#[must_use]
pub fn plural(noun: &str) -> String {
    let (head, rest) = match noun.find(" in ").or_else(|| noun.find(" of ")) {
        Some(at) => noun.split_at(at),
        None => (noun, ""),
    };
    let ends = |endings: &[&str]| endings.iter().any(|ending| head.ends_with(ending));
    let head = if let Some(stem) = head.strip_suffix("index") {
        format!("{stem}indices")
    } else if ends(&["ay", "ey", "oy", "uy"]) {
        format!("{head}s")
    } else if let Some(stem) = head.strip_suffix('y') {
        format!("{stem}ies")
    } else if ends(&["s", "x", "z", "ch", "sh"]) {
        format!("{head}es")
    } else {
        format!("{head}s")
    };
    head + rest
}

/// So many of these: `1 policy`, `12,345 policies`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        many => format!("{} {}", grouped(many), plural(noun)),
    }
}

/// A number of bytes in the unit that suits it, and exactly: `313 GiB (336,392,641,848 bytes)`.
#[must_use]
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let exact = format!("{} bytes", grouped(bytes));
    let mut tenths = i128::from(bytes) * 10;
    let mut unit = None;
    for next in UNITS {
        if tenths < 10_240 {
            break;
        }
        tenths /= 1024;
        unit = Some(next);
    }
    let whole = tenths / 10;
    match unit {
        None => exact,
        Some(unit) if whole < 10 => format!("{whole}.{} {unit} ({exact})", tenths % 10),
        Some(unit) => format!("{whole} {unit} ({exact})"),
    }
}

/// One of several: `running, stopping or stopped`.
#[must_use]
pub fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

/// One of these: `a volume`, `an instance`.
#[must_use]
pub fn one(noun: &str) -> String {
    let article = match noun.chars().next().map(|c| c.to_ascii_lowercase()) {
        Some('a' | 'e' | 'i' | 'o') => "an",
        _ => "a",
    };
    format!("{article} {noun}")
}

/// A heading inside a sentence: its first letter is small unless a name begins with it, as in
/// `EBS snapshots` and `Recycle Bin`.
#[must_use]
pub fn inside(heading: &str) -> String {
    let is_name = heading.chars().skip(1).any(char::is_uppercase);
    if is_name {
        heading.to_owned()
    } else {
        heading.to_lowercase()
    }
}

/// A whole number, in groups of three digits where it has five or more: `9999`, `12,345`.
#[must_use]
pub fn grouped(number: impl Display) -> String {
    let text = number.to_string();
    let digits = text.trim_start_matches('-');
    if digits.len() < 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let mut out = text[..text.len() - digits.len()].to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_a_unit_and_exactly() {
        for (bytes, told) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1536, "1.5 KiB (1536 bytes)"),
            (336_392_641_848, "313 GiB (336,392,641,848 bytes)"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }

    #[test]
    fn one_of_several_is_told_with_an_or() {
        assert_eq!(either(&["running"]), "running");
        assert_eq!(
            either(&["running", "stopping", "stopped"]),
            "running, stopping or stopped"
        );
    }

    #[test]
    fn nouns_are_as_people_write_them() {
        for (noun, many) in [
            ("snapshot", "snapshots"),
            ("policy", "policies"),
            ("repository", "repositories"),
            ("index", "indices"),
            ("day", "days"),
            ("box", "boxes"),
            (
                "snapshot in the Recycle Bin",
                "snapshots in the Recycle Bin",
            ),
        ] {
            assert_eq!(plural(noun), many);
        }
        assert_eq!(counted(1, "policy"), "1 policy");
        assert_eq!(counted(0, "policy"), "0 policies");
        assert_eq!(counted(12_345, "index"), "12,345 indices");
        assert_eq!(one("instance"), "an instance");
        assert_eq!(one("volume"), "a volume");
        assert_eq!(inside("Directories"), "directories");
        assert_eq!(inside("EBS snapshots"), "EBS snapshots");
        assert_eq!(inside("Recycle Bin"), "Recycle Bin");
    }

    #[test]
    fn large_numbers_are_in_groups_and_small_ones_as_they_are() {
        for (number, text) in [
            (0, "0"),
            (9_999, "9999"),
            (-9_999, "-9999"),
            (10_000, "10,000"),
            (-123_456, "-123,456"),
            (1_234_567, "1,234,567"),
            (i64::MIN, "-9,223,372,036,854,775,808"),
        ] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(grouped("1e9"), "1e9");
    }
}
