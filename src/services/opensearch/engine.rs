//! Which engine a domain runs, and what that engine can do.

use std::fmt;

/// The two products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    Elasticsearch,
    OpenSearch,
}

/// A product in a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Engine {
    pub(super) product: Product,
    pub(super) major: u32,
    pub(super) minor: u32,
}

impl Engine {
    /// Reads AWS's form, `OpenSearch_2.11` or `Elasticsearch_7.10`; a bare number is Elasticsearch's,
    /// as the older API has it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (product, version) = match text.split_once('_') {
            Some(("OpenSearch", version)) => (Product::OpenSearch, version),
            Some(("Elasticsearch", version)) => (Product::Elasticsearch, version),
            None => (Product::Elasticsearch, text),
            Some(_) => return None,
        };
        Self::of(product, version)
    }

    /// A product with a version such as `7.10.2`.
    pub(super) fn of(product: Product, version: &str) -> Option<Self> {
        let mut numbers = version.split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        Some(Self {
            product,
            major,
            minor,
        })
    }

    fn at_least(self, elasticsearch: (u32, u32), opensearch: (u32, u32)) -> bool {
        let least = match self.product {
            Product::Elasticsearch => elasticsearch,
            Product::OpenSearch => opensearch,
        };
        (self.major, self.minor) >= least
    }

    /// Whether a snapshot can carry words of its maker.
    pub(super) fn keeps_metadata(self) -> bool {
        self.at_least((7, 3), (1, 0))
    }

    /// Whether several snapshots can be taken at once.
    pub(super) fn takes_several(self) -> bool {
        self.at_least((7, 9), (1, 0))
    }

    /// Whether snapshots can be listed without their details.
    pub(super) fn lists_tersely(self) -> bool {
        self.at_least((5, 6), (1, 0))
    }

    /// Whether hidden indices can be asked for.
    pub(super) fn hides_indices(self) -> bool {
        self.at_least((7, 7), (1, 0))
    }

    /// Whether it has Snapshot Management.
    pub(super) fn has_policies(self) -> bool {
        self.product == Product::OpenSearch && (self.major, self.minor) >= (2, 1)
    }

    /// Whether repositories take `server_side_encryption`: the setting went with OpenSearch 3.1.
    pub(super) fn has_encryption_setting(self) -> bool {
        !(self.product == Product::OpenSearch && (self.major, self.minor) >= (3, 1))
    }

    /// Whether it takes automated snapshots every hour; older ones once a day.
    pub(super) fn is_hourly(self) -> bool {
        self.at_least((5, 3), (1, 0))
    }

    /// Whether it can read a snapshot that was taken by `version`, as far as the documented rule goes:
    /// its own version and older, back to one major version. OpenSearch 1 stands where
    /// Elasticsearch 8 would.
    pub(super) fn reads(self, version: &str) -> Option<bool> {
        let taken = Self::of(Product::Elasticsearch, version)?;
        // A snapshot's version is the engine's own number: OpenSearch began anew at 1 after 7.10.
        let rank = |product: Product, major: u32| match (product, major) {
            (Product::OpenSearch, major) => major + 7,
            (Product::Elasticsearch, major) => major,
        };
        let by_opensearch = taken.major < 5;
        let origin = if by_opensearch {
            Product::OpenSearch
        } else {
            Product::Elasticsearch
        };
        if self.product == Product::Elasticsearch && by_opensearch {
            return Some(false);
        }
        if self.product == Product::OpenSearch
            && origin == Product::Elasticsearch
            && taken.major > 7
        {
            return Some(false);
        }
        let (own, its) = (rank(self.product, self.major), rank(origin, taken.major));
        let newer = its > own || its == own && origin == self.product && taken.minor > self.minor;
        Some(!newer && own - its <= 1)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let product = match self.product {
            Product::Elasticsearch => "Elasticsearch",
            Product::OpenSearch => "OpenSearch",
        };
        write!(f, "{product} {}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(text: &str) -> Engine {
        Engine::parse(text).unwrap()
    }

    #[test]
    fn what_an_engine_can_do_follows_from_its_version() {
        assert!(!engine("Elasticsearch_7.1").keeps_metadata());
        assert!(engine("Elasticsearch_7.10").keeps_metadata());
        assert!(!engine("6.8").takes_several() && engine("OpenSearch_1.0").takes_several());
        assert!(
            !engine("OpenSearch_1.3").has_policies() && engine("OpenSearch_2.5").has_policies()
        );
        assert!(!engine("OpenSearch_3.1").has_encryption_setting());
        assert!(!engine("Elasticsearch_5.1").is_hourly() && engine("6.8").is_hourly());
        assert_eq!(Engine::parse("Solr_9"), None);
        assert_eq!(engine("OpenSearch_2.11").to_string(), "OpenSearch 2.11");
    }

    #[test]
    fn a_snapshot_is_read_by_its_own_version_and_by_the_next_major_one() {
        for (by, taken, reads) in [
            ("Elasticsearch_7.10", "7.10.2", true),
            ("Elasticsearch_7.10", "6.8.0", true),
            ("Elasticsearch_7.10", "5.6.0", false),
            ("Elasticsearch_7.1", "7.10.2", false),
            ("Elasticsearch_7.10", "1.3.0", false),
            ("OpenSearch_1.3", "7.10.2", true),
            ("OpenSearch_1.3", "6.8.0", false),
            ("OpenSearch_2.5", "1.3.2", true),
            ("OpenSearch_2.5", "2.11.0", false),
            ("OpenSearch_2.11", "2.5.0", true),
            ("OpenSearch_2.5", "7.10.2", false),
            ("OpenSearch_2.5", "8.1.0", false),
            ("OpenSearch_3.1", "2.19.0", true),
        ] {
            assert_eq!(engine(by).reads(taken), Some(reads), "{by} {taken}");
        }
        assert_eq!(engine("OpenSearch_2.5").reads("?"), None);
    }
}
