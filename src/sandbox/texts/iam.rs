//! What IAM says.

use super::{Text, choice, verified};

// Policy documents.
pub(crate) const POLICY_NOT_JSON: Text = verified("This policy contains invalid Json");
pub(crate) const POLICY_SYNTAX: Text = verified("Syntax errors in policy.");
pub(crate) const POLICY_VERSION: Text =
    verified("Policy document must be version 2012-10-17 or greater.");
pub(crate) const POLICY_SIDS: Text =
    verified("Statement IDs (SID) in a single policy must be unique.");
pub(crate) const POLICY_NO_ACTIONS: Text = verified("Policy statement must contain actions.");
pub(crate) const POLICY_NO_RESOURCES: Text = verified("Policy statement must contain resources.");
pub(crate) const POLICY_ACTION: Text =
    verified("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
pub(crate) const POLICY_RESOURCE: Text = verified("Resource {} must be in ARN format or \"*\".");
pub(crate) const POLICY_WITH_PRINCIPAL: Text =
    verified("Policy document should not specify a principal.");
pub(crate) const POLICY_PROHIBITED_FIELD: Text = verified("Has prohibited field {}");
pub(crate) const POLICY_MISSING_FIELD: Text = verified("Missing required field {}");
pub(crate) const POLICY_TRUST_ACTION: Text =
    verified("AssumeRole policy may only specify STS AssumeRole actions.");
pub(crate) const POLICY_PRINCIPAL: Text = verified("Invalid principal in policy: {}");
pub(crate) const POLICY_CONDITION: Text = choice("Invalid Condition type : {}.");

// The form of requests.
pub(crate) const WRONG_PLACE: Text =
    choice("The members of a list are numbered from 1, without zeros in front: {}");

// Roles and policies.
pub(crate) const NO_SUCH_ROLE: Text = verified("The role with name {} cannot be found.");
pub(crate) const ROLE_EXISTS: Text = verified("Role with name {} already exists.");
pub(crate) const NO_SUCH_ROLE_POLICY: Text =
    verified("The role policy with name {} cannot be found.");
pub(crate) const NO_SUCH_POLICY: Text = verified("Policy {} was not found.");
pub(crate) const NOT_ATTACHABLE: Text = verified("Policy {} does not exist or is not attachable.");
pub(crate) const NO_SUCH_VERSION: Text =
    verified("Policy {} version {} does not exist or is not attachable.");
pub(crate) const INLINE_POLICIES_LEFT: Text =
    verified("Cannot delete entity, must delete policies first.");
pub(crate) const ATTACHED_POLICIES_LEFT: Text =
    verified("Cannot delete entity, must detach all policies first.");
pub(crate) const POLICY_TOO_LARGE: Text =
    verified("Maximum policy size of {} bytes exceeded for role {}");
pub(crate) const TRUST_TOO_LARGE: Text = verified("Cannot exceed quota for ACLSizePerRole: {}");
pub(crate) const TOO_MANY_ATTACHED: Text = verified("Cannot exceed quota for PoliciesPerRole: {}");
pub(crate) const NO_SUCH_GROUP: Text = verified("The group with name {} cannot be found.");
pub(crate) const NO_SUCH_USER: Text = verified("The user with name {} cannot be found.");

// The form of requests.
pub(crate) const MISSING: Text = verified(
    "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not \
     be null",
);
pub(crate) const NAME_FORM: Text = verified(
    "The specified value for {} is invalid. It must contain only alphanumeric characters and/or \
     the following: +=,.@_-",
);
pub(crate) const LENGTH: Text = verified(
    "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must \
     have length less than or equal to {}",
);
pub(crate) const NUMBER: Text = choice(
    "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must \
     have a value from {} to {}",
);
pub(crate) const PATH_FORM: Text = verified(
    "The specified value for path is invalid. It must begin and end with / and contain only \
     alphanumeric characters and/or / characters.",
);
pub(crate) const INVALID_MARKER: Text = choice("Invalid Marker.");
pub(crate) const INVALID_ARN: Text = verified("ARN {} is not valid.");
pub(crate) const INVALID_ENTITY_ARN: Text =
    verified("Invalid Entity Arn: {} does not clearly define entity type and name.");
pub(crate) const INVALID_ACTION_NAME: Text = choice("Invalid Action Name: {}");
pub(crate) const NOT_SIMULATED: Text = choice("{} is not supported here.");
