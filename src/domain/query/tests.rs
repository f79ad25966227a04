//! What a query lets through, and what it says of what it cannot read.

use nucleo_matcher::Utf32Str;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    collection::{Member, RecoveryPoints, Show},
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
        delete: "delete",
        ..RecoveryPoints::PLAIN
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
    lets_through(&mut parsed, &row())
}

fn lets_through(query: &mut Query, row: &Row) -> bool {
    let (mut text, mut ends, mut keys) = (String::new(), Vec::new(), Vec::new());
    values(row, COLUMNS, |value, key| {
        text.push_str(value);
        ends.push(text.len());
        keys.push(key);
        text.push('\n');
    });
    let texts = Texts {
        text: &text,
        ends: &ends,
        keys: &keys,
    };
    let held = query.judge(texts, &|_| true);
    let held = held.into_iter().fold(0, |held, own| held | own);
    let asked = Asked {
        held: &[held],
        known: &|_, _| Known::Row,
        row: &|_| Some(row),
    };
    query.lets_through(&asked, now()) == [true]
}

/// What a value holds that stands by itself.
fn alone(query: &mut Query, value: &str) -> Held {
    let texts = Texts {
        text: value,
        ends: &[value.len()],
        keys: &[],
    };
    query.judge(texts, &|_| true)[0]
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
        "\"made by\":manual",
        "\"Made by\"=manual",
        "\"Full size (bytes)\"!=0",
        "size>=100GiB",
        "\"size\">\"99 gib\"",
        "size=100gib",
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
    for typed in ["made:manual", "\"made buy\":manual"] {
        let near = refused(typed);
        assert!(near.contains("; did you mean made_by? Text that"), "{near}");
    }
    for typed in ["size>abc", "size>1TiB", "gib:many"] {
        let value = refused(typed);
        assert!(
            value.ends_with("write a number of GiB, such as 100"),
            "{value}"
        );
    }
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
        assert!(parsed.looks_at_values(), "{query}");
    }
    assert!(!Query::parse("state:a", &COPIES).unwrap().looks_at_values());
    let (query, _) = Query::read("state:a", &COPIES, COLUMNS);
    assert!(query.looks_at_values());
}

#[test]
fn words_beyond_those_that_can_be_told_apart_are_left_out_and_that_is_said() {
    let words = |count: usize| vec!["web"; count].join(" ");
    assert!(asked(&words(64)));
    assert!(asked(&format!("{} size>=100", words(64))));
    assert!(!asked(&format!("{} size>100", words(64))));
    assert!(refused(&words(65)).contains("at most 64 words"));
    let (mut query, error) = Query::read(&format!("{} nothing size>=100", words(64)), &COPIES, &[]);
    assert!(error.is_some() && lets_through(&mut query, &row()));
}

#[test]
fn a_value_is_looked_at_by_itself() {
    assert!(!asked(r"/copy-0a1\scompleted/") && !asked(r"/completed[^x]*manual/"));
    assert!(asked(r"/^completed$/") && asked(r"/\Amanual\z/"));
    assert!(!asked("~0a1comp") && !asked("\"completed nightly\""));
}

