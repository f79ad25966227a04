//! Domains: those that the control plane lists, and those that the configuration names.
//!
//! `DescribeDomains` takes at most five names a call, which its model does not say.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws_sdk_opensearch::types::{DomainInfo, DomainStatus};
use futures_util::future::try_join_all;
use serde_json::Value;

use super::{
    Search, classify,
    engine::{Engine, Product},
    transport::{Ask, SMALL},
};
use crate::{
    domain::failure::{Failure, FailureKind},
    services::{connection::Named, refusal},
};

/// Most names that `DescribeDomains` takes.
const AT_ONCE: usize = 5;

/// How long what is known of a domain's address is used.
const FRESH: Duration = Duration::from_mins(1);

/// How a domain is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// From anywhere.
    Public,
    /// From inside its VPC.
    Vpc,
    /// As the configuration says.
    Named,
}

/// A domain with what is needed to call it.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) name: String,
    /// Scheme and host; `None` while AWS has given it no endpoint.
    pub(super) url: Option<String>,
    pub(super) reach: Reach,
    pub(super) signed: bool,
    pub(super) engine: Option<Engine>,
    /// What the control plane says of it.
    pub(super) status: Option<Box<DomainStatus>>,
}

impl Domain {
    /// Whether it has fine-grained access control; `None` where nobody says.
    pub(super) fn fine_grained(&self) -> Option<bool> {
        let status = self.status.as_ref()?;
        Some(
            status
                .advanced_security_options()
                .and_then(|options| options.enabled())
                .unwrap_or_default(),
        )
    }

    /// Whether what the engine can do is known to be so.
    pub(super) fn can(&self, what: fn(Engine) -> bool) -> Option<bool> {
        self.engine.map(what)
    }

    fn described(status: DomainStatus, control_plane: Option<&str>) -> Self {
        let address = |kind: &str| status.endpoints().and_then(|all| all.get(kind));
        let vpc = address("vpc").or_else(|| address("vpcv2"));
        let (host, reach) = match (status.endpoint(), vpc) {
            (_, Some(host)) => (Some(host.as_str()), Reach::Vpc),
            (Some(host), None) => (Some(host), Reach::Public),
            (None, None) => (status.endpoint_v2(), Reach::Public),
        };
        let vpc_only = status.vpc_options().is_some() && status.endpoint().is_none();
        Self {
            name: status.domain_name().to_owned(),
            url: host.map(|host| url(host, control_plane)),
            reach: if vpc_only { Reach::Vpc } else { reach },
            signed: true,
            engine: status.engine_version().and_then(Engine::parse),
            status: Some(Box::new(status)),
        }
    }

    pub(super) fn named(named: &Named) -> Self {
        Self {
            name: named.name.clone(),
            url: Some(named.endpoint.trim_end_matches('/').to_owned()),
            reach: Reach::Named,
            signed: named.signed,
            engine: None,
            status: None,
        }
    }
}

/// The address of a host that the control plane names. AWS's are https alone; a simulated AWS that
/// is itself asked over plain http on this machine names its data planes the same way.
fn url(host: &str, control_plane: Option<&str>) -> String {
    let loopback = |address: &str| {
        let name = address.rsplit_once(':').map_or(address, |(name, _)| name);
        name == "localhost" || name == "[::1]" || name.starts_with("127.")
    };
    let plain = control_plane.is_some_and(|url| url.to_ascii_lowercase().starts_with("http://"));
    let scheme = if plain && loopback(host) {
        "http"
    } else {
        "https"
    };
    format!("{scheme}://{host}")
}

impl Search {
    /// The names of the domains that the control plane knows.
    pub(super) async fn domain_names(&self) -> Result<Vec<DomainInfo>, Failure> {
        let reply = self
            .control
            .list_domain_names()
            .send()
            .await
            .map_err(|error| refusal::failure(&error, self.doing("ListDomainNames"), classify))?;
        Ok(reply.domain_names.unwrap_or_default())
    }

    /// Describes domains by name, five at a time; those that there are not are left out.
    pub(super) async fn describe(&self, names: &[String]) -> Result<Vec<Domain>, Failure> {
        let calls = names.chunks(AT_ONCE).map(|some| async move {
            let reply = self
                .control
                .describe_domains()
                .set_domain_names(Some(some.to_vec()))
                .send()
                .await;
            reply.map_err(|error| refusal::failure(&error, self.doing("DescribeDomains"), classify))
        });
        let endpoint = self.place.endpoint.as_deref();
        let mut domains = Vec::new();
        for reply in try_join_all(calls).await? {
            let found = reply.domain_status_list.into_iter();
            domains.extend(found.map(|status| Domain::described(status, endpoint)));
        }
        Ok(domains)
    }

