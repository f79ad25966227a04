//! An HTTP reply before it is sent.
//!
//! Invariants: a reply is complete in memory (the server decides how much of it goes out).

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::services::search::Work;

/// A status, headers and a body.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// None: the reply goes out at once.
    pub(crate) wait: Option<Wait>,
}

/// What has to be over before a call is answered. The reply then is what the work came to.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) work: Work,
    /// When the front end stops waiting, by the virtual clock; the work goes on.
    pub(crate) gives_up: Timestamp,
}

impl Reply {
    fn new(status: StatusCode, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            wait: None,
        }
    }

    /// A reply without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            wait: None,
        }
    }

    /// A reply of a JSON 1.1 service.
    pub(crate) fn amazon_json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/x-amz-json-1.1", body.to_string())
    }

    /// A reply in plain JSON.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// One JSON object a line.
    pub(crate) fn json_lines(body: String) -> Self {
        Self::new(StatusCode::OK, "application/x-ndjson", body)
    }

    pub(crate) fn xml(status: StatusCode, body: String) -> Self {
        Self::new(status, "text/xml;charset=UTF-8", body)
    }

    pub(crate) fn text(status: StatusCode, body: &str) -> Self {
        Self::new(status, "text/plain; charset=UTF-8", body)
    }

    pub(crate) fn html(status: StatusCode, body: String) -> Self {
        Self::new(status, "text/html", body)
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}
