//! What an action acts on, as words of the command line: one id, its parts as words of their own, or
//! an id with what belongs to it.
//!
//! Invariant: every word is checked here, before anything is asked of AWS.

use clap::{Arg, ArgAction, ArgMatches};

use super::grammar::{actions_of, id_argument};
use crate::domain::{
    collection::{ActionInfo, CollectionInfo, ServiceInfo, Target},
    form::{FieldInfo, FieldKind, Value},
    text::harmless,
};

/// The arguments that take the words, in order; the first takes them all where they may be many.
const WORDS: [&str; 4] = ["target", "target-2", "target-3", "target-4"];

/// What the words name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The ids of the resources acted on.
    pub(super) ids: Vec<String>,
    /// The value of the field that is given by a word in place of a flag.
    pub(super) value: Option<(&'static str, Value)>,
}

/// The field of an action that is given by a word in place of a flag.
pub(super) fn field_by_word(action: &'static ActionInfo) -> Option<&'static FieldInfo> {
    match action.target {
        Target::Id | Target::Words | Target::Place => None,
        Target::IdThen(key) | Target::IdAnd(key) => {
            action.fields.iter().find(|field| field.key == key)
        }
    }
}

/// The arguments that take the words of a subcommand.
pub(super) fn arguments(service: &'static ServiceInfo, command: &str) -> Vec<Arg> {
    let actions: Vec<&'static ActionInfo> = actions_of(service, command).collect();
    if actions.iter().all(|action| action.target == Target::Id) {
        let mut subjects: Vec<&'static CollectionInfo> = Vec::new();
        for subject in actions
            .iter()
            .filter_map(|action| service.collection(action.subject))
        {
            if !subjects.iter().any(|known| known.id == subject.id) {
                subjects.push(subject);
            }
        }
        let target = id_argument(WORDS[0], subjects).required(true);
        return vec![if actions.iter().any(|action| action.many) {
            target.num_args(1..).action(ArgAction::Append)
        } else {
            target
        }];
    }
    let mut names: Vec<String> = Vec::new();
    let (mut several, mut whole) = (false, false);
    for (action, subject) in actions
        .iter()
        .filter_map(|action| Some((action, service.collection(action.subject)?)))
    {
        for (place, name) in usage(action, subject).into_iter().enumerate() {
            match names.get_mut(place) {
                None => names.push(name),
                Some(known) if !known.split('|').any(|one| one == name) => {
                    known.push('|');
                    known.push_str(&name);
                }
                Some(_) => {}
            }
        }
        several |= action.many || takes_several(action);
        whole |= action.target == Target::Words;
    }
    let first = |names: Vec<String>| {
        Arg::new(WORDS[0])
            .required(true)
            .help("What it acts on")
            .value_names(names)
    };
    if several {
        return vec![first(names).num_args(1..).action(ArgAction::Append)];
    }
    let mut names = names.into_iter();
    let mut arguments = vec![first(names.next().into_iter().collect())];
    // A word may be a whole id, which takes the place of its parts.
    let rest = WORDS[1..].iter().zip(names);
    arguments.extend(rest.map(|(id, name)| {
        Arg::new(*id)
            .required(!whole)
            .help("What belongs to it")
            .value_name(name)
    }));
    arguments
}

/// What the words of an action are called in usage texts.
fn usage(action: &'static ActionInfo, subject: &CollectionInfo) -> Vec<String> {
    let name = |field: &FieldInfo| match field.kind {
        FieldKind::Many { argument, .. } => argument.to_owned(),
        _ => field.flag.to_uppercase(),
    };
    let field = field_by_word(action).map(name).unwrap_or_default();
    match action.target {
        Target::Id => vec![subject.argument.to_owned()],
        Target::Place => Vec::new(),
        Target::Words => subject.argument.split('/').map(str::to_owned).collect(),
        Target::IdThen(_) => vec![format!("{}[/{field}]", subject.argument)],
        Target::IdAnd(_) => vec![subject.argument.to_owned(), field],
    }
}

fn takes_several(action: &'static ActionInfo) -> bool {
    matches!(action.target, Target::IdAnd(_))
        && field_by_word(action).is_some_and(|field| matches!(field.kind, FieldKind::Many { .. }))
}

/// The words that were typed.
pub(super) fn typed(given: &ArgMatches) -> Vec<String> {
    // Where an action is done in a place the grammar knows no such arguments.
    let of = |id: &str| given.try_get_many::<String>(id).ok().flatten();
    WORDS
        .iter()
        .filter_map(|id| of(id))
        .flatten()
        .cloned()
        .collect()
}

/// What the words mean to an action.
///
/// # Errors
/// What is wrong with them, as a sentence that names what would be right.
pub(super) fn read(
    action: &'static ActionInfo,
    subject: &CollectionInfo,
    words: &[String],
) -> Result<Named, String> {
    let named = match (action.target, words) {
        (Target::Place, _) => {
            return Ok(Named {
                ids: Vec::new(),
                value: None,
            });
        }
        (Target::Id, _) => Named {
            ids: words.to_vec(),
            value: None,
        },
        (Target::Words, _) => Named {
            ids: joined(action, subject, words)?,
            value: None,
        },
        (Target::IdThen(_), [word]) => {
            let parts = subject.argument.matches('/').count() + 1;
            match word.match_indices('/').nth(parts - 1) {
                None => Named {
                    ids: vec![word.clone()],
                    value: None,
                },
                Some((at, _)) => Named {
                    ids: vec![word[..at].to_owned()],
                    value: Some(value(action, &[word[at + 1..].to_owned()])?),
                },
            }
        }
        (Target::IdAnd(_), [id, rest @ ..]) if !rest.is_empty() => Named {
            ids: vec![id.clone()],
            value: Some(value(action, rest)?),
        },
        (Target::IdThen(_) | Target::IdAnd(_), _) => return Err(needed(action, subject, words)),
    };
    for id in &named.ids {
        (subject.check_id)(id)?;
    }
    if named.ids.len() > 1 && !action.many {
        return Err(format!(
            "one {} at a time: {} are named",
            subject.noun,
            named.ids.len()
        ));
    }
    Ok(named)
}

/// What is wrong with too few words, and with too many where they cannot be told apart.
fn needed(action: &'static ActionInfo, subject: &CollectionInfo, words: &[String]) -> String {
    let usage = usage(action, subject);
    let needed = format!("needed: {}", usage.join(" "));
    match usage.get(words.len()..) {
        Some(missing @ [_, ..]) => format!("{needed}; {} is missing", missing.join(" ")),
        _ => needed,
    }
}

/// The ids of which the words are the parts; words that are whole ids stand for themselves.
fn joined(
    action: &'static ActionInfo,
    subject: &CollectionInfo,
    words: &[String],
) -> Result<Vec<String>, String> {
    if words.iter().all(|word| (subject.check_id)(word).is_ok()) {
        return Ok(words.to_vec());
    }
    let leading = subject.argument.matches('/').count();
    if words.len() <= leading {
        return Err(needed(action, subject, words));
    }
    let (owner, last) = words.split_at(leading);
    let owner = owner.join("/");
    Ok(last.iter().map(|word| format!("{owner}/{word}")).collect())
}

/// The value that words give to a field.
fn value(action: &'static ActionInfo, words: &[String]) -> Result<(&'static str, Value), String> {
    let Some(field) = field_by_word(action) else {
        return Err(format!("{} has no such value", action.title));
    };
    for word in words {
        field
            .check(word)
            .map_err(|why| format!("{}: {why}", field.label))?;
    }
    let value = match (&field.kind, words) {
        (FieldKind::Many { .. }, _) => Value::Many(words.to_vec()),
        (_, [word]) => Value::Text(word.clone()),
        (_, [_, surplus, ..]) => {
            return Err(format!("'{}' is one word too many", harmless(surplus)));
        }
        (_, []) => return Err(format!("{}: needed", field.label)),
    };
    Ok((field.key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slashes(text: &str, parts: usize) -> Result<(), String> {
        if text.split('/').filter(|part| !part.is_empty()).count() == parts {
            Ok(())
        } else {
            Err(format!("'{text}' is no id"))
        }
    }

    const REPOSITORIES: CollectionInfo = CollectionInfo {
        id: "repositories",
        noun: "repository",
        argument: "DOMAIN/REPO",
        check_id: |text| slashes(text, 2),
        ..CollectionInfo::PLAIN
    };

    const DOMAINS: CollectionInfo = CollectionInfo {
        id: "domains",
        noun: "domain",
        argument: "DOMAIN",
        check_id: |text| slashes(text, 1),
        ..CollectionInfo::PLAIN
    };

    const NAME: FieldInfo = FieldInfo {
        key: "name",
        flag: "name",
        label: "Name",
        help: "",
        kind: FieldKind::Text {
            max: 9,
            rule: |text| match text {
                "BAD" => Err("must be lowercase".to_owned()),
                _ => Ok(()),
            },

            argument: "TEXT",
        },
    };

    const TAGS: FieldInfo = FieldInfo {
        key: "tags",
        flag: "tag",
        label: "Tag",
        help: "",
        kind: FieldKind::Many {
            max: 9,
            rule: |_| Ok(()),
            argument: "KEY=VALUE",
        },
    };

    const fn action(target: Target, many: bool, fields: &'static [FieldInfo]) -> ActionInfo {
        ActionInfo {
            target,
            many,
            fields,
            ..ActionInfo::PLAIN
        }
    }

    static UNREGISTER: ActionInfo = action(Target::Words, false, &[]);
    static DELETE: ActionInfo = action(Target::Words, true, &[]);
    static CREATE: ActionInfo = action(Target::IdThen("name"), false, &[NAME]);
    static REGISTER: ActionInfo = action(Target::IdAnd("name"), false, &[NAME]);
    static TAG: ActionInfo = action(Target::IdAnd("tags"), false, &[TAGS]);

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    fn ids(action: &'static ActionInfo, texts: &[&str]) -> Result<Vec<String>, String> {
        read(action, &REPOSITORIES, &words(texts)).map(|named| named.ids)
    }

    #[test]
    fn parts_are_joined_and_only_the_last_repeats() {
        assert_eq!(ids(&UNREGISTER, &["d", "r"]), Ok(words(&["d/r"])));
        assert_eq!(ids(&UNREGISTER, &["d/r"]), Ok(words(&["d/r"])));
        assert_eq!(ids(&DELETE, &["d", "a", "b"]), Ok(words(&["d/a", "d/b"])));
        let missing = "needed: DOMAIN REPO; REPO is missing";
        assert_eq!(ids(&UNREGISTER, &["d"]), Err(missing.into()));
        assert!(
            ids(&UNREGISTER, &["d", "a", "b"])
                .unwrap_err()
                .contains("one repository")
        );
        assert!(ids(&UNREGISTER, &["d", ""]).unwrap_err().contains("'d/'"));
    }

    #[test]
    fn what_follows_an_id_is_the_value_of_its_field() {
        let read = |text: &str| read(&CREATE, &REPOSITORIES, &words(&[text]));
        let plain = read("d/r").unwrap();
        assert_eq!((plain.ids, plain.value), (words(&["d/r"]), None));
        let named = read("d/r/n").unwrap();
        assert_eq!(named.ids, words(&["d/r"]));
        assert_eq!(named.value, Some(("name", Value::Text("n".into()))));
        assert_eq!(read("d/r/BAD").unwrap_err(), "Name: must be lowercase");
        assert!(read("d").is_err());
    }

    #[test]
    fn the_next_words_are_the_values_of_a_field() {
        let one = read(&REGISTER, &DOMAINS, &words(&["d", "r"])).unwrap();
        assert_eq!(one.value, Some(("name", Value::Text("r".into()))));
        let many = read(&TAG, &DOMAINS, &words(&["d", "a=1", "b=2"])).unwrap();
        assert_eq!(
            many.value,
            Some(("tags", Value::Many(words(&["a=1", "b=2"]))))
        );
        let wrong = |given: &[&str]| read(&REGISTER, &DOMAINS, &words(given)).unwrap_err();
        assert_eq!(wrong(&["d"]), "needed: DOMAIN NAME; NAME is missing");
        assert!(wrong(&["d", "r", "s"]).contains("'s' is one word too many"));
        assert!(wrong(&["d/x", "r"]).contains("'d/x'"));
    }
}
