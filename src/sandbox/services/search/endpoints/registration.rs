//! What AWS asks before a bucket becomes a repository: may the caller hand over the role, does the
//! role trust the service, does the role reach the bucket.
//!
//! Invariants: the steps come in the order in which AWS takes them. What IAM and S3 say is asked of
//! them here and nowhere else in the engine.

use hyper::StatusCode;
use serde_json::Value;

use crate::sandbox::services::iam::Session;
pub(super) use crate::sandbox::services::s3::Access;
use crate::sandbox::services::s3::{NotReached, Place as ObjectPlace};
use crate::sandbox::services::search::ask::Ask;
use crate::sandbox::services::search::error::{EngineError, Halt};
use crate::sandbox::services::search::repository::{Place, Repository};
use crate::sandbox::services::search::router::front_end;
use crate::sandbox::services::search::snapshot::Snapshot;
use crate::sandbox::texts::search as texts;

/// The service that assumes the role.
const PRINCIPAL: &str = "es.amazonaws.com";
/// As AWS's errors name requests.
const REQUEST_ID: &str = "4442587FB7D0A2F9";
const EXTENDED_ID: &str = "MzktRy3MJdjoQ5LuIkcGY2nMlHCJ2mYLzQXBOxGLn9I=";

/// The whole ladder. The outer error: nothing is registered; the inner one: it is, and could not
/// be verified.
pub(super) fn check(
    ask: &Ask<'_>,
    name: &str,
    repository: &Repository,
) -> Result<Result<(), Halt>, Halt> {
    let role = passed(ask, repository.setting("role_arn"))?;
    let session = assume(ask, role)?;
    Ok(write(ask, name, repository, &session))
}

/// What the front end asks of a registration before the engine looks at its own permissions.
pub(in super::super) fn check_caller(ask: &Ask<'_>) -> Result<(), Halt> {
    let body = ask.body()?.unwrap_or_default();
    if body.get("type").and_then(Value::as_str) != Some("s3") {
        return Ok(());
    }
    let settings = body.get("settings");
    let role = settings.and_then(|settings| settings.get("role_arn"));
    passed(ask, role.and_then(Value::as_str)).map(|_| ())
}

/// The role, if there is one and the caller may hand it over.
fn passed<'a>(ask: &Ask<'_>, role: Option<&'a str>) -> Result<&'a str, Halt> {
    let Some(role) = role else {
        let text = texts::NO_ROLE_ARN.plain();
        return Err(front_end(StatusCode::UNAUTHORIZED, text));
    };
    let may_pass = ask
        .world
        .permissions
        .check("iam:PassRole", &[role.to_owned()])
        .is_ok();
    let caller = match ask.http.signer {
        crate::sandbox::data_plane::Signer::Caller => ask.user(),
        crate::sandbox::data_plane::Signer::Anonymous => "anonymous".to_owned(),
    };
    if !may_pass || caller == "anonymous" {
        let text = texts::NO_PASS_ROLE.with(&[&caller, role]);
        return Err(front_end(StatusCode::FORBIDDEN, text));
    }
    Ok(role)
}

/// Verifies a repository that is registered.
pub(super) fn reach(ask: &Ask<'_>, name: &str, repository: &Repository) -> Result<(), Halt> {
    // One of the scenario's that names no role works: see `check_access`.
    let Some(role) = repository.setting("role_arn") else {
        return Ok(());
    };
    let session = assume(ask, role)?;
    write(ask, name, repository, &session)
}

fn assume<'a>(ask: &'a Ask<'_>, role: &str) -> Result<Session<'a>, Halt> {
    let account = ask.world.identity.account();
    let arn = ask.domain().arn(account);
    let context = [
        ("aws:SourceAccount", account),
        ("aws:SourceArn", arn.as_str()),
    ];
    ask.world
        .iam
        .assume(role, PRINCIPAL, &context)
        .map_err(|_| {
            let text = texts::NOT_ASSUMED.with(&[&ask.facts().region, role, REQUEST_ID]);
            EngineError::new(500, "a_w_s_security_token_service_exception", text).into()
        })
}

