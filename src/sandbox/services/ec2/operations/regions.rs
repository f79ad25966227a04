//! `DescribeRegions` and `DescribeAvailabilityZones`.
//!
//! Invariants: the lists of Regions and zones are AWS's, not the scenario's; a Region without
//! entities is simply empty.

use super::unused_filters;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::services::Context;
use crate::sandbox::services::ec2::filter::Filters;
use crate::sandbox::services::ec2::parameters::Parameters;
use crate::sandbox::services::ec2::refusals::invalid;
use crate::sandbox::services::ec2::show;
use crate::sandbox::services::ec2::tags::Tags;
use crate::sandbox::services::ec2::zones::{self, Called, called};
use crate::sandbox::texts::ec2 as texts;

/// `optInStatus` of a Region.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OptIn {
    NotRequired,
    NotOptedIn,
}

impl OptIn {
    fn name(self) -> &'static str {
        match self {
            Self::NotRequired => "opt-in-not-required",
            Self::NotOptedIn => "not-opted-in",
        }
    }
}

/// The Regions of the `aws` partition. Those that need no opting in are enabled in every account.
const REGIONS: [(&str, OptIn); 34] = [
    ("ap-south-1", OptIn::NotRequired),
    ("eu-north-1", OptIn::NotRequired),
    ("eu-west-3", OptIn::NotRequired),
    ("eu-west-2", OptIn::NotRequired),
    ("eu-west-1", OptIn::NotRequired),
    ("ap-northeast-3", OptIn::NotRequired),
    ("ap-northeast-2", OptIn::NotRequired),
    ("ap-northeast-1", OptIn::NotRequired),
    ("ca-central-1", OptIn::NotRequired),
    ("sa-east-1", OptIn::NotRequired),
    ("ap-southeast-1", OptIn::NotRequired),
    ("ap-southeast-2", OptIn::NotRequired),
    ("eu-central-1", OptIn::NotRequired),
    ("us-east-1", OptIn::NotRequired),
    ("us-east-2", OptIn::NotRequired),
    ("us-west-1", OptIn::NotRequired),
    ("us-west-2", OptIn::NotRequired),
    ("af-south-1", OptIn::NotOptedIn),
    ("ap-east-1", OptIn::NotOptedIn),
    ("ap-east-2", OptIn::NotOptedIn),
    ("ap-south-2", OptIn::NotOptedIn),
    ("ap-southeast-3", OptIn::NotOptedIn),
    ("ap-southeast-4", OptIn::NotOptedIn),
    ("ap-southeast-5", OptIn::NotOptedIn),
    ("ap-southeast-6", OptIn::NotOptedIn),
    ("ap-southeast-7", OptIn::NotOptedIn),
    ("ca-west-1", OptIn::NotOptedIn),
    ("eu-central-2", OptIn::NotOptedIn),
    ("eu-south-1", OptIn::NotOptedIn),
    ("eu-south-2", OptIn::NotOptedIn),
    ("il-central-1", OptIn::NotOptedIn),
    ("me-central-1", OptIn::NotOptedIn),
    ("me-south-1", OptIn::NotOptedIn),
    ("mx-central-1", OptIn::NotOptedIn),
];

/// Is there a Region of this name?
pub(super) fn exists(name: &str) -> bool {
    REGIONS.iter().any(|(region, _)| *region == name)
}

pub(super) fn describe_regions(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let filters = Filters::of(&parameters, &["endpoint", "opt-in-status", "region-name"])?;
    let names = parameters.list("RegionName");
    let unknown: Vec<&str> = names.iter().copied().filter(|name| !exists(name)).collect();
    if !unknown.is_empty() {
        return Err(invalid(texts::UNKNOWN_REGIONS.with(&[&unknown.join(", ")])));
    }
    let all = parameters.flag("AllRegions")?.unwrap_or_default() || !names.is_empty();
    parameters.dry_run()?;

    let shown = REGIONS.iter().filter(|(name, opt_in)| {
        (names.is_empty() || names.contains(name))
            && (all || *opt_in == OptIn::NotRequired)
            && filters.take(&Tags::default(), |filter| {
                vec![match filter {
                    "endpoint" => endpoint(name),
                    "opt-in-status" => opt_in.name().to_owned(),
                    _ => (*name).to_owned(),
                }]
            })
    });
    show::reply(context, |xml| {
        xml.list("regionInfo", shown, |xml, (name, opt_in)| {
            xml.text("regionName", name);
            xml.text("regionEndpoint", &endpoint(name));
            xml.text("optInStatus", opt_in.name());
        });
    })
}

fn endpoint(region: &str) -> String {
    format!("ec2.{region}.amazonaws.com")
}

const ZONE_FILTERS: [&str; 8] = [
    "group-name",
    "opt-in-status",
    "region-name",
    "state",
    "zone-id",
    "zone-name",
    "zone-type",
    "group-long-name",
];

pub(super) fn describe_zones(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let parameters = Parameters::of(context.call)?;
    let filters = Filters::with(&parameters, &ZONE_FILTERS, unused_filters::ZONES)?;
    let region = context.call.region.as_str();
    let mut wanted = Vec::new();
    let named = called(parameters.list("ZoneName"), Called::Name);
    for zone in named.chain(called(parameters.list("ZoneId"), Called::Id)) {
        let unknown = || invalid(texts::UNKNOWN_ZONES.with(&[zone.text()]));
        wanted.push(zones::find(region, &zone).ok_or_else(unknown)?);
    }
    parameters.flag("AllAvailabilityZones")?;
    parameters.dry_run()?;

    let shown = zones::names(region).into_iter().filter(|zone| {
        (wanted.is_empty() || wanted.contains(zone))
            && filters.take(&Tags::default(), |filter| {
                vec![match filter {
                    "group-name" | "group-long-name" => format!("{region}-zg-1"),
                    "opt-in-status" => OptIn::NotRequired.name().to_owned(),
                    "region-name" => region.to_owned(),
                    "state" => "available".to_owned(),
                    "zone-id" => zones::id(region, zone),
                    "zone-name" => zone.clone(),
                    _ => "availability-zone".to_owned(),
                }]
            })
    });
    show::reply(context, |xml| {
        xml.list("availabilityZoneInfo", shown, |xml, zone| {
            xml.text("optInStatus", OptIn::NotRequired.name());
            xml.list("messageSet", [(); 0], |_, ()| {});
            xml.text("regionName", region);
            xml.text("zoneName", &zone);
            xml.text("zoneId", &zones::id(region, &zone));
            xml.text("groupName", &format!("{region}-zg-1"));
            xml.text("networkBorderGroup", region);
            xml.text("zoneType", "availability-zone");
            xml.text("zoneState", "available");
        });
    })
}
