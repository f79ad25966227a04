//! What the tests of this room are made of: a small service of its own, so that nothing here leans
//! on a real one.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use ratatui::{Terminal, backend::TestBackend, layout::Size};

use super::{
    effect::Effect,
    listing::Reader,
    message::{Message, Opened},
    model::Model,
    remote::Ticket,
    store::ListKey,
    theme::{Charset, Palette, Styles},
    update,
    view::view,
    world::Connected,
};
use crate::{
    config::{self, Flags, Key, Settings},
    context::Identity,
    domain::{
        clock::Clock,
        collection::{
            ActionInfo, CollectionInfo, Column, Destructive, Link, Member, RecoveryPoints,
            ServiceInfo, Show, Verb,
        },
        form::{FieldInfo, FieldKind, Request},
        lifecycle::{Accepted, Observation},
        operation::{Baseline, Operation, OperationId, WaitTarget},
        place::{Account, Place, Region},
        row::{Row, State, Tone},
    },
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
            check_id: |text| {
                if text.starts_with("box-") {
                    Ok(())
                } else {
                    Err("a box's id begins with box-".to_owned())
                }
            },
            root: true,
            columns: COLUMNS,
            members: &[
                Member {
                    key: "id",
                    label: "Id",
                    show: Show::Plain,
                },
                Member {
                    key: "state",
                    label: "State",
                    show: Show::State,
                },
                Member {
                    key: "size",
                    label: "Size",
                    show: Show::Plain,
                },
            ],
            ..CollectionInfo::PLAIN
        },
        CollectionInfo {
            id: "copies",
            title: "Copies",
            kind: "box_copy",
            noun: "copy",
            command: "copies",
            about: "",
            argument: "COPY",
            check_id: |_| Ok(()),
            parents: &["boxes"],
            none_because: Some("no_copies_because"),
            links: &[Link {
                key: "box",
                collection: "boxes",
            }],
            points: Some(RecoveryPoints {
                taken: "taken",
                of: "box",
                delete: "delete_copy",
                ..RecoveryPoints::PLAIN
            }),
            columns: COLUMNS,
            members: &[],
            ..CollectionInfo::PLAIN
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
            fields: &[FieldInfo {
                key: "name",
                flag: "name",
                label: "Description",
                help: "Optional",
                kind: FieldKind::Text {
                    max: 8,
                    rule: |text| {
                        if text.len() > 8 {
                            Err("at most 8 characters".to_owned())
                        } else {
                            Ok(())
                        }
                    },
                    argument: "",
                },
            }],
            ..ActionInfo::PLAIN
        },
        ActionInfo {
            id: "label_box",
            verb: Verb::Other,
            command: "label",
            title: "Label box",
            subject: "boxes",
            ..ActionInfo::PLAIN
        },
        ActionInfo {
            id: "check_box",
            verb: Verb::Inspect,
            command: "check",
            title: "Look into box",
            subject: "boxes",
            ..ActionInfo::PLAIN
        },
        ActionInfo {
            id: "empty_box",
            verb: Verb::Delete,
            command: "delete",
            mode: Some("content"),
            title: "Empty box",
            subject: "boxes",
            destructive: Destructive::Live,
            fields: &[FieldInfo {
                key: "content",
                flag: "content",
                label: "Content only",
                help: "",
                kind: FieldKind::Marker,
            }],
            ..ActionInfo::PLAIN
        },
        ActionInfo {
            id: "scrap_box",
            verb: Verb::Delete,
            command: "delete",
            title: "Scrap box",
            subject: "boxes",
            destructive: Destructive::Live,
            ..ActionInfo::PLAIN
        },
        ActionInfo {
            id: "restore_copy",
            verb: Verb::Restore,
            command: "restore",
            about: "",
            title: "Restore box",
            subject: "copies",
            destructive: Destructive::Live,
            ..ActionInfo::PLAIN
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
            ..ActionInfo::PLAIN
        },
    ],
};

const COLUMNS: &[Column] = &[
    Column {
        key: "id",
        title: "Id",
        show: Show::Plain,
        width: 8,
        grows: false,
        drops: 0,
    },
    Column {
        key: "name",
        title: "Name",
        show: Show::Plain,
        width: 10,
        grows: true,
        drops: 0,
    },
    Column {
        key: "state",
        title: "State",
        show: Show::State,
        width: 12,
        grows: false,
        drops: 0,
    },
    Column {
        key: "region",
        title: "Region",
        show: Show::Plain,
        width: 10,
        grows: false,
        drops: 1,
    },
];

/// The columns of the service's tables.
pub(crate) fn columns() -> &'static [Column] {
    COLUMNS
}

/// What is worked out of rows when they arrive: none needs a look.
pub(crate) fn reader() -> Reader<'static> {
    Reader {
        columns: COLUMNS,
        calls: &|_| false,
    }
}

/// The Region of everything here.
pub(crate) fn region() -> Region {
    Region::parse("us-east-1").unwrap()
}

/// A row with a name.
pub(crate) fn row(id: &str, state: &str) -> Row {
    let tone = if state == "Active" {
        Tone::Good
    } else {
        Tone::Bad
    };
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
        endpoints: std::collections::BTreeMap::default(),
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
            stage: None,
        });
        operation.apply(observation, at);
    }
    operation
}

/// Settings as if nobody had said anything; nothing is read from the machine.
pub(crate) fn settings() -> Settings {
    let flags = Flags {
        config: Some("/dev/null".into()),
        state_dir: Some("/nonexistent".into()),
        regions: vec!["us-east-1".to_owned()],
        ..Flags::default()
    };
    config::load(&flags, &|_| None).unwrap()
}

