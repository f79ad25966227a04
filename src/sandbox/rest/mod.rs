//! Which operation of a REST service a method and a path ask for.
//!
//! Invariants: a path of another form asks for no operation. What the path, the query and the
//! headers say become members beside the body's, under the names that the API models give them
//! (those of the query under the names on the wire).

mod dlm;
mod opensearch;
mod s3;

use hyper::Method;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::call::Request;
use super::service::Service;

/// An operation and the members that are not in the body.
#[derive(Debug, PartialEq)]
pub(crate) struct Route {
    pub(crate) operation: &'static str,
    pub(crate) members: Map<String, Value>,
}

/// The route of a request to a REST service, if there is one.
pub(crate) fn route(service: &Service, request: &Request) -> Option<Route> {
    let target = Target {
        method: &request.method,
        path: &request.path,
        query: &request.query,
    };
    match service {
        Service::Dlm => dlm::route(target),
        Service::OpenSearch => opensearch::route(target),
        Service::S3 => s3::route(target).map(|mut route| {
            let owner = request.header("x-amz-expected-bucket-owner");
            if let Some(owner) = owner {
                let owner = Value::from(owner);
                route
                    .members
                    .insert("ExpectedBucketOwner".to_owned(), owner);
            }
            route
        }),
        _ => None,
    }
}

/// What a request is sent to.
#[derive(Clone, Copy)]
struct Target<'a> {
    method: &'a Method,
    /// As sent: percent-encoded.
    path: &'a str,
    query: &'a str,
}

impl Target<'_> {
    /// The parameters of the query, decoded, without those of a signature.
    fn parameters(&self) -> impl Iterator<Item = (String, String)> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, _)| !name.starts_with("X-Amz-"))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
    }
}

/// A part of a path.
fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
