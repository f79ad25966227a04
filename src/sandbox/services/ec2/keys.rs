//! KMS keys, as far as encryption needs them: names, and no cryptography.
//!
//! Invariants: a key is shown as an ARN. AWS checks keys only while it uses them, so a name that
//! cannot be a key makes the creation fail later and not the call.

use crate::sandbox::ids::{Ids, Purpose};

/// The key id of the AWS managed key for EBS.
const MANAGED: &str = "e0b7ebca-8d2f-4a6b-9d0c-3f5a17c4b1d2";

/// The ARN of a key that is named by ARN, alias or id; empty names the AWS managed key.
pub(super) fn arn(name: &str, region: &str, account: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    let resource = match name {
        "" | "alias/aws/ebs" => format!("key/{MANAGED}"),
        alias if alias.starts_with("alias/") => alias.to_owned(),
        id => format!("key/{id}"),
    };
    format!("arn:aws:kms:{region}:{account}:{resource}")
}

/// Is it the AWS managed key, which cannot be shared?
pub(super) fn is_managed(arn: &str) -> bool {
    arn.ends_with(MANAGED)
}

/// Could there be a key of this ARN in the Region?
pub(super) fn is_plausible(arn: &str, region: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let service = parts.nth(2);
    let place = parts.next();
    let resource = parts.nth(1).unwrap_or_default();
    let id = resource
        .strip_prefix("key/")
        .map(|id| id.strip_prefix("mrk-").unwrap_or(id));
    let good_id = id.is_some_and(|id| {
        id.bytes().filter(|byte| byte.is_ascii_hexdigit()).count() == 32
            && id
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    });
    service == Some("kms") && place == Some(region) && (good_id || resource.starts_with("alias/"))
}

/// The id of the data key that a snapshot's blocks are encrypted with.
pub(super) fn data_key(ids: Ids, lineage: u64) -> String {
    let high = ids.arbitrary(Purpose::DataKey, lineage);
    let low = ids.arbitrary(Purpose::DataKey, !lineage);
    uuid::Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_arns() {
        let arn = |name| arn(name, "us-east-1", "123456789012");
        assert!(is_managed(&arn("")));
        assert_eq!(arn("alias/x"), "arn:aws:kms:us-east-1:123456789012:alias/x");
        let is_plausible = |arn: &str| is_plausible(arn, "us-east-1");
        assert!(is_plausible(&arn("1234abcd-12ab-34cd-56ef-1234567890ab")));
        assert!(is_plausible(&arn("")));
        assert!(is_plausible(&arn("alias/x")));
        assert!(!is_plausible(&arn("nonsense")));
        assert!(!is_plausible(&super::arn("", "eu-west-1", "123456789012")));
        assert!(!is_plausible("arn:aws:s3:::bucket"));
    }
}
