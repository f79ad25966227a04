//! Directories and snapshots as JSON, in the shapes of `DescribeDirectories` and `DescribeSnapshots`.
//!
//! Invariants: times are epoch seconds with milliseconds; what AWS leaves out is left out; which
//! members a directory has is decided by its type. What a scenario does not say of the network is
//! generated, the same every time.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::entity::Directory;
use super::snapshot::Snapshot;
use super::store::Presence;
use super::vocabulary::{DirectoryType, SnapshotType, Word};
use crate::sandbox::ids::{Ids, Purpose};

/// Epoch seconds, with milliseconds.
fn epoch(time: Timestamp) -> Value {
    json!(SignedDuration::from_millis(time.as_millisecond()).as_secs_f64())
}

pub(super) fn snapshot(directory: &Directory, snapshot: &Snapshot, now: Timestamp) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("DirectoryId", json!(directory.id.to_string()));
    put("SnapshotId", json!(snapshot.id.to_string()));
    put("Type", json!(snapshot.kind.name()));
    if let (SnapshotType::Manual, Some(name)) = (snapshot.kind, &snapshot.name) {
        put("Name", json!(name));
    }
    put("Status", json!(snapshot.status(now).name()));
    put("StartTime", epoch(snapshot.started));
    Value::Object(members)
}

pub(super) fn directory(
    ids: Ids,
    directory: &Directory,
    presence: Presence,
    region: &str,
    now: Timestamp,
) -> Value {
    let facts = &directory.facts;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
    };
    let id = directory.id.to_string();
    let alias = facts.alias.as_deref().unwrap_or(&id);
    let stage = directory.stage(now);
    let network = Network::of(ids, directory, presence, region);
    put("DirectoryId", json!(id));
    put("Name", json!(facts.name));
    put("ShortName", json!(facts.short_name));
    put("Size", word(facts.size));
    put("Edition", word(facts.edition));
    put("Alias", json!(alias));
    put("AccessUrl", json!(format!("{alias}.awsapps.com")));
    put("Description", json!(facts.description));
    put("DnsIpAddrs", json!(network.dns));
    put("Stage", json!(stage.stage.name()));
    put("StageReason", json!(stage.reason));
    put("LaunchTime", epoch(directory.launched));
    put("StageLastUpdatedDateTime", epoch(stage.since));
    put("Type", json!(facts.kind.name()));
    match facts.kind {
        DirectoryType::AdConnector => put(
            "ConnectSettings",
            network.connect_settings(facts.customer_user.as_deref()),
        ),
        DirectoryType::SharedMicrosoftAd => {}
        DirectoryType::SimpleAd | DirectoryType::MicrosoftAd => {
            put("VpcSettings", network.vpc_settings());
        }
    }
    if let Some(share) = &facts.share {
        put("ShareStatus", json!(share.status.name()));
        put("ShareMethod", json!(share.method.name()));
        put("ShareNotes", json!(share.notes));
        put(
            "OwnerDirectoryDescription",
            json!({
                "DirectoryId": share.owner_directory.to_string(),
                "AccountId": share.owner_account,
                "DnsIpAddrs": network.dns,
                "VpcSettings": network.vpc_settings(),
            }),
        );
    }
    put("SsoEnabled", json!(false));
    put(
        "DesiredNumberOfDomainControllers",
        json!(facts.domain_controllers),
    );
    if facts.kind == DirectoryType::MicrosoftAd {
        let regions = json!({
            "PrimaryRegion": facts.region,
            "AdditionalRegions": facts.additional_regions,
        });
        put("RegionsInfo", regions);
    }
    put("OsVersion", word(facts.os_version));
    Value::Object(members)
}

fn word<T: Word>(word: Option<T>) -> Value {
    json!(word.map(Word::name))
}

/// Where a directory lives in one Region.
struct Network {
    vpc: String,
    subnets: Vec<String>,
    security_group: String,
    zones: [String; 2],
    dns: Vec<String>,
}

impl Network {
    fn of(ids: Ids, directory: &Directory, presence: Presence, region: &str) -> Self {
        let facts = &directory.facts;
        let place = facts
            .additional_regions
            .iter()
            .position(|other| other == region)
            .map_or(0, |place| place + 1) as u64;
        let arbitrary = |what: u64| {
            let number = (directory.index << 16) | (place << 8) | what;
            ids.arbitrary(Purpose::Network, number)
        };
        let long_id = |prefix: &str, what| format!("{prefix}-0{:016x}", arbitrary(what));
        // What the scenario says is the primary Region's.
        let primary = presence == Presence::Primary;
        let subnets = if primary && !facts.subnets.is_empty() {
            facts.subnets.clone()
        } else {
            vec![long_id("subnet", 2), long_id("subnet", 3)]
        };
        let dns = if primary && !facts.dns.is_empty() {
            facts.dns.clone()
        } else {
            let [second, third, host, ..] = arbitrary(4).to_be_bytes();
            let host = host % 100 + 10;
            let address = |third: u8| format!("10.{second}.{third}.{host}");
            vec![address(third), address(third.wrapping_add(1))]
        };
        Self {
            vpc: facts
                .vpc
                .clone()
                .filter(|_| primary)
                .unwrap_or_else(|| long_id("vpc", 0)),
            subnets,
            security_group: facts
                .security_group
                .clone()
                .filter(|_| primary)
                .unwrap_or_else(|| long_id("sg", 1)),
            zones: [format!("{region}a"), format!("{region}b")],
            dns,
        }
    }

    fn vpc_settings(&self) -> Value {
        json!({
            "VpcId": self.vpc,
            "SubnetIds": self.subnets,
            "SecurityGroupId": self.security_group,
            "AvailabilityZones": self.zones,
        })
    }

    fn connect_settings(&self, customer_user: Option<&str>) -> Value {
        let mut settings = self.vpc_settings();
        settings["CustomerUserName"] = json!(customer_user.unwrap_or("svc-adconnector"));
        settings["ConnectIps"] = json!(self.dns);
        settings
    }
}
