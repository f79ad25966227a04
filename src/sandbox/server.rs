//! The sockets: accepting connections and serving HTTP/1.1 on them.
//!
//! Invariants: every connection is a task of the accepting task, so that when that is gone they
//! all are; an answer that is a dropped connection sends not one byte. Nothing else of the
//! sandbox runs in tasks.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::body::{self, ReplyBody};
use super::call::Request;
use super::cbor;
use super::control;
use super::data_plane::Door;
use super::gateway::{Answer, Gateway};
use super::reply::Reply;

/// How long accepting rests when the machine has no more files to give.
const REST: Duration = Duration::from_millis(100);

/// The connection has to close; hyper closes it without an answer when the service fails.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed, as a fault asks")]
struct Dropped;

/// Serves until the future is dropped: the main port, or the one of a domain.
pub(crate) async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    door: Option<Door>,
) -> Infallible {
    let door = door.map(Arc::new);
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&gateway), door.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(REST).await;
            }
        }
        // Forget the connections that have ended.
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, gateway: Arc<Gateway>, door: Option<Arc<Door>>) {
    // Replies are small and whole; waiting to send more together only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let (gateway, door) = (Arc::clone(&gateway), door.clone());
        async move { respond(&gateway, door.as_deref(), request).await }
    });
    let served = http1::Builder::new()
        // An idle client keeps its connection: closing it would race with its next request.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended");
    }
}

async fn respond(
    gateway: &Gateway,
    door: Option<&Door>,
    request: hyper::Request<Incoming>,
) -> Result<Response<ReplyBody>, Dropped> {
    let (head, incoming) = request.into_parts();
    let body = body::read(incoming).await.map_err(|_| Dropped)?;
    let request = Request {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    if door.is_none() && control::is_control(&request) {
        return response(control::answer(gateway, &request), ReplyBody::whole);
    }
    let in_kind: fn(Reply) -> Reply = if door.is_none() && cbor::is_spoken(&request) {
        cbor::reply
    } else {
        |reply| reply
    };
    match gateway.answer(&request, door).await {
        Answer::Reply(reply) => response(in_kind(reply), ReplyBody::whole),
        Answer::Half(reply) => response(in_kind(reply), ReplyBody::half),
        Answer::Drop => Err(Dropped),
        // hyper drops this future when the client closes the connection.
        Answer::Silence => std::future::pending().await,
    }
}

fn response(reply: Reply, body: fn(Vec<u8>) -> ReplyBody) -> Result<Response<ReplyBody>, Dropped> {
    let mut builder = Response::builder()
        .status(reply.status)
        .header(header::CONTENT_LENGTH, reply.body.len());
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    // The sandbox's own headers are always well-formed.
    builder.body(body(reply.body)).map_err(|_| Dropped)
}
