//! What a query lets through, and what it says of what it cannot read.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    collection::{Member, RecoveryPoints},
    place::{Account, Region},
    row::{State, Tone},
};

const COLUMNS: &[Column] = &[
    Column::fixed("id", "Copy ID", Show::Plain, 8, 0),
    Column::growing("name", "Name", 8),
    Column::fixed("state", "Stage", Show::State, 8, 0),
    Column::fixed("volume_size_gib", "GiB", Show::Plain, 5, 0),
    Column::fixed("taken_time", "Age", Show::Age, 6, 0),
    Column::fixed("made_by", "Made by", Show::Plain, 6, 0),
    Column::fixed("used", "Manual", Show::OutOf("limit"), 6, 0),
    Column::fixed("region", "Region", Show::Plain, 9, 0),
];

static COPIES: CollectionInfo = CollectionInfo {
    id: "copies",
    columns: COLUMNS,
    members: &[
        Member::new("encrypted", "Encrypted", Show::Plain),
        Member::new("progress", "Progress", Show::Plain),
        Member::new("full_size_bytes", "Full size (bytes)", Show::Plain),
        Member::new("volumes", "Volumes", Show::Plain),
        Member::new("created", "Created", Show::MomentAndAge),
    ],
    points: Some(RecoveryPoints {
        taken: "taken_time",
        of: "volume_id",
        automatic: |_| false,
        delete: "delete",
    }),
    ..CollectionInfo::PLAIN
};

fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

fn row() -> Row {
    let tags = [("Owner", "Alice"), ("Env", "prod, eu"), ("note", "a b")];
    Row {
        id: "copy-0a1".to_owned(),
        name: Some("Nightly Web-07".to_owned()),
        state: State::new("completed", Tone::Good),
        region: Region::parse("eu-west-1").unwrap(),
        account: Account::new("123456789012"),
        cells: vec![
            ("volume_size_gib", Cell::Integer(100)),
            (
                "taken_time",
                Cell::Time("2026-10-01T12:00:00Z".parse().unwrap()),
            ),
            (
                "created",
                Cell::Time("2026-10-01T12:00:00Z".parse().unwrap()),
            ),
            ("made_by", "manual".into()),
            ("used", Cell::Integer(3)),
            ("limit", Cell::Integer(5)),
            ("encrypted", Cell::Flag(true)),
            ("progress", "45%".into()),
            ("full_size_bytes", Cell::Absent),
            ("volumes", Cell::List(vec!["vol-1".into(), "vol-22".into()])),
            (
                "tags",
                Cell::Tags(tags.map(|(k, v)| (k.into(), v.into())).into()),
            ),
        ],
    }
}

fn asked(query: &str) -> bool {
    let mut parsed = Query::parse(query, &COPIES).unwrap_or_else(|e| panic!("{query}: {e}"));
    let row = row();
    parsed.lets_through(&row, &text(&row, COLUMNS), now())
}

fn refused(query: &str) -> String {
    Query::parse(query, &COPIES).unwrap_err().to_string()
}

#[test]
fn what_describes_the_row_lets_it_through() {
    for query in [
        "",
        "   ",
        "nightly",
        "WEB-07 copy",
        "eu-west",
        "3/5",
        "\"owner=alice\"",
        "\"prod, eu\"",
        "\"a b\"",
        "!failed",
        "!!",
        "!",
        "/^copy-.*1$/",
        "/NIGHTLY WEB/ copy",
        "!/^web/",
        "/^nightly we",
        r"/3\/5/",
        "~nghtweb",
        "!~zzz",
        "state:completed",
        "stage:COMPL",
        "state=Completed",
        "state!=failed",
        "!state:failed",
        "name:\"nightly web\"",
        "name:nightly",
        "size>=100",
        "size=100",
        "volume_size:100",
        "gib<100.5",
        "size:>99",
        "age>30d",
        "age<50d",
        "taken>2026-09-30",
        "taken>=2026-10-01",
        "taken:2026-10",
        "created=2026-10-01",
        "created<2026-10-01T12:00:01Z",
        "created>40d",
        "made-by:manual",
        "made_by=manual",
        "manual>=3",
        "encrypted:yes",
        "encrypted=true",
        "encrypted!=no",
        "progress>40",
        "progress<100%",
        "volumes:vol-2",
        "volumes=vol-22",
        "volumes!=vol-2",
        "full_size!=5",
        "tag:owner",
        "tag:Owner=alice",
        "tag:Owner!=bob",
        "tag:env:prod",
        "tag:note=\"a b\"",
        "!tag:Missing",
        "region=eu-west-1",
        "account:1234",
        // Not written to its end: asks for nothing yet.
        "state:",
        "age>",
        "age>=",
        "tag:",
        "tag:Owner=",
        "~",
        "/",
        "//",
    ] {
        assert!(asked(query), "{query}");
    }
}

