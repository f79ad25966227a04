//! What a service offers, as data: its collections and its actions.
//!
//! The console's tables, the command line's subcommands and the help are all made from these
//! descriptions, so neither of them knows a service by name.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    form::{FieldInfo, Value},
    operation::WaitTarget,
    row::{Cell, Row},
};

/// A service: one folder in `services`, described to everything else by this value.
#[derive(Debug)]
pub struct ServiceInfo {
    /// The word for it on the command line and in the journal: `directory`.
    pub id: &'static str,
    /// Its name for people: `Directory Service`.
    pub title: &'static str,
    /// What it offers to look at. The first one is where the console opens.
    pub collections: &'static [CollectionInfo],
    /// What it offers to do.
    pub actions: &'static [ActionInfo],
}

impl ServiceInfo {
    /// A collection by its id.
    #[must_use]
    pub fn collection(&self, id: &str) -> Option<&'static CollectionInfo> {
        self.collections
            .iter()
            .find(|collection| collection.id == id)
    }

    /// An action by its id.
    #[must_use]
    pub fn action(&self, id: &str) -> Option<&'static ActionInfo> {
        self.actions.iter().find(|action| action.id == id)
    }
}

/// A list of resources of one kind.
#[derive(Debug)]
pub struct CollectionInfo {
    /// Its name within the service: `snapshots`.
    pub id: &'static str,
    /// Its heading: `Snapshots`.
    pub title: &'static str,
    /// What one row is, in the output of scripts: `directory_snapshot`.
    pub kind: &'static str,
    /// What one row is, for people: `snapshot`.
    pub noun: &'static str,
    /// The subcommand that lists it: `snapshots`.
    pub command: &'static str,
    /// One line on what the subcommand lists.
    pub about: &'static str,
    /// The subcommand that shows one row with all that is known of it, where there is one.
    pub show: Option<&'static str>,
    /// What the id of a row is called in usage texts: `DIRECTORY`.
    pub argument: &'static str,
    /// Whether a text has the form of an id of this collection: `Err` says what would be right.
    pub check_id: fn(&str) -> Result<(), String>,
    /// The collections whose rows own rows of this one, so that a row of theirs has a tab for it.
    pub parents: &'static [&'static str],
    /// Whether it stands on its own, as a tab of the first screen.
    pub root: bool,
    /// The member of the owning row that says why it has none of these, where something forbids them.
    pub none_because: Option<&'static str>,
    /// What the console's table shows, in order.
    pub columns: &'static [Column],
    /// What a row's own screen shows, in order.
    pub members: &'static [Member],
    /// The cells that name rows of other collections, so that one can go there.
    pub links: &'static [Link],
    /// What is wrong with a row, at a moment, in words for people; nothing where it is as it should
    /// be. What its state says by itself is not repeated.
    pub attention: fn(&Row, Timestamp) -> Vec<String>,
    /// The cell that holds the time of a row's newest good recovery point, where its rows are what is
    /// backed up.
    pub newest_point: Option<&'static str>,
    /// What its rows are as recovery points, where they are.
    pub points: Option<RecoveryPoints>,
    /// How many rows are asked together for what a list leaves open.
    pub details: Details,
    /// The collection of the rows that own its rows, where each of those is asked for its own: one that
    /// cannot be read says nothing of the others.
    pub each_of: Option<&'static str>,
}

impl CollectionInfo {
    /// What most collections have in common; a description says what differs.
    pub const PLAIN: Self = Self {
        id: "",
        title: "",
        kind: "",
        noun: "",
        command: "",
        about: "",
        show: None,
        argument: "ID",
        check_id: |_| Ok(()),
        parents: &[],
        root: false,
        none_because: None,
        columns: &[],
        members: &[],
        links: &[],
        attention: |_, _| Vec::new(),
        newest_point: None,
        points: None,
        details: Details::Each,
        each_of: None,
    };
}

/// What it costs to ask for what a list leaves open of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// Calls of its own for each row: they are asked for a few at a time, and none before it is in
    /// sight.
    Each,
    /// One call for as many as are in sight, and for those that are likely to be next.
    Together,
}