proptest! {
    /// What is found the quick way is what the matcher finds that looks for the best place of each
    /// letter.
    #[test]
    fn letters_are_near_where_the_matcher_says_so(
        value in "[a-d0-2 _-]{0,24}|[aé ß-]{0,12}", wanted in "[a-d0-2]{1,5}|[aéß]{1,3}"
    ) {
        let mut query = Query::parse(&format!("~{wanted}"), &COPIES).unwrap();
        let Some(Test::Fuzzy { letters, least, .. }) = query.terms.first().map(|term| &term.test) else {
            return Err(TestCaseError::fail("no fuzzy term"));
        };
        let score = letters.score(Utf32Str::new(&value, &mut Vec::new()), &mut Matcher::default());
        let near = score.is_some_and(|score| score >= *least);
        prop_assert_eq!(alone(&mut query, &value), Held::from(near));
    }

    /// What is known of a cell without its row decides as the row does.
    #[test]
    fn what_is_known_of_a_cell_decides_as_the_row_does(
        term in "(id|name|state|size|age|made_by|region|manual)(:|=|!=|<|>=)([0-9]{1,3}d?|manual|night|Copy-0a1|2026-10-01|eu-west-1)",
        drawn in 0_usize..6,
    ) {
        let mut row = row();
        match drawn {
            0 => row.name = None,
            1 => row.cells.retain(|(key, _)| *key == "taken_time"),
            2 => row.cells.iter_mut().for_each(|(_, cell)| *cell = Cell::Pending),
            3 => row.name = Some("night\u{1b}ly".to_owned()),
            4 => row.cells.iter_mut().for_each(|(_, cell)| *cell = "100".into()),
            _ => {}
        }
        let (mut query, error) = Query::read(&term, &COPIES, COLUMNS);
        prop_assume!(error.is_none());
        let by_row = lets_through(&mut query, &row);
        let held = |text: &str, query: &mut Query| alone(query, text);
        let briefs: Vec<Known> = COLUMNS.iter().map(|column| match brief(&row, column.key) {
            Brief::Text(text) if text.is_empty() => Known::Cell("".into()),
            Brief::Text(text) => Known::Text(held(&text, &mut query)),
            Brief::Cell(cell) => Known::Cell(cell),
            Brief::Row => Known::Row,
        }).collect();
        let asked = Asked {
            held: &[0],
            known: &|_, column| briefs[column].clone(),
            row: &|_| Some(&row),
        };
        prop_assert_eq!(query.lets_through(&asked, now()), [by_row]);
    }

    /// However many values are looked through together, each is judged as if it stood alone.
    #[test]
    fn values_are_judged_together_as_each_alone(
        values in prop::collection::vec("[ab0-2 x-]{0,6}|é[ab]{0,2}", 0..30),
        terms in prop::collection::vec(
            prop_oneof![
                "[ab0-2]{1,3}|![ab]|~[ab]{1,2}|/[ab]{1,2}[0-2]?/|/[ab.]{1,2}[*?]?[0-2x]?/",
                prop::sample::select(vec![
                    "/^a/", "/b$/", "/^$/", "/^[ab]+x/", "/[^a]*b/", r"/\s?a/", r"/a\s*b/", "/(?:a|b)+$/",
                    "/(?-m:^)a/", r"/\Aa/", r"/b\z/", "/x*/", "/(?s:a.b)/", r"/\ba/", "/a[^x]/", "/é/",
                ]).prop_map(str::to_owned),
            ],
            1..4,
        ),
    ) {
        let fresh = || Query::parse(&terms.join(" "), &COPIES).unwrap();
        let mut text = String::new();
        let mut ends = Vec::new();
        for value in &values {
            text.push_str(value);
            ends.push(text.len());
            text.push('\n');
        }
        let each = values.iter().map(|value| {
            let query = fresh();
            let bits = query.terms.iter().filter(|term| term.test.is_on_values()).zip(0..).map(|(term, bit)| {
                let holds = match &term.test {
                    Test::Word(word, _) => value.contains(word.as_str()),
                    Test::Pattern(pattern, _) => pattern.is_match(value),
                    _ => alone(&mut fresh(), value) >> bit & 1 == 1,
                };
                Held::from(holds) << bit
            });
            bits.fold(0, |held, own| held | own)
        });
        let texts = Texts { text: &text, ends: &ends, keys: &[] };
        prop_assert_eq!(fresh().judge(texts, &|_| true), each.collect::<Vec<_>>());
    }

    #[test]
    fn no_text_breaks_the_reader(query in "([!~/:<>=\"\\\\ ]|[a-z]{1,5}|age|tag|\\PC|[0-9]{1,3}d?){0,12}") {
        if let Ok(mut query) = Query::parse(&query, &COPIES) {
            let row = row();
            lets_through(&mut query, &row);
        }
    }

    #[test]
    fn a_quoted_text_finds_the_row_that_has_it(name in "[^\\p{Cc}]{1,20}", at in 0_usize..20) {
        let mut row = row();
        let part: String = name.chars().skip(at.min(name.chars().count() - 1)).collect();
        let quoted = part.replace('\\', "\\\\").replace('"', "\\\"");
        row.name = Some(name);
        for query in [format!("\"{quoted}\""), format!("name:\"{quoted}\"")] {
            let mut query = Query::parse(&query, &COPIES).unwrap();
            // Lower case of a part may differ from the part of the lower case: the final sigma does.
            if row.name.as_deref().unwrap().to_lowercase().contains(&part.to_lowercase()) {
                prop_assert!(lets_through(&mut query, &row));
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
