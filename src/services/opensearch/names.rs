//! Ids of what a domain holds, and the rules of names.
//!
//! Invariant: a name that could mean more than one thing to the engine, such as `logs-*` or `a,b`, is
//! refused before anything is sent: `DELETE /_snapshot/r/*` deletes every snapshot of `r`.
//!
//! The rules are those of the engines, and of AWS where it adds one.

pub(super) use crate::domain::name::search_domain as domain_id;
use crate::domain::{text::harmless, words::one};

/// Characters that no name may hold: the engine's list, the wildcard and the comma among them.
const FORBIDDEN: &[char] = &[' ', '"', '*', '\\', '<', '|', ',', '>', '/', '?'];

/// The domain and the one part after it, of a repository, an index or a policy.
pub(super) fn pair(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or((id, ""))
}

/// The domain, the repository and the snapshot of a snapshot's id.
pub(super) fn triple(id: &str) -> (&str, &str, &str) {
    let (domain, rest) = pair(id);
    let (repository, snapshot) = pair(rest);
    (domain, repository, snapshot)
}

/// The id of a repository: `domain/repository`.
pub(super) fn repository_id(text: &str) -> Result<(), String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [domain, repository] => {
            domain_id(domain)?;
            known_repository(repository)
        }
        _ => Err(form(text, "repository", "DOMAIN/REPO")),
    }
}

/// The id of a snapshot: `domain/repository/snapshot`.
pub(super) fn snapshot_id(text: &str) -> Result<(), String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [domain, repository, name] => {
            domain_id(domain)?;
            known_repository(repository)?;
            snapshot(name)
        }
        _ => Err(form(text, "snapshot", "DOMAIN/REPO/NAME")),
    }
}

/// The id of an index: `domain/index`.
pub(super) fn index_id(text: &str) -> Result<(), String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [domain, name] => {
            domain_id(domain)?;
            index(name)
        }
        _ => Err(form(text, "index", "DOMAIN/INDEX")),
    }
}

/// The id of a snapshot management policy: `domain/policy`.
pub(super) fn policy_id(text: &str) -> Result<(), String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [domain, name] => {
            domain_id(domain)?;
            policy(name)
        }
        _ => Err(form(text, "policy", "DOMAIN/POLICY")),
    }
}

fn form(text: &str, noun: &str, form: &str) -> String {
    format!(
        "'{}' is not the id of {}: write it as {form}",
        harmless(text),
        one(noun)
    )
}

fn wrong(noun: &str, text: &str, rule: &str) -> String {
    format!(
        "'{}' cannot be the name of {}: {rule}",
        harmless(text),
        one(noun)
    )
}

/// What holds for every name of everything.
fn name(noun: &str, text: &str, longest: usize) -> Result<(), String> {
    let fail = |rule: &str| Err(wrong(noun, text, rule));
    if text.is_empty() {
        return fail("it is empty");
    }
    if text.len() > longest {
        return fail(&format!("it is longer than {longest} bytes"));
    }
    if text == "." || text == ".." {
        return fail("it must be neither . nor ..");
    }
    if text.chars().any(char::is_control) {
        return fail("it holds a control character");
    }
    match text
        .chars()
        .find(|c| FORBIDDEN[1..].contains(c) || *c == '#')
    {
        Some('*' | '?') => fail("a wildcard would mean several"),
        Some(',') => fail("a comma would mean several"),
        Some(c) => fail(&format!("'{c}' is not allowed")),
        None => Ok(()),
    }
}

/// A name that must be lowercase and without spaces.
fn strict(noun: &str, text: &str, longest: usize) -> Result<(), String> {
    name(noun, text, longest)?;
    if text.chars().any(char::is_whitespace) {
        return Err(wrong(noun, text, "it must not contain spaces"));
    }
    if text.chars().any(char::is_uppercase) {
        return Err(wrong(noun, text, "it must be lowercase"));
    }
    Ok(())
}

/// The name of a snapshot.
pub(super) fn snapshot(text: &str) -> Result<(), String> {
    strict("snapshot", text, 255)?;
    if text.starts_with('_') {
        return Err(wrong("snapshot", text, "it must not start with _"));
    }
    Ok(())
}

