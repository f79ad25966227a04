//! EC2: the Regions. Query protocol with EC2's own envelopes, version 2016-11-15.
//!
//! Invariants: the list of Regions is AWS's, not the scenario's; a Region without entities is
//! simply empty.

use hyper::StatusCode;

use super::{Context, Operation, any_resource};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::reply::Reply;
use crate::sandbox::service::Service;
use crate::sandbox::texts;
use crate::sandbox::xml::Xml;

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

pub(super) fn operation(action: &str) -> Option<Operation> {
    match action {
        "DescribeRegions" => Some(Operation {
            resources: any_resource,
            answer: describe_regions,
        }),
        _ => None,
    }
}

fn describe_regions(context: &mut Context<'_>) -> Result<Reply, Refusal> {
    let call = context.call;
    let filters = filters(call)?;
    let names = call.list("RegionName");
    let unknown: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| REGIONS.iter().all(|(region, _)| region != name))
        .collect();
    if !unknown.is_empty() {
        let text = texts::UNKNOWN_REGIONS.with(&[&unknown.join(", ")]);
        return Err(Refusal::client("InvalidParameterValue", text));
    }
    if call.field("DryRun") == Some("true") {
        let status = StatusCode::PRECONDITION_FAILED;
        return Err(Refusal::service(
            status,
            "DryRunOperation",
            texts::DRY_RUN.plain(),
        ));
    }
    let all = call.field("AllRegions") == Some("true") || !names.is_empty();
    let body = Xml::document("DescribeRegionsResponse", Service::Ec2.namespace(), |xml| {
        xml.text("requestId", context.request_id);
        xml.element("regionInfo", |xml| {
            for (name, opt_in) in REGIONS {
                let wanted = names.is_empty() || names.contains(&name);
                let shown = all || opt_in == OptIn::NotRequired;
                if wanted && shown && filters.iter().all(|filter| filter.takes(name, opt_in)) {
                    xml.element("item", |xml| {
                        xml.text("regionName", name);
                        xml.text("regionEndpoint", &endpoint(name));
                        xml.text("optInStatus", opt_in.name());
                    });
                }
            }
        });
    });
    Ok(Reply::xml(StatusCode::OK, body))
}

fn endpoint(region: &str) -> String {
    format!("ec2.{region}.amazonaws.com")
}

/// What a filter looks at.
enum Subject {
    Endpoint,
    OptInStatus,
    RegionName,
}

struct Filter<'a> {
    subject: Subject,
    values: Vec<&'a str>,
}

impl Filter<'_> {
    fn takes(&self, name: &str, opt_in: OptIn) -> bool {
        let endpoint = endpoint(name);
        let value = match self.subject {
            Subject::Endpoint => endpoint.as_str(),
            Subject::OptInStatus => opt_in.name(),
            Subject::RegionName => name,
        };
        self.values.contains(&value)
    }
}

/// `Filter.1.Name=…&Filter.1.Value.1=…`
fn filters(call: &Call) -> Result<Vec<Filter<'_>>, Refusal> {
    let mut filters = Vec::new();
    for index in 1.. {
        let Some(name) = call.field(&format!("Filter.{index}.Name")) else {
            break;
        };
        let subject = match name {
            "endpoint" => Subject::Endpoint,
            "opt-in-status" => Subject::OptInStatus,
            "region-name" => Subject::RegionName,
            other => {
                let text = texts::UNKNOWN_FILTER.with(&[other]);
                return Err(Refusal::client("InvalidParameterValue", text));
            }
        };
        let values = call.list(&format!("Filter.{index}.Value"));
        filters.push(Filter { subject, values });
    }
    Ok(filters)
}
