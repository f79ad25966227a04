//! What versions of the engine do differently.
//!
//! Invariants: one function a difference, so that no endpoint compares versions by itself.

use super::domain::{Engine, Product};

impl Engine {
    fn is_at_least(self, product: Product, major: u32, minor: u32) -> bool {
        match (self.product, product) {
            (Product::OpenSearch, Product::Elasticsearch) => true,
            (Product::Elasticsearch, Product::OpenSearch) => false,
            _ => (self.major, self.minor) >= (major, minor),
        }
    }

    /// Several snapshots at a time in a cluster; before, one was all that there could be.
    pub(super) fn is_concurrent(self) -> bool {
        self.is_at_least(Product::Elasticsearch, 7, 9)
    }

    /// Several snapshots deleted by one request, wildcards included.
    pub(super) fn deletes_many(self) -> bool {
        self.is_at_least(Product::Elasticsearch, 7, 8)
    }

    pub(super) fn has_metadata(self) -> bool {
        self.is_at_least(Product::Elasticsearch, 7, 3)
    }

    pub(super) fn has_data_streams(self) -> bool {
        self.is_at_least(Product::Elasticsearch, 7, 9)
    }

    /// Snapshots say whether they copy the data of remote storage.
    pub(super) fn has_shallow_copies(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 11)
    }

    pub(super) fn has_cleanup(self) -> bool {
        self.is_at_least(Product::Elasticsearch, 7, 4)
    }

    /// Types in mappings and in replies to writes.
    pub(super) fn has_types(self) -> bool {
        !self.is_at_least(Product::Elasticsearch, 7, 0)
    }

    /// AWS lets `_close` through.
    pub(super) fn closes(self) -> bool {
        self.is_at_least(Product::Elasticsearch, 7, 4)
    }

    /// Snapshot Management, as AWS has it.
    pub(super) fn has_policies(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 1)
    }

    /// Searchable snapshots.
    pub(super) fn has_storage_type(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 7)
    }

    /// A restore may say how the data is stored; before [`Self::has_storage_type`], only to be told
    /// that a feature is not enabled. From which version on is not verified below 2.5.
    pub(super) fn knows_storage_type(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 4)
    }

    /// Restores from remote storage. Source: the version from which requests carry its name.
    pub(super) fn has_remote_storage(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 9)
    }

    /// Aliases renamed on the way out of a snapshot.
    pub(super) fn renames_aliases(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 18)
    }

    pub(super) fn says_cluster_manager(self) -> bool {
        self.is_at_least(Product::OpenSearch, 2, 0)
    }

    pub(super) fn manager_word(self) -> &'static str {
        if self.says_cluster_manager() {
            "cluster-manager"
        } else {
            "master"
        }
    }

    /// `2.11.0`, `7.10.2`
    pub(super) fn number(self) -> String {
        format!("{}.{}.{}", self.major, self.minor, self.patch())
    }

    fn patch(self) -> u32 {
        match (self.product, self.major, self.minor) {
            (Product::Elasticsearch, 7, 10) => 2,
            _ => 0,
        }
    }

    /// The version as a number, as snapshots and indices carry it.
    pub(super) fn id(self) -> u64 {
        let id = u64::from(self.major) * 1_000_000
            + u64::from(self.minor) * 10_000
            + u64::from(self.patch()) * 100
            + 99;
        match self.product {
            Product::Elasticsearch => id,
            // The fork marks its versions by a bit.
            Product::OpenSearch => id ^ 0x0800_0000,
        }
    }

    /// Where it stands in the line of versions, the fork counted behind the old name's last.
    fn rank(self) -> (u32, u32) {
        match self.product {
            Product::Elasticsearch => (self.major, self.minor),
            Product::OpenSearch => (self.major + 7, self.minor),
        }
    }

    pub(super) fn is_newer_than(self, other: Self) -> bool {
        self.rank() > other.rank()
    }

    /// The oldest version whose indices it reads.
    pub(super) fn oldest_index(self) -> Self {
        let (product, major) = match (self.product, self.major) {
            (Product::Elasticsearch, major) => (Product::Elasticsearch, major - 1),
            (Product::OpenSearch, 1) => (Product::Elasticsearch, 6),
            (Product::OpenSearch, 2) => (Product::Elasticsearch, 7),
            (Product::OpenSearch, major) => (Product::OpenSearch, major - 1),
        };
        Self {
            product,
            major,
            minor: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(text: &str) -> Engine {
        Engine::parse(text).unwrap()
    }

    #[test]
    fn versions_are_numbered_as_the_engines_number_them() {
        assert_eq!(engine("OpenSearch_2.5").id(), 136_267_827);
        assert_eq!(engine("Elasticsearch_7.10").id(), 7_100_299);
        assert_eq!(engine("Elasticsearch_7.10").number(), "7.10.2");
    }

    #[test]
    fn the_fork_comes_after_the_old_name() {
        assert!(engine("OpenSearch_1.0").is_newer_than(engine("Elasticsearch_7.10")));
        assert!(!engine("OpenSearch_1.0").is_newer_than(engine("OpenSearch_2.0")));
        assert!(engine("OpenSearch_1.0").is_concurrent());
        assert!(!engine("Elasticsearch_7.8").is_concurrent());
        let oldest = engine("OpenSearch_2.11").oldest_index();
        assert!(oldest.is_newer_than(engine("Elasticsearch_6.8")));
    }
}
