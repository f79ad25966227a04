//! `SimulatePrincipalPolicy`: what a user or a role may do.
//!
//! Invariants: of the caller, the scenario's denials speak: what none of them matches is allowed,
//! what one matches is denied as it says. Of a role, its policies
//! speak. Parameters that would change an answer and are not simulated are refused.

use super::no_such_entity;
use super::parameters::{check_places, page, required};
use super::policy::{Decision, Document, Kind, Question, decide};
use super::show;
use super::store::Role;
use crate::sandbox::condition::Condition;
use crate::sandbox::permissions::Reason;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::{Context, query};
use crate::sandbox::texts::iam as texts;

/// What is not simulated, by the name that its fields begin with.
const REFUSED: [&str; 4] = [
    "PermissionsBoundaryPolicyInputList",
    "PolicyExclusionList",
    "ResourcePolicy",
    "ResourceHandlingOption",
];

/// Who is asked about.
enum Source<'a> {
    Caller,
    Role(&'a Role),
}

/// One answer.
struct Evaluation<'a> {
    action: &'a str,
    resource: &'a str,
    decision: Decision,
    missing_keys: Vec<String>,
}

pub(super) fn simulate(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let context: &Context<'_> = context;
    let call = context.call;
    check_places(call)?;
    let source_arn = required(call, "PolicySourceArn")?;
    let source = source(context, source_arn)?;
    for name in REFUSED {
        if call.field(name).is_some() || call.has_fields(&format!("{name}.")) {
            return Err(invalid_input(texts::NOT_SIMULATED.with(&[name])));
        }
    }
    let documents: Vec<Document> = call
        .list("PolicyInputList.member")
        .into_iter()
        .map(|text| Document::read(text, Kind::Identity).map_err(invalid_input))
        .collect::<Result<_, _>>()?;
    let actions = actions(context)?;
    let mut resources = call.list("ResourceArns.member");
    if resources.is_empty() {
        resources.push("*");
    }
    let keys = context_keys(context);
    let evaluations = actions.iter().flat_map(|action| {
        let (source, documents, keys) = (&source, &documents, &keys);
        resources.iter().map(move |resource| {
            let question = Question {
                action,
                resource,
                context: keys,
            };
            source.evaluate(context, documents, &question)
        })
    });
    let shape = [source_arn, &actions.join(","), &resources.join(",")].join("\n");
    let page = page(call, &shape, evaluations)?;
    Ok(query::reply(context, |xml| {
        show::members(xml, "EvaluationResults", &page.items, |xml, evaluation| {
            xml.text("EvalActionName", evaluation.action);
            xml.text("EvalResourceName", evaluation.resource);
            xml.text("EvalDecision", evaluation.decision.name());
            xml.element("MatchedStatements", |_| {});
            let missing = evaluation.missing_keys.iter().map(String::as_str);
            show::texts(xml, "MissingContextValues", missing);
        });
        show::more(xml, &page);
    }))
}

fn invalid_input(text: String) -> Refusal {
    Refusal::client("InvalidInput", text)
}

fn source<'a>(context: &'a Context<'_>, arn: &str) -> Result<Source<'a>, Refusal> {
    if arn == context.world.identity.arn() {
        return Ok(Source::Caller);
    }
    if let Some(role) = context.world.iam.role(arn) {
        return Ok(Source::Role(role));
    }
    let entity = arn
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(':'))
        .and_then(|(_, entity)| entity.split_once('/'));
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    match entity {
        Some(("role", path)) => Err(super::no_such_role(&name(path))),
        Some(("user", path)) => Err(no_such_entity(texts::NO_SUCH_USER.with(&[&name(path)]))),
        Some(("group", path)) => Err(no_such_entity(texts::NO_SUCH_GROUP.with(&[&name(path)]))),
        _ => Err(invalid_input(texts::INVALID_ENTITY_ARN.with(&[arn]))),
    }
}

fn actions<'a>(context: &Context<'a>) -> Result<Vec<&'a str>, Refusal> {
    let actions = context.call.list("ActionNames.member");
    if actions.is_empty() {
        return Err(super::invalid(texts::MISSING.with(&["actionNames"])));
    }
    let is_action = |action: &&str| {
        let parts = action.split_once(':');
        parts.is_some_and(|(vendor, name)| !vendor.is_empty() && !name.is_empty())
    };
    match actions.iter().find(|action| !is_action(action)) {
        Some(wrong) => Err(invalid_input(texts::INVALID_ACTION_NAME.with(&[wrong]))),
        None => Ok(actions),
    }
}

/// The condition keys that the request gives, each with its first value.
fn context_keys<'a>(context: &Context<'a>) -> Vec<(&'a str, &'a str)> {
    let call = context.call;
    call.places("ContextEntries.member")
        .into_iter()
        .filter_map(|number| {
            let entry = format!("ContextEntries.member.{number}");
            let key = call.field(&format!("{entry}.ContextKeyName"))?;
            let values = call.list(&format!("{entry}.ContextKeyValues.member"));
            Some((key, values.first().copied().unwrap_or_default()))
        })
        .collect()
}

impl Source<'_> {
    fn evaluate<'a>(
        &self,
        context: &Context<'_>,
        more: &[Document],
        question: &Question<'a>,
    ) -> Evaluation<'a> {
        let iam = &context.world.iam;
        let (own, documents): (Decision, Vec<&Document>) = match self {
            Self::Caller => {
                let resources = [question.resource.to_owned()];
                let permissions = &context.world.permissions;
                let own = match permissions.check(question.action, &resources) {
                    Ok(()) => Decision::Allowed,
                    Err(Condition::Denied {
                        reason: Reason::ExplicitDeny,
                        ..
                    }) => Decision::ExplicitDeny,
                    Err(_) => Decision::ImplicitDeny,
                };
                (own, more.iter().collect())
            }
            Self::Role(role) => {
                let documents = iam.documents(role).chain(more).collect();
                (Decision::ImplicitDeny, documents)
            }
        };
        let decision = own.and(decide(documents.iter().copied(), question));
        let mut missing_keys: Vec<String> = documents
            .iter()
            .flat_map(|document| document.missing_keys(question))
            .map(str::to_owned)
            .collect();
        missing_keys.sort();
        missing_keys.dedup();
        Evaluation {
            action: question.action,
            resource: question.resource,
            decision,
            missing_keys,
        }
    }
}
