//! Calls for which the SDK has no operation: one request, and one answer of bounded size.
//!
//! They use the SDK's own HTTP stack, so proxies, trusted certificates and time limits are the same as
//! for every other call. What is not here: signing, repeating, and what an answer means.

use std::{fmt, time::Duration};

use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, SharedHttpConnector},
        orchestrator::HttpRequest,
    },
    http::Headers,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};

use super::refusal::{root_cause, was_sent};

/// The most that one look at the body may take apart; a declared length is only a hint.
const FIRST: usize = 64 * 1024;

/// Sends requests.
#[derive(Debug, Clone)]
pub struct Http {
    connector: SharedHttpConnector,
    limit: Duration,
}

/// A request, ready to be sent. Its `Debug` names the headers and shows none: a signature is among them.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: &'static str,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &headers)
            .field("body", &self.body)
            .finish()
    }
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoReply {
    /// No connection could be made: nothing was sent.
    Unconnected(String),
    /// It was sent, and then the connection or the time ran out.
    Lost(String),
    /// The answer is larger than what was allowed, in bytes.
    TooLarge(usize),
    /// The request itself cannot be sent.
    Malformed(String),
}

impl fmt::Display for NoReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unconnected(why) => write!(f, "no connection could be made ({why})"),
            Self::Lost(why) => f.write_str(why),
            Self::TooLarge(most) => {
                write!(f, "the answer is larger than {} MiB", most / (1024 * 1024))
            }
            Self::Malformed(why) => write!(f, "the request cannot be sent: {why}"),
        }
    }
}

impl Http {
    pub(super) fn new(connector: SharedHttpConnector, limit: Duration) -> Self {
        Self { connector, limit }
    }

    /// Sends a request once and reads an answer of at most `most` bytes.
    pub(super) async fn send(&self, call: &Call, most: usize) -> Result<Reply, NoReply> {
        let exchange = self.exchange(call, most);
        tokio::time::timeout(self.limit, exchange)
            .await
            .unwrap_or_else(|_| Err(NoReply::Lost("no answer came in time".to_owned())))
    }

    async fn exchange(&self, call: &Call, most: usize) -> Result<Reply, NoReply> {
        let malformed = |error: &dyn fmt::Display| NoReply::Malformed(error.to_string());
        let mut request = HttpRequest::new(SdkBody::from(call.body.as_str()));
        request
            .set_method(call.method)
            .map_err(|error| malformed(&error))?;
        request
            .set_uri(call.url.as_str())
            .map_err(|error| malformed(&error))?;
        for (name, value) in &call.headers {
            request
                .headers_mut()
                .try_insert(name.clone(), value.clone())
                .map_err(|error| malformed(&error))?;
        }
        let mut answer = self.connector.call(request).await.map_err(|error| {
            if was_sent(&error) {
                NoReply::Lost(format!(
                    "the connection was lost before an answer came ({})",
                    root_cause(&error)
                ))
            } else {
                NoReply::Unconnected(root_cause(&error))
            }
        })?;
        let status = answer.status().as_u16();
        let request_id = request_id(answer.headers());
        let mut stream = ByteStream::new(answer.take_body());
        let mut body = Vec::with_capacity(FIRST.min(most));
        while let Some(part) = stream.next().await {
            let part = part.map_err(|error| {
                NoReply::Lost(format!("the answer was cut short ({})", root_cause(&error)))
            })?;
            if body.len() + part.len() > most {
                return Err(NoReply::TooLarge(most));
            }
            body.extend_from_slice(&part);
        }
        Ok(Reply {
            status,
            request_id,
            body,
        })
    }
}

fn request_id(headers: &Headers) -> Option<String> {
    ["x-amzn-requestid", "x-amz-request-id"]
        .iter()
        .find_map(|name| headers.get(name))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use aws_smithy_http_client::Connector;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        task::JoinHandle,
    };

    use super::*;

    /// A server that answers one request with these bytes and hangs up.
    async fn server(answer: Vec<u8>) -> (String, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _read = socket.read(&mut request).await.unwrap();
            // Whoever has read enough hangs up first.
            let _sent = socket.write_all(&answer).await;
        });
        (url, task)
    }

    async fn answer(url: &str, most: usize) -> Result<Reply, NoReply> {
        let connector = Connector::builder().build_http();
        let http = Http::new(SharedHttpConnector::new(connector), Duration::from_secs(5));
        let call = Call {
            method: "GET",
            url: url.to_owned(),
            headers: vec![("x-test".to_owned(), "yes".to_owned())],
            body: String::new(),
        };
        http.send(&call, most).await
    }

    fn reply(length: usize, body: &str) -> Vec<u8> {
        format!(
            "HTTP/1.1 200 OK\r\nx-amzn-requestid: r-1\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_bound_and_not_beyond() {
        let (url, _server) = server(reply(4, "body")).await;
        let whole = answer(&url, 4).await.unwrap();
        assert_eq!(
            (whole.status, whole.body.as_slice()),
            (200, b"body".as_slice())
        );
        assert_eq!(whole.request_id.as_deref(), Some("r-1"));
        let (url, _server) = server(reply(4, "body")).await;
        assert_eq!(answer(&url, 3).await.unwrap_err(), NoReply::TooLarge(3));
        // One that says nothing of its length is cut off all the same.
        let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(3 << 20));
        let (url, _server) = server(endless.into_bytes()).await;
        let failed = answer(&url, 1 << 20).await.unwrap_err();
        assert_eq!(failed.to_string(), "the answer is larger than 1 MiB");
    }

    #[tokio::test]
    async fn what_was_sent_is_told_from_what_was_not() {
        let (url, _server) = server(reply(40, "body")).await;
        let cut = answer(&url, 100).await.unwrap_err();
        assert!(
            matches!(&cut, NoReply::Lost(why) if why.contains("cut short")),
            "{cut}"
        );
        let (url, _server) = server(Vec::new()).await;
        assert!(matches!(
            answer(&url, 100).await.unwrap_err(),
            NoReply::Lost(_)
        ));
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", nobody.local_addr().unwrap());
        drop(nobody);
        let refused = answer(&url, 100).await.unwrap_err();
        assert!(matches!(refused, NoReply::Unconnected(_)), "{refused}");
        let odd = answer("http://[", 100).await.unwrap_err();
        assert!(matches!(odd, NoReply::Malformed(_)), "{odd}");
    }

    #[test]
    fn the_headers_of_a_call_are_named_and_not_shown() {
        let call = Call {
            method: "GET",
            url: "https://search.example.com/_snapshot".to_owned(),
            headers: vec![("authorization".to_owned(), "AWS4-HMAC key".to_owned())],
            body: String::new(),
        };
        let shown = format!("{call:?}");
        assert!(shown.contains("authorization") && !shown.contains("AWS4"));
    }
}