#[test]
fn what_describes_another_row_does_not() {
    for query in [
        "daily",
        "nightly daily",
        "!nightly",
        "/^web/",
        "!/^copy/",
        "~wxn",
        "~c1e",
        "state:failed",
        "state=complete",
        "state!=completed",
        "size>100",
        "size<=99",
        "size:10",
        "age<30d",
        "age>50d",
        "taken<2026-10-01",
        "taken>2026-10-01",
        "created=2026-10-02",
        "encrypted:no",
        "progress>45",
        "volumes=vol-2",
        "full_size>0",
        "full_size<9",
        "full_size=5",
        "tag:Missing",
        "tag:Owner=ali",
        "tag:Owner=bob",
        "region=eu",
        "\"state:completed\"",
        "\"!failed\"",
    ] {
        assert!(!asked(query), "{query}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_what_would_be_right() {
    let unknown = refused("web colour:red");
    for part in [
        "'colour'",
        "id",
        "name",
        "state",
        "gib",
        "age",
        "made_by",
        "encrypted",
        "full_size",
        "tag:NAME",
        "':' stands in quotes",
    ] {
        assert!(unknown.contains(part), "{part} in {unknown}");
    }
    assert!(refused("colour>=3").contains("'>=' stands in quotes"));
    assert!(refused("arn:aws:ec2").contains("'arn' is no column"));
    let pattern = refused("web /a(b/");
    assert!(
        pattern.starts_with("/a(b/ is no regular expression: "),
        "{pattern}"
    );
    assert!(
        pattern.contains("unclosed group") && !pattern.contains('\n'),
        "{pattern}"
    );
    assert!(refused("/a{1000}{1000}{1000}/").contains("too large"));
    let value = refused("age>30");
    assert!(
        value.contains("'30'") && value.contains("age") && value.contains("30d"),
        "{value}"
    );
}

#[test]
fn words_that_only_look_like_terms_are_words() {
    for query in ["10:30", "-x=3", "->", "::"] {
        let parsed = Query::parse(query, &COPIES).unwrap();
        assert!(parsed.is_plain() && !parsed.is_empty(), "{query}");
    }
    assert!(!Query::parse("!a", &COPIES).unwrap().is_plain());
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(query in "([!~/:<>=\"\\\\ ]|[a-z]{1,5}|age|tag|\\PC|[0-9]{1,3}d?){0,12}") {
        if let Ok(mut query) = Query::parse(&query, &COPIES) {
            let row = row();
            query.lets_through(&row, &text(&row, COLUMNS), now());
        }
    }

    #[test]
    fn a_quoted_text_finds_the_row_that_has_it(name in "[^\\p{Cc}]{1,20}", at in 0_usize..20) {
        let mut row = row();
        let part: String = name.chars().skip(at.min(name.chars().count() - 1)).collect();
        let quoted = part.replace('\\', "\\\\").replace('"', "\\\"");
        row.name = Some(name);
        let text = text(&row, COLUMNS);
        for query in [format!("\"{quoted}\""), format!("name:\"{quoted}\"")] {
            let mut query = Query::parse(&query, &COPIES).unwrap();
            // Lower case of a part may differ from the part of the lower case: the final sigma does.
            if row.name.as_deref().unwrap().to_lowercase().contains(&part.to_lowercase()) {
                prop_assert!(query.lets_through(&row, &text, now()));
            }
        }
    }

    #[test]
    fn terms_are_all_asked_for_and_each_can_be_turned_round(
        words in prop::collection::vec("[a-z]{1,2}|state:[a-z]|size>[0-9]{2,3}|/[a-z]/", 1..4)
    ) {
        let each: Vec<bool> = words.iter().map(|word| asked(word)).collect();
        prop_assert_eq!(asked(&words.join(" ")), each.iter().all(|holds| *holds));
        for (word, holds) in words.iter().zip(each) {
            prop_assert_eq!(asked(&format!("!{word}")), !holds);
        }
    }
}
