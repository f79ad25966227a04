//! The other form of JSON services: Smithy's RPC v2 with CBOR bodies, `rpc-v2-cbor`.
//!
//! Invariants: a request and a reply mean in CBOR what they mean in JSON, and services see JSON
//! only. What JSON cannot say (byte strings) is no request. A number with a fraction is a time, as
//! the JSON services have no other fractions. Sources: RFC 8949 and Smithy's specification.

use hyper::Method;
use hyper::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::call::Request;
use super::reply::Reply;

const NAME: &str = "rpc-v2-cbor";
const PROTOCOL: &str = "smithy-protocol";
const MEDIA_TYPE: &str = "application/cbor";
/// How deep a body may be nested.
const DEEPEST: usize = 64;
/// The tag of a time in seconds since 1970.
const EPOCH: u64 = 1;

/// Is the request in this form, and does it want its answer so?
pub(crate) fn is_spoken(request: &Request) -> bool {
    request.header(PROTOCOL) == Some(NAME)
}

/// The target's prefix and the operation: `/service/Prefix/operation/Operation`.
pub(crate) fn target(request: &Request) -> Option<(&str, &str)> {
    if !is_spoken(request) || request.method != Method::POST {
        return None;
    }
    let (prefix, operation) = request
        .path
        .strip_prefix("/service/")?
        .split_once("/operation/")?;
    (!prefix.contains('/') && !operation.contains('/')).then_some((prefix, operation))
}

/// The reply of a JSON service in this form; any other as it is.
pub(crate) fn reply(mut reply: Reply) -> Reply {
    let kind = reply
        .headers
        .iter_mut()
        .find(|(name, _)| *name == CONTENT_TYPE.as_str());
    let Some((_, kind)) = kind.filter(|(_, kind)| kind.starts_with("application/x-amz-json"))
    else {
        return reply;
    };
    let Ok(body) = serde_json::from_slice(&reply.body) else {
        return reply;
    };
    MEDIA_TYPE.clone_into(kind);
    reply.body = encode(&body);
    reply.with_header(PROTOCOL, NAME)
}

/// A reply that says it is in this form and ends in the middle of it.
pub(crate) fn broken(reply: Reply) -> Reply {
    let whole = encode(&serde_json::json!({ "Snapshots": [{ "SnapshotId": "s-" }] }));
    let headers = reply.headers.into_iter();
    Reply {
        headers: headers
            .filter(|(name, _)| *name != CONTENT_TYPE.as_str())
            .collect(),
        body: whole[..whole.len() - 2].to_vec(),
        ..reply
    }
    .with_header(CONTENT_TYPE.as_str(), MEDIA_TYPE)
    .with_header(PROTOCOL, NAME)
}

/// A body; none if it is no CBOR, or none that JSON could say.
pub(crate) fn decode(body: &[u8]) -> Option<Value> {
    let mut reader = Reader { rest: body };
    let value = reader.value(0)?;
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a [u8],
}

/// What an item begins with: its major type, and its argument; none: the length comes at the end.
struct Head {
    major: u8,
    argument: Option<u64>,
    /// The bits that say how the argument was written.
    form: u8,
}

/// The end of an item of unknown length.
const BREAK: u8 = 0xff;

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(count).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    fn is_break(&mut self) -> bool {
        let is_break = self.rest.first() == Some(&BREAK);
        if is_break {
            self.rest = &self.rest[1..];
        }
        is_break
    }

    fn head(&mut self) -> Option<Head> {
        let first = *self.bytes(1)?.first()?;
        let (major, form) = (first >> 5, first & 0x1f);
        let argument = match form {
            0..=23 => Some(u64::from(form)),
            24..=27 => {
                let bytes = self.bytes(1 << (form - 24))?;
                Some(
                    bytes
                        .iter()
                        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte)),
                )
            }
            31 => None,
            _ => return None,
        };
        Some(Head {
            major,
            argument,
            form,
        })
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let head = self.head()?;
        match head.major {
            0 => Some(Value::from(head.argument?)),
            1 => {
                let number = i64::try_from(head.argument?).ok()?;
                Some(Value::from(-1 - number))
            }
            3 => self.text(&head).map(Value::from),
            4 => self.array(&head, depth),
            5 => self.map(&head, depth),
            6 => self.value(depth + 1),
            7 => simple(&head),
            _ => None,
        }
    }

    fn text(&mut self, head: &Head) -> Option<String> {
        if let Some(length) = head.argument {
            return String::from_utf8(self.bytes(length)?.to_vec()).ok();
        }
        let mut text = String::new();
        while !self.is_break() {
            let part = self.head().filter(|part| part.major == 3)?;
            text.push_str(std::str::from_utf8(self.bytes(part.argument?)?).ok()?);
        }
        Some(text)
    }

    /// Are there more items, when so many were read?
    fn goes_on(&mut self, head: &Head, read: u64) -> bool {
        match head.argument {
            Some(length) => read < length,
            None => !self.is_break(),
        }
    }

    fn array(&mut self, head: &Head, depth: usize) -> Option<Value> {
        let (mut items, mut read) = (Vec::new(), 0);
        while self.goes_on(head, read) {
            items.push(self.value(depth + 1)?);
            read += 1;
        }
        Some(Value::Array(items))
    }

    fn map(&mut self, head: &Head, depth: usize) -> Option<Value> {
        let (mut members, mut read) = (Map::new(), 0);
        while self.goes_on(head, read) {
            let key = self.head().filter(|key| key.major == 3)?;
            let key = self.text(&key)?;
            members.insert(key, self.value(depth + 1)?);
            read += 1;
        }
        Some(Value::Object(members))
    }
}

