//! Several threads and processes on one journal, and which of them still live.

use std::{sync::Barrier, thread};

use super::{child::Process, *};

const CONTESTED: u32 = 12;
const OWN: u32 = 10;

/// Records operations of its own, and tries to record some that its siblings try too.
#[test]
#[ignore = "a process of its own, started by another test"]
fn sibling() {
    let Some(dir) = child::directory() else {
        return;
    };
    let journal = Journal::open(&dir).unwrap();
    // A range of ids for each process.
    let base = std::process::id() << 8;
    child::tell("ready");
    child::wait_for_parent();
    for number in 0..CONTESTED {
        let contested = again(&operation(number, journal.session()), base + number);
        match journal.begin(&contested) {
            Ok(()) => child::tell(&format!("won {number}")),
            Err(JournalError::Unresolved(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    for number in CONTESTED..CONTESTED + OWN {
        let own = operation(base + number, journal.session());
        journal.begin(&own).unwrap();
        assert!(
            journal
                .apply(&own.id, accepted("snap"), moment(1))
                .unwrap()
                .changed
        );
    }
}

#[test]
fn processes_that_ask_for_the_same_at_once_get_it_once() {
    let dir = state();
    let mut siblings: Vec<_> = (0..4)
        .map(|_| Process::start("processes::sibling", dir.path()))
        .collect();
    for sibling in &mut siblings {
        assert_eq!(sibling.hear().as_deref(), Some("ready"));
    }
    siblings.iter_mut().for_each(Process::go_on);
    let mut won: Vec<String> = siblings.iter_mut().flat_map(Process::hear_all).collect();
    assert!(siblings.iter_mut().all(Process::succeeded));
    won.sort();
    let mut expected: Vec<_> = (0..CONTESTED)
        .map(|number| format!("won {number}"))
        .collect();
    expected.sort();
    assert_eq!(won, expected);
    let recorded = Journal::open(dir.path()).unwrap().list(usize::MAX).unwrap();
    assert_eq!(count(&recorded), CONTESTED + 4 * OWN);
}

#[test]
fn many_may_open_a_new_journal_at_once() {
    let dir = state();
    let barrier = Barrier::new(8);
    let open = |number| {
        barrier.wait();
        let journal = Journal::open(dir.path()).unwrap();
        journal
            .begin(&operation(number, journal.session()))
            .unwrap();
        journal
    };
    let journals: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| scope.spawn(move || open(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    for journal in &journals {
        assert_eq!(journal.list(usize::MAX).unwrap().len(), 8);
        assert!(
            journals
                .iter()
                .all(|other| journal.is_session_alive(other.session()))
        );
    }
    let left: Vec<_> = fs::read_dir(dir.path().join("sessions"))
        .unwrap()
        .map(|entry| entry.unwrap().path().extension().unwrap().to_owned())
        .collect();
    assert_eq!(left, vec!["lock"; 8]);
}

#[test]
fn of_many_who_see_the_end_one_records_it() {
    let dir = state();
    let journals: Vec<_> = (0..4).map(|_| Journal::open(dir.path()).unwrap()).collect();
    let asked = operation(1, journals[0].session());
    journals[0].begin(&asked).unwrap();
    journals[0]
        .apply(&asked.id, accepted("snap-1"), moment(1))
        .unwrap();
    let barrier = Barrier::new(journals.len());
    let see = |journal: &Journal| {
        barrier.wait();
        for percent in (0..=90).step_by(30) {
            let seen = Observation::Progress {
                percent: Some(percent),
                stage: "pending".to_owned(),
            };
            journal.apply(&asked.id, seen, moment(2)).unwrap();
        }
        journal.apply(&asked.id, completed(), moment(3)).unwrap()
    };
    let ends: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = journals
            .iter()
            .map(|journal| scope.spawn(move || see(journal)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(ends.iter().filter(|end| end.changed).count(), 1);
    assert!(
        ends.iter()
            .all(|end| end.operation.lifecycle == Lifecycle::Completed)
    );
}

#[test]
fn one_journal_is_shared_by_threads() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let journal = &journal;
            scope.spawn(move || {
                for number in 0..5 {
                    journal
                        .begin(&operation(thread * 5 + number, journal.session()))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(journal.open_operations().unwrap().len(), 20);
}

#[test]
fn a_session_lives_as_long_as_its_journal_is_open() {
    let dir = state();
    let watcher = Journal::open(dir.path()).unwrap();
    let other = Journal::open(dir.path()).unwrap();
    let reader = Journal::open_read_only(dir.path()).unwrap();
    let name = other.session().to_owned();
    assert_ne!(name, watcher.session());
    assert!(watcher.is_session_alive(watcher.session()));
    assert!(watcher.is_session_alive(&name) && reader.is_session_alive(&name));
    drop(other);
    assert!(!watcher.is_session_alive(&name) && !reader.is_session_alive(&name));
    for no_session in [
        "",
        "s",
        "../../etc/passwd",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
    ] {
        assert!(!watcher.is_session_alive(no_session), "{no_session}");
    }
}

#[test]
fn what_a_killed_process_left_is_removed_by_the_next() {
    let dir = state();
    let watcher = Journal::open(dir.path()).unwrap();
    let mut killed = Process::start("crash::writer", dir.path());
    let session = killed
        .hear()
        .unwrap()
        .strip_prefix("session ")
        .unwrap()
        .to_owned();
    let lock = dir
        .path()
        .join("sessions")
        .join(&session)
        .with_extension("lock");
    let draft = lock.with_extension("new");
    assert!(watcher.is_session_alive(&session));
    killed.kill();
    assert!(lock.exists());
    assert!(!watcher.is_session_alive(&session));
    fs::write(&draft, b"half a database").unwrap();
    let unrelated = dir.path().join("sessions/notes.lock");
    fs::write(&unrelated, b"").unwrap();

    let next = Journal::open(dir.path()).unwrap();
    assert!(!lock.exists() && !draft.exists() && unrelated.exists());
    assert!(next.is_session_alive(watcher.session()) && !next.is_session_alive(&session));
}

#[test]
fn processes_that_ask_about_a_dead_session_at_once_all_find_it_dead() {
    let dir = state();
    let watcher = Journal::open(dir.path()).unwrap();
    let name = uuid::Uuid::new_v4().to_string();
    let lock = dir
        .path()
        .join("sessions")
        .join(&name)
        .with_extension("lock");
    fs::write(&lock, b"").unwrap();
    let barrier = Barrier::new(4);
    let ask = || {
        barrier.wait();
        (0..500).all(|_| !watcher.is_session_alive(&name))
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
    });
}
