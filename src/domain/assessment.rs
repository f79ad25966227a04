//! What would follow from a request, found out before it is asked: the facts, the warnings, the
//! checks, and how it must be confirmed.

use super::{failure::FailureKind, way::Way};

/// Everything a user should know before the key that causes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What is acted on: label and value, as AWS sent the value.
    pub facts: Vec<(&'static str, String)>,
    /// How much of a quota is used, where the action uses one up.
    pub gauge: Option<Gauge>,
    /// What is lost or interrupted, most serious first, in this program's words.
    pub warnings: Vec<String>,
    /// What must hold, and whether it does.
    pub checks: Vec<Check>,
    /// How it must be confirmed.
    pub confirmation: Confirmation,
    /// How long it usually takes, in words, where AWS or experience says.
    pub duration: Option<String>,
    /// The same request as a line for the AWS command line, or as method, path and body.
    pub equivalent: String,
    /// What mends what is missing, to be copied: policies, for example.
    pub documents: Vec<Document>,
}

/// A text that a user takes away from an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is and where it belongs, as a phrase.
    pub title: String,
    /// The text itself.
    pub text: String,
}

impl Assessment {
    /// The first check that forbids the request.
    #[must_use]
    pub fn obstacle(&self) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| matches!(check.verdict, Verdict::Failed(_)))
    }
}

/// A used part of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge {
    /// What is counted.
    pub label: &'static str,
    /// How many there are.
    pub used: u32,
    /// How many there may be.
    pub limit: u32,
}

/// Something that must hold for a request to make sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub label: &'static str,
    /// What was found.
    pub verdict: Verdict,
    /// Who has the last word.
    pub authority: Authority,
    /// What sort of refusal a failing check is: a missing permission is not a wrong state.
    pub refusal: FailureKind,
    /// What can be done about it here, where something can.
    pub remedy: Option<Remedy>,
    /// What to ask for in place of it, or before it.
    pub ways: Vec<Way>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds; the text says what was seen.
    Passed(String),
    /// It does not hold; the text says why, and what would be right.
    Failed(String),
    /// It cannot be found out; the text says why not.
    Unknown(String),
}

/// Who has the last word on a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// The rule is certain: a failing check refuses the request.
    Rule,
    /// AWS counts for itself and what was read may be old. The console refuses; a script's request
    /// is passed on, so that it gets AWS's own answer.
    Aws,
}

/// A way out of a failing check, offered beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// What it does, as a button's label.
    pub label: &'static str,
    /// The collection to go to, under the request's target.
    pub collection: &'static str,
    /// The filter to set there.
    pub filter: &'static str,
}

/// How a request must be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// The button is enough.
    Button,
    /// A question with the focus on Cancel; `id` is what a script may give in place of `--yes`.
    Ask {
        /// The resource's id.
        id: String,
    },
    /// The id must be typed.
    Type {
        /// What the id is of: `directory`.
        noun: &'static str,
        /// The id expected.
        id: String,
    },
}

impl Check {
    /// A check that this program decides.
    #[must_use]
    pub fn rule(label: &'static str, verdict: Result<String, String>) -> Self {
        let verdict = match verdict {
            Ok(seen) => Verdict::Passed(seen),
            Err(why) => Verdict::Failed(why),
        };
        Self {
            label,
            verdict,
            authority: Authority::Rule,
            refusal: FailureKind::Refused,
            remedy: None,
            ways: Vec::new(),
        }
    }

    /// A check of a state, or of what is in the way: AWS would refuse for the same reason, and the
    /// refusal is the same whoever finds it out first.
    #[must_use]
    pub fn state(label: &'static str, verdict: Result<String, String>) -> Self {
        Self::rule(label, verdict).refuses_as(FailureKind::WrongState)
    }

    /// A check that could not be made.
    #[must_use]
    pub fn unknown(label: &'static str, why: impl Into<String>) -> Self {
        Self {
            label,
            verdict: Verdict::Unknown(why.into()),
            authority: Authority::Aws,
            refusal: FailureKind::Refused,
            remedy: None,
            ways: Vec::new(),
        }
    }

    /// What is not looked at before a field is filled in: by its label.
    #[must_use]
    pub fn unfilled(label: &'static str, field: &str) -> Self {
        Self::unknown(label, format!("fill in '{field}' first"))
    }

    /// The same check with AWS having the last word.
    #[must_use]
    pub fn decided_by_aws(mut self) -> Self {
        self.authority = Authority::Aws;
        self
    }

    /// The same check with another sort of refusal.
    #[must_use]
    pub fn refuses_as(mut self, kind: FailureKind) -> Self {
        self.refusal = kind;
        self
    }

    /// The same check with what to ask for instead.
    #[must_use]
    pub fn way(mut self, way: Way) -> Self {
        self.ways.push(way);
        self
    }

    /// The same check with a button for a way out.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}