    /// A domain by its name. What is known of it is kept for a minute.
    pub(super) async fn domain(&self, name: &str) -> Result<Arc<Domain>, Failure> {
        if let Some((known, since)) = self.known().get(name).cloned()
            && since.elapsed() < FRESH
        {
            return Ok(known);
        }
        let domain = match self.named.iter().find(|named| named.name == name) {
            Some(named) => self.introduced(Domain::named(named)).await?,
            None => self
                .describe(&[name.to_owned()])
                .await?
                .into_iter()
                .find(|domain| domain.name == name)
                .ok_or_else(|| self.not_found("domain", name))?,
        };
        let domain = Arc::new(domain);
        let entry = (Arc::clone(&domain), Instant::now());
        self.known().insert(name.to_owned(), entry);
        Ok(domain)
    }

    /// The domain that a change is about to be sent to.
    pub(super) async fn changed(&self, name: &str) -> Result<Arc<Domain>, Failure> {
        self.domain(name).await.map_err(refusal::unsent)
    }

    /// A domain that says itself what it is.
    async fn introduced(&self, mut domain: Domain) -> Result<Domain, Failure> {
        let answer = self.read(&domain, &Ask::get(&[], &[], SMALL)).await?;
        domain.engine = engine_of(&answer);
        Ok(domain)
    }

    pub(super) fn not_found(&self, noun: &str, id: &str) -> Failure {
        Failure::new(
            FailureKind::NotFound,
            "",
            format!(
                "there is no {noun} {id} in account {}, {}",
                self.place.account, self.place.region
            ),
        )
    }
}

/// The engine that the root of a data plane names. OpenSearch may call itself 7.10.2 for the sake of
/// older clients, but says which distribution it is.
fn engine_of(answer: &Value) -> Option<Engine> {
    let version = answer.get("version")?;
    let number = version.get("number").and_then(Value::as_str)?;
    let product = match version.get("distribution").and_then(Value::as_str) {
        Some("opensearch") => Product::OpenSearch,
        _ => Product::Elasticsearch,
    };
    Engine::of(product, number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_simulated_domain_on_this_machine_is_asked_without_tls() {
        let sandbox = Some("http://127.0.0.1:4566");
        assert_eq!(url("127.0.0.1:9201", sandbox), "http://127.0.0.1:9201");
        assert_eq!(url("127.0.0.1:9201", None), "https://127.0.0.1:9201");
        assert_eq!(
            url("search-d.us-east-1.es.amazonaws.com", sandbox),
            "https://search-d.us-east-1.es.amazonaws.com"
        );
        assert_eq!(
            url("localhost:9201", Some("https://localhost:1")),
            "https://localhost:9201"
        );
    }

    #[test]
    fn a_vpc_domain_is_told_from_a_public_one() {
        let status = |builder: aws_sdk_opensearch::types::builders::DomainStatusBuilder| {
            let config = aws_sdk_opensearch::types::ClusterConfig::builder().build();
            builder
                .domain_id("1/d")
                .domain_name("d")
                .arn("arn")
                .cluster_config(config)
                .engine_version("OpenSearch_2.11")
                .build()
                .unwrap()
        };
        let public = status(DomainStatus::builder().endpoint("search-d.es.amazonaws.com"));
        let public = Domain::described(public, None);
        assert_eq!(public.reach, Reach::Public);
        assert_eq!(
            public.url.as_deref(),
            Some("https://search-d.es.amazonaws.com")
        );
        let vpc = status(DomainStatus::builder().endpoints("vpc", "vpc-d.es.amazonaws.com"));
        let vpc = Domain::described(vpc, None);
        assert_eq!(vpc.reach, Reach::Vpc);
        assert!(vpc.url.is_some_and(|url| url.contains("vpc-d")));
        let making = Domain::described(status(DomainStatus::builder()), None);
        assert_eq!(making.url, None);
        assert_eq!(making.fine_grained(), Some(false));
    }

    #[test]
    fn the_engine_is_what_the_root_says() {
        let of = |answer: Value| engine_of(&answer).map(|engine| engine.to_string());
        assert_eq!(
            of(json!({"version": {"distribution": "opensearch", "number": "2.5.0"}})).as_deref(),
            Some("OpenSearch 2.5")
        );
        assert_eq!(
            of(json!({"version": {"number": "7.10.2"}})).as_deref(),
            Some("Elasticsearch 7.10")
        );
        assert_eq!(of(json!({"tagline": "x"})), None);
    }
}
