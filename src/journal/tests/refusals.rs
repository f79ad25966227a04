//! Journals that cannot be used, each with its own error.

use rusqlite::Connection;

use super::*;

/// A connection of somebody else's to the database.
fn outsider(dir: &Path) -> Connection {
    Connection::open(database(dir)).unwrap()
}

/// Opens for writing and for reading, which must fail alike, and answers how.
fn refusal(dir: &Path) -> JournalError {
    let error = Journal::open_with_timeout(dir, SHORT).unwrap_err();
    let reading = Journal::open_read_only(dir).unwrap_err();
    assert_eq!(
        std::mem::discriminant(&error),
        std::mem::discriminant(&reading),
        "{reading:?}"
    );
    error
}

#[test]
fn a_newer_format_is_refused_with_both_versions_and_the_file() {
    let dir = state();
    drop(Journal::open(dir.path()).unwrap());
    outsider(dir.path())
        .pragma_update(None, "user_version", 7)
        .unwrap();
    let error = refusal(dir.path());
    assert!(
        matches!(
            error,
            JournalError::Newer {
                found: 7,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
    let text = error.to_string();
    let path = database(dir.path()).display().to_string();
    assert!(
        text.contains('7') && text.contains("up to 1") && text.contains(&path),
        "{text}"
    );
}

#[test]
fn another_file_of_that_name_is_refused_and_left_as_it_is() {
    let dir = state();
    let text = b"notes that somebody keeps under an unlikely name\n".repeat(100);
    fs::write(database(dir.path()), &text).unwrap();
    assert!(matches!(
        refusal(dir.path()),
        JournalError::NotAJournal { .. }
    ));
    assert_eq!(fs::read(database(dir.path())).unwrap(), text);

    let dir = state();
    outsider(dir.path())
        .execute_batch("CREATE TABLE albums (title TEXT)")
        .unwrap();
    let before = fs::read(database(dir.path())).unwrap();
    assert!(matches!(
        refusal(dir.path()),
        JournalError::NotAJournal { .. }
    ));
    assert_eq!(fs::read(database(dir.path())).unwrap(), before);

    let dir = state();
    fs::create_dir(database(dir.path())).unwrap();
    assert!(matches!(
        refusal(dir.path()),
        JournalError::NotAJournal { .. }
    ));
}

#[test]
fn an_empty_file_is_damage_and_not_a_new_journal() {
    let dir = state();
    fs::write(database(dir.path()), b"").unwrap();
    assert!(matches!(refusal(dir.path()), JournalError::Damaged { .. }));
    assert!(fs::read(database(dir.path())).unwrap().is_empty());
}

#[test]
fn a_journal_without_its_table_is_damaged() {
    let dir = state();
    drop(Journal::open(dir.path()).unwrap());
    outsider(dir.path())
        .execute_batch("ALTER TABLE operations DROP COLUMN status")
        .unwrap_err();
    outsider(dir.path())
        .execute_batch("DROP TABLE operations")
        .unwrap();
    let error = refusal(dir.path());
    assert!(
        matches!(&error, JournalError::Damaged { detail, .. } if detail.contains("operations")),
        "{error:?}"
    );
}

#[test]
fn a_record_that_cannot_be_read_back_is_damage() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    journal.begin(&operation(1, "s")).unwrap();
    outsider(dir.path())
        .execute_batch("UPDATE operations SET body = '{\"id\": 3}'")
        .unwrap();
    let error = journal.list(9).unwrap_err();
    assert!(matches!(error, JournalError::Damaged { .. }), "{error:?}");
}

#[test]
fn a_locked_journal_is_waited_for_and_then_refused() {
    let dir = state();
    let journal = Journal::open_with_timeout(dir.path(), SHORT).unwrap();
    journal.begin(&operation(1, "s")).unwrap();
    let other = outsider(dir.path());

    // Whoever writes keeps others from writing, and not from reading.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = std::time::Instant::now();
    let error = journal.begin(&operation(2, "s")).unwrap_err();
    assert!(
        matches!(error, JournalError::Locked { waited: SHORT, .. }),
        "{error:?}"
    );
    assert!(started.elapsed() >= SHORT);
    assert_eq!(journal.list(9).unwrap().len(), 1);
    assert_eq!(
        Journal::open_with_timeout(dir.path(), SHORT)
            .unwrap()
            .list(9)
            .unwrap()
            .len(),
        1
    );

    other.execute_batch("ROLLBACK; BEGIN EXCLUSIVE").unwrap();
    let error = Journal::open_with_timeout(dir.path(), SHORT).unwrap_err();
    assert!(matches!(error, JournalError::Locked { .. }), "{error:?}");
    assert!(error.to_string().contains("60ms"), "{error}");
    assert!(matches!(journal.list(9), Err(JournalError::Locked { .. })));

    other.execute_batch("ROLLBACK").unwrap();
    journal.begin(&operation(2, "s")).unwrap();
}

#[test]
fn a_reader_that_stays_keeps_a_commit_back_and_nothing_is_recorded() {
    let dir = state();
    let journal = Journal::open_with_timeout(dir.path(), SHORT).unwrap();
    journal.begin(&operation(1, "s")).unwrap();
    let other = outsider(dir.path());
    other
        .execute_batch("BEGIN; SELECT count(*) FROM operations")
        .unwrap();
    let error = journal.begin(&operation(2, "s")).unwrap_err();
    assert!(matches!(error, JournalError::Locked { .. }), "{error:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(journal.list(9).unwrap().len(), 1);
    journal.begin(&operation(2, "s")).unwrap();
}

#[test]
fn a_full_disk_records_nothing_and_says_so() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    journal.begin(&operation(0, "s")).unwrap();
    let pages: i64 = journal
        .connection()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    let limit = |pages: i64| {
        let set = |_: &rusqlite::Row<'_>| Ok(());
        journal
            .connection()
            .pragma_update_and_check(None, "max_page_count", pages, set)
            .unwrap();
    };
    limit(pages);
    let (number, error) = (1..100)
        .find_map(|number| Some((number, journal.begin(&operation(number, "s")).err()?)))
        .unwrap();
    assert!(matches!(error, JournalError::Full { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains(&database(dir.path()).display().to_string())
    );
    assert_eq!(journal.get(&operation(number, "s").id).unwrap(), None);
    assert_eq!(count(&journal.list(usize::MAX).unwrap()), number);
    limit(pages + 100);
    journal.begin(&operation(number, "s")).unwrap();
}

#[test]
fn a_file_where_the_directory_should_be_is_named() {
    let dir = state();
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    for below in [file.clone(), file.join("state"), file.join("a/b")] {
        let error = Journal::open(&below).unwrap_err();
        assert!(
            matches!(&error, JournalError::NotADirectory { path } if *path == file),
            "{error:?}"
        );
        assert!(error.to_string().contains("--state-dir"), "{error}");
    }
}

/// Only a user whom permissions bind can see them refused; for others the kernel permits all.
#[test]
fn a_directory_that_may_not_be_written_is_refused_and_can_still_be_read() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    journal.begin(&operation(1, "s")).unwrap();
    drop(journal);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
    set(&dir.path().join("sessions"), 0o500).unwrap();
    set(dir.path(), 0o500).unwrap();
    let bound = fs::write(dir.path().join("probe"), b"").is_err();
    let writing = Journal::open(dir.path());
    let reading = Journal::open_read_only(dir.path())
        .unwrap()
        .list(9)
        .unwrap();
    set(dir.path(), 0o700).unwrap();
    set(&dir.path().join("sessions"), 0o700).unwrap();
    assert_eq!(reading.len(), 1);
    if bound {
        assert!(
            matches!(writing, Err(JournalError::Permission { .. })),
            "{writing:?}"
        );
        for (mode, readable) in [(0o400, true), (0o000, false)] {
            set(&database(dir.path()), mode).unwrap();
            let error = Journal::open(dir.path()).unwrap_err();
            assert!(
                matches!(&error, JournalError::Permission { path } if *path == database(dir.path())),
                "{error:?}"
            );
            assert_eq!(Journal::open_read_only(dir.path()).is_ok(), readable);
        }
    }
}

#[test]
fn reading_needs_a_journal_and_records_nothing() {
    let dir = state();
    let error = Journal::open_read_only(dir.path()).unwrap_err();
    assert!(matches!(error, JournalError::Missing { .. }), "{error:?}");
    let journal = Journal::open(dir.path()).unwrap();
    journal.begin(&operation(1, "s")).unwrap();

    let reader = Journal::open_read_only(dir.path()).unwrap();
    let id = OperationId::from_random(1);
    assert!(matches!(
        reader.begin(&operation(2, "s")),
        Err(JournalError::ReadOnly { .. })
    ));
    assert!(matches!(
        reader.apply(&id, completed(), moment(1)),
        Err(JournalError::ReadOnly { .. })
    ));
    assert_eq!(reader.list(9).unwrap(), journal.list(9).unwrap());
    assert_eq!(
        fs::read_dir(dir.path().join("sessions")).unwrap().count(),
        1
    );
}

#[test]
fn a_journal_that_was_moved_away_while_in_use_takes_no_more_records() {
    let dir = state();
    let journal = Journal::open(dir.path()).unwrap();
    journal.begin(&operation(1, "s")).unwrap();
    fs::rename(database(dir.path()), dir.path().join("elsewhere")).unwrap();
    let error = journal.begin(&operation(2, "s")).unwrap_err();
    assert!(matches!(error, JournalError::Moved { .. }), "{error:?}");
    // The one that takes its place is not written to either.
    let replacement = Journal::open(dir.path()).unwrap();
    assert!(journal.begin(&operation(3, "s")).is_err());
    assert!(replacement.list(9).unwrap().is_empty());
}
