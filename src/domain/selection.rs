//! Choosing recovery points by age, count, name and state, in order to delete them.
//!
//! Invariants: what a service took by itself and what is still on its way is never chosen; nothing is
//! chosen without a criterion; the newest of each are never counted among what nobody knows the owner of; the same rows, criteria and moment always choose the same, so that what
//! was shown is what is done.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    collection::RecoveryPoints,
    row::{Cell, Row, Tone},
    text::harmless,
    time,
    wildcard::fits_with_marks,
    words::plural,
};

/// What a recovery point must be to be chosen. All criteria that are given must hold.
#[derive(Debug, Clone, Default)]
pub struct Criteria {
    /// Taken longer ago than this.
    pub older_than: Option<SignedDuration>,
    /// Not among the newest of what it is a point of: so many stay, counted among those that fit
    /// `name` and `state`. Without `state` only good ones count, so that failed ones do not push the
    /// good ones out. Where it is not known what one is a point of, it stays.
    pub keep: Option<usize>,
    /// Its name, or its id where it has none, fits this pattern.
    pub name: Option<Pattern>,
    /// Its state is this word, in whichever case.
    pub state: Option<String>,
}

/// A pattern for a whole name: `*` stands for any text, `?` for one character.
#[derive(Debug, Clone)]
pub struct Pattern(String);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence that names the value and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("empty; give a name, in which * stands for any text".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether a name fits.
    #[must_use]
    pub fn fits(&self, name: &str) -> bool {
        fits_with_marks(&self.0, name)
    }
}

impl Criteria {
    /// Whether there is none, so that everything would fit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.older_than.is_none()
            && self.keep.is_none()
            && self.name.is_none()
            && self.state.is_none()
    }

    /// The rows that fit. None at all without a criterion.
    #[must_use]
    pub fn choose<'r>(
        &self,
        rows: impl IntoIterator<Item = &'r Row>,
        points: &RecoveryPoints,
        now: Timestamp,
    ) -> Choice<'r> {
        if self.is_empty() {
            return Choice::default();
        }
        let mut fitting: Vec<&Row> = rows
            .into_iter()
            .filter(|row| !(points.automatic)(row) && row.state.tone != Tone::Busy)
            .filter(|row| self.fits(row))
            .collect();
        // The id decides between two of the same moment, so that the choice does not depend on the
        // order in which they were listed.
        fitting.sort_by(|a, b| (taken(b, points), &b.id).cmp(&(taken(a, points), &a.id)));
        let is_old = |row: &Row| match self.older_than {
            None => true,
            // What has no date cannot be said to be old.
            Some(age) => taken(row, points).is_some_and(|at| now.duration_since(at) > age),
        };
        let mut kept: HashMap<(&str, &str), usize> = HashMap::new();
        let mut left_out = 0;
        fitting.retain(|row| {
            let Some(keep) = self.keep else { return true };
            let Some(owner) = points.owner(row) else {
                left_out += usize::from(is_old(row));
                return false;
            };
            let counts = self.state.is_some() || row.state.tone == Tone::Good;
            let of = kept.entry((row.region.as_str(), owner)).or_default();
            let stays = counts && *of < keep;
            *of += usize::from(stays);
            !stays
        });
        fitting.retain(|row| is_old(row));
        Choice {
            rows: fitting,
            left_out,
        }
    }

    fn fits(&self, row: &Row) -> bool {
        let name = row.name.as_deref().unwrap_or(&row.id);
        self.name.as_ref().is_none_or(|pattern| pattern.fits(name))
            && self
                .state
                .as_ref()
                .is_none_or(|word| row.state.word.eq_ignore_ascii_case(word))
    }
}

/// What criteria chose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice<'r> {
    /// The rows that fit, newest first.
    pub rows: Vec<&'r Row>,
    /// How many rows would fit but for the number to keep, which is counted for each thing that they
    /// are points of, and AWS does not say what that is.
    pub left_out: usize,
}

