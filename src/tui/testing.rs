//! What the tests of this room are made of: a small service of its own, so that nothing here leans
//! on a real one.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    collection::{
        ActionInfo, CollectionInfo, Column, Destructive, Member, ServiceInfo, Show, Verb,
    },
    form::{FieldInfo, FieldKind, Request},
    lifecycle::{Accepted, Observation},
    operation::{Baseline, Operation, OperationId, WaitTarget},
    place::{Account, Place, Region},
    row::{Row, State, Tone},
};

/// A service with boxes, the copies of a box, and an action of every kind.
pub(crate) static SERVICE: ServiceInfo = ServiceInfo {
    id: "store",
    title: "Store",
    collections: &[
        CollectionInfo {
            id: "boxes",
            title: "Boxes",
            kind: "box",
            noun: "box",
            command: "list",
            about: "",
            show: Some("show"),
            argument: "BOX",
            check_id: |_| Ok(()),
            parent: None,
            columns: COLUMNS,
            members: &[
                Member { key: "id", label: "Id", show: Show::Plain },
                Member { key: "state", label: "State", show: Show::State },
                Member { key: "size", label: "Size", show: Show::Plain },
            ],
        },
        CollectionInfo {
            id: "copies",
            title: "Copies",
            kind: "box_copy",
            noun: "copy",
            command: "copies",
            about: "",
            show: None,
            argument: "COPY",
            check_id: |_| Ok(()),
            parent: Some("boxes"),
            columns: COLUMNS,
            members: &[],
        },
    ],
    actions: &[
        ActionInfo {
            id: "create_copy",
            verb: Verb::Create,
            command: "create",
            about: "",
            title: "Create copy",
            subject: "boxes",
            many: false,
            destructive: Destructive::No,
            fields: &[FieldInfo {
                key: "name",
                flag: "name",
                label: "Description",
                help: "Optional",
                kind: FieldKind::Text {
                    max: 8,
                    rule: |text| {
                        if text.len() > 8 { Err("at most 8 characters".to_owned()) } else { Ok(()) }
                    },
                },
            }],
        },
        ActionInfo {
            id: "restore_copy",
            verb: Verb::Restore,
            command: "restore",
            about: "",
            title: "Restore box",
            subject: "copies",
            many: false,
            destructive: Destructive::Live,
            fields: &[],
        },
        ActionInfo {
            id: "delete_copy",
            verb: Verb::Delete,
            command: "delete",
            about: "",
            title: "Delete copy",
            subject: "copies",
            many: true,
            destructive: Destructive::Copy,
            fields: &[FieldInfo {
                key: "force",
                flag: "force",
                label: "Protected ones too",
                help: "",
                kind: FieldKind::Toggle,
            }],
        },
    ],
};

const COLUMNS: &[Column] = &[
    Column { key: "id", title: "Id", show: Show::Plain, width: 8, grows: false, drops: 0 },
    Column { key: "name", title: "Name", show: Show::Plain, width: 10, grows: true, drops: 0 },
    Column { key: "state", title: "State", show: Show::State, width: 12, grows: false, drops: 0 },
    Column { key: "region", title: "Region", show: Show::Plain, width: 10, grows: false, drops: 1 },
];

/// The columns of the service's tables.
pub(crate) fn columns() -> &'static [Column] {
    COLUMNS
}

/// The Region of everything here.
pub(crate) fn region() -> Region {
    Region::parse("us-east-1").unwrap()
}

/// A row with a name.
pub(crate) fn row(id: &str, state: &str) -> Row {
    let tone = if state == "Active" { Tone::Good } else { Tone::Bad };
    Row {
        id: id.to_owned(),
        name: Some(format!("name of {id}")),
        state: State::new(state, tone),
        region: region(),
        account: Account::new("123456789012"),
        cells: Vec::new(),
    }
}

/// What requests are bound to.
pub(crate) fn place() -> Place {
    Place {
        profile: None,
        account: Account::new("123456789012"),
        region: region(),
        endpoint: None,
    }
}

/// An operation asked for `number` seconds after the epoch, accepted by AWS or not yet.
pub(crate) fn operation(number: u32, accepted: bool) -> Operation {
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(number.into());
    let request = Request {
        service: SERVICE.id.to_owned(),
        action: "create_copy".to_owned(),
        target: "box-1".to_owned(),
        values: std::collections::BTreeMap::new(),
        place: place(),
    };
    let id = OperationId::from_random(number.into());
    let mut operation = Operation::requested(id, request, Baseline::default(), "test", at);
    if accepted {
        let observation = Observation::Accepted(Accepted {
            resource: Some("copy-1".to_owned()),
            request_id: Some("request-1".to_owned()),
            wait: Some(WaitTarget {
                kind: "copy".to_owned(),
                id: "copy-1".to_owned(),
                facts: std::collections::BTreeMap::new(),
            }),
            expected: Some("minutes".to_owned()),
        });
        operation.apply(observation, at);
    }
    operation
}
