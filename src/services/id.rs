//! The form of AWS's ids: a prefix and hexadecimal digits.

use crate::domain::{text::harmless, words};

/// Whether a text is an id: `prefix` and as many digits of 0-9 a-f as one of `lengths` says.
///
/// # Errors
/// A sentence that names the text and what would be right.
pub(super) fn check(
    prefix: &str,
    lengths: &[usize],
    noun: &str,
    example: &str,
    text: &str,
) -> Result<(), String> {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if lengths.contains(&digits.len()) && digits.bytes().all(hexadecimal) {
        return Ok(());
    }
    let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
    Err(format!(
        "'{}' is not the id of {}: {prefix} and {} digits of 0-9 a-f, for example {example}",
        harmless(text),
        words::one(noun),
        lengths.join(" or ")
    ))
}
