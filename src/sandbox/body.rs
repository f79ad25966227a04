//! Bodies on the wire: reading a request's within bounds, sending a reply's whole or in part.
//!
//! Invariants: no more than the limit of a request is ever held; a truncated reply announces its
//! full length, sends half and then breaks the connection.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::Sleep;

use super::call::RequestBody;

/// The longest request body, in bytes.
pub(crate) const LIMIT: usize = 1024 * 1024;
/// How long a truncated reply waits before it breaks, so that its first half is really sent.
const BEFORE_BREAKING: Duration = Duration::from_millis(50);

/// Reads a body to its end. One that is too large is read to its end too, so that the client gets
/// to read the answer, but not kept.
pub(crate) async fn read(mut body: Incoming) -> hyper::Result<RequestBody> {
    let mut bytes = Vec::new();
    let mut too_large = false;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        too_large |= bytes.len() + data.len() > LIMIT;
        if !too_large {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(if too_large {
        RequestBody::TooLarge
    } else {
        RequestBody::Whole(bytes.into())
    })
}

/// The body of a reply.
pub(crate) enum ReplyBody {
    Whole(Option<Bytes>),
    /// The first part, then an error.
    Broken {
        first: Option<Bytes>,
        announced: u64,
        pause: Option<Pin<Box<Sleep>>>,
    },
}

impl ReplyBody {
    pub(crate) fn whole(bytes: Vec<u8>) -> Self {
        Self::Whole(Some(bytes.into()))
    }

    /// Half of these bytes.
    pub(crate) fn half(bytes: Vec<u8>) -> Self {
        let announced = bytes.len() as u64;
        let mut first = Bytes::from(bytes);
        first.truncate(first.len() / 2);
        Self::Broken {
            first: Some(first),
            announced,
            pause: None,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(Frame::data).map(Ok)),
            Self::Broken { first, pause, .. } => {
                if let Some(first) = first.take() {
                    return Poll::Ready(Some(Ok(Frame::data(first))));
                }
                let pause =
                    pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(BEFORE_BREAKING)));
                pause.as_mut().poll(context).map(|()| {
                    let kind = io::ErrorKind::ConnectionAborted;
                    Some(Err(io::Error::new(
                        kind,
                        "the reply is cut off, as a fault asks",
                    )))
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Self::Broken { announced, .. } => SizeHint::with_exact(*announced),
        }
    }
}
