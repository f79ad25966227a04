//! The control plane of OpenSearch Service: which domains there are, and what they are like.
//! REST-JSON, versions 2021-01-01 (OpenSearch) and 2015-01-01 (Elasticsearch), of the same domains.
//!
//! ```text
//! names    the names that a request gives    show     a domain, as each API shows it
//! config   its configuration                 health   its health
//! ```
//!
//! Invariants: nothing is changed here. What is in a domain is its data plane's, in `search`.

mod config;
mod health;
mod names;
mod show;
#[cfg(test)]
mod tests;

use hyper::StatusCode;
use serde_json::{Value, json};

use self::show::Api;
use super::search::{self, Domain, Product};
use super::{Answer, Context, Operation, Resources, any_resource};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::texts::opensearch as texts;

pub(super) fn operation(action: &str) -> Option<Operation> {
    let (resources, answer): (Resources, Answer) = match action {
        "ListDomainNames" => (any_resource, list_domain_names),
        "DescribeDomains" | "DescribeElasticsearchDomains" => (domain_resources, describe_domains),
        "DescribeDomain" | "DescribeElasticsearchDomain" => (domain_resources, describe_domain),
        "DescribeDomainConfig" | "DescribeElasticsearchDomainConfig" => {
            (domain_resources, describe_config)
        }
        "DescribeDomainHealth" => (domain_resources, describe_health),
        "ListTags" => (tagged_resource, list_tags),
        _ => return None,
    };
    Some(Operation { resources, answer })
}

/// The domains that the call names.
fn domain_resources(context: &mut Context<'_>) -> Vec<String> {
    let call = context.call;
    let listed = call.member("DomainNames").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    call.text("DomainName")
        .into_iter()
        .chain(listed)
        .map(|name| arn(context, name))
        .collect()
}

fn tagged_resource(context: &mut Context<'_>) -> Vec<String> {
    vec![context.call.text("arn").unwrap_or("*").to_owned()]
}

fn arn(context: &Context<'_>, name: &str) -> String {
    let account = context.world.identity.account();
    format!("arn:aws:es:{}:{account}:domain/{name}", context.call.region)
}

fn api(context: &Context<'_>) -> Api {
    if context.call.action.contains("Elasticsearch") {
        Api::Elasticsearch
    } else {
        Api::OpenSearch
    }
}

fn reply(body: &Value) -> Reply {
    Reply::json(StatusCode::OK, body)
}

fn invalid(text: String) -> Refusal {
    Refusal::framework(StatusCode::BAD_REQUEST, "ValidationException", text)
}

/// AWS answers 409, not 404.
fn no_such_domain(name: &str) -> Refusal {
    let text = texts::NO_SUCH_DOMAIN.with(&[name]);
    Refusal::framework(StatusCode::CONFLICT, "ResourceNotFoundException", text)
}

/// The domain that the path names.
fn domain<'a>(context: &'a Context<'_>) -> Result<&'a Domain, Refusal> {
    let name = names::check(context.call.text("DomainName").unwrap_or_default())?;
    let domain = context.world.domains.find(name, &context.call.region);
    domain.ok_or_else(|| no_such_domain(name))
}

fn list_domain_names(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let wanted = match context.call.text("engineType") {
        None => None,
        Some("OpenSearch") => Some(Product::OpenSearch),
        Some("Elasticsearch") => Some(Product::Elasticsearch),
        Some(other) => return Err(invalid(texts::ENGINE_TYPE.with(&[other]))),
    };
    let names: Value = context
        .world
        .domains
        .in_region(&context.call.region)
        .filter(|domain| wanted.is_none_or(|wanted| domain.facts.engine.product == wanted))
        .map(|domain| {
            json!({
                "DomainName": domain.facts.name,
                "EngineType": domain.facts.engine.product.name(),
            })
        })
        .collect();
    Ok(reply(&json!({ "DomainNames": names })))
}

/// An unknown name is left out; no names are no domains, not all of them.
fn describe_domains(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let context: &Context<'_> = context;
    let api = api(context);
    let names = names::listed(context.call, api)?;
    let account = context.world.identity.account();
    let found: Value = context
        .world
        .domains
        .in_region(&context.call.region)
        .filter(|domain| names.contains(&domain.facts.name.as_str()))
        .map(|domain| show::status(domain, account, api))
        .collect();
    Ok(reply(&json!({ "DomainStatusList": found })))
}

fn describe_domain(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let account = context.world.identity.account();
    let status = show::status(domain(context)?, account, api(context));
    Ok(reply(&json!({ "DomainStatus": status })))
}

fn describe_config(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let config = config::config(domain(context)?, api(context));
    Ok(reply(&json!({ "DomainConfig": config })))
}

fn describe_health(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let domain = domain(context)?;
    let cluster = search::condition(domain, context.now);
    Ok(reply(&health::health(domain, &cluster)))
}

fn list_tags(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let Some(wanted) = context.call.text("arn") else {
        return Err(invalid(texts::MISSING.with(&["ARN"])));
    };
    let name = wanted
        .strip_prefix("arn:aws:es:")
        .and_then(|rest| rest.split_once(":domain/"))
        .map(|(_, name)| name)
        .ok_or_else(|| invalid(texts::INVALID_ARN.with(&[wanted])))?;
    let found = context.world.domains.find(name, &context.call.region);
    let domain = found
        .filter(|_| arn(context, name) == wanted)
        .ok_or_else(|| no_such_domain(name))?;
    let tags = domain.facts.tags.iter();
    let tags: Value = tags
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    Ok(reply(&json!({ "TagList": tags })))
}
