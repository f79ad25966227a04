//! What S3 says.

use super::{Text, verified};

pub(crate) const MALFORMED_XML: Text = verified(
    "The XML you provided was not well-formed or did not validate against our published schema",
);
pub(crate) const NO_SUCH_BUCKET: Text = verified("The specified bucket does not exist");
pub(crate) const ACCESS_DENIED: Text = verified("Access Denied");
pub(crate) const REDIRECT: Text = verified(
    "The bucket you are attempting to access must be addressed using the specified endpoint. \
     Please send all future requests to this endpoint.",
);
pub(crate) const WRONG_REGION: Text =
    verified("The authorization header is malformed; the region '{}' is wrong; expecting '{}'");
pub(crate) const INVALID_BUCKET_NAME: Text = verified("The specified bucket is not valid.");
pub(crate) const BUCKET_TAKEN: Text = verified(
    "The requested bucket name is not available. The bucket namespace is shared by all users of \
     the system. Please select a different name and try again.",
);
pub(crate) const BUCKET_OWNED: Text =
    verified("Your previous request to create the named bucket succeeded and you already own it.");
pub(crate) const INVALID_LOCATION: Text =
    verified("The specified location-constraint is not valid");
pub(crate) const ILLEGAL_LOCATION: Text = verified(
    "The {} location constraint is incompatible for the region specific endpoint this request was \
     sent to.",
);
pub(crate) const NO_LIFECYCLE: Text = verified("The lifecycle configuration does not exist");
pub(crate) const NO_POLICY: Text = verified("The bucket policy does not exist");
pub(crate) const NO_ACTION: Text = verified("At least one action needs to be specified in a rule.");
pub(crate) const SAME_RULE_ID: Text =
    verified("Rule ID must be unique. Found same ID for more than one rule");
pub(crate) const TOO_FEW_DAYS: Text = verified(
    "'Days' in Transition action must be greater than or equal to 30 for storageClass '{}'",
);
pub(crate) const NOT_A_NUMBER: Text =
    verified("Provided {} not an integer or within integer range");
pub(crate) const INVALID_TOKEN: Text = verified("The continuation token provided is incorrect");
pub(crate) const INVALID_ENCODING: Text = verified("Invalid Encoding Method specified in Request");

// Signatures.
pub(crate) const PAYLOAD_MISSING: Text =
    verified("Missing required header for this request: x-amz-content-sha256");
pub(crate) const PAYLOAD_NO_HASH: Text = verified(
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD or a valid \
     sha256 value.",
);
pub(crate) const PAYLOAD_MISMATCH: Text =
    verified("The provided 'x-amz-content-sha256' header does not match what was computed.");
pub(crate) const WRONG_EXPIRY: Text = verified(
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be \
     less than 604800 seconds",
);
