//! A row as scripts read it.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    collection::{CollectionInfo, ServiceInfo},
    row::Row,
};

/// The keys that every row begins with.
pub const ENVELOPE: [&str; 7] = [
    "service", "kind", "id", "name", "state", "region", "account",
];

/// A row with what it is: the envelope, then its members.
#[derive(Debug, Clone, Copy)]
pub struct Record<'r> {
    /// The service that listed it.
    pub service: &'r ServiceInfo,
    /// What it is one of.
    pub collection: &'r CollectionInfo,
    /// The row.
    pub row: &'r Row,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.row;
        let mut map = serializer.serialize_map(Some(ENVELOPE.len() + row.cells.len()))?;
        map.serialize_entry("service", self.service.id)?;
        map.serialize_entry("kind", self.collection.kind)?;
        map.serialize_entry("id", &row.id)?;
        map.serialize_entry("name", &row.name)?;
        map.serialize_entry("state", &row.state.word)?;
        map.serialize_entry("region", row.region.as_str())?;
        map.serialize_entry("account", row.account.as_str())?;
        for (key, cell) in &row.cells {
            map.serialize_entry(key, cell)?;
        }
        map.end()
    }
}
