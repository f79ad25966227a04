//! Signature Version 4 for the data plane, service `es`.
//!
//! The service encodes the path of the wire once more before it signs, as all but S3 do; everything
//! outside the unreserved characters is therefore percent-encoded on the wire, `*` and `,` too, and
//! the signer encodes it again. Nothing here sends anything or reads a clock.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::services::{http::Call, signature::Signer};

/// All that a segment of a path, or a part of a query, may not hold as it is (RFC 3986).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A name as one segment of a path, or as a part of a query.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Adds the headers of a signature to a call. The call's URL must be encoded as it is sent.
///
/// # Errors
/// What the signer says is wrong with the call.
pub(super) fn signed(
    call: &mut Call,
    credentials: &Credentials,
    region: &str,
    at: Timestamp,
) -> Result<(), String> {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    let headers = call
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let body = SignableBody::Bytes(call.body.as_bytes());
    let request = SignableRequest::new(call.method, &call.url, headers, body)
        .map_err(|error| error.to_string())?;
    let signer = Signer {
        credentials: credentials.clone(),
        region,
        service: "es",
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
        settings: SigningSettings::default(),
    };
    let instructions = signer.sign(request)?;
    let added: Vec<(String, String)> = instructions
        .headers()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    call.headers.extend(added);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "https://search-d-abc.us-east-1.es.amazonaws.com";

    /// The signature of a call with the example keys of AWS's documentation.
    fn signature(method: &'static str, target: &str, body: &str) -> String {
        let mut call = Call {
            method,
            url: format!("{HOST}{target}"),
            headers: Vec::new(),
            body: body.to_owned(),
        };
        if !body.is_empty() {
            call.headers
                .push(("content-type".into(), "application/json".into()));
        }
        let keys = Credentials::new(
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            None,
            None,
            "test",
        );
        let at = "2026-01-02T03:04:05Z".parse().unwrap();
        signed(&mut call, &keys, "us-east-1", at).unwrap();
        let header = call
            .headers
            .iter()
            .find(|(name, _)| name == "authorization");
        let (_, value) = header.unwrap();
        value.rsplit("Signature=").next().unwrap().to_owned()
    }

    /// As botocore signs them.
    #[test]
    fn the_path_is_encoded_once_more_before_it_is_signed() {
        assert_eq!(
            signature(
                "GET",
                "/_cat/indices/-.kibana%2A%2Clogs-%2A?format=json&bytes=b",
                ""
            ),
            "3b58d3a170673b48ebb190c3a185533386215a458912daff1be24067f36a109f"
        );
        assert_eq!(
            signature(
                "GET",
                "/_cat/indices/-.kibana*,logs-*?format=json&bytes=b",
                ""
            ),
            "06857cf705d27a805f51206830a2ba10f6a5cd5dd489188b99d86416d069a3ed"
        );
        assert_eq!(
            signature(
                "PUT",
                "/_snapshot/my%20r/s1?wait_for_completion=true",
                "{\"indices\":\"*\"}"
            ),
            "a41797920d200af3f8d36744750e0ad2e50ab30c64bfd4e0c3c5e2cf407bb44c"
        );
    }

    #[test]
    fn a_token_is_signed_with_it() {
        let mut call = Call {
            method: "GET",
            url: format!("{HOST}/"),
            headers: Vec::new(),
            body: String::new(),
        };
        let keys = Credentials::new("AKIDEXAMPLE", "secret", Some("token".into()), None, "test");
        signed(&mut call, &keys, "us-east-1", Timestamp::UNIX_EPOCH).unwrap();
        let value = |name: &str| {
            let header = call.headers.iter().find(|(key, _)| key == name);
            header.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert_eq!(value("x-amz-security-token"), "token");
        assert!(value("authorization").contains("x-amz-security-token"));
    }

    #[test]
    fn everything_but_the_unreserved_is_encoded() {
        assert_eq!(
            encoded("a b+c%d*é,.-_~/"),
            "a%20b%2Bc%25d%2A%C3%A9%2C.-_~%2F"
        );
    }
}
