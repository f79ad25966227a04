//! Checking a signature.
//!
//! Invariants: pure (the time is handed in); signatures are compared in constant time; the order
//! is key, date, signature, so that each mistake has its own answer.

use hmac::{Hmac, KeyInit, Mac};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::canonical::{Parts, PathStyle};
use super::{ALGORITHM, Carrier, Presented};
use crate::sandbox::call::Request;
use crate::sandbox::condition::{Condition, Payload};
use crate::sandbox::identity::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::sandbox::texts;

type HmacSha256 = Hmac<Sha256>;

/// How far a request's date may be from the real time, and how far one to S3 may be.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
const TOLERANCE_OF_S3: SignedDuration = SignedDuration::from_mins(15);
const S3: &str = "s3";
const CONTENT_HASH: &str = "x-amz-content-sha256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const IN_PIECES: &str = "STREAMING-";
/// The longest that a presigned URL may be good for, in seconds: a week.
const LONGEST_PRESIGNED: i64 = 604_800;
const TERMINATOR: &str = "aws4_request";

/// Is this request signed with the sandbox's key, just now?
pub(crate) fn verify(
    request: &Request,
    presented: &Presented,
    now: Timestamp,
) -> Result<(), Condition> {
    verify_with(request, presented, now, ACCESS_KEY_ID, SECRET_ACCESS_KEY)
}

fn verify_with(
    request: &Request,
    presented: &Presented,
    now: Timestamp,
    key_id: &str,
    secret: &str,
) -> Result<(), Condition> {
    if presented.key_id != key_id {
        return Err(Condition::UnknownKey);
    }
    let date = signing_date(request, presented)?;
    let signed = signed_at(&date)?;
    check_scope(presented, &date)?;
    check_age(presented, &date, signed, now)?;
    let signature = hex::decode(&presented.signature).map_err(|_| Condition::WrongSignature)?;
    let payload_hash = payload_hash(request, presented)?;
    let canonical = canonical_request(request, presented, &payload_hash);
    let text = string_to_sign(presented, &date, &canonical);
    keyed(&signing_key(secret, presented), &text)
        .verify_slice(&signature)
        .map_err(|_| Condition::WrongSignature)?;
    // S3 compares it with the body when it has read that.
    if is_hash(&payload_hash) && !payload_hash.eq_ignore_ascii_case(&hash_of(request)) {
        return Err(Condition::WrongPayload(Payload::Mismatch));
    }
    Ok(())
}

fn hash_of(request: &Request) -> String {
    hex::encode(Sha256::digest(request.bytes()))
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The hash of the body that is signed. S3 takes the client's word for it, which may also be that
/// the body is not signed, or signed in pieces; others look at the body.
fn payload_hash(request: &Request, presented: &Presented) -> Result<String, Condition> {
    if presented.scope.service != S3 {
        return Ok(hash_of(request));
    }
    match (request.header(CONTENT_HASH), &presented.carrier) {
        (Some(said), _) if is_hash(said) => Ok(said.to_owned()),
        (Some(said), _) if said == UNSIGNED || said.starts_with(IN_PIECES) => Ok(said.to_owned()),
        (Some(_), _) => Err(Condition::WrongPayload(Payload::NoHash)),
        (None, Carrier::Query { .. }) => Ok(UNSIGNED.to_owned()),
        (None, Carrier::Header) => Err(Condition::WrongPayload(Payload::Missing)),
    }
}

/// `20260102T030405Z`, from the query, `X-Amz-Date` or `Date`, which may also be written as HTTP
/// writes dates.
fn signing_date(request: &Request, presented: &Presented) -> Result<String, Condition> {
    if let Carrier::Query { date, .. } = &presented.carrier {
        return Ok(date.clone());
    }
    if let Some(date) = request.header("x-amz-date") {
        return Ok(date.to_owned());
    }
    let date = request
        .header("date")
        .ok_or_else(|| Condition::IncompleteSignature(texts::NO_SIGNING_DATE.plain()))?;
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date);
    Ok(parsed.map_or_else(|_| date.to_owned(), basic))
}

fn check_scope(presented: &Presented, date: &str) -> Result<(), Condition> {
    let scope = &presented.scope;
    let wrong = |text| Err(Condition::WrongScope(text));
    if scope.terminator != TERMINATOR {
        return wrong(texts::WRONG_TERMINATOR.with(&[&scope.terminator]));
    }
    let day = date.get(..8).unwrap_or(date);
    if scope.date != day {
        return wrong(texts::SCOPE_DATE_MISMATCH.with(&[&scope.date, day, date]));
    }
    if !presented.signed_headers.iter().any(|name| name == "host") {
        return wrong(texts::HOST_UNSIGNED.plain());
    }
    Ok(())
}

