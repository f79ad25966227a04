//! Where the parts of the whole screen stand.
//!
//! ```text
//! Directories › corp.example.com d-9067…        123456789012 us-east-1 SANDBOX   header
//! Overview  Snapshots 5                                                 1/18     ┐
//!   Snapshot ID   Name                                                           │ screen
//! ▸ s-9067…                                                                      ┘
//! ● Create snapshot d-9067… completed                                            notice
//! enter open  c create  / filter  o operations  ? keys  q quit                   hints
//! ```
//!
//! `update` and `view` both ask here, so that a cursor is never moved by another height than it is
//! drawn in.

use ratatui::layout::{Rect, Size};

/// The smallest terminal that the console is drawn in.
pub(crate) const SMALLEST: Size = Size {
    width: 60,
    height: 16,
};

/// Where the parts of the whole screen stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Areas {
    /// The breadcrumb and the identity.
    pub(crate) header: Rect,
    /// The open screen.
    pub(crate) screen: Rect,
    /// What just happened.
    pub(crate) notice: Rect,
    /// What the keys do.
    pub(crate) hints: Rect,
    /// All that a dialog may cover: everything but the notice, which must not stand on its frame, and
    /// the hints.
    pub(crate) dialog: Rect,
}

/// Whether the terminal is too small for the console.
pub(crate) fn is_too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

/// The parts of a terminal of this size.
pub(crate) fn areas(size: Size) -> Areas {
    let Size { width, height } = size;
    let line = |y: u16| Rect {
        x: 0,
        y,
        width,
        height: 1.min(height.saturating_sub(y)),
    };
    Areas {
        header: line(0),
        screen: Rect {
            x: 0,
            y: 1.min(height),
            width,
            height: height.saturating_sub(3),
        },
        notice: line(height.saturating_sub(2)),
        hints: line(height.saturating_sub(1)),
        dialog: Rect {
            x: 0,
            y: 0,
            width,
            height: height.saturating_sub(2),
        },
    }
}