impl Details {
    /// How many rows are asked for at a time.
    #[must_use]
    pub const fn at_once(self) -> usize {
        match self {
            Self::Each => 8,
            Self::Together => 96,
        }
    }

    /// How many rows beyond those in sight are asked for along with them.
    #[must_use]
    pub const fn ahead(self) -> usize {
        match self {
            Self::Each => 0,
            Self::Together => 16,
        }
    }
}

/// A cell that names a row of another collection of the same service.
#[derive(Debug)]
pub struct Link {
    /// The cell, a text or a list of texts.
    pub key: &'static str,
    /// The collection whose ids it holds.
    pub collection: &'static str,
}

/// How the rows of a collection are recovery points.
#[derive(Debug)]
pub struct RecoveryPoints {
    /// The cell that says when one was taken.
    pub taken: &'static str,
    /// The cell that says of what one was taken.
    pub of: &'static str,
    /// Whether what stands in that cell names nothing, where a service writes something there for
    /// what it cannot name.
    pub of_nothing: fn(&str) -> bool,
    /// Whether the service took one by itself, so that nobody but the service removes it.
    pub automatic: fn(&Row) -> bool,
    /// What follows from the age of one at a moment, where the service itself has a limit for it.
    /// Said in place of the age that the configuration calls old.
    pub expired: fn(&Row, Timestamp) -> Option<String>,
    /// The action that deletes one.
    pub delete: &'static str,
}

impl RecoveryPoints {
    /// For what a collection has nothing to say of.
    pub const PLAIN: Self = Self {
        taken: "",
        of: "",
        of_nothing: |_| false,
        automatic: |_| false,
        expired: |_, _| None,
        delete: "",
    };

    /// What a row was taken of, where that is known.
    #[must_use]
    pub fn owner<'r>(&self, row: &'r Row) -> Option<&'r str> {
        match row.cell(self.of) {
            Cell::Text(id) if !(self.of_nothing)(id) => Some(id),
            _ => None,
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The member shown; `id`, `name`, `state` and `region` are those of the row itself.
    pub key: &'static str,
    /// The heading.
    pub title: &'static str,
    /// How the member is written.
    pub show: Show,
    /// Narrowest useful width, in terminal cells.
    pub width: u16,
    /// Whether it takes what space is left.
    pub grows: bool,
    /// Which columns go first when space is short: the highest number; 0 never goes.
    pub drops: u8,
}

impl Column {
    /// A column of a fixed width.
    #[must_use]
    pub const fn fixed(
        key: &'static str,
        title: &'static str,
        show: Show,
        width: u16,
        drops: u8,
    ) -> Self {
        Self {
            key,
            title,
            show,
            width,
            grows: false,
            drops,
        }
    }

    /// A column that takes what space is left, and is never left out.
    #[must_use]
    pub const fn growing(key: &'static str, title: &'static str, width: u16) -> Self {
        Self {
            key,
            title,
            show: Show::Plain,
            width,
            grows: true,
            drops: 0,
        }
    }
}

/// A labelled member of a row's own screen.
#[derive(Debug)]
pub struct Member {
    /// The member shown.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// How it is written.
    pub show: Show,
}

impl Member {
    /// A member under its label.
    #[must_use]
    pub const fn new(key: &'static str, label: &'static str, show: Show) -> Self {
        Self { key, label, show }
    }
}

/// How a cell is written for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// As it is.
    Plain,
    /// A state, with its mark.
    State,
    /// A moment as the time since then.
    Age,
    /// A moment in UTC.
    Moment,
    /// A moment in UTC with the time since then.
    MomentAndAge,
    /// A count out of a limit, whose key this is: `3/5`.
    OutOf(&'static str),
}

/// What an action does, which decides the key it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Makes a snapshot.
    Create,
    /// Puts a snapshot's content back.
    Restore,
    /// Removes a snapshot.
    Delete,
    /// Changes something else; offered among all that can be done to a row.
    Other,
    /// Finds something out and changes nothing: its checks are all there is to it.
    Inspect,
}

