//! The canonical form of a request, as Signature Version 4 defines it.
//!
//! Invariants: pure; the same request in another spelling has the same canonical form. Source:
//! "Create a signed AWS API request" in the IAM user guide.

use std::fmt::Write as _;

use hyper::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a name or a value.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// How a service wants its path: S3's keys are taken as they are, every other service's path is
/// normalized and encoded once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathStyle {
    AsIs,
    Normalized,
}

/// The parts that are signed.
pub(super) struct Parts<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) signed_headers: &'a [String],
    pub(super) payload_hash: &'a str,
    pub(super) path_style: PathStyle,
}

impl Parts<'_> {
    pub(super) fn canonical_request(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", self.method);
        let _ = writeln!(text, "{}", canonical_path(self.path, self.path_style));
        let _ = writeln!(text, "{}", canonical_query(self.query));
        for name in self.signed_headers {
            let _ = writeln!(text, "{name}:{}", canonical_header(self.headers, name));
        }
        let _ = write!(
            text,
            "\n{}\n{}",
            self.signed_headers.join(";"),
            self.payload_hash
        );
        text
    }
}

fn canonical_path(path: &str, style: PathStyle) -> String {
    match style {
        PathStyle::AsIs => {
            let decoded = percent_decode_str(path).decode_utf8_lossy();
            utf8_percent_encode(&decoded, PATH).to_string()
        }
        PathStyle::Normalized => utf8_percent_encode(&normalized(path), PATH).to_string(),
    }
}

/// Without `.`, `..` and empty segments.
fn normalized(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let mut text = format!("/{}", segments.join("/"));
    if path.ends_with('/') && !segments.is_empty() {
        text.push('/');
    }
    text
}

/// The parameters in order, each spelled in one way. The signature itself is not signed.
fn canonical_query(query: &str) -> String {
    let mut parameters: Vec<(String, String)> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
        .map(|(name, value)| (respelled(name), respelled(value)))
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    parameters.sort();
    let parameters: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parameters.join("&")
}

fn respelled(text: &str) -> String {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    utf8_percent_encode(&decoded, UNRESERVED).to_string()
}

/// All values of a header, with single blanks.
fn canonical_header(headers: &HeaderMap, name: &str) -> String {
    let values: Vec<String> = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .map(|value| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    values.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_and_encoded_once_more() {
        let path = |path| canonical_path(path, PathStyle::Normalized);
        assert_eq!(path("/"), "/");
        assert_eq!(path("//a/./b/../c/"), "/a/c/");
        assert_eq!(path("/a%20b"), "/a%2520b");
        assert_eq!(canonical_path("/a%20b//c", PathStyle::AsIs), "/a%20b//c");
    }

    #[test]
    fn queries_are_sorted_and_respelled() {
        assert_eq!(canonical_query("b=2&a=%7e&a&c=x y"), "a=&a=~&b=2&c=x%20y");
        assert_eq!(canonical_query("X-Amz-Signature=1&z=1"), "z=1");
    }
}
