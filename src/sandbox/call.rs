//! What a request asks: the service, the Region, the operation and its parameters.
//!
//! Invariants: decoding never fails (a request that makes no sense becomes a call of an unknown
//! operation, and the service answers that), and it judges nothing: signatures, permissions and
//! values are others' business.

use hyper::body::Bytes;
use hyper::{HeaderMap, Method};
use serde_json::{Map, Value};

use super::aws_chunked;
use super::cbor;
use super::condition::Condition;
use super::data_plane::Http;
use super::region::is_region;
use super::rest;
use super::service::{self, Protocol, Service};
use super::signature::{Credentials, Scope};
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
        // A body that does not say what it is is a form too.
        let form = match self.header("content-type") {
            Some(value) => value
                .split(';')
                .next()
                .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)),
            None => self.method == Method::POST,
        };
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
const READS: [&str; 8] = [
    "Describe", "Get", "List", "Head", "Decode", "Simulate", "Search", "Assume",
];
/// The methods that only ask.
const QUESTIONS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
const DIRECTORY_TARGET: &str = "DirectoryService_20150416";
const FORM: &str = "application/x-www-form-urlencoded";

impl Call {
    /// Reads a request. Its target, or the version of its form, names the service, and otherwise
    /// the scope of the signature; the scope names the Region. An unsigned request may be known by
    /// its path too, and falls to `default_region`.
    pub(crate) fn decode(
        request: &Request,
        credentials: &Credentials,
        default_region: &str,
    ) -> Self {
        let fields = request.fields();
        let named = named_service(request, &fields);
        let (service, region) = match credentials {
            Credentials::Presented(presented) => (
                named.unwrap_or_else(|| Service::from_name(&presented.scope.service)),
                presented.scope.region.clone(),
            ),
            _ => (
                named.unwrap_or_else(|| unsigned_service(request, &fields)),
                default_region.to_owned(),
            ),
        };
        let route = rest::route(&service, request);
        let rest = || format!("{} {}", request.method, request.path);
        let action = match service.protocol() {
            // Of a service that is not simulated nothing is known: without a target, it may speak
            // in forms, or in methods and paths.
            Protocol::Json => json_action(&service, request).or_else(|| match &service {
                Service::Other(name) if !name.is_empty() => {
                    let named = field(&fields, "Action").map(str::to_owned);
                    named.or_else(|| Some(rest()))
                }
                _ => None,
            }),
            Protocol::Query | Protocol::Ec2Query => field(&fields, "Action").map(str::to_owned),
            Protocol::RestJson | Protocol::RestXml | Protocol::Engine => {
                let named = route.as_ref().map(|route| route.operation.to_owned());
                named.or_else(|| Some(rest()))
            }
        };
        let params = match (service.protocol(), route) {
            (Protocol::Json, _) if cbor::is_spoken(request) => {
                cbor::decode(request.bytes()).map_or(Params::NotJson, object)
            }
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

    /// Is it signed for the service that it names, and for a Region?
    pub(crate) fn check_scope(&self, scope: &Scope) -> Result<(), Condition> {
        let right = service::NAMES
            .iter()
            .find(|name| **name == self.service.name());
        match right {
            Some(right) if scope.service != *right => Err(Condition::WrongService(right)),
            _ if !is_region(&scope.region) => Err(Condition::WrongRegion(scope.region.clone())),
            _ => Ok(()),
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
        // Method and path, where a REST operation is not known.
        let asks = match self.action.split_once(' ') {
            Some((method, _)) => QUESTIONS.contains(&method),
            None => READS.iter().any(|prefix| self.action.starts_with(prefix)),
        };
        if self.action.is_empty() || self.is_dry_run() || asks {
            Effect::Reads
        } else {
            Effect::Changes
        }
    }

    /// Does it only ask whether it could be done?
    pub(crate) fn is_dry_run(&self) -> bool {
        self.field("DryRun")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
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

    /// The numbers of the members `name.N`, or `name.N.…`, that a form has, in order. There may be
    /// gaps; what is no number of a member (see [`is_place`]) is left out.
    pub(crate) fn places(&self, name: &str) -> Vec<u32> {
        let Params::Form(fields) = &self.params else {
            return Vec::new();
        };
        let mut places: Vec<u32> = fields
            .iter()
            .filter_map(|(field, _)| field.strip_prefix(name)?.strip_prefix('.'))
            .filter_map(|rest| rest.split('.').next())
            .filter(|place| is_place(place))
            .filter_map(|place| place.parse().ok())
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The fields `name.1`, `name.2`, … of a form, in order.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        self.places(name)
            .into_iter()
            .filter_map(|place| self.field(&format!("{name}.{place}")))
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

/// Is this the number of a member of a list, as names of fields have it: from 1, without zeros in
/// front?
pub(crate) fn is_place(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !text.starts_with('0') && text.parse::<u32>().is_ok()
}

fn field<'a>(fields: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.as_str())
}

fn members(body: &[u8]) -> Params {
    serde_json::from_slice(body).map_or(Params::NotJson, object)
}

/// The members of a body that must be an object.
fn object(body: Value) -> Params {
    match body {
        Value::Object(members) => Params::Members(members),
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

/// `X-Amz-Target: Prefix.Operation`, or what a request in CBOR says in its path.
fn target(request: &Request) -> Option<(&str, &str)> {
    if cbor::is_spoken(request) {
        return cbor::target(request);
    }
    request.header("x-amz-target")?.rsplit_once('.')
}

/// The operation that a request to a JSON service names: anything else than a POST to the service's
/// own target names none, and is shown as it came.
fn json_action(service: &Service, request: &Request) -> Option<String> {
    let (prefix, operation) = target(request)?;
    let is_own = *service != Service::Directory || prefix == DIRECTORY_TARGET;
    if is_own && request.method == Method::POST {
        return Some(operation.to_owned());
    }
    Some(format!("{prefix}.{operation}"))
}

/// The service that a request names by itself, whatever it is signed for.
fn named_service(request: &Request, fields: &[(String, String)]) -> Option<Service> {
    if let Some((DIRECTORY_TARGET, _)) = target(request) {
        return Some(Service::Directory);
    }
    field(fields, "Action")?;
    match field(fields, "Version")? {
        "2016-11-15" => Some(Service::Ec2),
        "2010-05-08" => Some(Service::Iam),
        "2011-06-15" => Some(Service::Sts),
        _ => None,
    }
}

/// The service of a request that names none and is signed for none.
fn unsigned_service(request: &Request, fields: &[(String, String)]) -> Service {
    if let Some((prefix, _)) = target(request) {
        return Service::Other(prefix.to_owned());
    }
    if field(fields, "Action").is_some() {
        return Service::Sts;
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
    fn a_list_may_have_gaps_and_any_order() {
        let call = decode(&request(
            &[],
            "Action=DescribeRegions&Version=2016-11-15&R.10=c&R.2=a&R.3=b&R.0=x&R.04=x&R.x=x&Rest.1=x",
        ));
        assert_eq!(call.list("R"), ["a", "b", "c"]);
        assert_eq!(call.places("R"), [2, 3, 10]);
        assert!(is_place("1") && is_place("4294967295"));
        for wrong in ["", "0", "01", "-1", "+1", "1x", "4294967296"] {
            assert!(!is_place(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_simulated_is_told_by_what_it_says_or_by_its_method() {
        let scope = (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=k/20260102/eu-west-1/rbin/aws4_request, \
             SignedHeaders=host, Signature=00",
        );
        let call = |method: Method, path: &str, headers: &[(&'static str, &str)]| {
            let mut request = request(&[&[scope], headers].concat(), "{}");
            request.method = method;
            request.path = path.to_owned();
            let call = decode(&request);
            (call.effect(), call.action)
        };
        let rest = ("content-type", "application/json");
        for (method, effect) in [
            (Method::GET, Effect::Reads),
            (Method::OPTIONS, Effect::Reads),
            (Method::POST, Effect::Changes),
            (Method::PATCH, Effect::Changes),
            (Method::DELETE, Effect::Changes),
        ] {
            let action = format!("{method} /rules");
            assert_eq!(call(method, "/rules", &[rest]), (effect, action));
        }
        let target = ("x-amz-target", "Logs_20140328.DescribeLogGroups");
        let (effect, action) = call(Method::POST, "/", &[target]);
        assert_eq!(
            (effect, action.as_str()),
            (Effect::Reads, "DescribeLogGroups")
        );
        let target = ("x-amz-target", "Logs_20140328.DeleteLogGroup");
        assert_eq!(call(Method::POST, "/", &[target]).0, Effect::Changes);
    }

    const SIGNED_FOR_DS: (&str, &str) = (
        "authorization",
        "AWS4-HMAC-SHA256 Credential=k/20260102/eu-west-1/ds/aws4_request, SignedHeaders=host, \
         Signature=00",
    );

    #[test]
    fn a_form_is_known_whatever_the_case_of_its_type_or_without_one() {
        let body = "Action=DescribeRegions&Version=2016-11-15";
        let cased = (
            "content-type",
            "Application/X-WWW-Form-Urlencoded;charset=x",
        );
        for headers in [&[cased][..], &[]] {
            assert_eq!(decode(&request(headers, body)).action, "DescribeRegions");
        }
        let other = decode(&request(&[("content-type", "application/json")], body));
        assert_eq!(other.action, "");
    }

    #[test]
    fn only_the_own_target_names_an_operation() {
        let target = ("x-amz-target", "Other_20150416.CreateSnapshot");
        let call = decode(&request(&[SIGNED_FOR_DS, target], "{}"));
        assert_eq!(
            (call.service, call.action.as_str()),
            (Service::Directory, "Other_20150416.CreateSnapshot")
        );
        let target = ("x-amz-target", "DirectoryService_20150416.CreateSnapshot");
        let mut put = request(&[SIGNED_FOR_DS, target], "{}");
        put.method = Method::PUT;
        assert_eq!(
            decode(&put).action,
            "DirectoryService_20150416.CreateSnapshot"
        );
    }

    #[test]
    fn what_a_request_names_counts_more_than_what_it_is_signed_for() {
        let form = ("content-type", FORM);
        let body = "Action=DescribeRegions&Version=2016-11-15";
        let call = decode(&request(&[SIGNED_FOR_DS, form], body));
        assert_eq!(
            (call.service, call.region.as_str()),
            (Service::Ec2, "eu-west-1")
        );
    }

    #[test]
    fn what_a_request_is_signed_for_must_be_what_it_names() {
        let scope = |region: &str, service: &str| {
            let credential = format!("k/20260102/{region}/{service}/aws4_request");
            let header = format!(
                "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
            );
            let mut request = request(&[], "");
            request
                .headers
                .insert("authorization", header.parse().unwrap());
            match Credentials::of(&request) {
                Credentials::Presented(presented) => presented.scope,
                other => panic!("{other:?}"),
            }
        };
        let target = ("x-amz-target", "DirectoryService_20150416.CreateSnapshot");
        let call = decode(&request(&[target], "{}"));
        assert_eq!(call.check_scope(&scope("eu-west-1", "ds")), Ok(()));
        assert_eq!(
            call.check_scope(&scope("eu-west-1", "ec2")),
            Err(Condition::WrongService("ds"))
        );
        assert_eq!(
            call.check_scope(&scope("eu-west", "ds")),
            Err(Condition::WrongRegion("eu-west".to_owned()))
        );
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
