//! The life of a call: logged, perhaps struck by a fault, authenticated, authorized, answered.
//!
//! Invariants: the lock is never held over an await; a call changes the world at most once, and
//! wholly; the log has the call before anything else happens to it. It knows no service.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::StatusCode;
use jiff::Timestamp;
use uuid::Uuid;

use super::body;
use super::call::{Call, Params, Request, RequestBody};
use super::cbor;
use super::clock::Clock;
use super::condition::Condition;
use super::data_plane::Door;
use super::faults::{Faults, Kind};
use super::identity::Identity;
use super::permissions::Reason;
use super::refusal::Refusal;
use super::reply::{Reply, Wait};
use super::request_log::{EntryNumber, RequestLog};
use super::service::Protocol;
use super::services::{self, Context};
use super::signature::{self, Credentials};
use super::texts;
use super::world::World;

/// Are signatures checked?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verification {
    /// A request must be signed, with any key.
    PresenceOnly,
    /// Key, date and signature must be right.
    Full,
}

/// How often work that a call waits for is looked at. The clock can be pushed on at any time, so
/// no later time to look can be told.
const LOOK: Duration = Duration::from_millis(10);

/// Everything that connections share.
pub(crate) struct Gateway {
    pub(crate) clock: std::sync::Arc<Clock>,
    identity: Identity,
    default_region: String,
    verification: Verification,
    /// A std mutex, not tokio's: it is held for microseconds of pure computing and never over an
    /// await, so waiting for it asynchronously would cost more than it saves.
    state: Mutex<State>,
}

/// What calls can change.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
}

/// What becomes of a connection after a call.
pub(crate) enum Answer {
    Reply(Reply),
    /// Half of the reply, then the connection closes.
    Half(Reply),
    /// The connection closes without a byte.
    Drop,
    /// Nothing, until the client goes.
    Silence,
}

/// An id of the form that AWS gives its requests.
fn new_request_id() -> String {
    Uuid::new_v4().to_string()
}

impl Gateway {
    pub(crate) fn new(
        clock: std::sync::Arc<Clock>,
        world: World,
        faults: Faults,
        default_region: &str,
        verification: Verification,
    ) -> Self {
        Self {
            clock,
            identity: world.identity.clone(),
            default_region: default_region.to_owned(),
            verification,
            state: Mutex::new(State {
                world,
                faults,
                log: RequestLog::default(),
            }),
        }
    }

    /// The state. A panic elsewhere left it whole: calls change it only at their very end.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a call at the main port, or at the door of a domain.
    pub(crate) async fn answer(&self, request: &Request, door: Option<&Door>) -> Answer {
        let credentials = Credentials::of(request);
        let call = match door {
            Some(door) => door.decode(request, &credentials),
            None => Call::decode(request, &credentials, &self.default_region),
        };
        let (entry, fault) = self.receive(&call);
        tracing::debug!(
            service = %call.service,
            action = call.action,
            region = call.region,
            fault = fault.map(Kind::name),
            "call"
        );
        let request_id = new_request_id();
        let identity = self.identity.with_token(credentials.token());
        if let Some(refusal) = fault.and_then(|kind| self.instead(kind, &call, &identity)) {
            return self.reply(
                entry,
                refusal.reply(&call.service, &request_id),
                &request_id,
            );
        }
        match fault {
            Some(Kind::DropBefore) => return Answer::Drop,
            Some(Kind::HangBefore) => return Answer::Silence,
            Some(Kind::Html) => {
                let page = Reply::html(StatusCode::BAD_GATEWAY, texts::PROXY_PAGE.plain());
                self.state().log.answered(entry, page.status.as_u16());
                return Answer::Reply(page);
            }
            Some(Kind::Delay(delay)) => tokio::time::sleep(delay).await,
            _ => {}
        }
        let performed = self
            .authenticate(request, &credentials, &call, door)
            .map_err(|condition| condition.refusal(&call.service, &identity))
            .and_then(|()| self.perform(request, &call, &identity, &request_id));
        let mut reply =
            performed.unwrap_or_else(|refusal| refusal.reply(&call.service, &request_id));
        if let Some(wait) = reply.wait.take() {
            reply = self.finished(&wait).await;
        }
        match fault {
            Some(Kind::DropAfter) => Answer::Drop,
            Some(Kind::Hang) => Answer::Silence,
            Some(Kind::GatewayTimeout) => {
                let text = texts::GATEWAY_TIMEOUT_PAGE.plain();
                let page = Reply::html(StatusCode::GATEWAY_TIMEOUT, text);
                self.state().log.answered(entry, page.status.as_u16());
                Answer::Reply(page)
            }
            Some(Kind::Malformed) => {
                let broken = malformed(reply, call.service.protocol());
                let is_cbor = door.is_none() && cbor::is_spoken(request);
                let broken = if is_cbor {
                    cbor::broken(broken)
                } else {
                    broken
                };
                self.reply(entry, broken, &request_id)
            }
            Some(Kind::Truncated) => match self.reply(entry, reply, &request_id) {
                Answer::Reply(reply) => Answer::Half(reply),
                other => other,
            },
            _ => self.reply(entry, reply, &request_id),
        }
    }

