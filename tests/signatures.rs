//! Signature Version 4 for real: what the program signs is accepted, what AWS's own signer signs is
//! too, and nothing else is.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at a surprise"
)]

mod common;
#[path = "common/process.rs"]
mod process;

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use serde_json::{Value, json};
use snapdeck::sandbox::{ACCESS_KEY_ID, Options, SECRET_ACCESS_KEY, Scenario};

use common::{TWO_DIRECTORIES, World, run};

const STS: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const TARGET: (&str, &str) = (
    "x-amz-target",
    "DirectoryService_20150416.DescribeDirectories",
);
const AMAZON_JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.1");

/// A world that believes no signature that it has not checked.
fn strict() -> World {
    World::with(Options {
        scenario: Scenario::from_toml(TWO_DIRECTORIES, "the test's scenario").expect("a scenario"),
        verify_signatures: true,
        ..Options::default()
    })
}

/// A request before it is signed.
#[derive(Clone)]
struct Draft<'a> {
    method: &'static str,
    /// Path and query, encoded as they are to be sent.
    target: String,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a str,
    service: &'static str,
}

impl Draft<'_> {
    fn get(target: &str) -> Self {
        Self {
            method: "GET",
            target: target.to_owned(),
            headers: Vec::new(),
            body: "",
            service: "sts",
        }
    }
}

/// How a request is signed.
struct Pen {
    key: &'static str,
    secret: &'static str,
    at: SystemTime,
    region: &'static str,
    token: Option<String>,
    location: SignatureLocation,
}

impl Pen {
    fn right() -> Self {
        Self {
            key: ACCESS_KEY_ID,
            secret: SECRET_ACCESS_KEY,
            at: SystemTime::now(),
            region: "us-east-1",
            token: None,
            location: SignatureLocation::Headers,
        }
    }

    fn presigned() -> Self {
        Self {
            location: SignatureLocation::QueryParams,
            ..Self::right()
        }
    }

    /// What the signature adds: headers, and parameters of the query.
    fn sign(&self, world: &World, draft: &Draft<'_>) -> (Vec<(String, String)>, String) {
        let identity = Credentials::new(self.key, self.secret, self.token.clone(), None, "a test");
        let identity = identity.into();
        let mut settings = SigningSettings::default();
        settings.signature_location = self.location;
        settings.expires_in = match self.location {
            SignatureLocation::QueryParams => Some(Duration::from_mins(1)),
            _ => None,
        };
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(draft.service)
            .time(self.at)
            .settings(settings)
            .build()
            .expect("everything is set")
            .into();
        let url = format!("{}{}", world.url(), draft.target);
        let signable = SignableRequest::new(
            draft.method,
            &url,
            draft.headers.iter().copied(),
            SignableBody::Bytes(draft.body.as_bytes()),
        )
        .expect("it can be signed");
        let (signed, _) = sign(signable, &parameters)
            .expect("it is signed")
            .into_parts();
        let headers = signed
            .headers()
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = headers.collect();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(signed.params());
        (headers, query.finish())
    }
}

/// Sends a request with a signature, which need not be its own.
fn send(
    world: &World,
    draft: &Draft<'_>,
    (signed, query): (Vec<(String, String)>, String),
) -> (u16, String) {
    let mut url = format!("{}{}", world.url(), draft.target);
    if !query.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&query);
    }
    let method = draft.method.parse().expect("a method");
    let mut request = reqwest::Client::new()
        .request(method, url)
        .body(draft.body.to_owned());
    for (name, value) in draft.headers.iter().copied() {
        request = request.header(name, value);
    }
    for (name, value) in signed {
        request = request.header(name, value);
    }
    run(async {
        let answer = request.send().await.expect("an answer");
        (
            answer.status().as_u16(),
            answer.text().await.expect("a text"),
        )
    })
}