/// The moment at which everything here happens.
pub(crate) fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1)
}

fn clock(passed: &Arc<AtomicI64>) -> Clock {
    let passed = Arc::clone(passed);
    Clock::from_fn(Arc::new(move || {
        now() + SignedDuration::from_secs(passed.load(Ordering::Relaxed))
    }))
}

/// The console without a terminal and without a world: messages go in, effects come out.
pub(crate) struct Driver {
    pub(crate) model: Model,
    /// How many seconds went by since [`now`].
    passed: Arc<AtomicI64>,
    /// What was asked of the world since this was last emptied.
    pub(crate) effects: Vec<Effect>,
}

impl Driver {
    /// A console on an 80x24 terminal that has just been started.
    pub(crate) fn start() -> Self {
        let passed = Arc::new(AtomicI64::new(0));
        let clock = clock(&passed);
        let size = Size {
            width: 80,
            height: 24,
        };
        let mut model = Model::new(vec![&SERVICE], settings(), clock, size);
        let effects = update::start(&mut model);
        Self {
            model,
            passed,
            effects,
        }
    }

    /// A console that is connected and asks for its first list.
    pub(crate) fn connected() -> Self {
        let mut driver = Self::start();
        let ticket = driver.take(|effect| match effect {
            Effect::Open(ticket, _) => Some(*ticket),
            _ => None,
        });
        let clock = clock(&driver.passed);
        let opened = Opened {
            clock,
            restriction: None,
            sandbox: false,
            left: None,
        };
        driver.tell(Message::Opened(ticket, Ok(opened)));
        let ticket = driver.take(|effect| match effect {
            Effect::ReadJournal(ticket) => Some(*ticket),
            _ => None,
        });
        driver.tell(Message::Recorded(ticket, Ok(Vec::new())));
        let ticket = driver.take(|effect| match effect {
            Effect::Connect(ticket, _) => Some(*ticket),
            _ => None,
        });
        let identity = Identity {
            account: Account::new("123456789012"),
            arn: String::new(),
            profile: None,
            endpoint: None,
            endpoints: std::collections::BTreeMap::default(),
        };
        let connected = Connected {
            identity,
            places: vec![place()],
        };
        driver.tell(Message::Connected(ticket, Ok(connected)));
        driver
    }

    /// A console that shows these boxes.
    pub(crate) fn with_boxes(ids: &[&str]) -> Self {
        let mut driver = Self::connected();
        driver.list(ids.iter().map(|id| row(id, "Active")).collect());
        driver.effects.clear();
        driver
    }

    /// Time goes by. Nothing happens because of that alone.
    pub(crate) fn pass(&mut self, seconds: i64) -> &mut Self {
        self.passed.fetch_add(seconds, Ordering::Relaxed);
        self
    }

    /// Something happens.
    pub(crate) fn tell(&mut self, message: Message) {
        self.begin(message);
        while update::is_unfinished(&self.model) {
            self.go_on(&mut || true);
        }
    }

    /// Something happens, and what was too much for one turn is left as it is.
    pub(crate) fn begin(&mut self, message: Message) {
        self.effects
            .extend(update::update(&mut self.model, message));
    }

    /// Goes on with what was too much for one turn, for as long as there is time.
    pub(crate) fn go_on(&mut self, is_time: &mut dyn FnMut() -> bool) {
        self.effects.extend(update::go_on(&mut self.model, is_time));
    }

    /// Keys are pressed: `enter tab c`, or a text in quotes, `'pre patch'`.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for (index, part) in keys.split('\'').enumerate() {
            if index % 2 == 1 {
                for c in part.chars() {
                    self.tell(Message::Key(Key::char(c)));
                }
            } else {
                for key in part.split_whitespace() {
                    self.tell(Message::Key(Key::parse(key).unwrap()));
                }
            }
        }
        self
    }

    /// Answers the list that was asked for last, in one page.
    pub(crate) fn list(&mut self, rows: Vec<Row>) {
        let (ticket, key) = self.asked_list();
        self.tell(Message::Arrived(ticket, key.clone(), rows));
        self.tell(Message::Listed(ticket, key, Ok(())));
    }

    /// The list that was asked for last.
    pub(crate) fn asked_list(&mut self) -> (Ticket, ListKey) {
        self.take(|effect| match effect {
            Effect::List(ticket, key) => Some((*ticket, key.clone())),
            _ => None,
        })
    }

    /// The last effect of a kind, taken out.
    pub(crate) fn take<T>(&mut self, pick: impl Fn(&Effect) -> Option<T>) -> T {
        let at = self
            .effects
            .iter()
            .rposition(|effect| pick(effect).is_some());
        let at = at.unwrap_or_else(|| panic!("not among {:?}", self.effects));
        pick(&self.effects.remove(at)).unwrap()
    }

    /// Whether the console is leaving.
    pub(crate) fn leaves(&self) -> bool {
        self.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Leave))
    }

    /// What is on the screen, without trailing spaces.
    pub(crate) fn screen(&self) -> String {
        let Size { width, height } = self.model.world.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let styles = Styles::new(Palette::Mono, Charset::Unicode);
        terminal
            .draw(|frame| view(&self.model, &styles, frame))
            .unwrap();
        let buffer = terminal.backend().buffer();
        let lines: Vec<String> = (0..height)
            .map(|y| {
                let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
                line.trim_end().to_owned()
            })
            .collect();
        lines.join("\n")
    }
}
