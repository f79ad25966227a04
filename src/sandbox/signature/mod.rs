//! Signature Version 4: who signed a request, for which service, and whether truly.
//!
//! Invariants: reading the credentials checks nothing; checking them uses the real time, as
//! clients sign with it. The secret and the signatures appear in no text.

mod canonical;
mod verify;

use super::call::Request;
use super::texts;

pub(crate) use verify::verify;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a request says of its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// Nothing.
    Absent,
    /// Something that cannot be read; the text says why.
    Malformed(String),
    Presented(Presented),
}

/// A signature and what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Presented {
    pub(crate) key_id: String,
    pub(crate) scope: Scope,
    signed_headers: Vec<String>,
    signature: String,
    carrier: Carrier,
    /// What temporary credentials come with.
    token: Option<String>,
}

/// `date/region/service/aws4_request`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    date: String,
    pub(crate) region: String,
    pub(crate) service: String,
    terminator: String,
}

/// Where the signature was.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Carrier {
    Header,
    /// A presigned URL: its date, and for how many seconds it is good.
    Query {
        date: String,
        expires: i64,
    },
}

impl Credentials {
    /// Reads the Authorization header or the presigned query.
    pub(crate) fn of(request: &Request) -> Self {
        if let Some(value) = request.headers.get("authorization") {
            let value = String::from_utf8_lossy(value.as_bytes());
            let token = request.header("x-amz-security-token").map(str::to_owned);
            return match from_header(&value).map(|presented| presented.with(token)) {
                Ok(presented) => Self::Presented(presented),
                Err(problem) => Self::Malformed(problem),
            };
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(request.query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let field = |wanted: &str| {
            fields
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        };
        match field("X-Amz-Algorithm") {
            None => Self::Absent,
            Some(algorithm) => match from_query(algorithm, &field)
                .map(|presented| presented.with(field("X-Amz-Security-Token").map(str::to_owned)))
            {
                Ok(presented) => Self::Presented(presented),
                Err(problem) => Self::Malformed(problem),
            },
        }
    }
}

impl Credentials {
    /// The token of temporary credentials.
    pub(crate) fn token(&self) -> Option<&str> {
        match self {
            Self::Presented(presented) => presented.token.as_deref(),
            Self::Absent | Self::Malformed(_) => None,
        }
    }
}

impl Presented {
    fn with(self, token: Option<String>) -> Self {
        Self { token, ..self }
    }
}

fn from_header(value: &str) -> Result<Presented, String> {
    let (algorithm, rest) = value.split_once(' ').unwrap_or((value, ""));
    if algorithm != ALGORITHM {
        return Err(texts::UNKNOWN_ALGORITHM.with(&[algorithm]));
    }
    let part = |name: &str| {
        rest.split(',')
            .filter_map(|part| part.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            // The header itself is left out of the text: it may hold what is a secret elsewhere.
            .ok_or_else(|| texts::INCOMPLETE_SIGNATURE.with(&[name, algorithm]))
    };
    presented(
        part("Credential")?,
        part("SignedHeaders")?,
        part("Signature")?,
        Carrier::Header,
    )
}

fn from_query<'a>(
    algorithm: &str,
    field: &impl Fn(&str) -> Option<&'a str>,
) -> Result<Presented, String> {
    if algorithm != ALGORITHM {
        return Err(texts::UNKNOWN_ALGORITHM.with(&[algorithm]));
    }
    let part = |name: &str| {
        field(name).ok_or_else(|| texts::INCOMPLETE_SIGNATURE.with(&[name, algorithm]))
    };
    let carrier = Carrier::Query {
        date: part("X-Amz-Date")?.to_owned(),
        // Absent in URLs that STS takes; it gives those 15 minutes.
        expires: field("X-Amz-Expires")
            .and_then(|value| value.parse().ok())
            .unwrap_or(900),
    };
    presented(
        part("X-Amz-Credential")?,
        part("X-Amz-SignedHeaders")?,
        part("X-Amz-Signature")?,
        carrier,
    )
}

fn presented(
    credential: &str,
    signed_headers: &str,
    signature: &str,
    carrier: Carrier,
) -> Result<Presented, String> {
    // The key id comes first and may itself hold a slash.
    let parts: Vec<&str> = credential.rsplitn(5, '/').collect();
    let [terminator, service, region, date, key_id] = parts.as_slice() else {
        return Err(texts::MALFORMED_SCOPE.with(&[credential]));
    };
    Ok(Presented {
        key_id: (*key_id).to_owned(),
        scope: Scope {
            date: (*date).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            terminator: (*terminator).to_owned(),
        },
        signed_headers: signed_headers
            .split(';')
            .map(str::to_ascii_lowercase)
            .collect(),
        signature: signature.to_owned(),
        carrier,
        token: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read() {
        let read = from_header(
            "AWS4-HMAC-SHA256 Credential=AK/20260102/us-east-1/ds/aws4_request, \
             SignedHeaders=host;x-amz-date,Signature=abc",
        )
        .unwrap();
        assert_eq!(read.key_id, "AK");
        assert_eq!(
            (read.scope.region.as_str(), read.scope.service.as_str()),
            ("us-east-1", "ds")
        );
        assert_eq!(read.signed_headers, ["host", "x-amz-date"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let problem = from_header("AWS4-HMAC-SHA256 Credential=a/b/c/d/e").unwrap_err();
        assert!(problem.contains("'SignedHeaders'"), "{problem}");
        let problem = from_header("Basic abc").unwrap_err();
        assert_eq!(problem, "Unsupported AWS 'algorithm': 'Basic'.");
        let Err(problem) = presented("a/b/c", "host", "0", Carrier::Header) else {
            panic!("three elements are no credential");
        };
        assert!(problem.ends_with("got 'a/b/c'"), "{problem}");
    }
}
