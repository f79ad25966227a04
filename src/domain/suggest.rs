//! The word that was probably meant.

use super::text::harmless;

/// The known word nearest to `word`, if one is near enough to be what was meant.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = plain(word);
    let length = word.chars().count();
    // A third of the letters may be wrong, and two in a word that is not tiny; more is a guess.
    let allowed = if length < 4 { 1 } else { (length / 3).max(2) };
    known
        .iter()
        .map(|candidate| (distance(&word, &plain(candidate), allowed), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean ...?" where a known word is near, otherwise the list of what is known.
pub(crate) fn advice(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// Refuses a word that is not one of the known ones, naming it and what was probably meant.
pub(crate) fn choose<T: Copy>(
    word: &str,
    all: &[T],
    name: fn(T) -> &'static str,
    what: &str,
) -> Result<T, String> {
    all.iter()
        .copied()
        .find(|one| name(*one) == word)
        .ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
            format!(
                "'{}' is not {what}; {}",
                harmless(word),
                advice(word, &names)
            )
        })
}

/// Letters alone decide: `Page_Up` is as good as `page-up`.
fn plain(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

/// The edits between two words; a part of a known word counts as just near enough, its beginning as
/// nearer than that.
fn distance(word: &str, candidate: &str, allowed: usize) -> usize {
    let edits = strsim::osa_distance(word, candidate);
    if word.chars().count() >= 4 && candidate.contains(word) {
        let begins = usize::from(candidate.starts_with(word));
        edits.min(allowed.saturating_sub(begins))
    } else {
        edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_strangers_are_not() {
        let known = ["connect_timeout", "request_timeout", "ca_bundle", "page-up"];
        for (word, meant) in [
            ("conect_timeout", Some("connect_timeout")),
            ("Request-Timeout", Some("request_timeout")),
            ("ca_bundel", Some("ca_bundle")),
            ("bundle", Some("ca_bundle")),
            ("page", Some("page-up")),
            ("page_up", Some("page-up")),
            ("proxy", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, &known), meant, "{word}");
        }
        assert_eq!(advice("proxy", &["a", "b"]), "known are a, b");
    }
}
