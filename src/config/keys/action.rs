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
    /// To the screen that was open before.
    HistoryBack,
    /// To the screen that was left by going back.
    HistoryForward,
    /// To the next tab.
    NextTab,
    /// To the tab before.
    PreviousTab,
    /// The first screen, from anywhere.
    Home,
    /// Type where to go or what to do.
    Palette,
    /// From a row to the rows that it names.
    GoTo,
    /// The list of operations.
    Operations,
    /// Narrow the rows down by a text.
    Filter,
    /// Sort by the next column.
    Sort,
    /// Reverse the sort order.
    Reverse,
    /// Only the rows that need a look.
    Attention,
    /// Ask AWS for the rows again.
    Refresh,
    /// Stop refreshing, or go on.
    Pause,
    /// Mark the row, or take its mark away.
    Mark,
    /// Mark from the last mark to here.
    MarkRange,
    /// Mark every row that is shown.
    MarkAll,
    /// Mark the rows that fit what is typed.
    Select,
    /// Take all marks away.
    Unmark,
    /// Two marked rows side by side.
    Compare,
    /// The row as JSON, or as members again.
    Json,
    /// Copy the id to the clipboard, and at once again any other value.
    Copy,
    /// Write what is shown to a file.
    Export,
    /// Everything that can be done to the row.
    Actions,
    /// Create a snapshot.
    Create,
    /// Restore from a snapshot.
    Restore,
    /// Delete snapshots.
    Delete,
    /// Copy the request that a dialog would send.
    CopyRequest,
    /// Change the profile or the Region.
    Identity,
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
    /// What is done with rows, here.
    Rows,
    /// What changes something in AWS.
    Snapshots,
    /// The program itself.
    Program,
}

impl Group {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 5] = [
        Self::Movement,
        Self::Screens,
        Self::Rows,
        Self::Snapshots,
        Self::Program,
    ];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Movement => "Movement",
            Self::Screens => "Screens",
            Self::Rows => "Rows",
            Self::Snapshots => "Snapshots",
            Self::Program => "Program",
        }
    }
}

impl Action {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 41] = [
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
        Self::HistoryBack,
        Self::HistoryForward,
        Self::NextTab,
        Self::PreviousTab,
        Self::Home,
        Self::Palette,
        Self::GoTo,
        Self::Operations,
        Self::Filter,
        Self::Sort,
        Self::Reverse,
        Self::Attention,
        Self::Refresh,
        Self::Pause,
        Self::Mark,
        Self::MarkRange,
        Self::MarkAll,
        Self::Select,
        Self::Unmark,
        Self::Compare,
        Self::Json,
        Self::Copy,
        Self::Export,
        Self::Actions,
        Self::Create,
        Self::Restore,
        Self::Delete,
        Self::CopyRequest,
        Self::Identity,
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
            Self::Left => ("left", "Move left, to the tab before", Group::Movement),
            Self::Right => ("right", "Move right, to the next tab", Group::Movement),
            Self::PageUp => ("page-up", "Move one screen up", Group::Movement),
            Self::PageDown => ("page-down", "Move one screen down", Group::Movement),
            Self::Top => ("top", "Go to the first row", Group::Movement),
            Self::Bottom => ("bottom", "Go to the last row", Group::Movement),
            Self::Open => ("open", "Open the selected row", Group::Screens),
            Self::Back => (
                "back",
                "Clear the filter, cancel what loads, unmark, leave the screen",
                Group::Screens,
            ),
            Self::HistoryBack => ("history-back", "Go to the screen before", Group::Screens),
            Self::HistoryForward => ("history-forward", "Go forward again", Group::Screens),
            Self::NextTab => ("next-tab", "Go to the next tab", Group::Screens),
            Self::PreviousTab => ("previous-tab", "Go to the previous tab", Group::Screens),
            Self::Home => ("home-screen", "Go to the first screen", Group::Screens),
            Self::Palette => ("palette", "Go to anything by name", Group::Screens),
            Self::GoTo => ("go-to", "Go to what the row belongs to", Group::Screens),
            Self::Operations => ("operations", "Show the operations", Group::Screens),
            Self::Filter => ("filter", "Filter the rows", Group::Rows),
            Self::Sort => ("sort", "Sort by the next column", Group::Rows),
            Self::Reverse => ("reverse", "Reverse the sort order", Group::Rows),
            Self::Attention => ("attention", "Show only what needs a look", Group::Rows),
            Self::Refresh => ("refresh", "Load the rows again", Group::Rows),
            Self::Pause => ("pause", "Stop or start refreshing", Group::Rows),
            Self::Mark => ("mark", "Mark the row", Group::Rows),
            Self::MarkRange => ("mark-range", "Mark from the last mark to here", Group::Rows),
            Self::MarkAll => ("mark-all", "Mark all that is shown", Group::Rows),
            Self::Select => ("select", "Mark by age, count, name or state", Group::Rows),
            Self::Unmark => ("unmark", "Take all marks away", Group::Rows),
            Self::Compare => ("compare", "Compare two marked rows", Group::Rows),
            Self::Json => ("json", "Show as JSON", Group::Rows),
            Self::Copy => ("copy", "Copy the id; again: any value", Group::Rows),
            Self::Export => ("export", "Write what is shown to a file", Group::Rows),
            Self::Actions => ("actions", "Show all that can be done", Group::Snapshots),
            Self::Create => ("create", "Create a snapshot", Group::Snapshots),
            Self::Restore => ("restore", "Restore from a snapshot", Group::Snapshots),
            Self::Delete => ("delete", "Delete", Group::Snapshots),
            Self::CopyRequest => (
                "copy-request",
                "Copy the equivalent request",
                Group::Program,
            ),
            Self::Identity => ("identity", "Change profile or Region", Group::Program),
            Self::Help => ("help", "Show the keys", Group::Program),
            Self::Quit => ("quit", "Quit", Group::Program),
        }
    }
}