fn signed_at(date: &str) -> Result<Timestamp, Condition> {
    jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", date)
        .and_then(|parsed| parsed.to_datetime())
        .and_then(|parsed| parsed.to_zoned(TimeZone::UTC))
        .map(|signed| signed.timestamp())
        .map_err(|_| Condition::IncompleteSignature(texts::WRONG_DATE.with(&[date])))
}

fn check_age(
    presented: &Presented,
    date: &str,
    signed: Timestamp,
    now: Timestamp,
) -> Result<(), Condition> {
    let tolerance = match presented.scope.service.as_str() {
        S3 => TOLERANCE_OF_S3,
        _ => TOLERANCE,
    };
    if let Carrier::Query { expires, .. } = &presented.carrier
        && !(0..=LONGEST_PRESIGNED).contains(expires)
    {
        return Err(Condition::WrongExpiry);
    }
    let (earliest, latest) = (now - tolerance, now + tolerance);
    if signed > latest {
        let (latest, now) = (basic(latest), basic(now));
        let text = texts::SIGNATURE_TOO_EARLY.with(&[date, &latest, &now]);
        return Err(Condition::OutOfDate(text));
    }
    match presented.carrier {
        Carrier::Header if signed < earliest => {
            let (earliest, now) = (basic(earliest), basic(now));
            let text = texts::SIGNATURE_EXPIRED.with(&[date, &earliest, &now]);
            Err(Condition::OutOfDate(text))
        }
        Carrier::Query { expires, .. } if now.duration_since(signed).as_secs() > expires => {
            let text = texts::PRESIGNED_EXPIRED.with(&[date, &basic(now)]);
            Err(Condition::OutOfDate(text))
        }
        _ => Ok(()),
    }
}