    /// Logs the arrival of a call and asks what goes wrong with it, in one step: concurrent calls
    /// are logged and counted in the same order.
    fn receive(&self, call: &Call) -> (EntryNumber, Option<Kind>) {
        let mut state = self.state();
        let now = self.clock.now();
        let fault = state.faults.strike(call);
        let entry = state.log.received(now, call, fault);
        (entry, fault)
    }

    /// The refusal that a fault puts in the place of the work.
    fn instead(&self, kind: Kind, call: &Call, identity: &Identity) -> Option<Refusal> {
        let condition = match kind {
            Kind::Throttle => Condition::Throttled,
            Kind::ExpiredToken => Condition::ExpiredToken,
            Kind::Error500 => Condition::InternalError,
            Kind::Unavailable503 => Condition::Unavailable,
            Kind::Denied => Condition::Denied {
                action: services::permission(call),
                resource: self.first_resource(call),
                reason: Reason::NotAllowed,
            },
            _ => return None,
        };
        Some(condition.refusal(&call.service, identity))
    }

    /// The resource that a denial of this call would name.
    fn first_resource(&self, call: &Call) -> String {
        let operation = services::operation(call);
        let mut state = self.state();
        let mut context = Context {
            world: &mut state.world,
            call,
            now: self.clock.now(),
            request_id: "",
        };
        operation
            .and_then(|operation| (operation.resources)(&mut context).into_iter().next())
            .unwrap_or_else(|| "*".to_owned())
    }

    /// The checks that every call meets, and then its own work.
    fn perform(
        &self,
        request: &Request,
        call: &Call,
        identity: &Identity,
        request_id: &str,
    ) -> Result<Reply, Refusal> {
        let refused = |condition: Condition| condition.refusal(&call.service, identity);
        if matches!(request.body, RequestBody::TooLarge) {
            return Err(refused(Condition::TooLarge { limit: body::LIMIT }));
        }
        let operation = services::operation(call)
            .ok_or_else(|| refused(Condition::UnknownOperation(call.action.clone())))?;
        if matches!(call.params, Params::NotJson) {
            return Err(refused(Condition::NotJson));
        }
        let mut state = self.state();
        // Read under the lock, so that the world never sees time run backwards.
        let now = self.clock.now();
        let State { world, .. } = &mut *state;
        world.settle(now);
        if let (Some(throttling), Some(rate)) = (&mut world.throttling, services::rate(call)) {
            throttling.admit(rate, now).map_err(refused)?;
        }
        // Whoever calls is who the world knows, for as long as the call lasts.
        world.identity = identity.clone();
        let mut context = Context {
            world,
            call,
            now,
            request_id,
        };
        let resources = (operation.resources)(&mut context);
        let permission = services::permission(call);
        let allowed = context.world.permissions.check(&permission, &resources);
        let answer = allowed
            .map_err(refused)
            .and_then(|()| (operation.answer)(&mut context));
        state.world.identity = self.identity.clone();
        answer
    }

    fn authenticate(
        &self,
        request: &Request,
        credentials: &Credentials,
        call: &Call,
        door: Option<&Door>,
    ) -> Result<(), Condition> {
        if let Some(door) = door
            && !door.admit(request, credentials)?
        {
            return Ok(());
        }
        match credentials {
            Credentials::Absent => Err(Condition::MissingToken),
            Credentials::Malformed(problem) => Err(Condition::IncompleteSignature(problem.clone())),
            Credentials::Presented(presented) => match self.verification {
                Verification::PresenceOnly => Ok(()),
                // Clients sign with the real time, so it is not the virtual one that counts.
                Verification::Full => {
                    match door {
                        Some(door) => door.check_scope(&presented.scope)?,
                        None => call.check_scope(&presented.scope)?,
                    }
                    signature::verify(request, presented, Timestamp::now())
                }
            },
        }
    }

    /// What the work came to, or the front end's page when it has waited long enough.
    async fn finished(&self, wait: &Wait) -> Reply {
        loop {
            {
                let mut state = self.state();
                let now = self.clock.now();
                state.world.settle(now);
                if let Some(reply) = services::search::finished(&state.world, &wait.work, now) {
                    return reply;
                }
                if now >= wait.gives_up {
                    let text = texts::GATEWAY_TIMEOUT_PAGE.plain();
                    return Reply::html(StatusCode::GATEWAY_TIMEOUT, text);
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn reply(&self, entry: EntryNumber, reply: Reply, request_id: &str) -> Answer {
        self.state().log.answered(entry, reply.status.as_u16());
        Answer::Reply(reply.with_header("x-amzn-requestid", request_id))
    }
}

/// A reply that says 200 and makes no sense.
fn malformed(reply: Reply, protocol: Protocol) -> Reply {
    let body = match protocol {
        Protocol::Json | Protocol::RestJson | Protocol::Engine => {
            "{\"Snapshots\": [{\"SnapshotId\": \"s-"
        }
        Protocol::Query | Protocol::Ec2Query | Protocol::RestXml => "<Response><item><",
    };
    Reply {
        status: StatusCode::OK,
        body: body.into(),
        ..reply
    }
}
