//! Changes of every sort, each in a world of its own, and what goes wrong with them.

use serde_json::json;

use super::common::World;

impl World {
    /// Makes the next call that is meant to change something go wrong: a dry run is none.
    pub(crate) fn fault_of_a_change(&self, service: &str, action: &str, kind: &str) {
        let fault = json!({ "service": service, "action": action, "kind": kind, "mutating": true });
        self.control("faults", &fault);
    }
}

/// Works on all cases at the same time: most of what they do is waiting.
pub(crate) fn at_once<T: Send>(cases: impl IntoIterator<Item = T>, work: impl Fn(T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            let work = &work;
            scope.spawn(move || work(case));
        }
    });
}