/// A time as signatures write it.
fn basic(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn canonical_request(request: &Request, presented: &Presented, payload_hash: &str) -> String {
    let parts = Parts {
        method: request.method.as_str(),
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        signed_headers: &presented.signed_headers,
        payload_hash,
        path_style: if presented.scope.service == S3 {
            PathStyle::AsIs
        } else {
            PathStyle::Normalized
        },
    };
    parts.canonical_request()
}

fn string_to_sign(presented: &Presented, date: &str, canonical: &str) -> String {
    let scope = &presented.scope;
    format!(
        "{ALGORITHM}\n{date}\n{}/{}/{}/{TERMINATOR}\n{}",
        scope.date,
        scope.region,
        scope.service,
        hex::encode(Sha256::digest(canonical.as_bytes())),
    )
}

fn signing_key(secret: &str, presented: &Presented) -> Vec<u8> {
    let scope = &presented.scope;
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in [
        scope.date.as_str(),
        &scope.region,
        &scope.service,
        TERMINATOR,
    ] {
        key = keyed(&key, part).finalize().into_bytes().to_vec();
    }
    key
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn keyed(key: &[u8], text: &str) -> HmacSha256 {
    let mut mac = HmacSha256::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(text.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use hyper::Method;
    use hyper::body::Bytes;

    use super::*;
    use crate::sandbox::call::RequestBody;
    use crate::sandbox::signature::Credentials;

    // The key, date and signatures of AWS's published Signature Version 4 test suite.
    const KEY_ID: &str = "AKIDEXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const DATE: &str = "20150830T123600Z";

    fn now() -> Timestamp {
        "2015-08-30T12:36:30Z".parse().unwrap()
    }

    fn request(
        method: Method,
        query: &str,
        scope: &str,
        headers: &[(&'static str, &str)],
        signature: &str,
    ) -> Request {
        let mut names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={KEY_ID}/20150830/us-east-1/{scope}/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            names.join(";")
        );
        let mut request = Request {
            method,
            path: "/".to_owned(),
            query: query.to_owned(),
            headers: hyper::HeaderMap::new(),
            body: RequestBody::Whole(Bytes::new()),
        };
        for (name, value) in headers {
            request.headers.append(*name, value.parse().unwrap());
        }
        request
            .headers
            .append("authorization", authorization.parse().unwrap());
        request
    }

    fn check(request: &Request, now: Timestamp) -> Result<(), Condition> {
        match Credentials::of(request) {
            Credentials::Presented(presented) => {
                verify_with(request, &presented, now, KEY_ID, SECRET)
            }
            other => unreachable!("{other:?}"),
        }
    }

    const SUITE_HEADERS: [(&str, &str); 2] =
        [("host", "example.amazonaws.com"), ("x-amz-date", DATE)];

    #[test]
    fn the_published_vectors_verify() {
        let vectors = [
            (
                Method::GET,
                "",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                Method::POST,
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                Method::GET,
                "Param2=value2&Param1=value1",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
        ];
        for (method, query, signature) in vectors {
            let request = request(method, query, "service", &SUITE_HEADERS, signature);
            assert_eq!(check(&request, now()), Ok(()), "{query}");
        }
    }

    #[test]
    fn the_example_of_the_user_guide_verifies() {
        let headers = [
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
            ("host", "iam.amazonaws.com"),
            ("x-amz-date", DATE),
        ];
        let request = request(
            Method::GET,
            "Action=ListUsers&Version=2010-05-08",
            "iam",
            &headers,
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        );
        assert_eq!(check(&request, now()), Ok(()));
    }

    /// A request to a search domain's port, signed by botocore.
    fn domain_request(
        method: Method,
        (path, query): (&str, &str),
        body: &'static str,
        signature: &str,
    ) -> Request {
        let mut headers = vec![
            ("host", "search-d-abc.us-east-1.es.amazonaws.com"),
            ("x-amz-date", "20260102T030405Z"),
        ];
        let mut signed = "host;x-amz-date";
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
            signed = "content-type;host;x-amz-date";
        }
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={KEY_ID}/20260102/us-east-1/es/aws4_request, \
             SignedHeaders={signed}, Signature={signature}"
        );
        headers.push(("authorization", &authorization));
        Request {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: RequestBody::Whole(Bytes::from_static(body.as_bytes())),
        }
    }

    #[test]
    fn the_path_of_a_domain_is_encoded_once_more_as_it_came() {
        let now = "2026-01-02T03:04:30Z".parse().unwrap();
        let query = "format=json&bytes=b";
        let raw = domain_request(
            Method::GET,
            ("/_cat/indices/-.kibana*,logs-*", query),
            "",
            "06857cf705d27a805f51206830a2ba10f6a5cd5dd489188b99d86416d069a3ed",
        );
        assert_eq!(check(&raw, now), Ok(()));
        let encoded = domain_request(
            Method::GET,
            ("/_cat/indices/-.kibana%2A%2Clogs-%2A", query),
            "",
            "3b58d3a170673b48ebb190c3a185533386215a458912daff1be24067f36a109f",
        );
        assert_eq!(check(&encoded, now), Ok(()));
        let put = domain_request(
            Method::PUT,
            ("/_snapshot/my%20r/s1", "wait_for_completion=true"),
            "{\"indices\":\"*\"}",
            "a41797920d200af3f8d36744750e0ad2e50ab30c64bfd4e0c3c5e2cf407bb44c",
        );
        assert_eq!(check(&put, now), Ok(()));
        let other = domain_request(
            Method::GET,
            ("/_cat/indices/-.kibana%2A%2Clogs-%2A", query),
            "",
            "06857cf705d27a805f51206830a2ba10f6a5cd5dd489188b99d86416d069a3ed",
        );
        assert_eq!(check(&other, now), Err(Condition::WrongSignature));
    }

    #[test]
    fn another_request_has_another_signature() {
        let signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        let other = request(Method::GET, "a=b", "service", &SUITE_HEADERS, signature);
        assert_eq!(check(&other, now()), Err(Condition::WrongSignature));
        let garbage = request(Method::GET, "", "service", &SUITE_HEADERS, "zz");
        assert_eq!(check(&garbage, now()), Err(Condition::WrongSignature));
    }

    /// A request to S3, rightly signed with this word for the body.
    fn signed_for_s3(said: Option<&str>, body: &'static str) -> Request {
        let mut headers = SUITE_HEADERS.to_vec();
        headers.extend(said.map(|said| (CONTENT_HASH, said)));
        let unsigned = request(Method::PUT, "", S3, &headers, "00");
        let Credentials::Presented(presented) = Credentials::of(&unsigned) else {
            panic!("it is signed");
        };
        let canonical = canonical_request(&unsigned, &presented, said.unwrap_or(UNSIGNED));
        let text = string_to_sign(&presented, DATE, &canonical);
        let signature = keyed(&signing_key(SECRET, &presented), &text).finalize();
        let signature = hex::encode(signature.into_bytes());
        let mut signed = request(Method::PUT, "", S3, &headers, &signature);
        signed.body = RequestBody::Whole(Bytes::from_static(body.as_bytes()));
        signed
    }

    #[test]
    fn s3_is_told_of_the_body_and_looks() {
        let told = |said: Option<&str>, body| check(&signed_for_s3(said, body), now());
        let wrong = |payload| Err(Condition::WrongPayload(payload));
        let hash = hex::encode(Sha256::digest(b"<x/>"));
        assert_eq!(told(Some(&hash), "<x/>"), Ok(()));
        assert_eq!(told(Some(&hash.to_uppercase()), "<x/>"), Ok(()));
        assert_eq!(told(Some(&hash), "<y/>"), wrong(Payload::Mismatch));
        for said in [UNSIGNED, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"] {
            assert_eq!(told(Some(said), "<x/>"), Ok(()));
        }
        for said in ["", "x", &hash[1..], "unsigned-payload"] {
            assert_eq!(told(Some(said), "<x/>"), wrong(Payload::NoHash), "{said}");
        }
        assert_eq!(told(None, "<x/>"), wrong(Payload::Missing));
        // A wrong signature is told before another body is.
        let mut other = signed_for_s3(Some(&hash), "<y/>");
        other.method = Method::POST;
        assert_eq!(check(&other, now()), Err(Condition::WrongSignature));
    }

    #[test]
    fn a_presigned_url_is_good_for_a_week_at_most() {
        let presigned = |expires: &str| {
            let query = format!(
                "X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={KEY_ID}%2F20150830%2Fus-east-1%2Fs3\
                 %2Faws4_request&X-Amz-Date={DATE}&X-Amz-Expires={expires}\
                 &X-Amz-SignedHeaders=host&X-Amz-Signature=00"
            );
            let mut request = request(Method::GET, &query, S3, &SUITE_HEADERS, "00");
            request.headers.remove("authorization");
            check(&request, now())
        };
        assert_eq!(presigned("604800"), Err(Condition::WrongSignature));
        for wrong in ["604801", "-1"] {
            assert_eq!(presigned(wrong), Err(Condition::WrongExpiry), "{wrong}");
        }
    }

    #[test]
    fn s3_bears_with_a_clock_that_is_wrong_by_a_quarter_of_an_hour() {
        let late = |service: &str, minutes: i64| {
            let mut request = request(Method::GET, "", service, &SUITE_HEADERS, "00");
            request
                .headers
                .insert(CONTENT_HASH, UNSIGNED.parse().unwrap());
            check(&request, now() + SignedDuration::from_mins(minutes))
        };
        assert_eq!(late("s3", 14), Err(Condition::WrongSignature));
        assert!(matches!(late("s3", 16), Err(Condition::OutOfDate(_))));
        assert!(matches!(late("sts", 6), Err(Condition::OutOfDate(_))));
    }

    #[test]
    fn what_cannot_be_right_is_told_before_the_signature_is_looked_at() {
        let host = ("host", "example.amazonaws.com");
        let with = |headers: &[(&'static str, &str)]| {
            check(&request(Method::GET, "", "service", headers, "00"), now())
        };
        let incomplete = |text: &str| Err(Condition::IncompleteSignature(text.to_owned()));
        assert_eq!(with(&[host]), incomplete(&texts::NO_SIGNING_DATE.plain()));
        assert_eq!(
            with(&[host, ("x-amz-date", "yesterday")]),
            incomplete(
                "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See \
                 http://en.wikipedia.org/wiki/ISO_8601"
            )
        );
        // A date as HTTP writes it is as good.
        let date = ("date", "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(with(&[host, date]), Err(Condition::WrongSignature));
        let wrong = |text: &str| Err(Condition::WrongScope(text.to_owned()));
        assert_eq!(
            with(&[("x-amz-date", DATE)]),
            wrong("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
        );
        assert_eq!(
            with(&[host, ("x-amz-date", "20150831T123600Z")]),
            wrong(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '20150830' != '20150831', from '20150831T123600Z'."
            )
        );
    }

    #[test]
    fn the_date_must_be_near_the_real_time() {
        let signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        let request = request(Method::GET, "", "service", &SUITE_HEADERS, signature);
        let late = check(&request, "2015-08-30T12:41:01Z".parse().unwrap());
        assert_eq!(
            late,
            Err(Condition::OutOfDate(
                "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \
                 (20150830T124101Z - 5 min.)"
                    .to_owned()
            ))
        );
        let early = check(&request, "2015-08-30T12:30:59Z".parse().unwrap());
        assert_eq!(
            early,
            Err(Condition::OutOfDate(
                "Signature not yet current: 20150830T123600Z is still later than \
                 20150830T123559Z (20150830T123059Z + 5 min.)"
                    .to_owned()
            ))
        );
    }
}
