//! What policy documents answer.
//!
//! Invariants: one Deny outweighs every Allow; what nobody allows is denied implicitly. The order
//! of documents and statements does not matter.

use super::{Document, Effect, Principal, Statement};

/// May this be done?
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// `service:Operation`
    pub(crate) action: &'a str,
    /// An ARN, or `*` for an action without resources.
    pub(crate) resource: &'a str,
    /// Condition keys and their values.
    pub(crate) context: &'a [(&'a str, &'a str)],
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    /// Nobody allows it.
    ImplicitDeny,
    ExplicitDeny,
}

impl Decision {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ImplicitDeny => "implicitDeny",
            Self::ExplicitDeny => "explicitDeny",
        }
    }

    /// What two answers are together.
    pub(crate) const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::ExplicitDeny, _) | (_, Self::ExplicitDeny) => Self::ExplicitDeny,
            (Self::Allowed, _) | (_, Self::Allowed) => Self::Allowed,
            _ => Self::ImplicitDeny,
        }
    }
}

/// What all the documents of an identity answer together.
pub(crate) fn decide<'a>(
    documents: impl IntoIterator<Item = &'a Document>,
    question: &Question<'_>,
) -> Decision {
    documents
        .into_iter()
        .map(|document| document.decide(question))
        .fold(Decision::ImplicitDeny, Decision::and)
}

impl Document {
    /// What this document alone answers.
    pub(crate) fn decide(&self, question: &Question<'_>) -> Decision {
        self.statements
            .iter()
            .filter(|statement| statement.speaks_of(question))
            .filter(|statement| statement.conditions.hold(question.context))
            .map(Statement::decision)
            .fold(Decision::ImplicitDeny, Decision::and)
    }

    /// The condition keys that this document would have to know to answer.
    pub(crate) fn missing_keys<'a>(
        &'a self,
        question: &'a Question<'_>,
    ) -> impl Iterator<Item = &'a str> {
        self.statements
            .iter()
            .filter(|statement| statement.speaks_of(question))
            .flat_map(|statement| statement.conditions.missing(question.context))
    }

    /// May a service of AWS (`es.amazonaws.com`) assume the role with this trust policy?
    pub(crate) fn trusts(&self, service: &str, context: &[(&str, &str)]) -> bool {
        let names = |principal: &Principal| match principal {
            Principal::Anyone => true,
            Principal::Service(name) => name == service,
            Principal::Other => false,
        };
        let decision = self
            .statements
            .iter()
            .filter(|statement| statement.actions.has("sts:assumerole"))
            .filter(|statement| statement.principals.iter().any(names))
            .filter(|statement| statement.conditions.hold(context))
            .map(Statement::decision)
            .fold(Decision::ImplicitDeny, Decision::and);
        decision == Decision::Allowed
    }
}

impl Statement {
    fn speaks_of(&self, question: &Question<'_>) -> bool {
        self.actions.has(&question.action.to_ascii_lowercase())
            && self
                .resources
                .as_ref()
                .is_some_and(|resources| resources.has(question.resource))
    }

    fn decision(&self) -> Decision {
        match self.effect {
            Effect::Allow => Decision::Allowed,
            Effect::Deny => Decision::ExplicitDeny,
        }
    }
}
