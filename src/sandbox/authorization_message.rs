//! Encoded authorization messages: what EC2 adds to a denial, and STS decodes.
//!
//! Invariants: a message is opaque to clients; only messages that a sandbox made can be decoded.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::identity::{Identity, USER_ID};
use super::permissions::Reason;

/// The length of the seal in front of the message, in bytes.
const SEAL: usize = 8;

/// The encoded message about a denial.
pub(crate) fn encode(identity: &Identity, action: &str, resource: &str, reason: Reason) -> String {
    let message = message(identity, action, resource, reason).to_string();
    let mut sealed = seal(message.as_bytes()).to_vec();
    sealed.extend(message.into_bytes());
    URL_SAFE_NO_PAD.encode(sealed)
}

/// The message, as JSON text; none if no sandbox made it.
pub(crate) fn decode(encoded: &str) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (found, message) = sealed.split_at_checked(SEAL)?;
    if found != seal(message) {
        return None;
    }
    String::from_utf8(message.to_vec()).ok()
}

fn message(identity: &Identity, action: &str, resource: &str, reason: Reason) -> Value {
    json!({
        "allowed": false,
        "explicitDeny": reason == Reason::ExplicitDeny,
        "matchedStatements": { "items": [] },
        "failures": { "items": [] },
        "context": {
            "principal": { "id": USER_ID, "name": "sandbox", "arn": identity.arn() },
            "action": action,
            "resource": resource,
            "conditions": { "items": [] },
        },
    })
}

fn seal(message: &[u8]) -> [u8; SEAL] {
    let mut hash = Sha256::new();
    hash.update(b"authorization message of a sandbox");
    hash.update(message);
    let hash = hash.finalize();
    let mut seal = [0; SEAL];
    for (to, from) in seal.iter_mut().zip(hash) {
        *to = from;
    }
    seal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_and_a_harmed_one_does_not() {
        let identity = Identity::new("123456789012");
        let encoded = encode(&identity, "ec2:CreateVolume", "arn:x", Reason::NotAllowed);
        let message: Value = serde_json::from_str(&decode(&encoded).unwrap()).unwrap();
        assert_eq!(message["context"]["action"], "ec2:CreateVolume");
        assert_eq!(message["context"]["resource"], "arn:x");
        let harmed = encoded.replacen(&encoded[20..22], "__", 1);
        for other in [harmed.as_str(), "", "AAAA", "not base64!", &encoded[1..]] {
            assert_eq!(decode(other), None, "{other}");
        }
    }
}
