//! Buckets and what is known of them.
//!
//! Invariants: a bucket's name is unique in the whole of AWS; its Region never changes. Object
//! contents are not kept, as a listing needs none; what a domain stores in a repository is not here
//! but in `search`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::sandbox::clock::earlier;

/// Storage classes whose objects must be restored before they can be read.
const ARCHIVES: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

/// A bucket to begin with.
#[derive(Debug, Clone)]
pub(crate) struct BucketSeed {
    pub(crate) name: String,
    pub(crate) region: String,
    /// None: the scenario's account.
    pub(crate) owner: Option<String>,
    /// The lifecycle configuration, as a request would say it.
    pub(crate) lifecycle: Option<Map<String, Value>>,
    pub(crate) objects: Vec<ObjectSeed>,
    pub(crate) age: SignedDuration,
}

/// An object to begin with.
#[derive(Debug, Clone)]
pub(crate) struct ObjectSeed {
    pub(crate) key: String,
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) age: SignedDuration,
}

/// An object, without its contents.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// In bytes.
    pub(crate) size: u64,
    pub(crate) modified: Timestamp,
}

/// A bucket.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    /// The account that it belongs to.
    pub(crate) owner: String,
    pub(super) created: Timestamp,
    pub(super) lifecycle: Option<Map<String, Value>>,
    objects: BTreeMap<String, Object>,
}

impl Bucket {
    pub(super) fn new(name: &str, region: &str, owner: &str, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            region: region.to_owned(),
            owner: owner.to_owned(),
            created: now,
            lifecycle: None,
            objects: BTreeMap::new(),
        }
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:s3:::{}", self.name)
    }

    /// The age at which enabled lifecycle rules move objects with this prefix to an archive, from
    /// which a repository could not read them: the least of all rules. None: no rule does, or only
    /// from a date that is still to come. The prefix is the repository's base path; empty for all.
    pub(crate) fn archives(&self, prefix: &str, now: Timestamp) -> Option<SignedDuration> {
        let rules = self.lifecycle.as_ref()?.get("Rule")?;
        let ages = many(rules).filter_map(|rule| rule_archives(rule, prefix, now));
        ages.min()
    }

    /// Puts an object, or another in its place.
    fn put(&mut self, key: &str, size: u64, now: Timestamp) {
        let object = Object {
            size,
            modified: now,
        };
        self.objects.insert(key.to_owned(), object);
    }

    /// The objects whose keys begin so, in the order of their keys.
    pub(crate) fn objects<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Object)> {
        self.objects
            .range(prefix.to_owned()..)
            .take_while(move |(key, _)| key.starts_with(prefix))
            .map(|(key, object)| (key.as_str(), object))
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "region": self.region,
            "owner": self.owner,
            "lifecycle": self.lifecycle,
            "objects": self.objects.len(),
        })
    }
}

/// The elements of a list that XML does not tell from a single element.
pub(super) fn many(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(items) => items.iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

fn rule_archives(rule: &Value, prefix: &str, now: Timestamp) -> Option<SignedDuration> {
    let filter = rule
        .pointer("/Filter/Prefix")
        .or_else(|| rule.pointer("/Filter/And/Prefix"))
        .or_else(|| rule.get("Prefix"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let meets = prefix.starts_with(filter) || filter.starts_with(prefix);
    if !meets || rule.get("Status").and_then(Value::as_str) != Some("Enabled") {
        return None;
    }
    let ages = many(rule.get("Transition")?).filter_map(|transition| {
        let text = |name: &str| transition.get(name).and_then(Value::as_str);
        text("StorageClass").filter(|class| ARCHIVES.contains(class))?;
        match text("Days") {
            Some(days) => days
                .parse()
                .ok()
                .map(|days: u32| SignedDuration::from_hours(24 * i64::from(days))),
            // Whatever is there on that day is moved.
            None => date(text("Date")?)
                .filter(|date| *date <= now)
                .map(|_| SignedDuration::ZERO),
        }
    });
    ages.min()
}

/// `2026-03-01T00:00:00Z`, or the day alone.
fn date(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let day: jiff::civil::Date = text.parse().ok()?;
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(midnight.timestamp())
    })
}

/// May a bucket have this name? Source: "Bucket naming rules" in the S3 user guide.
pub(crate) fn is_bucket_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte != b'-' && inner(byte));
    (3..=63).contains(&text.len())
        && text
            .split('.')
            .all(|label| edge(label.bytes().next()) && edge(label.bytes().last()))
        && text.bytes().all(|byte| inner(byte) || byte == b'.')
        && text.parse::<std::net::Ipv4Addr>().is_err()
}

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Buckets(BTreeMap<String, Bucket>);

impl Buckets {
    /// The buckets of a scenario, whose ages count back from `now`.
    pub(crate) fn new(seeds: &[BucketSeed], account: &str, now: Timestamp) -> Self {
        let mut buckets = Self::default();
        for seed in seeds {
            let owner = seed.owner.as_deref().unwrap_or(account);
            let mut bucket = Bucket::new(&seed.name, &seed.region, owner, earlier(now, seed.age));
            bucket.lifecycle.clone_from(&seed.lifecycle);
            for object in &seed.objects {
                bucket.put(&object.key, object.size, earlier(now, object.age));
            }
            buckets.add(bucket);
        }
        buckets
    }

    pub(super) fn add(&mut self, bucket: Bucket) {
        self.0.insert(bucket.name.clone(), bucket);
    }

    /// All of them, in the order of their names.
    pub(super) fn all(&self) -> impl Iterator<Item = &Bucket> {
        self.0.values()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Bucket> {
        self.0.get(name)
    }

    pub(crate) fn find_mut(&mut self, name: &str) -> Option<&mut Bucket> {
        self.0.get_mut(name)
    }

    pub(crate) fn to_json(&self) -> Value {
        self.all().map(Bucket::to_json).collect()
    }
}