impl Choice<'_> {
    /// That rows were left out, and why, as a sentence; `noun` is what one row is.
    #[must_use]
    pub fn warning(&self, noun: &str) -> Option<String> {
        let (count, are) = match self.left_out {
            0 => return None,
            1 => (format!("1 {noun}"), "is"),
            many => (format!("{many} {}", plural(noun)), "are"),
        };
        Some(format!(
            "{count} {are} left out: AWS does not say of what, so the newest of each cannot be counted; \
             choose such without a number to keep"
        ))
    }
}

/// The criteria in words: `older than 30d, all but the newest 5, named nightly-*`.
impl std::fmt::Display for Criteria {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut words = Vec::new();
        if let Some(age) = self.older_than {
            words.push(format!("older than {}", time::span(age)));
        }
        if let Some(keep) = self.keep {
            words.push(format!("all but the newest {keep} of each"));
        }
        if self.name.is_some() {
            words.push("by name".to_owned());
        }
        if let Some(state) = &self.state {
            words.push(format!("in state {}", harmless(state)));
        }
        f.write_str(&words.join(", "))
    }
}

/// When a recovery point was taken, where that is known.
#[must_use]
pub fn taken(row: &Row, points: &RecoveryPoints) -> Option<Timestamp> {
    match row.cell(points.taken) {
        Cell::Time(moment) => Some(*moment),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        place::{Account, Region},
        row::State,
    };

    const POINTS: RecoveryPoints = RecoveryPoints {
        taken: "at",
        of: "of",
        of_nothing: |id| id == "nothing",
        automatic: |row| matches!(row.cell("made"), Cell::Text(by) if &**by == "service"),
        delete: "delete",
        ..RecoveryPoints::PLAIN
    };

    fn now() -> Timestamp {
        "2026-11-20T02:00:00Z".parse().unwrap()
    }

    fn point(id: &str, of: &str, days: i64, tone: Tone) -> Row {
        Row {
            id: id.to_owned(),
            name: None,
            state: State::new(format!("{tone:?}"), tone),
            region: Region::parse("us-east-1").unwrap(),
            account: Account::new("123456789012"),
            cells: vec![
                ("of", of.into()),
                (
                    "at",
                    Cell::Time(now() - SignedDuration::from_hours(24 * days)),
                ),
            ],
        }
    }

    fn chosen(criteria: &Criteria, rows: &[Row]) -> Vec<String> {
        let chosen = criteria.choose(rows, &POINTS, now());
        chosen.rows.into_iter().map(|row| row.id.clone()).collect()
    }

    #[test]
    fn age_count_name_and_state_must_all_hold() {
        let rows = [
            point("nightly-1", "a", 40, Tone::Good),
            point("nightly-2", "a", 35, Tone::Bad),
            point("nightly-3", "a", 31, Tone::Good),
            point("nightly-4", "a", 1, Tone::Good),
            point("by-hand", "a", 50, Tone::Good),
            point("nightly-9", "b", 60, Tone::Good),
        ];
        let nightly = Criteria {
            name: Some(Pattern::parse("nightly-*").unwrap()),
            older_than: Some(SignedDuration::from_hours(24 * 30)),
            ..Criteria::default()
        };
        assert_eq!(
            chosen(&nightly, &rows),
            ["nightly-3", "nightly-2", "nightly-1", "nightly-9"]
        );
        // The newest two good ones of each stay; the failed one counts for nothing.
        let keep = |state: Option<&str>| Criteria {
            keep: Some(2),
            state: state.map(str::to_owned),
            ..nightly.clone()
        };
        assert_eq!(chosen(&keep(None), &rows), ["nightly-2", "nightly-1"]);
        assert_eq!(chosen(&keep(Some("bad")), &rows), Vec::<String>::new());
        let bad = Criteria {
            state: Some("BAD".to_owned()),
            ..Criteria::default()
        };
        assert_eq!(chosen(&bad, &rows), ["nightly-2"]);
    }

    #[test]
    fn what_the_service_took_what_runs_and_what_has_no_date_stays() {
        let mut automatic = point("a", "x", 99, Tone::Good);
        automatic.cells.push(("made", "service".into()));
        let running = point("b", "x", 99, Tone::Busy);
        let mut undated = point("c", "x", 99, Tone::Good);
        undated.cells.pop();
        let old = Criteria {
            older_than: Some(SignedDuration::from_hours(1)),
            ..Criteria::default()
        };
        assert!(chosen(&old, &[automatic, running, undated]).is_empty());
    }

    #[test]
    fn what_nobody_knows_the_owner_of_is_not_counted_and_the_warning_says_so() {
        let mut absent = point("d", "", 40, Tone::Good);
        absent.cells.remove(0);
        let rows = [
            point("a", "nothing", 50, Tone::Good),
            point("b", "nothing", 40, Tone::Bad),
            point("c", "nothing", 1, Tone::Good),
            absent,
            point("e", "a", 45, Tone::Good),
            point("f", "a", 30, Tone::Good),
        ];
        let old = Criteria {
            older_than: Some(SignedDuration::from_hours(24 * 10)),
            ..Criteria::default()
        };
        assert_eq!(chosen(&old, &rows), ["f", "d", "b", "e", "a"]);
        assert_eq!(old.choose(&rows, &POINTS, now()).warning("copy"), None);
        let keep = Criteria {
            keep: Some(1),
            ..old
        };
        let choice = keep.choose(&rows, &POINTS, now());
        assert_eq!((choice.rows, choice.left_out), (vec![&rows[4]], 3));
        let warning = keep.choose(&rows, &POINTS, now()).warning("copy").unwrap();
        assert!(warning.starts_with("3 copies are left out: "), "{warning}");
        let one = keep.choose(&rows[..2], &POINTS, now());
        assert!(one.warning("copy").unwrap().starts_with("2 copies"));
        let one = keep.choose(&rows[..1], &POINTS, now());
        assert!(one.warning("copy").unwrap().starts_with("1 copy is "));
    }

    #[test]
    fn patterns_fit_whole_names_and_take_nothing_else_as_special() {
        let fits = |pattern: &str, name: &str| Pattern::parse(pattern).unwrap().fits(name);
        assert!(fits("nightly-*", "nightly-2026") && fits("a?c", "abc") && fits("*", "x\ny"));
        assert!(!fits("nightly", "nightly-1") && !fits("a.c", "abc") && !fits("a?c", "ac"));
        assert!(Pattern::parse("").unwrap_err().contains("empty"));
    }

    proptest! {
        /// Whatever is listed in whichever order: so many good ones of each are left.
        #[test]
        fn enough_good_ones_are_left(
            drawn in proptest::collection::vec((0..3_i64, 0..60_i64, any::<bool>()), 0..40),
            keep in 0..6_usize,
        ) {
            let rows: Vec<Row> = drawn
                .iter()
                .enumerate()
                .map(|(i, (of, days, good))| {
                    let tone = if *good { Tone::Good } else { Tone::Bad };
                    point(&format!("p{i}"), &of.to_string(), *days, tone)
                })
                .collect();
            let criteria = Criteria { keep: Some(keep), ..Criteria::default() };
            let gone = chosen(&criteria, &rows);
            let mut turned = rows.clone();
            turned.reverse();
            prop_assert_eq!(&gone, &chosen(&criteria, &turned));
            for of in ["0", "1", "2"] {
                let good = |row: &&Row| POINTS.owner(row) == Some(of) && row.state.tone == Tone::Good;
                let all = rows.iter().filter(good).count();
                let left = rows.iter().filter(good).filter(|row| !gone.contains(&row.id)).count();
                prop_assert_eq!(left, all.min(keep));
            }
            prop_assert!(chosen(&Criteria::default(), &rows).is_empty());
        }
    }
}
