//! Encoded authorization messages: what EC2 adds to a denial, and STS decodes.
//!
//! Invariants: a message is opaque to clients; only messages that a sandbox made can be decoded.

use serde_json::{Value, json};

use super::identity::Identity;
use super::permissions::Reason;
use super::seal;

const MESSAGES: &str = "authorization message of a sandbox";

/// The encoded message about a denial.
pub(crate) fn encode(identity: &Identity, action: &str, resource: &str, reason: Reason) -> String {
    let message = message(identity, action, resource, reason).to_string();
    seal::seal(MESSAGES, &message)
}

/// The message, as JSON text; none if no sandbox made it.
pub(crate) fn decode(encoded: &str) -> Option<String> {
    seal::open(MESSAGES, encoded)
}

fn message(identity: &Identity, action: &str, resource: &str, reason: Reason) -> Value {
    json!({
        "allowed": false,
        "explicitDeny": reason == Reason::ExplicitDeny,
        "matchedStatements": { "items": [] },
        "failures": { "items": [] },
        "context": {
            "principal": {
                "id": identity.user_id(),
                "name": identity.name(),
                "arn": identity.arn(),
            },
            "action": action,
            "resource": resource,
            "conditions": { "items": [] },
        },
    })
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
