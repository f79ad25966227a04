//! Every text that the sandbox says in AWS's name, in one table, so that a correction is one line.
//! Services with many texts have a file each.
//!
//! Invariants: a text is marked by its constructor. [`verified`] texts were seen in AWS's own
//! replies, in its published examples or in its API models. [`choice`] texts are the simulator's
//! own words where no source settles what AWS says; nothing may rely on their wording.
//! `{}` stands for an argument. Codes and HTTP statuses do not belong here.

pub(crate) mod dlm;
pub(crate) mod ec2;
pub(crate) mod iam;
pub(crate) mod opensearch;
pub(crate) mod s3;
pub(crate) mod search;
pub(crate) mod search_form;

/// A text with `{}` where its arguments go.
#[derive(Clone, Copy)]
pub(crate) struct Text(&'static str);

/// AWS's own words.
const fn verified(text: &'static str) -> Text {
    Text(text)
}

/// The simulator's words, in the place of words nobody has recorded.
const fn choice(text: &'static str) -> Text {
    Text(text)
}

impl Text {
    /// The text without arguments.
    pub(crate) fn plain(self) -> String {
        self.0.to_owned()
    }

    /// The text with `arguments` in the places of `{}`, in order.
    pub(crate) fn with(self, arguments: &[&str]) -> String {
        let mut arguments = arguments.iter();
        let mut parts = self.0.split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            text.push_str(arguments.next().unwrap_or(&""));
            text.push_str(part);
        }
        text
    }
}

// Authentication, as the front doors of the services answer.
pub(crate) const MISSING_TOKEN_JSON: Text = verified("Missing Authentication Token");
pub(crate) const MISSING_TOKEN_QUERY: Text = verified("Request is missing Authentication Token");
pub(crate) const UNKNOWN_KEY: Text =
    verified("The security token included in the request is invalid.");
pub(crate) const UNKNOWN_KEY_EC2: Text =
    verified("AWS was not able to validate the provided access credentials");
pub(crate) const UNKNOWN_KEY_S3: Text =
    verified("The AWS Access Key Id you provided does not exist in our records.");
pub(crate) const WRONG_SIGNATURE: Text = verified(
    "The request signature we calculated does not match the signature you provided. Check your AWS \
     Secret Access Key and signing method. Consult the service documentation for details.",
);
pub(crate) const SIGNATURE_EXPIRED: Text =
    verified("Signature expired: {} is now earlier than {} ({} - 5 min.)");
pub(crate) const SIGNATURE_TOO_EARLY: Text =
    verified("Signature not yet current: {} is still later than {} ({} + 5 min.)");
pub(crate) const PRESIGNED_EXPIRED: Text = choice("Signature expired: {} is now earlier than {}");
pub(crate) const REQUEST_EXPIRED_EC2: Text = verified("Request has expired.");
pub(crate) const REQUEST_TIME_S3: Text =
    verified("The difference between the request time and the current time is too large.");
pub(crate) const TOKEN_EXPIRED: Text =
    verified("The security token included in the request is expired");
pub(crate) const INCOMPLETE_SIGNATURE: Text =
    verified("Authorization header requires '{}' parameter. Authorization={}");
pub(crate) const UNKNOWN_ALGORITHM: Text = verified("Unsupported AWS 'algorithm': '{}'.");
pub(crate) const NO_SIGNING_DATE: Text = verified(
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
);
pub(crate) const MALFORMED_SCOPE: Text = verified(
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
     got '{}'",
);
pub(crate) const SCOPE_DATE_MISMATCH: Text = verified(
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
     '{}' != '{}', from '{}'.",
);
pub(crate) const WRONG_SERVICE: Text =
    verified("Credential should be scoped to correct service: '{}'. ");
pub(crate) const WRONG_REGION: Text =
    verified("Credential should be scoped to a valid region, not '{}'. ");