/// A test object is written, read and deleted, as the engine does to see whether it can.
fn write(
    ask: &Ask<'_>,
    name: &str,
    repository: &Repository,
    session: &Session<'_>,
) -> Result<(), Halt> {
    let Place::Bucket { bucket, base_path } = &repository.place else {
        return Ok(());
    };
    let prefix = if base_path.is_empty() {
        String::new()
    } else {
        format!("{base_path}/")
    };
    let key = format!("{prefix}tests-0a1b2c3d4e5f/master.dat");
    let accesses: &[Access] = if repository.is_read_only() {
        &[Access::List, Access::Read]
    } else {
        &[Access::List, Access::Write, Access::Read, Access::Delete]
    };
    let place = ObjectPlace {
        bucket,
        key: &key,
        // An endpoint finds the bucket wherever it is.
        region: match repository.setting("endpoint") {
            Some(_) => None,
            None => repository.setting("region"),
        },
    };
    let refused = accesses.iter().find_map(|access| {
        let reached = ask.world.buckets.reach(session, place, *access);
        Some((*access, reached.err()?))
    });
    let Some((access, refused)) = refused else {
        return Ok(());
    };
    let shown = if base_path.is_empty() {
        String::new()
    } else {
        format!("[{base_path}]")
    };
    let ids = [REQUEST_ID, EXTENDED_ID];
    let said = match refused {
        NotReached::Denied => texts::S3_DENIED.with(&ids),
        NotReached::NoSuchBucket => texts::S3_NO_BUCKET.with(&ids),
        NotReached::Elsewhere { region } => {
            texts::S3_ELSEWHERE.with(&[&region, REQUEST_ID, EXTENDED_ID])
        }
    };
    let (text, cause) = match access {
        Access::Delete => (
            texts::TEST_NOT_DELETED.with(&[name, &shown]),
            texts::NOT_REACHED.with(&[&key]),
        ),
        _ => (
            texts::NOT_ACCESSIBLE.with(&[name, &shown, ask.engine().manager_word()]),
            texts::NOT_UPLOADED.with(&[&key]),
        ),
    };
    let error = EngineError::new(500, "repository_verification_exception", text)
        .caused_by("i_o_exception", cause)
        .caused_by("amazon_s3_exception", said);
    Err(error.into())
}

/// Can the engine do this to the objects of a repository now? The role and the bucket may have
/// changed since it was registered.
pub(super) fn check_access(
    ask: &Ask<'_>,
    (name, repository): (&str, &Repository),
    access: Access,
) -> Result<(), Halt> {
    let (Place::Bucket { bucket, base_path }, Some(role)) =
        (&repository.place, repository.setting("role_arn"))
    else {
        return Ok(());
    };
    let session = assume(ask, role)?;
    let key = format!("{base_path}/index-1")
        .trim_start_matches('/')
        .to_owned();
    let place = ObjectPlace {
        bucket,
        key: &key,
        region: None,
    };
    let reached = ask.world.buckets.reach(&session, place, access);
    reached.map(|_| ()).map_err(|refused| {
        let ids = [REQUEST_ID, EXTENDED_ID];
        let said = match refused {
            NotReached::NoSuchBucket => texts::S3_NO_BUCKET.with(&ids),
            _ => texts::S3_DENIED.with(&ids),
        };
        let text = match access {
            Access::Delete => texts::NOT_DELETED,
            _ => texts::INDEX_UNREADABLE,
        };
        EngineError::new(500, "repository_exception", text.with(&[name]))
            .caused_by("i_o_exception", texts::NOT_REACHED.with(&[&key]))
            .caused_by("amazon_s3_exception", said)
            .into()
    })
}

/// Can a snapshot be read, or has a lifecycle rule moved its objects to an archive?
pub(super) fn check_readable(
    ask: &Ask<'_>,
    (name, repository): (&str, &Repository),
    snapshot: &Snapshot,
) -> Result<(), Halt> {
    let Place::Bucket { bucket, base_path } = &repository.place else {
        return Ok(());
    };
    let age = ask.now.duration_since(snapshot.ends());
    let bucket = ask.world.buckets.find(bucket);
    let moved = bucket.and_then(|bucket| bucket.archives(base_path, ask.now));
    if moved.is_none_or(|moved| age < moved) {
        return Ok(());
    }
    let said = texts::S3_ARCHIVED.with(&[REQUEST_ID, EXTENDED_ID]);
    let text = texts::SNAPSHOT_UNREADABLE.with(&[name, &snapshot.name]);
    Err(EngineError::new(500, "snapshot_exception", text)
        .caused_by("amazon_s3_exception", said)
        .into())
}
