//! The configuration of a domain: every option with the state that it is in.

use serde_json::{Map, Value, json};

use super::show::{self, Api};
use crate::sandbox::services::search::Domain;

/// `DomainConfig`.
pub(super) fn config(domain: &Domain, api: Api) -> Value {
    let mut config: Map<String, Value> = show::options(&domain.facts, api)
        .into_iter()
        .map(|(name, options)| {
            (
                name,
                json!({ "Options": options, "Status": status(domain) }),
            )
        })
        .collect();
    let mut tuning = status(domain);
    tuning["State"] = json!("DISABLED");
    let tuning = json!({ "Options": { "DesiredState": "DISABLED" }, "Status": tuning });
    config.insert("AutoTuneOptions".to_owned(), tuning);
    Value::Object(config)
}

fn status(domain: &Domain) -> Value {
    let created = show::seconds(domain.created);
    let state = if domain.facts.processing || domain.facts.upgrading {
        "Processing"
    } else {
        "Active"
    };
    json!({
        "CreationDate": created,
        "UpdateDate": created,
        "UpdateVersion": 1,
        "State": state,
        "PendingDeletion": false,
    })
}
