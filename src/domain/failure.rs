//! Why something could not be done, in a form that a person, a script and the engine can act on.

use std::{error::Error, fmt};

use super::{text::sentence, way::Way};

/// A failed call or a refused request.
///
/// What a user reads says what failed, on which resource, in which account and Region, what to try,
/// and the AWS request id; the fields are its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What sort of failure it is.
    pub kind: FailureKind,
    /// What was being done, for example `CreateSnapshot on d-9067000001 in us-east-1`.
    pub doing: String,
    /// AWS's error code, where AWS answered.
    pub code: Option<String>,
    /// AWS's own words where AWS answered, otherwise this program's.
    pub message: String,
    /// AWS's request id, for a support case.
    pub request_id: Option<String>,
    /// What to try.
    pub hint: Option<String>,
    /// What to ask for instead.
    pub ways: Vec<Way>,
}

/// The sorts of failure. They decide the exit code, and whether a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// A value that cannot be right, found before anything was sent or by AWS.
    Invalid,
    /// This program refuses: read-only, not confirmed, a failing check, no journal.
    Refused,
    /// No credentials, or AWS does not accept them.
    Credentials,
    /// The identity is known and is not permitted.
    Denied,
    /// No such resource.
    NotFound,
    /// A quota is reached.
    Limit,
    /// The resource is in a state, or in use in a way, that forbids it.
    WrongState,
    /// AWS refuses for now because of the rate of calls.
    Throttled,
    /// AWS refuses until something else has ended, which may take long: a limit on what is pending.
    Busy,
    /// No connection could be made: nothing was sent.
    Unreachable,
    /// Sent, and no answer that can be understood came back: it may have been done.
    ReplyLost,
    /// AWS answered that it failed inside: it may have been done.
    Server,
    /// This program's own fault, or its machine's: the journal, the disk.
    Internal,
}

impl FailureKind {
    /// Whether the request may have taken effect although no success was seen. Such a request is
    /// never sent again; reconciliation looks instead.
    #[must_use]
    pub fn may_have_happened(self) -> bool {
        matches!(self, Self::ReplyLost | Self::Server)
    }
}

impl Failure {
    /// A failure found by this program.
    #[must_use]
    pub fn new(kind: FailureKind, doing: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            doing: doing.into(),
            code: None,
            message: message.into(),
            request_id: None,
            hint: None,
            ways: Vec::new(),
        }
    }

    /// The same failure with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What AWS or this program said, with the code in front where AWS gave one.
    #[must_use]
    pub fn reason(&self) -> String {
        match &self.code {
            Some(code) => format!("{code}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

/// In the words of the command line and of the log.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.doing.is_empty() {
            write!(f, "{}: ", self.doing)?;
        }
        f.write_str(&self.reason())?;
        if let Some(id) = self
            .request_id
            .as_deref()
            .filter(|id| !self.message.contains(id))
        {
            write!(f, " (request id {id})")?;
        }
        for way in &self.ways {
            write!(f, "\n{}", sentence(&way.on_the_command_line()))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n{hint}")?;
        }
        Ok(())
    }
}

impl Error for Failure {}

/// An error with its causes, on one line, none said twice.
#[must_use]
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let line = inner.to_string();
        if !text.contains(&line) {
            text.push_str(": ");
            text.push_str(&line);
        }
        cause = inner.source();
    }
    text
}