/// Truth values, null, and numbers with a fraction.
fn simple(head: &Head) -> Option<Value> {
    let bits = head.argument?;
    let number = match head.form {
        20 => return Some(Value::Bool(false)),
        21 => return Some(Value::Bool(true)),
        22 | 23 => return Some(Value::Null),
        25 => half(u16::try_from(bits).ok()?),
        26 => f32::from_bits(u32::try_from(bits).ok()?).into(),
        27 => f64::from_bits(bits),
        _ => return None,
    };
    Some(Value::from(number))
}

/// A number of sixteen bits.
fn half(bits: u16) -> f64 {
    let exponent = i32::from((bits >> 10) & 0x1f);
    let mantissa = f64::from(bits & 0x3ff);
    let size = match exponent {
        0 => mantissa * 2_f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (mantissa + 1024.0) * 2_f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

/// A value as CBOR.
fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, value);
    bytes
}

fn write_head(bytes: &mut Vec<u8>, major: u8, argument: u64) {
    let long = argument.to_be_bytes();
    let (form, length) = match argument {
        0..=23 => (long[7], 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    bytes.push((major << 5) | form);
    bytes.extend(&long[8 - length..]);
}

fn write_text(bytes: &mut Vec<u8>, text: &str) {
    write_head(bytes, 3, text.len() as u64);
    bytes.extend(text.as_bytes());
}

fn write(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(0xf6),
        Value::Bool(false) => bytes.push(0xf4),
        Value::Bool(true) => bytes.push(0xf5),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => write_head(bytes, 0, number),
            (None, Some(number)) => write_head(bytes, 1, (-1 - number).unsigned_abs()),
            (None, None) => {
                write_head(bytes, 6, EPOCH);
                bytes.push(0xfb);
                bytes.extend(number.as_f64().unwrap_or_default().to_bits().to_be_bytes());
            }
        },
        Value::String(text) => write_text(bytes, text),
        Value::Array(items) => {
            write_head(bytes, 4, items.len() as u64);
            for item in items {
                write(bytes, item);
            }
        }
        Value::Object(members) => {
            write_head(bytes, 5, members.len() as u64);
            for (name, value) in members {
                write_text(bytes, name);
                write(bytes, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_the_specification_are_read() {
        // RFC 8949, appendix A.
        for (bytes, value) in [
            ("00", json!(0)),
            ("1818", json!(24)),
            ("1903e8", json!(1000)),
            ("1bffffffffffffffff", json!(u64::MAX)),
            ("29", json!(-10)),
            ("3903e7", json!(-1000)),
            ("f93c00", json!(1.0)),
            ("f9c400", json!(-4.0)),
            ("f90001", json!(5.960_464_477_539_063e-8)),
            ("fa47c35000", json!(100_000.0)),
            ("fb3ff199999999999a", json!(1.1)),
            ("f4", json!(false)),
            ("f5", json!(true)),
            ("f6", json!(null)),
            ("f7", json!(null)),
            ("c11a514b67b0", json!(1_363_896_240)),
            ("62c3bc", json!("ü")),
            ("83010203", json!([1, 2, 3])),
            ("8301820203820405", json!([1, [2, 3], [4, 5]])),
            ("a26161016162820203", json!({ "a": 1, "b": [2, 3] })),
            ("7f657374726561646d696e67ff", json!("streaming")),
            ("9f018202039f0405ffff", json!([1, [2, 3], [4, 5]])),
            ("bf61610161629f0203ffff", json!({ "a": 1, "b": [2, 3] })),
        ] {
            assert_eq!(decode(&hex::decode(bytes).unwrap()), Some(value), "{bytes}");
        }
    }

    #[test]
    fn a_broken_reply_says_what_it_is_and_is_not_read() {
        let json = Reply::amazon_json(hyper::StatusCode::OK, &json!({ "a": 1 }));
        let broken = broken(json);
        let kinds = broken
            .headers
            .iter()
            .filter(|(name, _)| *name == CONTENT_TYPE.as_str());
        assert_eq!(
            kinds.map(|(_, kind)| kind.as_str()).collect::<Vec<_>>(),
            [MEDIA_TYPE]
        );
        assert!(!broken.body.is_empty());
        assert_eq!(decode(&broken.body), None);
    }

    #[test]
    fn what_is_no_cbor_or_more_than_json_is_not_read() {
        let deep = "81".repeat(DEEPEST + 1) + "00";
        for bytes in [
            "",
            "18",
            "1c",
            "61",
            "6201",
            "8201",
            "a161",
            "a10102",
            "4101",
            "9f01",
            "0000",
            "ff",
            "9bffffffffffffffff",
            "62c328",
            &deep,
        ] {
            assert_eq!(decode(&hex::decode(bytes).unwrap()), None, "{bytes}");
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_fractions_are_times() {
        let value = json!({
            "Snapshots": [{ "Name": "ü", "Limit": 300, "Minus": -7, "Big": 5_000_000_000_u64 }],
            "Reached": true,
            "Nothing": null,
        });
        assert_eq!(decode(&encode(&value)), Some(value));
        let time = encode(&json!(1_363_896_240.5));
        assert_eq!(hex::encode(time), "c1fb41d452d9ec200000");
    }
}
