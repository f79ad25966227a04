//! An HTTP reply before it is sent.
//!
//! Invariants: a reply is complete in memory (the server decides how much of it goes out).

use hyper::StatusCode;
use serde_json::Value;

/// A status, headers and a body.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn new(status: StatusCode, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    /// A reply without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
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

    pub(crate) fn html(status: StatusCode, body: String) -> Self {
        Self::new(status, "text/html", body)
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}
