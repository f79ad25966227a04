//! Something that a menu or the palette offers: where to go, or what to do.

use crate::{
    config::{Action, Regions, keys::Group},
    context::Profile,
    domain::{
        collection::{ActionInfo, ServiceInfo},
        place::Region,
        row::{Row, RowKey},
        text::harmless,
    },
};

use super::{
    format,
    offers::{self, Offer},
    store::{Kind, ListKey},
    world::World,
};

/// Where to go, or what to do.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    /// To the dialog of an action on a row.
    Ask(Kind, &'static ActionInfo, Box<Row>),
    /// To the dialog of an action on several rows.
    AskMany(Kind, &'static ActionInfo, Vec<Row>),
    /// Nowhere, and this is why.
    Refuse(String),
    /// To the screen of a row, whether or not it was read already.
    Open(Kind, RowKey),
    /// To the screen of a row of this id, in whichever Region has it.
    Find(Kind, String),
    /// To a list of the first screen.
    List(Kind),
    /// What a key would do.
    Act(Action),
    /// To another identity.
    Profile(String),
    /// To other Regions.
    Regions(Regions),
    /// Onto the clipboard: what it is, and the text.
    Copy(String, String),
}

/// A line of a menu.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What it does or where it leads.
    pub(crate) label: String,
    /// What it is about: the resource, or what is known of it.
    pub(crate) note: String,
    /// The key that does the same without the menu.
    pub(crate) key: String,
    /// Why it will be refused, where that is known already. It can be chosen all the same: what it
    /// opens says more.
    pub(crate) because: Option<String>,
    /// What choosing it means.
    pub(crate) choice: Choice,
}

/// The most resources that can be found by a name: more would keep a key waiting.
const MOST: usize = 10_000;

/// Everything that can be named, on a screen where these keys and actions count: the row under the
/// cursor first, then where to go, then what was read.
pub(crate) fn everything(world: &World, offers: &[Offer], actions: Vec<Entry>) -> Vec<Entry> {
    let mut all = actions;
    for service in &world.catalog {
        let lists = service.collections.iter().filter(|list| list.root);
        all.extend(lists.map(|collection| Entry {
            label: collection.title.to_owned(),
            note: format!("list of {}", service.title),
            key: String::new(),
            because: None,
            choice: Choice::List(Kind {
                service,
                collection,
            }),
        }));
    }
    let commands = offers.iter().filter(|offer| is_command(offer.action));
    all.extend(commands.map(|offer| Entry {
        label: offer.long.to_owned(),
        note: offer.short.clone().into_owned(),
        key: offers::key(world.keymap(), offer.action),
        because: None,
        choice: Choice::Act(offer.action),
    }));
    all.extend(identities(world));
    all.extend(world.store.all().take(MOST).map(|(kind, row)| Entry {
        label: format::title(row),
        note: if several_regions(world) {
            format!("{} in {}", kind.collection.noun, row.region)
        } else {
            kind.collection.noun.to_owned()
        },
        key: String::new(),
        because: None,
        choice: Choice::Open(kind, row.key()),
    }));
    all
}

/// Whether a key is worth a line: what moves a cursor, or has lines of its own, is not.
fn is_command(action: Action) -> bool {
    action.group() != Group::Movement
        && offers::verb(action).is_none()
        && !matches!(
            action,
            Action::Palette
                | Action::Actions
                | Action::Back
                | Action::Open
                | Action::NextTab
                | Action::PreviousTab
        )
}

fn several_regions(world: &World) -> bool {
    let connected = world.connected();
    connected.is_some_and(|connected| connected.places.len() > 1)
}

/// The profiles and Regions that one can go to.
pub(crate) fn identities(world: &World) -> Vec<Entry> {
    profiles(world).into_iter().chain(regions(world)).collect()
}

/// The profiles that one can go to.
pub(crate) fn profiles(world: &World) -> Vec<Entry> {
    let known = world.profiles.value().map_or(&[][..], Vec::as_slice);
    let entry = |profile: &Profile| {
        let current = world.settings.profile.as_ref() == Some(&profile.name);
        let notes = [
            Some("profile"),
            Some(profile.kind),
            profile.region.as_deref(),
            profile.mfa.as_ref().map(|_| "MFA"),
            current.then_some("chosen now"),
        ];
        let notes = notes.into_iter().flatten().filter(|note| !note.is_empty());
        Entry {
            label: harmless(&profile.name).into_owned(),
            note: harmless(&notes.collect::<Vec<_>>().join(", ")).into_owned(),
            key: String::new(),
            because: None,
            choice: Choice::Profile(profile.name.clone()),
        }
    };
    // The sandbox has an identity of its own.
    let wanted = known.iter().filter(|_| !world.sandbox);
    wanted.map(entry).collect()
}

