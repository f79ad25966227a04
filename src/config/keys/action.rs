//! The things that a key can mean.

/// What the user asks for with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the left: the columns that are off the screen, the tab or button before.
    Left,
    /// To the right.
    Right,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Into the selected row.
    Open,
    /// Out again.
    Back,
    /// To the next tab.
    NextTab,
    /// To the tab before.
    PreviousTab,
    /// The list of operations.
    Operations,
    /// Narrow the rows down by a text.
    Filter,
    /// Ask AWS for the rows again.
    Refresh,
    /// Create a snapshot.
    Create,
    /// Restore from a snapshot.
    Restore,
    /// Delete snapshots.
    Delete,
    /// The keys and what they mean.
    Help,
    /// Leave. What runs in AWS goes on.
    Quit,
}

/// The headings under which the help lists the actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Where the cursor is.
    Movement,
    /// What is on the screen.
    Screens,
    /// What changes something in AWS.
    Snapshots,
    /// The program itself.
    Program,
}

impl Group {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 4] = [
        Self::Movement,
        Self::Screens,
        Self::Snapshots,
        Self::Program,
    ];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Movement => "Movement",
            Self::Screens => "Screens",
            Self::Snapshots => "Snapshots",
            Self::Program => "Program",
        }
    }
}

impl Action {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 20] = [
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::PageUp,
        Self::PageDown,
        Self::Top,
        Self::Bottom,
        Self::Open,
        Self::Back,
        Self::NextTab,
        Self::PreviousTab,
        Self::Operations,
        Self::Filter,
        Self::Refresh,
        Self::Create,
        Self::Restore,
        Self::Delete,
        Self::Help,
        Self::Quit,
    ];

    /// Its name in `[keys]` of the configuration file.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.described().0
    }

    /// What the help says it does.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.described().1
    }

    /// The heading it stands under in the help.
    #[must_use]
    pub fn group(self) -> Group {
        self.described().2
    }

    fn described(self) -> (&'static str, &'static str, Group) {
        match self {
            Self::Up => ("up", "Move up", Group::Movement),
            Self::Down => ("down", "Move down", Group::Movement),
            Self::Left => ("left", "Move left", Group::Movement),
            Self::Right => ("right", "Move right", Group::Movement),
            Self::PageUp => ("page-up", "Move one screen up", Group::Movement),
            Self::PageDown => ("page-down", "Move one screen down", Group::Movement),
            Self::Top => ("top", "Go to the first row", Group::Movement),
            Self::Bottom => ("bottom", "Go to the last row", Group::Movement),
            Self::Open => ("open", "Open the selected row", Group::Screens),
            Self::Back => ("back", "Go back", Group::Screens),
            Self::NextTab => ("next-tab", "Go to the next tab", Group::Screens),
            Self::PreviousTab => ("previous-tab", "Go to the previous tab", Group::Screens),
            Self::Operations => ("operations", "Show the operations", Group::Screens),
            Self::Filter => ("filter", "Filter the rows", Group::Screens),
            Self::Refresh => ("refresh", "Load the rows again", Group::Screens),
            Self::Create => ("create", "Create a snapshot", Group::Snapshots),
            Self::Restore => ("restore", "Restore from a snapshot", Group::Snapshots),
            Self::Delete => ("delete", "Delete", Group::Snapshots),
            Self::Help => ("help", "Show the keys", Group::Program),
            Self::Quit => ("quit", "Quit", Group::Program),
        }
    }
}