/// The name of an index.
pub(super) fn index(text: &str) -> Result<(), String> {
    if text == "_all" {
        return Err(wrong("index", text, "it means all indices"));
    }
    strict("index", text, 255)?;
    if text.starts_with(['-', '_', '+']) {
        return Err(wrong("index", text, "it must not start with -, _ or +"));
    }
    if text.contains(':') {
        return Err(wrong("index", text, "':' is not allowed"));
    }
    Ok(())
}

/// The name of a repository that there is: older engines let spaces in.
fn known_repository(text: &str) -> Result<(), String> {
    if text == "_all" {
        return Err(wrong("repository", text, "it means all repositories"));
    }
    name("repository", text, 255)
}

/// The name of a repository to be registered.
pub(super) fn repository(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed: the name of the repository".to_owned());
    }
    known_repository(text)?;
    if text.chars().any(char::is_whitespace) {
        return Err(wrong("repository", text, "it must not contain spaces"));
    }
    if text.starts_with("cs-") {
        return Err(wrong(
            "repository",
            text,
            "names that start with cs- are AWS's own",
        ));
    }
    Ok(())
}

/// The name of a snapshot management policy.
pub(super) fn policy(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("needed: the name of the policy".to_owned());
    }
    strict("policy", text, 255)?;
    if text.starts_with('_') {
        return Err(wrong("policy", text, "it must not start with _"));
    }
    Ok(())
}

/// A pattern of index names as the engine takes them: names with `*`, a leading `-` takes away.
pub(super) fn pattern(text: &str) -> Result<(), String> {
    let body = text.strip_prefix('-').unwrap_or(text);
    let rest: String = body.chars().filter(|c| *c != '*').collect();
    if body.contains('*') && (rest.is_empty() || rest.chars().all(|c| c == '.')) {
        return Ok(());
    }
    if body == "_all" {
        return Ok(());
    }
    strict("index", &rest, 255).map_err(|why| {
        format!(
            "'{}' is not a pattern of index names ({why}); one looks like logs-* or -.kibana*",
            harmless(text)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_mean_several_or_break_a_rule_is_refused_with_the_rule() {
        for (bad, rule) in [
            ("", "empty"),
            ("s*", "wildcard"),
            ("a,b", "comma"),
            ("a/b", "'/'"),
            ("..", "neither"),
            ("a\u{7}", "control"),
            ("Big", "lowercase"),
            ("_x", "start with _"),
            ("a b", "spaces"),
            ("a#b", "'#'"),
            ("a?", "wildcard"),
        ] {
            assert!(snapshot(bad).unwrap_err().contains(rule), "{bad}");
        }
        for good in ["nightly-2026.11.20", "a+b", "50%", "größe", ".x", "-x"] {
            assert_eq!(snapshot(good), Ok(()), "{good}");
        }
        assert!(snapshot(&"x".repeat(256)).unwrap_err().contains("255"));
        for bad in ["_all", "-x", "+x", "a:b", "*", "LOGS"] {
            assert!(index(bad).is_err(), "{bad}");
        }
        assert!(index(".kibana_1").is_ok());
        assert!(repository("cs-mine").unwrap_err().contains("AWS's own"));
        assert!(repository("").unwrap_err().contains("needed"));
        assert!(repository_id("d1/a b").is_ok() && repository("a b").is_err());
    }

    #[test]
    fn ids_have_their_number_of_parts() {
        assert!(domain_id("logs-1").is_ok() && domain_id("logs/r").is_err());
        assert!(repository_id("logs/r").is_ok() && repository_id("logs").is_err());
        assert!(snapshot_id("logs/r/s").is_ok() && snapshot_id("logs/r").is_err());
        assert!(snapshot_id("logs/r/s*").unwrap_err().contains("wildcard"));
        assert!(repository_id("logs/_all").is_err() && index_id("logs/_all").is_err());
        assert_eq!(triple("d/r/s"), ("d", "r", "s"));
        assert_eq!(pair("d/i"), ("d", "i"));
    }

    #[test]
    fn patterns_may_have_wildcards_and_take_away() {
        for good in ["logs-*", "-.kibana*", "*", "orders", "_all", ".ds-*"] {
            assert_eq!(pattern(good), Ok(()), "{good}");
        }
        for bad in ["", "-", "a b", "LOGS-*", "a,b", "a/b"] {
            assert!(pattern(bad).is_err(), "{bad}");
        }
    }
}
