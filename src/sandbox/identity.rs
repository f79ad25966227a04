//! Who calls: the one principal that the sandbox knows, and the names AWS gives it.
//!
//! Invariants: every accepted request comes from this principal; its secret is checked only when
//! signatures are verified, and is never logged.

/// The access key id that the sandbox accepts.
pub const ACCESS_KEY_ID: &str = "sandbox";
/// The secret that belongs to [`ACCESS_KEY_ID`]. It opens nothing but a sandbox.
pub const SECRET_ACCESS_KEY: &str = "sandbox-secret";
/// The account of a scenario that does not name one.
pub const ACCOUNT: &str = "123456789012";

/// The unique id of the user, in the form of real ones.
pub(crate) const USER_ID: &str = "AIDASANDBOXSANDBOX123";

/// The caller, as STS describes it.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    account: String,
}

impl Identity {
    pub(crate) fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
        }
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/sandbox", self.account)
    }
}
