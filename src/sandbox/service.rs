//! The AWS services by their signing names, and the protocol that each speaks.
//!
//! Invariants: every service that a client may call has a name here, simulated or not, because
//! even an unknown operation is answered in the service's own protocol.

use std::fmt;

/// A service, as the credential scope of a signature names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Service {
    Directory,
    Ec2,
    Sts,
    Iam,
    S3,
    Dlm,
    /// The control plane of search domains.
    OpenSearch,
    /// The data plane of a search domain, which has the same signing name.
    Domain,
    /// A service that the sandbox knows only by name; empty when the request names none.
    Other(String),
}

/// How a service's requests, replies and errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// `X-Amz-Target` and a JSON body.
    Json,
    /// A form with `Action`, XML replies.
    Query,
    /// As `Query`, with EC2's own error envelope.
    Ec2Query,
    /// Method and path, JSON bodies.
    RestJson,
    /// Method and path, XML bodies.
    RestXml,
    /// The front end of a search domain, and the engine behind it.
    Engine,
}

/// The names that rules may use, in the order in which they are listed to a user.
pub(crate) const NAMES: [&str; 7] = ["ds", "ec2", "sts", "iam", "s3", "dlm", "es"];

impl Service {
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "ds" => Self::Directory,
            "ec2" => Self::Ec2,
            "sts" => Self::Sts,
            "iam" => Self::Iam,
            "s3" => Self::S3,
            "dlm" => Self::Dlm,
            "es" => Self::OpenSearch,
            other => Self::Other(other.to_owned()),
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Directory => "ds",
            Self::Ec2 => "ec2",
            Self::Sts => "sts",
            Self::Iam => "iam",
            Self::S3 => "s3",
            Self::Dlm => "dlm",
            Self::OpenSearch | Self::Domain => "es",
            Self::Other(name) => name,
        }
    }

    pub(crate) fn protocol(&self) -> Protocol {
        match self {
            Self::Directory | Self::Other(_) => Protocol::Json,
            Self::Ec2 => Protocol::Ec2Query,
            Self::Sts | Self::Iam => Protocol::Query,
            Self::S3 => Protocol::RestXml,
            Self::Dlm | Self::OpenSearch => Protocol::RestJson,
            Self::Domain => Protocol::Engine,
        }
    }

    /// The XML namespace of a query service's replies.
    pub(crate) fn namespace(&self) -> Option<&'static str> {
        match self {
            Self::Ec2 => Some("http://ec2.amazonaws.com/doc/2016-11-15/"),
            Self::Sts => Some("https://sts.amazonaws.com/doc/2011-06-15/"),
            Self::Iam => Some("https://iam.amazonaws.com/doc/2010-05-08/"),
            _ => None,
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
