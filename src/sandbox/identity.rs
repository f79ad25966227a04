//! Who calls: the one principal that the sandbox knows, by itself or in the session of a role, and
//! the names AWS gives it.
//!
//! Invariants: every accepted request comes from this principal; its secret is checked only when
//! signatures are verified, and is never logged. A session is in its token, and nowhere else.

use super::seal;

/// The access key id that the sandbox accepts.
pub const ACCESS_KEY_ID: &str = "sandbox";
/// The secret that belongs to [`ACCESS_KEY_ID`]. It opens nothing but a sandbox.
pub const SECRET_ACCESS_KEY: &str = "sandbox-secret";
/// The account of a scenario that does not name one.
pub const ACCOUNT: &str = "123456789012";

/// The unique id of the user, in the form of real ones.
pub(crate) const USER_ID: &str = "AIDASANDBOXSANDBOX123";
/// The unique id of every role that is assumed.
const ROLE_ID: &str = "AROASANDBOXSANDBOX123";
const TOKENS: &str = "session token of a sandbox";

/// The name of the user.
const USER_NAME: &str = "sandbox";

/// The caller, as STS describes it.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    account: String,
    /// None: the user itself.
    session: Option<Session>,
}

/// A session of a role.
#[derive(Debug, Clone)]
struct Session {
    /// The account of the role.
    account: String,
    role: String,
    name: String,
}

impl Identity {
    pub(crate) fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            session: None,
        }
    }

    /// The same principal in a session of a role, which is named by its ARN.
    pub(crate) fn assuming(&self, role: &str, name: &str) -> Self {
        let account = role.split(':').nth(4).filter(|part| !part.is_empty());
        let role = role.rsplit('/').next().unwrap_or(role);
        self.in_session(Session {
            account: account.unwrap_or(&self.account).to_owned(),
            role: role.to_owned(),
            name: name.to_owned(),
        })
    }

    fn in_session(&self, session: Session) -> Self {
        Self {
            session: Some(session),
            ..self.clone()
        }
    }

    /// The principal of a request with this token: another than a session's changes nothing.
    pub(crate) fn with_token(&self, token: Option<&str>) -> Self {
        let opened = token.and_then(|token| seal::open(TOKENS, token));
        let parts: Vec<&str> = opened.iter().flat_map(|text| text.split('/')).collect();
        match parts.as_slice() {
            [account, role, name] => self.in_session(Session {
                account: (*account).to_owned(),
                role: (*role).to_owned(),
                name: (*name).to_owned(),
            }),
            _ => self.clone(),
        }
    }

    /// The token of the session, if it is one.
    pub(crate) fn token(&self) -> Option<String> {
        let session = self.session.as_ref()?;
        let text = format!("{}/{}/{}", session.account, session.role, session.name);
        Some(seal::seal(TOKENS, &text))
    }

    /// What STS calls `UserId`.
    pub(crate) fn user_id(&self) -> String {
        match &self.session {
            Some(session) => format!("{ROLE_ID}:{}", session.name),
            None => USER_ID.to_owned(),
        }
    }

    /// The name that the principal goes by.
    pub(crate) fn name(&self) -> &str {
        self.session
            .as_ref()
            .map_or(USER_NAME, |session| &session.name)
    }

    /// The account of the world, in which every resource is: there is no other to look into.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// The account that the principal belongs to: that of the role, in a session.
    pub(crate) fn caller_account(&self) -> &str {
        let session = self.session.as_ref();
        session.map_or(&self.account, |session| &session.account)
    }

    pub(crate) fn arn(&self) -> String {
        let account = self.caller_account();
        match &self.session {
            Some(Session { role, name, .. }) => {
                format!("arn:aws:sts::{account}:assumed-role/{role}/{name}")
            }
            None => format!("arn:aws:iam::{account}:user/{USER_NAME}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_its_token() {
        let user = Identity::new("123456789012");
        assert_eq!(user.token(), None);
        let role = "arn:aws:iam::123456789012:role/teams/Operator";
        let session = user.assuming(role, "me@example.com");
        let arn = "arn:aws:sts::123456789012:assumed-role/Operator/me@example.com";
        assert_eq!(session.arn(), arn);
        let token = session.token().unwrap();
        assert_eq!(user.with_token(Some(&token)).arn(), arn);
        let other = user.assuming("arn:aws:iam::210987654321:role/Guest", "me");
        let arn = "arn:aws:sts::210987654321:assumed-role/Guest/me";
        assert_eq!(other.arn(), arn);
        let again = user.with_token(other.token().as_deref());
        assert_eq!(again.arn(), arn);
        assert_eq!(again.caller_account(), "210987654321");
        assert_eq!(again.account(), "123456789012");
        for other in [None, Some("anything"), Some("")] {
            assert_eq!(user.with_token(other).arn(), user.arn());
        }
    }
}