#[test]
fn what_the_program_signs_is_accepted() {
    let world = strict();
    world.snapdeck(&["directory", "list"]).exits(0);
    world
        .snapdeck(&["--region", "all", "directory", "list"])
        .exits(0);
    let created = world.snapdeck(&[
        "directory",
        "create",
        "d-9067a10001",
        "--name",
        "a + b",
        "--wait",
    ]);
    assert_eq!(created.exits(0).json()["status"], "completed");
    let statuses: Vec<Value> = world
        .requests()
        .iter()
        .map(|call| call["status"].clone())
        .collect();
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

#[test]
fn a_wrong_secret_and_an_unknown_key_are_4_and_nothing_is_told() {
    let world = strict();
    for (variable, code) in [
        ("AWS_SECRET_ACCESS_KEY", "SignatureDoesNotMatch"),
        ("AWS_ACCESS_KEY_ID", "InvalidClientTokenId"),
    ] {
        let mut command = world.command(&["directory", "create", "d-9067a10001"]);
        command.env(variable, "not-the-one");
        let ended = process::start(command)
            .end()
            .exits(4)
            .says(&[code, "Renew them"]);
        assert!(!ended.stderr.contains("not-the-one"), "{ended}");
    }
    assert!(
        world
            .requests()
            .iter()
            .all(|call| call["action"] == "GetCallerIdentity")
    );
}

#[test]
fn a_world_that_checks_no_signature_still_wants_one() {
    let world = World::new(TWO_DIRECTORIES);
    let draft = Draft::get(&format!("/?{STS}"));
    let wrong = Pen {
        secret: "wrong",
        ..Pen::right()
    };
    assert_eq!(send(&world, &draft, wrong.sign(&world, &draft)).0, 200);
    let (status, body) = send(&world, &draft, (Vec::new(), String::new()));
    assert_eq!(status, 403);
    assert!(
        body.contains("<Code>MissingAuthenticationToken</Code>"),
        "{body}"
    );
}

#[test]
fn awss_own_signer_is_believed_whatever_the_request_looks_like() {
    let world = strict();
    let mut drafts: Vec<Draft<'_>> = [
        "",
        "&b=2&a=1&a=0&B=3",
        "&empty=&bare",
        "&space=a%20b&plus=%2B&slash=%2F&tilde=~a-b_c.d&star=%2A",
        "&umlaut=%C3%A4&tab=%09&percent=%25&equals=%3D&and=%26",
        "&Filter.1.Value.10=x&Filter.1.Value.2=y",
    ]
    .iter()
    .map(|more| Draft::get(&format!("/?{STS}{more}")))
    .collect();
    let odd = [
        ("x-odd", "  many   blanks  inside "),
        ("x-amz-meta-a", "a,b;c=\"d\""),
        ("accept", "*/*"),
    ];
    drafts.push(Draft {
        headers: odd.to_vec(),
        ..Draft::get(&format!("/?{STS}"))
    });
    let form = [("content-type", "application/x-www-form-urlencoded")];
    drafts.push(Draft {
        method: "POST",
        body: STS,
        headers: form.to_vec(),
        ..Draft::get("/")
    });
    for draft in &drafts {
        for pen in [Pen::right(), Pen::presigned()] {
            let (status, body) = send(&world, draft, pen.sign(&world, draft));
            assert_eq!(status, 200, "{}: {body}", draft.target);
            assert!(body.contains("<Account>123456789012</Account>"), "{body}");
        }
    }
    let json = Draft {
        method: "POST",
        headers: vec![TARGET, AMAZON_JSON],
        body: "{\"Limit\": 1}",
        service: "ds",
        target: "/".to_owned(),
    };
    let (status, body) = send(&world, &json, Pen::right().sign(&world, &json));
    assert_eq!(status, 200, "{body}");
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(
        body["DirectoryDescriptions"][0]["DirectoryId"],
        "d-9067a10001"
    );
    assert!(body["NextToken"].is_string());
}

