//! The data plane of OpenSearch and Elasticsearch domains.
//!
//! ```text
//! domain    what a domain is: the control plane reads it     store    all domains
//! cluster   what is in a domain
//! ```

mod cluster;
mod domain;
mod store;

pub(crate) use self::domain::{Domain, DomainSeed, Engine, Facts, Nodes, Product, Reach};
pub(crate) use self::store::Domains;
