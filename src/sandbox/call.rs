//! What a request asks: the service, the Region, the operation and its parameters.
//!
//! Invariants: decoding never fails (a request that makes no sense becomes a call of an unknown
//! operation, and the service answers that), and it judges nothing: signatures, permissions and
//! values are others' business.

use hyper::body::Bytes;
use hyper::{HeaderMap, Method};
use serde_json::{Map, Value};

use super::aws_chunked;
use super::data_plane::Http;
use super::rest;
use super::service::{Protocol, Service};
use super::signature::Credentials;
use super::xml_reader;

/// A request as it came over the wire.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// As sent: percent-encoded.
    pub(crate) path: String,
    /// As sent, without the question mark.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: RequestBody,
}

/// A body that was read, or not.
pub(crate) enum RequestBody {
    Whole(Bytes),
    TooLarge,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.body {
            RequestBody::Whole(bytes) => bytes,
            RequestBody::TooLarge => &[],
        }
    }

    /// The fields of the query string and of a form, in order.
    fn fields(&self) -> Vec<(String, String)> {
        let form = self
            .header("content-type")
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        let body = if form { self.bytes() } else { &[] };
        form_urlencoded::parse(self.query.as_bytes())
            .chain(form_urlencoded::parse(body))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }
}

/// Does a call change the world?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Changes,
}

/// The parameters of a call.
#[derive(Debug, Clone)]
pub(crate) enum Params {
    /// The members of a JSON body.
    Members(Map<String, Value>),
    /// The fields of a form, `Action` and `Version` left out.
    Form(Vec<(String, String)>),
    /// The service wants a JSON object, or an XML document, and the body is none.
    NotJson,
    /// A request at a domain's own port.
    Http(Http),
}

/// A decoded request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) region: String,
    /// AWS's operation name; method and path where a REST service has none; empty when none is
    /// named.
    pub(crate) action: String,
    pub(crate) params: Params,
}

/// How the operations that only ask begin.
const READS: [&str; 9] = [
    "Describe", "Get", "List", "Head", "Decode", "Simulate", "Search", "GET ", "HEAD ",
];
const DIRECTORY_TARGET: &str = "DirectoryService_20150416";

impl Call {
    /// Reads a request. The scope of the signature names service and Region; an unsigned request
    /// is known by its target, form or path, and falls to `default_region`.
    pub(crate) fn decode(
        request: &Request,
        credentials: &Credentials,
        default_region: &str,
    ) -> Self {
        let fields = request.fields();
        let (service, region) = match credentials {
            Credentials::Presented(presented) => (
                Service::from_name(&presented.scope.service),
                presented.scope.region.clone(),
            ),
            _ => (
                unsigned_service(request, &fields),
                default_region.to_owned(),
            ),
        };
        let route = rest::route(&service, request);
        let action = match service.protocol() {
            Protocol::Json => target(request).map(|(_, operation)| operation.to_owned()),
            Protocol::Query | Protocol::Ec2Query => field(&fields, "Action").map(str::to_owned),
            Protocol::RestJson | Protocol::RestXml | Protocol::Engine => {
                let named = route.as_ref().map(|route| route.operation.to_owned());
                named.or_else(|| Some(format!("{} {}", request.method, request.path)))
            }
        };
        let params = match (service.protocol(), route) {
            (Protocol::Json, _) => members(request.bytes()),
            (Protocol::RestXml, Some(route)) => with_xml(route.members, request),
            (_, Some(route)) => with_body(route.members, request.bytes()),
            _ => Params::Form(
                fields
                    .into_iter()
                    .filter(|(name, _)| {
                        name != "Action" && name != "Version" && !name.starts_with("X-Amz-")
                    })
                    .collect(),
            ),
        };
        Self {
            service,
            region,
            action: action.unwrap_or_default(),
            params,
        }
    }

    /// The name of the domain, for a data plane's call.
    pub(crate) fn domain(&self) -> Option<&str> {
        match &self.params {
            Params::Http(http) => Some(&http.domain),
            _ => None,
        }
    }

    pub(crate) fn effect(&self) -> Effect {
        if let Params::Http(http) = &self.params {
            return http.effect();
        }
        // A dry run only asks.
        let asks = self
            .field("DryRun")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        if asks || READS.iter().any(|prefix| self.action.starts_with(prefix)) {
            Effect::Reads
        } else {
            Effect::Changes
        }
    }

