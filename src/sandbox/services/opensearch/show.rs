//! A domain, as both APIs show it.
//!
//! Invariants: a domain has `Endpoint`, or `Endpoints` in a VPC, or neither while it is being
//! made. What a scenario does not say has the value that AWS gives a new domain.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::sandbox::services::search::{Domain, Facts, Product, Reach};
use crate::sandbox::texts::opensearch as texts;

/// Which API is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    /// 2021-01-01
    OpenSearch,
    /// 2015-01-01
    Elasticsearch,
}

impl Api {
    /// The first of the member's name in this API.
    pub(super) const fn version_member(self) -> &'static str {
        match self {
            Self::OpenSearch => "EngineVersion",
            Self::Elasticsearch => "ElasticsearchVersion",
        }
    }

    pub(super) const fn cluster_member(self) -> &'static str {
        match self {
            Self::OpenSearch => "ClusterConfig",
            Self::Elasticsearch => "ElasticsearchClusterConfig",
        }
    }

    /// `r6g.large.search`, or `r6g.large.elasticsearch`.
    fn instance_type(self, kind: &str) -> String {
        let family = [".search", ".elasticsearch"]
            .iter()
            .find_map(|suffix| kind.strip_suffix(suffix))
            .unwrap_or(kind);
        match self {
            Self::OpenSearch => format!("{family}.search"),
            Self::Elasticsearch => format!("{family}.elasticsearch"),
        }
    }
}

/// `DomainStatus`.
pub(super) fn status(domain: &Domain, account: &str, api: Api) -> Value {
    let facts = &domain.facts;
    let mut status = Map::new();
    let mut put = |name: &str, value: Value| {
        status.insert(name.to_owned(), value);
    };
    put("DomainId", json!(domain.id(account)));
    put("DomainName", json!(facts.name));
    put("ARN", json!(domain.arn(account)));
    put("Created", json!(true));
    put("Deleted", json!(false));
    if let Some(endpoint) = domain.endpoint() {
        put("Endpoint", json!(endpoint));
    }
    if let Some(endpoint) = domain.vpc_endpoint() {
        put("Endpoints", json!({ "vpc": endpoint }));
    }
    put("Processing", json!(is_processing(facts)));
    put("UpgradeProcessing", json!(facts.upgrading));
    for (name, value) in options(facts, api) {
        put(&name, value);
    }
    put("ServiceSoftwareOptions", software(facts));
    put("AutoTuneOptions", json!({ "State": "DISABLED" }));
    put("ChangeProgressDetails", change_progress(domain));
    put("DomainProcessingStatus", json!(processing_status(facts)));
    put("ModifyingProperties", json!([]));
    Value::Object(status)
}

/// What is the same in `DomainStatus` and in `DomainConfig`.
pub(super) fn options(facts: &Facts, api: Api) -> Map<String, Value> {
    let mut options = Map::new();
    let mut put = |name: &str, value: Value| {
        options.insert(name.to_owned(), value);
    };
    put(api.version_member(), json!(version(facts, api)));
    put(api.cluster_member(), cluster(facts, api));
    put(
        "EBSOptions",
        json!({
            "EBSEnabled": true,
            "VolumeType": "gp3",
            "VolumeSize": facts.volume_size,
            "Iops": 3000,
            "Throughput": 125,
        }),
    );
    put("AccessPolicies", json!(facts.access_policies));
    let start_hour = json!({ "AutomatedSnapshotStartHour": facts.automated_snapshot_start_hour });
    put("SnapshotOptions", start_hour);
    if let Reach::Vpc {
        vpc,
        subnets,
        security_groups,
        zones,
    } = &facts.reach
    {
        put(
            "VPCOptions",
            json!({
                "VPCId": vpc,
                "SubnetIds": subnets,
                "AvailabilityZones": zones,
                "SecurityGroupIds": security_groups,
            }),
        );
    }
    put("CognitoOptions", json!({ "Enabled": false }));
    let mut encryption = Map::new();
    encryption.insert("Enabled".to_owned(), json!(facts.encrypted_at_rest));
    if let Some(key) = &facts.kms_key {
        encryption.insert("KmsKeyId".to_owned(), json!(key));
    }
    put("EncryptionAtRestOptions", Value::Object(encryption));
    let between_nodes = facts.encrypted_at_rest || facts.fine_grained;
    put(
        "NodeToNodeEncryptionOptions",
        json!({ "Enabled": between_nodes }),
    );
    put(
        "AdvancedOptions",
        json!({
            "indices.fielddata.cache.size": "20",
            "indices.query.bool.max_clause_count": "1024",
            "override_main_response_version": "false",
            "rest.action.multi.allow_explicit_index": "true",
        }),
    );
    put("LogPublishingOptions", json!({}));
    put(
        "DomainEndpointOptions",
        json!({
            "EnforceHTTPS": facts.fine_grained,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
            "CustomEndpointEnabled": false,
        }),
    );
    put(
        "AdvancedSecurityOptions",
        json!({
            "Enabled": facts.fine_grained,
            "InternalUserDatabaseEnabled": facts.fine_grained,
            "AnonymousAuthEnabled": false,
        }),
    );
    put("AutomatedSnapshotPauseOptions", json!({ "Enabled": false }));
    if api == Api::OpenSearch {
        put("IPAddressType", json!("ipv4"));
        put(
            "OffPeakWindowOptions",
            json!({
                "Enabled": true,
                "OffPeakWindow": { "WindowStartTime": { "Hours": 2, "Minutes": 0 } },
            }),
        );
        put(
            "SoftwareUpdateOptions",
            json!({ "AutoSoftwareUpdateEnabled": false }),
        );
    }
    options
}

