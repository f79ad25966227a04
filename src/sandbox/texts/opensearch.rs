//! What OpenSearch Service's control plane says.

use super::{Text, choice, verified};

pub(crate) const TOO_MANY_NAMES: Text =
    verified("Please provide a maximum of 5 domain names to describe.");
pub(crate) const TOO_MANY_NAMES_ES: Text =
    verified("Please provide a maximum of 5 Elasticsearch domain names to describe.");
pub(crate) const PATTERN: Text = verified(
    "1 validation error detected: Value '{}' at 'domainName' failed to satisfy constraint: Member \
     must satisfy regular expression pattern: [a-z][a-z0-9\\-]+",
);
pub(crate) const TOO_SHORT: Text = verified(
    "1 validation error detected: Value '{}' at 'domainName' failed to satisfy constraint: Member \
     must have length greater than or equal to 3",
);
pub(crate) const TOO_LONG: Text = verified(
    "1 validation error detected: Value '{}' at 'domainName' failed to satisfy constraint: Member \
     must have length less than or equal to 28",
);
pub(crate) const NAMES_PATTERN: Text = choice(
    "1 validation error detected: Value '[{}]' at 'domainNames' failed to satisfy constraint: \
     Member must satisfy constraint: [Member must have length less than or equal to 28, Member \
     must have length greater than or equal to 3, Member must satisfy regular expression pattern: \
     [a-z][a-z0-9\\-]+]",
);
pub(crate) const MISSING: Text = choice(
    "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not \
     be null",
);
pub(crate) const ENGINE_TYPE: Text = choice(
    "1 validation error detected: Value '{}' at 'engineType' failed to satisfy constraint: Member \
     must satisfy enum value set: [Elasticsearch, OpenSearch]",
);
pub(crate) const NO_SUCH_DOMAIN: Text = verified("Domain not found: {}");
pub(crate) const INVALID_ARN: Text = choice("Invalid ARN: {}");
pub(crate) const NO_UPDATE: Text =
    verified("There is no software update available for this domain.");
