//! A search domain: what the control plane says of it, and where its data plane listens.
//!
//! Invariants: facts do not change while the sandbox runs. A domain has one endpoint, in its VPC or
//! public, or none while it is being made. What is in its cluster belongs to `cluster`.

use std::fmt;
use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};

use super::cluster::Cluster;
use super::seed::ClusterSeed;
use crate::sandbox::word::Word;

/// Who made the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Elasticsearch,
    OpenSearch,
}

impl Product {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Elasticsearch => "Elasticsearch",
            Self::OpenSearch => "OpenSearch",
        }
    }
}

/// An engine and its version, as `OpenSearch_2.11` or `Elasticsearch_6.8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Engine {
    pub(crate) product: Product,
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl Engine {
    /// Reads `OpenSearch_2.11`; the error names what would be right.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is not an engine; write such as \"OpenSearch_2.11\" or \
                 \"Elasticsearch_7.10\""
            )
        };
        let (product, version) = text.split_once('_').ok_or_else(wrong)?;
        let product = match product {
            "OpenSearch" => Product::OpenSearch,
            "Elasticsearch" => Product::Elasticsearch,
            _ => return Err(wrong()),
        };
        let (major, minor) = version.split_once('.').ok_or_else(wrong)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        let engine = Self {
            product,
            major: number(major)?,
            minor: number(minor)?,
        };
        let range = match product {
            Product::OpenSearch => 1..=3,
            Product::Elasticsearch => 6..=7,
        };
        if range.contains(&engine.major) && engine.minor < 100 {
            Ok(engine)
        } else {
            Err(wrong())
        }
    }
}

/// As the `opensearch` API writes it.
impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (product, major, minor) = (self.product.name(), self.major, self.minor);
        write!(formatter, "{product}_{major}.{minor}")
    }
}

/// How a domain is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    Public,
    /// In a VPC: from here its endpoint refuses connections.
    Vpc {
        vpc: String,
        subnets: Vec<String>,
        security_groups: Vec<String>,
        zones: Vec<String>,
    },
}

/// What the caller is mapped to by fine-grained access control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// `all_access`
    All,
    /// `manage_snapshots`, and reading.
    ManageSnapshots,
    /// `readall`
    ReadOnly,
}

impl Word for Access {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("all_access", Self::All),
        ("manage_snapshots", Self::ManageSnapshots),
        ("readall", Self::ReadOnly),
    ];
}

/// Nodes of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nodes {
    /// Such as `r6g.large.search`.
    pub(crate) kind: String,
    pub(crate) count: u32,
}

/// What does not change.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the control plane's own, independent of the others"
)]
pub(crate) struct Facts {
    /// Unique in its Region.
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) engine: Engine,
    pub(crate) reach: Reach,
    /// Is AWS still making it? Then it has no endpoint.
    pub(crate) being_made: bool,
    /// Is a change of its configuration under way?
    pub(crate) processing: bool,
    pub(crate) upgrading: bool,
    /// Fine-grained access control.
    pub(crate) fine_grained: bool,
    /// What it lets the caller do.
    pub(crate) access: Access,
    /// The types of repository that can be registered.
    pub(crate) repository_types: Vec<String>,
    pub(crate) encrypted_at_rest: bool,
    /// The ARN or id of its key; only of an encrypted domain, and even there optional.
    pub(crate) kms_key: Option<String>,
    pub(crate) data_nodes: Nodes,
    pub(crate) manager_nodes: Option<Nodes>,
    /// `UltraWarm`.
    pub(crate) warm_nodes: Option<Nodes>,
    /// GiB of each data node.
    pub(crate) volume_size: u32,
    /// The resource policy, a JSON text; empty for none.
    pub(crate) access_policies: String,
    /// May callers do without a signature?
    pub(crate) anonymous: bool,
    /// The hour of the daily snapshot of old engines.
    pub(crate) automated_snapshot_start_hour: u32,
    pub(crate) tags: Vec<(String, String)>,
}

/// A domain.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) facts: Facts,
    pub(crate) created: Timestamp,
    /// The loopback address of its data plane; none while it is being made.
    pub(crate) address: Option<SocketAddr>,
    pub(super) cluster: Cluster,
}

impl Domain {
    /// `123456789012/logs`
    pub(crate) fn id(&self, account: &str) -> String {
        format!("{account}/{}", self.facts.name)
    }

    pub(crate) fn arn(&self, account: &str) -> String {
        let Facts { region, name, .. } = &self.facts;
        format!("arn:aws:es:{region}:{account}:domain/{name}")
    }

    /// `Endpoint`, without a scheme: of a public domain that is ready.
    pub(crate) fn endpoint(&self) -> Option<String> {
        match self.facts.reach {
            Reach::Public => self.host(),
            Reach::Vpc { .. } => None,
        }
    }

    /// `Endpoints.vpc`, without a scheme: of a VPC domain that is ready.
    pub(crate) fn vpc_endpoint(&self) -> Option<String> {
        match self.facts.reach {
            Reach::Public => None,
            Reach::Vpc { .. } => self.host(),
        }
    }

    /// Is an answer to be had at its endpoint?
    pub(crate) fn is_reachable(&self) -> bool {
        self.address.is_some() && self.facts.reach == Reach::Public
    }

    fn host(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }
}

/// A domain as a scenario says it.
#[derive(Debug, Clone)]
pub(crate) struct DomainSeed {
    pub(crate) facts: Facts,
    pub(crate) age: SignedDuration,
    pub(crate) cluster: ClusterSeed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_read_and_written() {
        for text in ["OpenSearch_2.11", "Elasticsearch_6.8", "OpenSearch_1.3"] {
            assert_eq!(Engine::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "2.11", "OpenSearch_2", "Solr_9.1", "OpenSearch_0.9"] {
            let problem = Engine::parse(text).unwrap_err();
            assert!(problem.contains("is not an engine"), "{problem}");
        }
    }
}