/// Something that can be done to a row.
#[derive(Debug)]
pub struct ActionInfo {
    /// Its name within the service, as the journal keeps it: `create_snapshot`.
    pub id: &'static str,
    /// What it does.
    pub verb: Verb,
    /// The subcommand: `create`.
    pub command: &'static str,
    /// The field that picks this action out of several of its command, where several have it.
    pub mode: Option<&'static str>,
    /// One line on what the subcommand does.
    pub about: &'static str,
    /// The heading of its dialog and the label of its button: `Create snapshot`.
    pub title: &'static str,
    /// The collection whose rows it acts on.
    pub subject: &'static str,
    /// How the command line names the row, and what may follow it.
    pub target: Target,
    /// Whether several rows may be given at once.
    pub many: bool,
    /// Whether it destroys or interrupts something, and must be confirmed.
    pub destructive: Destructive,
    /// What can be filled in.
    pub fields: &'static [FieldInfo],
    /// Whether a field, by its key, can make a difference for a row; the dialog leaves the others out.
    pub matters: fn(&Row, &str) -> bool,
    /// Whether tags of the configuration are filled in by themselves.
    pub presets: bool,
    /// What is filled in where nothing is given, once for a request, by the moment at which it is begun:
    /// what is shown and checked is then what is sent.
    pub fills: fn(Timestamp) -> BTreeMap<String, Value>,
    /// How it can be asked for where its row is not named, but a row that owns such rows.
    pub through: Option<Through>,
    /// The words for a check that passed and for one that failed, where its checks are what is asked
    /// for.
    pub verdicts: Verdicts,
    /// Whether another call follows once what is waited for is so: only a process that watches sends
    /// it.
    pub goes_on: fn(&WaitTarget) -> bool,
}

/// What is said of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdicts {
    /// Of one that passed.
    pub passed: &'static str,
    /// Of one that failed.
    pub failed: &'static str,
}

impl Verdicts {
    /// Of a condition.
    pub const PLAIN: Self = Self {
        passed: "passed",
        failed: "failed",
    };
    /// Of something that must be there.
    pub const THERE: Self = Self {
        passed: "present",
        failed: "missing",
    };
}

/// An action asked for of a row that owns those it acts on: which one is chosen in the dialog.
#[derive(Debug)]
pub struct Through {
    /// The collections of the rows that own them.
    pub owners: &'static [&'static str],
    /// Whether it can be done with a row, so that this one is offered.
    pub takes: fn(&Row) -> bool,
    /// What to do where there is none, as a sentence.
    pub none: &'static str,
}

impl ActionInfo {
    /// What most actions have in common; a description says what differs.
    pub const PLAIN: Self = Self {
        id: "",
        verb: Verb::Other,
        command: "",
        mode: None,
        about: "",
        title: "",
        subject: "",
        target: Target::Id,
        many: false,
        destructive: Destructive::No,
        fields: &[],
        matters: |_, _| true,
        presets: false,
        fills: |_| BTreeMap::new(),
        through: None,
        verdicts: Verdicts::PLAIN,
        goes_on: |_| false,
    };

    /// Whether it can be asked for of the rows of a collection: because it acts on them, or because
    /// they own what it acts on.
    #[must_use]
    pub fn is_asked_of(&self, collection: &str) -> bool {
        let owners = self
            .through
            .as_ref()
            .map_or(&[][..], |through| through.owners);
        self.subject == collection || owners.contains(&collection)
    }
}

/// How the command line names what an action acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// By its id, in one word.
    Id,
    /// Not at all: it is done in a Region, whose name is then the request's target.
    Place,
    /// By its id with the parts between slashes as words of their own: `unregister DOMAIN REPO` for
    /// the repository `DOMAIN/REPO`. Where several rows may be given, only the last part repeats.
    Words,
    /// By its id, after which a slash and the value of this field may follow:
    /// `create DOMAIN/REPO[/NAME]`.
    IdThen(&'static str),
    /// By its id, and the value of this field as the next word, or words where the field takes
    /// several: `register DOMAIN REPO`, `tag SNAPSHOT KEY=VALUE...`.
    IdAnd(&'static str),
}

/// How much an action destroys, and so how it is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destructive {
    /// Nothing is lost: no confirmation beyond the dialog's button.
    No,
    /// A copy is lost: `--yes`, or the resource's id.
    Copy,
    /// Live data or availability is lost: only the resource's id, typed.
    Live,
}