#[test]
fn what_was_changed_after_signing_is_refused() {
    let world = strict();
    let signed = Draft {
        method: "POST",
        target: "/?a=1&b=2".to_owned(),
        headers: vec![TARGET, AMAZON_JSON],
        body: "{\"Limit\": 1}",
        service: "ds",
    };
    let tampered = [
        Draft {
            body: "{\"Limit\": 2}",
            ..signed.clone()
        },
        Draft {
            target: "/?a=1&b=3".to_owned(),
            ..signed.clone()
        },
        Draft {
            target: "/?a=1".to_owned(),
            ..signed.clone()
        },
        Draft {
            target: "/x?a=1&b=2".to_owned(),
            ..signed.clone()
        },
        Draft {
            headers: vec![
                (
                    "x-amz-target",
                    "DirectoryService_20150416.DescribeSnapshots",
                ),
                AMAZON_JSON,
            ],
            ..signed.clone()
        },
    ];
    let refused = |answer: (u16, String), code: &str| {
        let body: Value = serde_json::from_str(&answer.1).expect("JSON");
        assert_eq!((answer.0, &body["__type"]), (400, &json!(code)), "{body:#}");
    };
    for draft in &tampered {
        let answer = send(&world, draft, Pen::right().sign(&world, &signed));
        refused(answer, "InvalidSignatureException");
    }
    // The parameters in another order are the same request.
    let reordered = Draft {
        target: "/?b=2&a=1".to_owned(),
        ..signed.clone()
    };
    let (status, body) = send(&world, &reordered, Pen::right().sign(&world, &signed));
    assert_eq!(status, 200, "{body}");

    let answer = send(&world, &signed, (Vec::new(), String::new()));
    refused(answer, "MissingAuthenticationTokenException");
    let wrong = Pen {
        secret: "wrong",
        ..Pen::right()
    };
    refused(
        send(&world, &signed, wrong.sign(&world, &signed)),
        "InvalidSignatureException",
    );
    let unknown = Pen {
        key: "AKIDUNKNOWN",
        ..Pen::right()
    };
    refused(
        send(&world, &signed, unknown.sign(&world, &signed)),
        "UnrecognizedClientException",
    );
    for at in [
        SystemTime::now() - Duration::from_mins(6),
        SystemTime::now() + Duration::from_mins(6),
    ] {
        let stale = Pen { at, ..Pen::right() };
        refused(
            send(&world, &signed, stale.sign(&world, &signed)),
            "InvalidSignatureException",
        );
    }
}

#[test]
fn a_request_is_signed_for_the_service_and_the_region_that_it_goes_to() {
    let world = strict();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let query = |body, service| Draft {
        method: "POST",
        headers: form.to_vec(),
        body,
        service,
        target: "/".to_owned(),
    };
    let json = |service| Draft {
        method: "POST",
        headers: vec![TARGET, AMAZON_JSON],
        body: "{}",
        service,
        target: "/".to_owned(),
    };
    let ec2 = "Action=DescribeRegions&Version=2016-11-15";
    for (draft, region, status, code, text) in [
        (json("ds"), "us-east-1", 200, "", ""),
        (
            json("ec2"),
            "us-east-1",
            400,
            "InvalidSignatureException",
            "correct service: 'ds'",
        ),
        (
            json("ds"),
            "us-east",
            400,
            "InvalidSignatureException",
            "not 'us-east'",
        ),
        (query(ec2, "ec2"), "eu-west-1", 200, "", ""),
        (
            query(ec2, "sts"),
            "us-east-1",
            401,
            "AuthFailure",
            "correct service: 'ec2'",
        ),
        (
            query(STS, "ds"),
            "us-east-1",
            403,
            "SignatureDoesNotMatch",
            "correct service: 'sts'",
        ),
    ] {
        let pen = Pen {
            region,
            ..Pen::right()
        };
        let (found, body) = send(&world, &draft, pen.sign(&world, &draft));
        assert_eq!(found, status, "{} in {region}: {body}", draft.service);
        assert!(body.contains(code) && body.contains(text), "{body}");
    }
}

#[test]
fn the_session_of_a_role_is_known_by_its_token() {
    let world = strict();
    let assume = "/?Action=AssumeRole&Version=2011-06-15&RoleSessionName=night-shift&RoleArn=\
                  arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FOperator";
    let draft = Draft::get(assume);
    let (status, body) = send(&world, &draft, Pen::right().sign(&world, &draft));
    assert_eq!(status, 200, "{body}");
    let (_, rest) = body.split_once("<SessionToken>").expect("a token");
    let token = rest.split('<').next().map(str::to_owned);
    let session = "arn:aws:sts::123456789012:assumed-role/Operator/night-shift";
    let user = "arn:aws:iam::123456789012:user/sandbox";
    let whoami = Draft::get(&format!("/?{STS}"));
    for (token, arn) in [(token, session), (None, user)] {
        let pen = Pen {
            token,
            ..Pen::right()
        };
        let (status, body) = send(&world, &whoami, pen.sign(&world, &whoami));
        assert_eq!(status, 200, "{body}");
        assert!(body.contains(&format!("<Arn>{arn}</Arn>")), "{body}");
    }
}