/// The Regions that one can go to: one of them, one more, or all.
pub(crate) fn regions(world: &World) -> Vec<Entry> {
    let here: Vec<Region> = world
        .connected()
        .map(|connected| &connected.places)
        .into_iter()
        .flatten()
        .map(|place| place.region.clone())
        .collect();
    let enabled = world.regions.value().unwrap_or(&here);
    let entry = |label: String, note: &str, regions| Entry {
        label,
        note: note.to_owned(),
        key: String::new(),
        because: None,
        choice: Choice::Regions(regions),
    };
    let only = |region: &Region| {
        let note = if here == [region.clone()] {
            "Region, chosen now"
        } else if here.contains(region) {
            "Region, shown now"
        } else {
            "Region"
        };
        let regions = Regions::Listed(vec![region.clone()]);
        entry(region.to_string(), note, regions)
    };
    let others = enabled.iter().filter(|region| !here.contains(region));
    let others = others.map(only);
    let more = enabled.iter().filter(|region| !here.contains(region));
    let more = more.filter(|_| !here.is_empty()).map(|region| {
        let both = here.iter().chain([region]).cloned().collect();
        entry(
            format!("and {region}"),
            "Region, beside those shown",
            Regions::Listed(both),
        )
    });
    let all = entry(
        "All Regions".to_owned(),
        "Regions that are enabled",
        Regions::All,
    );
    // What is shown now and all come first, also before it is known which there are.
    let mut entries: Vec<Entry> = here.iter().map(only).collect();
    entries.push(all);
    entries.extend(others);
    entries.extend(more);
    entries
}

/// How ids of AWS begin that are no names which somebody chose.
const PREFIXES: [&str; 14] = [
    "ami", "d", "eni", "fs", "i", "igw", "nat", "policy", "rtb", "s", "sg", "snap", "subnet", "vol",
];

/// Whether a text is an id that AWS made, or the beginning of one: no name that somebody chose.
fn is_made_by_aws(text: &str) -> bool {
    text.split_once('-').is_some_and(|(prefix, rest)| {
        PREFIXES.contains(&prefix) && rest.chars().all(|c| c.is_ascii_hexdigit())
    })
}

/// What a text names: of an ARN, the id at its end.
pub(crate) fn id_in(text: &str) -> &str {
    let text = text.trim();
    if !text.starts_with("arn:") {
        return text;
    }
    text.rsplit(['/', ':']).next().unwrap_or(text)
}

/// The lists of the first screen that were not read, so that what is in them is not known by its name.
pub(crate) fn unread(world: &World) -> Vec<&'static str> {
    let services = world.catalog.iter();
    let roots = services.flat_map(|service| {
        let lists = service.collections.iter().filter(|list| list.root);
        lists.map(|collection| Kind {
            service,
            collection,
        })
    });
    let is_read = |kind: Kind| {
        let rows = world.store.rows(&ListKey { kind, parent: None });
        rows.is_some_and(|rows| rows.completed_at().is_some())
    };
    roots
        .filter(|kind| !is_read(*kind))
        .map(|kind| kind.collection.title)
        .collect()
}

impl Entry {
    /// What else it is called than by its label.
    pub(crate) fn names(&self) -> Vec<&str> {
        match &self.choice {
            Choice::Act(action) => vec![action.name(), &self.note],
            _ => Vec::new(),
        }
    }

    /// Whether it looks up an id whose form any word has.
    pub(crate) fn is_vague(&self) -> bool {
        match &self.choice {
            Choice::Find(kind, _) => (kind.collection.check_id)("word").is_ok(),
            _ => false,
        }
    }
}

/// What a text names by its form alone: a Region, or an id of a collection.
pub(crate) fn named(catalog: &[&'static ServiceInfo], text: &str) -> Vec<Entry> {
    let region = Region::parse(text).ok().map(|region| Entry {
        label: region.to_string(),
        note: "Region".to_owned(),
        key: String::new(),
        because: None,
        choice: Choice::Regions(Regions::Listed(vec![region])),
    });
    let lookups = by_id(catalog, text);
    let chosen = !is_made_by_aws(text);
    let lookups = lookups
        .into_iter()
        .filter(|entry| chosen || !entry.is_vague());
    region.into_iter().chain(lookups).collect()
}

/// The collections in which a text is an id.
fn by_id(catalog: &[&'static ServiceInfo], text: &str) -> Vec<Entry> {
    let kinds = catalog.iter().flat_map(|service| {
        service.collections.iter().map(|collection| Kind {
            service,
            collection,
        })
    });
    kinds
        // A rule that lets nothing pass as well says nothing.
        .filter(|kind| {
            let rule = kind.collection.check_id;
            rule(text).is_ok() && rule("").is_err()
        })
        .map(|kind| Entry {
            label: format!("{} {}", kind.collection.noun, harmless(text)),
            note: format!("look it up in {}", kind.service.title),
            key: String::new(),
            because: None,
            choice: Choice::Find(kind, text.to_owned()),
        })
        .collect()
}
