//! What a user's own rules forbid or ask for, beyond what AWS and the checks of an action do.
//!
//! The configuration says them for each profile, the engine enforces them, and both faces say them in
//! advance.
//!
//! Invariants: a rule can only take away; every refusal names the rule and where it is written; what
//! is agreed to is compared letter by letter.

use std::fmt;

use super::{place::Account, wildcard::fits};

/// The most characters of a reason: it is a line in a journal.
pub const LONGEST_REASON: usize = 500;

/// Actions by their names, `service.action`, in which `*` stands for any letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern(String);

impl ActionPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and what one looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'*')
        };
        match text.split_once('.') {
            Some((service, action)) if part(service) && part(action) => Ok(Self(text.to_owned())),
            _ => Err(format!(
                "'{}' does not name actions; they are named service.action, as in ebs.delete_snapshot, \
                 and * stands for any letters, as in ebs.* or *.delete_*",
                super::text::harmless(text)
            )),
        }
    }

    /// Whether an action is meant.
    #[must_use]
    pub fn matches(&self, service: &str, action: &str) -> bool {
        let (own_service, own_action) = self.0.split_once('.').unwrap_or_default();
        fits(own_service, service) && fits(own_action, action)
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The rules of one profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// What is never done.
    pub deny: Vec<ActionPattern>,
    /// Whether the account must be typed for what cannot be undone.
    pub confirm_account: bool,
    /// How many requests may be agreed to at once.
    pub largest_bulk: Option<usize>,
    /// Whether a reason must be given for every change.
    pub require_reason: bool,
}

/// The rules that are in force, with where they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guardrails {
    rules: Rules,
    /// `profile production in /home/ana/.config/snapdeck/config.toml`.
    source: String,
}

impl Guardrails {
    /// Rules from somewhere; `source` says where, to follow "of".
    #[must_use]
    pub fn new(rules: Rules, source: String) -> Self {
        Self { rules, source }
    }

    /// Why an action is not done, if a rule forbids it; `batch` is how many requests are agreed to
    /// at once, this one included.
    #[must_use]
    pub fn forbids(&self, service: &str, action: &str, batch: usize) -> Option<String> {
        let Self { rules, source } = self;
        if let Some(pattern) = rules.deny.iter().find(|p| p.matches(service, action)) {
            return Some(format!(
                "{service}.{action} is denied: deny = \"{pattern}\" of {source}"
            ));
        }
        let most = rules.largest_bulk.filter(|most| batch > *most)?;
        Some(format!(
            "{batch} at once are more than allowed: largest_bulk = {most} of {source}"
        ))
    }

    /// Whether a reason must be given.
    #[must_use]
    pub fn asks_reason(&self) -> bool {
        self.rules.require_reason
    }

    /// Whether the account must be typed for what cannot be undone.
    #[must_use]
    pub fn asks_account(&self) -> bool {
        self.rules.confirm_account
    }

    /// Whether a reason is there where one is asked for, and can be kept.
    ///
    /// # Errors
    /// What is missing, and which rule asks for it.
    pub fn reasoned(&self, reason: Option<&str>) -> Result<(), String> {
        let reason = reason.map(str::trim).unwrap_or_default();
        let length = reason.chars().count();
        if length > LONGEST_REASON {
            return Err(format!(
                "the reason has {length} characters; at most {LONGEST_REASON} are kept"
            ));
        }
        if reason.is_empty() && self.rules.require_reason {
            return Err(format!(
                "a reason is needed, as in --reason TEXT: require_reason of {}",
                self.source
            ));
        }
        Ok(())
    }

    /// Whether the account was typed where that is asked for: its id, or its alias.
    ///
    /// # Errors
    /// What is missing or wrong, and which rule asks for it.
    pub fn account_typed(
        &self,
        typed: Option<&str>,
        account: &Account,
        alias: Option<&str>,
    ) -> Result<(), String> {
        if !self.rules.confirm_account {
            return Ok(());
        }
        let source = &self.source;
        match typed.map(str::trim) {
            Some(typed) if typed == account.as_str() || Some(typed) == alias => Ok(()),
            Some(typed) => Err(format!(
                "not confirmed: '{}' is not the account, which is {account}: confirm_account of {source}",
                super::text::harmless(typed)
            )),
            None => Err(format!(
                "not confirmed: this needs the account, as in --confirm-account {account}: \
                 confirm_account of {source}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guardrails(rules: Rules) -> Guardrails {
        Guardrails::new(rules, "profile production in /c.toml".to_owned())
    }

    fn pattern(text: &str) -> ActionPattern {
        ActionPattern::parse(text).unwrap()
    }

    #[test]
    fn patterns_name_actions_with_and_without_wildcards() {
        for (text, service, action, expected) in [
            ("ebs.delete_snapshot", "ebs", "delete_snapshot", true),
            ("ebs.delete_snapshot", "ebs", "delete_snapshots", false),
            ("ebs.*", "ebs", "anything", true),
            ("ebs.*", "directory", "anything", false),
            ("*.delete_*", "directory", "delete_snapshot", true),
            ("*.delete_*", "directory", "undelete_x", false),
            ("*.*_snap*t", "ebs", "create_snapshot", true),
            ("*.*", "a", "b", true),
        ] {
            assert_eq!(
                pattern(text).matches(service, action),
                expected,
                "{text} {service}.{action}"
            );
        }
        for bad in [
            "",
            "ebs",
            "*",
            "ebs.",
            ".x",
            "ebs.a.b",
            "EBS.x",
            "ebs delete",
        ] {
            let error = ActionPattern::parse(bad).unwrap_err();
            assert!(
                error.contains(&format!("'{bad}'")) && error.contains("service.action"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_refusal_names_the_rule_the_profile_and_the_file() {
        let strict = guardrails(Rules {
            deny: vec![pattern("ebs.*")],
            confirm_account: true,
            largest_bulk: Some(2),
            require_reason: true,
        });
        let account = Account::new("123456789012");
        for (said, words) in [
            (
                strict.forbids("ebs", "delete_snapshot", 1).unwrap(),
                "deny = \"ebs.*\"",
            ),
            (
                strict.forbids("directory", "delete_snapshot", 3).unwrap(),
                "largest_bulk = 2",
            ),
            (strict.reasoned(Some("  ")).unwrap_err(), "require_reason"),
            (
                strict.account_typed(None, &account, None).unwrap_err(),
                "--confirm-account 123456789012",
            ),
            (
                strict
                    .account_typed(Some("123"), &account, None)
                    .unwrap_err(),
                "'123' is not the account",
            ),
        ] {
            assert!(said.contains(words), "{said}");
            assert!(said.ends_with("of profile production in /c.toml"), "{said}");
        }
        assert_eq!(strict.forbids("directory", "delete_snapshot", 2), None);
        assert_eq!(strict.reasoned(Some("CHG-1")), Ok(()));
        for typed in ["123456789012", " 123456789012 ", "acme-prod"] {
            assert_eq!(
                strict.account_typed(Some(typed), &account, Some("acme-prod")),
                Ok(())
            );
        }
    }

    #[test]
    fn without_rules_nothing_is_forbidden_or_asked() {
        let none = Guardrails::default();
        assert_eq!(none.forbids("ebs", "delete_snapshot", 10_000), None);
        assert_eq!(none.reasoned(None), Ok(()));
        assert_eq!(none.account_typed(None, &Account::new("1"), None), Ok(()));
        assert!(none.reasoned(Some(&"x".repeat(501))).is_err());
    }
}