pub(crate) const HOST_UNSIGNED: Text =
    verified("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
pub(crate) const WRONG_TERMINATOR: Text =
    verified("Credential should be scoped with a valid terminator: 'aws4_request', not '{}'. ");
pub(crate) const WRONG_DATE: Text = verified(
    "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601",
);

// Authorization.
pub(crate) const DENIED: Text =
    verified("User: {} is not authorized to perform: {} on resource: {} {}");
pub(crate) const DENIED_S3: Text =
    verified("User: {} is not authorized to perform: {} on resource: \"{}\" {}");
pub(crate) const DENIED_EC2: Text = verified(
    "You are not authorized to perform this operation. User: {} is not authorized to perform: {} \
     on resource: {} {}. Encoded authorization failure message: {}",
);
pub(crate) const NOTHING_ALLOWS: Text =
    verified("because no identity-based policy allows the {} action");
pub(crate) const EXPLICIT_DENY: Text =
    verified("with an explicit deny in an identity-based policy");

// STS.
pub(crate) const INVALID_MESSAGE: Text =
    choice("The message cannot be decoded: it was not encoded by this service.");
pub(crate) const ROLE_ARN_LENGTH: Text = choice(
    "1 validation error detected: Value '{}' at 'roleArn' failed to satisfy constraint: Member \
     must have length from 20 to 2048",
);
pub(crate) const WRONG_ROLE_ARN: Text = verified("{} is invalid");
pub(crate) const WRONG_SESSION_NAME: Text = choice(
    "1 validation error detected: Value '{}' at 'roleSessionName' failed to satisfy constraint: \
     Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}",
);
pub(crate) const WRONG_SESSION_LENGTH: Text = choice(
    "1 validation error detected: Value '{}' at 'durationSeconds' failed to satisfy constraint: \
     Member must have value from 900 to 43200",
);
pub(crate) const WRONG_MFA_CODE: Text =
    verified("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
pub(crate) const MESSAGE_LENGTH: Text = choice(
    "1 validation error detected: Value at 'encodedMessage' failed to satisfy constraint: Member \
     must have length from 1 to 10240",
);

// The state of the service as a whole.
pub(crate) const RATE_EXCEEDED: Text = verified("Rate exceeded");
pub(crate) const REQUEST_LIMIT_EXCEEDED: Text = verified("Request limit exceeded.");
pub(crate) const SLOW_DOWN: Text = verified("Please reduce your request rate.");
pub(crate) const INTERNAL_ERROR: Text = choice("An internal error has occurred");
pub(crate) const INTERNAL_FAILURE_DIRECTORY: Text =
    verified("An exception has occurred in AWS Directory Service.");
pub(crate) const UNAVAILABLE: Text =
    choice("The service is unavailable. Please try again shortly.");
pub(crate) const TOO_LARGE: Text = choice("Request size exceeded the limit of {} bytes");

// The form of requests.
pub(crate) const INVALID_ACTION: Text =
    verified("The action {} is not valid for this web service.");
pub(crate) const MISSING_ACTION: Text =
    verified("The request is missing an action or a required parameter.");
pub(crate) const UNKNOWN_OPERATION_REST: Text = choice("The requested operation is not recognized");
pub(crate) const NOT_IMPLEMENTED_S3: Text =
    verified("A header you provided implies functionality that is not implemented.");
pub(crate) const NOT_JSON: Text = choice("The request body is not valid JSON");
pub(crate) const WRONG_TYPE: Text = verified("{} can not be converted to {}");

// Directory Service. Its messages end in ` : RequestId: <uuid>`, which the envelope appends.
pub(crate) const MISSING_MEMBER: Text = choice(
    "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not \
     be null",
);
pub(crate) const PATTERN: Text = choice(
    "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must \
     satisfy regular expression pattern: {}",
);
pub(crate) const NAME_TOO_LONG: Text = choice(
    "1 validation error detected: Value '{}' at 'name' failed to satisfy constraint: Member must \
     have length less than or equal to 128",
);
pub(crate) const NEGATIVE_LIMIT: Text = choice(
    "1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must \
     have value greater than or equal to 0",
);
pub(crate) const EMPTY_DIRECTORY_IDS: Text =
    choice("DirectoryIds must not be empty. Omit it to describe all directories.");
pub(crate) const INVALID_NEXT_TOKEN: Text = verified("The NextToken value is not valid.");
pub(crate) const NO_SUCH_DIRECTORY: Text = choice("Directory {} does not exist.");
pub(crate) const NO_SUCH_SNAPSHOT: Text = choice("Snapshot {} does not exist.");
pub(crate) const LIMITS_UNSUPPORTED: Text =
    verified("Snapshot limits can be fetched only for VPC or Microsoft AD directories.");
pub(crate) const SNAPSHOTS_UNSUPPORTED: Text =
    choice("Snapshots are supported only for VPC or Microsoft AD directories.");
pub(crate) const NOT_PRIMARY_REGION: Text =
    choice("This operation is supported only in the primary Region of directory {}, which is {}.");
pub(crate) const NOT_ACTIVE: Text =
    choice("Directory {} is in the {} stage. The operation needs an Active directory.");
pub(crate) const LIMIT_REACHED: Text =
    verified("The maximum number of manual snapshots for the directory has been reached.");
pub(crate) const NOT_COMPLETED: Text =
    choice("Snapshot {} is {}. Only a Completed snapshot can be restored.");
pub(crate) const TOO_OLD: Text = choice(
    "Snapshot {} is older than 180 days, the tombstone lifetime of Active Directory, and cannot be \
     restored.",
);
pub(crate) const AUTO_NOT_DELETABLE: Text =
    choice("Snapshot {} is an automatic snapshot and cannot be deleted.");
pub(crate) const CREATING_NOT_DELETABLE: Text =
    choice("Snapshot {} is being created and cannot be deleted yet.");
pub(crate) const RESTORE_FAILED_REASON: Text = choice(
    "The directory could not be restored from snapshot {}. Restore again, try another snapshot, or \
     contact AWS Support.",
);

// Proxies in the way.
pub(crate) const GATEWAY_TIMEOUT_PAGE: Text = verified(
    "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 \
     Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n",
);
pub(crate) const PROXY_PAGE: Text = choice(
    "<!DOCTYPE html>\r\n<html>\r\n<head><title>502 Proxy Error</title></head>\r\n<body>\r\n<h1>Proxy \
     Error</h1>\r\n<p>The proxy server received an invalid response from an upstream \
     server.</p>\r\n</body>\r\n</html>\r\n",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_take_their_places_in_order() {
        let text = WRONG_TYPE.with(&["NUMBER_VALUE", "a String"]);
        assert_eq!(text, "NUMBER_VALUE can not be converted to a String");
    }

    #[test]
    fn a_missing_argument_leaves_nothing_behind() {
        assert_eq!(
            INVALID_ACTION.with(&[]),
            "The action  is not valid for this web service."
        );
    }
}