/// `OpenSearch_2.11` and `Elasticsearch_7.10`; the older API leaves `Elasticsearch_` out.
fn version(facts: &Facts, api: Api) -> String {
    let engine = facts.engine;
    match (api, engine.product) {
        (Api::Elasticsearch, Product::Elasticsearch) => {
            format!("{}.{}", engine.major, engine.minor)
        }
        _ => engine.to_string(),
    }
}

fn cluster(facts: &Facts, api: Api) -> Value {
    let zones = zones(facts);
    let mut cluster = Map::new();
    let mut put = |name: &str, value: Value| {
        cluster.insert(name.to_owned(), value);
    };
    put(
        "InstanceType",
        json!(api.instance_type(&facts.data_nodes.kind)),
    );
    put("InstanceCount", json!(facts.data_nodes.count));
    put(
        "DedicatedMasterEnabled",
        json!(facts.manager_nodes.is_some()),
    );
    if let Some(nodes) = &facts.manager_nodes {
        put("DedicatedMasterType", json!(api.instance_type(&nodes.kind)));
        put("DedicatedMasterCount", json!(nodes.count));
    }
    put("ZoneAwarenessEnabled", json!(zones > 1));
    if zones > 1 {
        put(
            "ZoneAwarenessConfig",
            json!({ "AvailabilityZoneCount": zones }),
        );
    }
    put("WarmEnabled", json!(facts.warm_nodes.is_some()));
    if let Some(nodes) = &facts.warm_nodes {
        put("WarmType", json!(api.instance_type(&nodes.kind)));
        put("WarmCount", json!(nodes.count));
    }
    put("ColdStorageOptions", json!({ "Enabled": false }));
    if api == Api::OpenSearch {
        put("MultiAZWithStandbyEnabled", json!(false));
    }
    Value::Object(cluster)
}

/// Over how many Availability Zones the nodes are spread.
pub(super) fn zones(facts: &Facts) -> usize {
    match &facts.reach {
        Reach::Vpc { zones, .. } => zones.len().max(1),
        Reach::Public => match facts.data_nodes.count {
            count if count % 3 == 0 => 3,
            count if count % 2 == 0 => 2,
            _ => 1,
        },
    }
}

fn is_processing(facts: &Facts) -> bool {
    facts.being_made || facts.processing || facts.upgrading
}

fn processing_status(facts: &Facts) -> &'static str {
    if facts.being_made {
        "Creating"
    } else if facts.upgrading {
        "UpgradingEngineVersion"
    } else if facts.processing {
        "Modifying"
    } else {
        "Active"
    }
}

fn software(facts: &Facts) -> Value {
    let engine = facts.engine;
    let (product, major, minor) = (engine.product.name(), engine.major, engine.minor);
    json!({
        "CurrentVersion": format!("{product}_{major}_{minor}_R20260115"),
        "NewVersion": "",
        "UpdateAvailable": false,
        "Cancellable": false,
        "UpdateStatus": "COMPLETED",
        "Description": texts::NO_UPDATE.plain(),
        "AutomatedUpdateDate": 0.0,
        "OptionalDeployment": true,
    })
}

/// Empty once nothing changes any more.
fn change_progress(domain: &Domain) -> Value {
    if !is_processing(&domain.facts) {
        return json!({});
    }
    json!({
        "ChangeId": "6b9bb2a5-3b1c-4d56-9b9f-0123456789ab",
        "ConfigChangeStatus": "ApplyingChanges",
        "InitiatedBy": "CUSTOMER",
        "StartTime": seconds(domain.created),
        "LastUpdatedTime": seconds(domain.created),
    })
}

/// A time as these APIs write it.
pub(super) fn seconds(time: Timestamp) -> f64 {
    std::time::Duration::try_from(time.duration_since(Timestamp::UNIX_EPOCH))
        .unwrap_or_default()
        .as_secs_f64()
        .floor()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_instance_has_the_suffix_of_the_api() {
        for kind in ["m4.large", "m4.large.search", "m4.large.elasticsearch"] {
            assert_eq!(Api::OpenSearch.instance_type(kind), "m4.large.search");
            let old = Api::Elasticsearch.instance_type(kind);
            assert_eq!(old, "m4.large.elasticsearch");
        }
    }
}
