//! A process that is killed at any instruction loses nothing that it was told is recorded.

use std::{collections::BTreeSet, hash::BuildHasher, thread};

use super::{child::Process, *};

/// Records and settles operations until it is killed; tells each step after its call returned.
#[test]
#[ignore = "a process of its own, started and killed by another test"]
fn writer() {
    let Some(dir) = child::directory() else {
        return;
    };
    let journal = Journal::open(&dir).unwrap();
    child::tell(&format!("session {}", journal.session()));
    let first = count(&journal.list(usize::MAX).unwrap());
    for number in first.. {
        let asked = operation(number, journal.session());
        journal.begin(&asked).unwrap();
        child::tell(&format!("begun {}", asked.id));
        journal
            .apply(&asked.id, accepted(&format!("snap-{number}")), moment(1))
            .unwrap();
        child::tell(&format!("accepted {}", asked.id));
        journal.apply(&asked.id, completed(), moment(2)).unwrap();
        child::tell(&format!("completed {}", asked.id));
    }
}

fn random(below: u64) -> u64 {
    std::hash::RandomState::new().hash_one(()) % below
}

#[test]
fn everything_told_to_be_recorded_is_there_after_a_kill() {
    let dir = state();
    let (mut begun, mut settled) = (BTreeSet::new(), BTreeSet::new());
    for _round in 0..20 {
        let mut writer = Process::start("crash::writer", dir.path());
        let session = writer
            .hear()
            .unwrap()
            .strip_prefix("session ")
            .unwrap()
            .to_owned();
        let mut told: Vec<_> = (0..random(12)).map(|_| writer.hear().unwrap()).collect();
        // Not a wait for anything: the kill shall strike at any instruction.
        thread::sleep(Duration::from_micros(random(15_000)));
        writer.kill();
        told.extend(writer.hear_all());
        for (word, id) in told.iter().map(|line| line.split_once(' ').unwrap()) {
            let known = if word == "completed" {
                &mut settled
            } else {
                &mut begun
            };
            known.insert(id.to_owned());
        }

        let journal = Journal::open(dir.path()).unwrap();
        assert!(!journal.is_session_alive(&session));
        let recorded = journal.list(usize::MAX).unwrap();
        let present: BTreeSet<_> = ids(&recorded).into_iter().collect();
        assert!(begun.is_subset(&present), "{begun:?} {present:?}");
        let done = |operation: &&Operation| operation.lifecycle == Lifecycle::Completed;
        let done: BTreeSet<_> = recorded
            .iter()
            .filter(done)
            .map(|operation| operation.id.to_string())
            .collect();
        assert!(settled.is_subset(&done), "{settled:?} {done:?}");
        // Each kill leaves at most one operation that was recorded and not told.
        assert!(present.len() <= begun.len() + 20);
        let verdict: String = journal
            .connection()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
    }
}

/// Makes one journal after another until it is killed.
#[test]
#[ignore = "a process of its own, started and killed by another test"]
fn maker() {
    let Some(dir) = child::directory() else {
        return;
    };
    for number in 0.. {
        let made = Journal::open(&dir.join(number.to_string())).unwrap();
        // Ends as a kill would end it: nothing is cleaned up.
        std::mem::forget(made);
        child::tell(&number.to_string());
    }
}

#[test]
fn a_kill_while_a_journal_is_made_leaves_none_or_a_whole_one() {
    for _round in 0..15 {
        let dir = state();
        let mut maker = Process::start("crash::maker", dir.path());
        maker.hear().unwrap();
        thread::sleep(Duration::from_micros(random(20_000)));
        maker.kill();
        maker.hear_all();
        for made in fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let journal = Journal::open(&made).unwrap();
            journal.begin(&operation(1, journal.session())).unwrap();
            let kept: Vec<_> = fs::read_dir(made.join("sessions"))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            let own = made
                .join("sessions")
                .join(journal.session())
                .with_extension("lock");
            assert_eq!(kept, [own]);
        }
    }
}
