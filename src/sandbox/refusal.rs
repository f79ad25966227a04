//! Refusals: errors as AWS answers them, in each protocol's envelope.
//!
//! Invariants: a refusal changes nothing in the world. Conditions that any service can meet
//! (authentication, permissions, throttling, unknown operations) get their codes here, by service;
//! the conditions of one service are that service's own.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::reply::Reply;
use super::service::{Protocol, Service};
use super::texts;
use super::xml::Xml;

/// Who says the error: the common framework in front of the services, or the service itself.
/// They write different members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaker {
    Framework,
    Service,
}

/// An error reply before it is put in its envelope.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) speaker: Speaker,
}

impl Refusal {
    /// An error of the framework.
    pub(crate) fn framework(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            speaker: Speaker::Framework,
        }
    }

    /// A client error (400) of the service itself.
    pub(crate) fn client(code: &'static str, message: impl Into<String>) -> Self {
        Self::service(StatusCode::BAD_REQUEST, code, message)
    }

    /// An error of the service itself.
    pub(crate) fn service(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            speaker: Speaker::Service,
        }
    }

    /// The reply, in the envelope of the service's protocol.
    pub(crate) fn reply(&self, service: &Service, request_id: &str) -> Reply {
        match service.protocol() {
            Protocol::Json => self.json(request_id),
            Protocol::Query => self.query(service, request_id),
            Protocol::Ec2Query => self.ec2(request_id),
            Protocol::RestJson => self.rest_json(),
            Protocol::RestXml => self.rest_xml(request_id),
            Protocol::Engine => self.front_end(),
        }
    }

    fn json(&self, request_id: &str) -> Reply {
        let body = match self.speaker {
            Speaker::Framework if self.message.is_empty() => json!({ "__type": self.code }),
            Speaker::Framework => json!({ "__type": self.code, "message": self.message }),
            Speaker::Service => json!({
                "__type": self.code,
                "Message": format!("{} : RequestId: {request_id}", self.message),
                "RequestId": request_id,
            }),
        };
        Reply::amazon_json(self.status, &body)
    }

    fn query(&self, service: &Service, request_id: &str) -> Reply {
        let fault = if self.status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        };
        let body = Xml::document("ErrorResponse", service.namespace(), |xml| {
            xml.element("Error", |xml| {
                xml.text("Type", fault);
                xml.text("Code", self.code);
                xml.text("Message", &self.message);
            });
            xml.text("RequestId", request_id);
        });
        Reply::xml(self.status, body)
    }

    fn ec2(&self, request_id: &str) -> Reply {
        let body = Xml::document("Response", None, |xml| {
            xml.element("Errors", |xml| {
                xml.element("Error", |xml| {
                    xml.text("Code", self.code);
                    xml.text("Message", &self.message);
                });
            });
            xml.text("RequestID", request_id);
        });
        Reply::xml(self.status, body)
    }

    fn rest_json(&self) -> Reply {
        let body = match self.speaker {
            Speaker::Framework => json!({ "message": self.message }),
            Speaker::Service => json!({ "Message": self.message, "Code": self.code }),
        };
        Reply::json(self.status, &body).with_header("x-amzn-errortype", self.code)
    }

    /// As the front end of a search domain writes it: the plain words of a 401, a page when it has
    /// no engine to ask, JSON otherwise.
    fn front_end(&self) -> Reply {
        match self.status {
            StatusCode::UNAUTHORIZED if self.speaker == Speaker::Framework => {
                Reply::text(self.status, &self.message)
            }
            StatusCode::SERVICE_UNAVAILABLE => Reply::html(self.status, self.message.clone()),
            status => {
                let member = match self.speaker {
                    Speaker::Framework => "message",
                    Speaker::Service => "Message",
                };
                Reply::json(status, &json!({ member: self.message }))
            }
        }
    }

    fn rest_xml(&self, request_id: &str) -> Reply {
        let body = Xml::document("Error", None, |xml| {
            xml.text("Code", self.code);
            xml.text("Message", &self.message);
            xml.text("RequestId", request_id);
        });
        Reply::xml(self.status, body)
    }
}

/// A member of a JSON body that is of another type than `wanted`, such as `a String`.
pub(crate) fn wrong_type(value: &Value, wanted: &str) -> Refusal {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    let text = texts::WRONG_TYPE.with(&[found, wanted]);
    Refusal::framework(StatusCode::BAD_REQUEST, "SerializationException", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(refusal: &Refusal, service: &Service) -> String {
        String::from_utf8(refusal.reply(service, "r-1").body).unwrap()
    }

    #[test]
    fn directory_service_signs_its_messages_and_the_framework_does_not() {
        let own = Refusal::client("ClientException", "No.");
        assert_eq!(
            body(&own, &Service::Directory),
            r#"{"__type":"ClientException","Message":"No. : RequestId: r-1","RequestId":"r-1"}"#
        );
        let framework = Refusal::framework(StatusCode::BAD_REQUEST, "ThrottlingException", "Slow");
        assert_eq!(
            body(&framework, &Service::Directory),
            r#"{"__type":"ThrottlingException","message":"Slow"}"#
        );
    }

    #[test]
    fn query_services_and_ec2_have_different_envelopes() {
        let refusal = Refusal::framework(StatusCode::FORBIDDEN, "Code", "a & b");
        assert!(body(&refusal, &Service::Sts).ends_with(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender\
             </Type><Code>Code</Code><Message>a &amp; b</Message></Error><RequestId>r-1</RequestId>\
             </ErrorResponse>"
        ));
        assert!(body(&refusal, &Service::Ec2).ends_with(
            "<Response><Errors><Error><Code>Code</Code><Message>a &amp; b</Message></Error>\
             </Errors><RequestID>r-1</RequestID></Response>"
        ));
    }
}