    /// A field of a form.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        match &self.params {
            Params::Form(fields) => field(fields, name),
            _ => None,
        }
    }

    /// A member of a JSON body, or one that the path or the query of a REST call say.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        match &self.params {
            Params::Members(members) => members.get(name).filter(|value| !value.is_null()),
            _ => None,
        }
    }

    /// A member that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.as_str()
    }

    /// Has a form fields whose names begin so?
    pub(crate) fn has_fields(&self, prefix: &str) -> bool {
        matches!(&self.params, Params::Form(fields)
            if fields.iter().any(|(name, _)| name.starts_with(prefix)))
    }

    /// The fields `name.1`, `name.2`, … of a form, in order.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        (1..)
            .map_while(|index| self.field(&format!("{name}.{index}")))
            .collect()
    }

    /// The parameters as the request log shows them.
    pub(crate) fn params_json(&self) -> Value {
        match &self.params {
            Params::Members(members) => Value::Object(members.clone()),
            Params::Form(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
                .collect(),
            Params::NotJson => Value::Null,
            Params::Http(http) => http.params_json(),
        }
    }
}

fn field<'a>(fields: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.as_str())
}

fn members(body: &[u8]) -> Params {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Params::Members(members),
        _ => Params::NotJson,
    }
}

/// The members of a path and a query, and those of the body, which may be empty.
fn with_body(mut routed: Map<String, Value>, body: &[u8]) -> Params {
    if body.is_empty() {
        return Params::Members(routed);
    }
    match members(body) {
        Params::Members(mut members) => {
            members.append(&mut routed);
            Params::Members(members)
        }
        other => other,
    }
}

/// The members of a path and a query, and the element that the body may be.
fn with_xml(mut members: Map<String, Value>, request: &Request) -> Params {
    let chunked = request
        .header("content-encoding")
        .is_some_and(|coding| coding.contains("aws-chunked"));
    let body = if chunked {
        aws_chunked::decode(request.bytes())
    } else {
        Some(request.bytes().to_vec())
    };
    let text = body.and_then(|body| String::from_utf8(body).ok());
    match text.as_deref() {
        Some("") => Params::Members(members),
        Some(text) => match xml_reader::read(text) {
            Some((name, content)) => {
                members.insert(name, content);
                Params::Members(members)
            }
            None => Params::NotJson,
        },
        None => Params::NotJson,
    }
}

/// `X-Amz-Target: Prefix.Operation`
fn target(request: &Request) -> Option<(&str, &str)> {
    request.header("x-amz-target")?.rsplit_once('.')
}

fn unsigned_service(request: &Request, fields: &[(String, String)]) -> Service {
    if let Some((prefix, _)) = target(request) {
        return match prefix {
            DIRECTORY_TARGET => Service::Directory,
            other => Service::Other(other.to_owned()),
        };
    }
    if field(fields, "Action").is_some() {
        return match field(fields, "Version") {
            Some("2016-11-15") => Service::Ec2,
            Some("2010-05-08") => Service::Iam,
            _ => Service::Sts,
        };
    }
    if request.path == "/policies" || request.path.starts_with("/policies/") {
        return Service::Dlm;
    }
    let is_search = ["/2021-01-01/", "/2015-01-01/"];
    if is_search.iter().any(|api| request.path.starts_with(api)) {
        return Service::OpenSearch;
    }
    match request.path.as_str() {
        "/" if request.method == Method::POST => Service::Other(String::new()),
        _ => Service::S3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &str)], body: &'static str) -> Request {
        Request {
            method: Method::POST,
            path: "/".to_owned(),
            query: String::new(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: RequestBody::Whole(Bytes::from_static(body.as_bytes())),
        }
    }

    fn decode(request: &Request) -> Call {
        let credentials = Credentials::of(request);
        Call::decode(request, &credentials, "us-east-1")
    }

    #[test]
    fn the_scope_names_service_and_region() {
        let call = decode(&request(
            &[
                (
                    "authorization",
                    "AWS4-HMAC-SHA256 Credential=k/20260102/eu-west-1/ds/aws4_request, \
                     SignedHeaders=host, Signature=00",
                ),
                ("x-amz-target", "DirectoryService_20150416.CreateSnapshot"),
            ],
            "{\"DirectoryId\":\"d-0\"}",
        ));
        assert_eq!(call.service, Service::Directory);
        assert_eq!(
            (call.region.as_str(), call.action.as_str()),
            ("eu-west-1", "CreateSnapshot")
        );
        assert_eq!(call.effect(), Effect::Changes);
        assert_eq!(call.params_json().to_string(), "{\"DirectoryId\":\"d-0\"}");
    }

    #[test]
    fn an_unsigned_form_is_known_by_its_version() {
        let call = decode(&request(
            &[(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            )],
            "Action=DescribeRegions&Version=2016-11-15&RegionName.1=a+b&RegionName.2=c",
        ));
        assert_eq!(call.service, Service::Ec2);
        assert_eq!(call.effect(), Effect::Reads);
        assert_eq!(call.list("RegionName"), ["a b", "c"]);
        assert_eq!(call.field("Version"), None);
    }

    #[test]
    fn a_body_that_is_no_object_is_not_json() {
        let headers = [("x-amz-target", "DirectoryService_20150416.CreateSnapshot")];
        for body in ["", "[]", "{\"a\":", "\"x\""] {
            assert!(matches!(
                decode(&request(&headers, body)).params,
                Params::NotJson
            ));
        }
    }
}
