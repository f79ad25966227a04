//! The columns that the configuration chooses, compared with what the services describe: the
//! configuration itself knows no service. Its section `[opensearch.NAME]`, which names domains with their
//! endpoints, and the variables of single services' endpoints are the exceptions.

use std::collections::BTreeSet;

use crate::{
    config::{ConfigError, Settings},
    domain::collection::{CollectionInfo, ServiceInfo},
};

/// What belongs to every row.
const OWN: [&str; 5] = ["id", "name", "state", "region", "account"];

/// Whether every kind and every member that `[columns]` names is one.
///
/// # Errors
/// The first that is none, with the place in the file and all that there are.
pub fn check_columns(settings: &Settings) -> Result<(), ConfigError> {
    let services = super::services();
    for choice in &settings.columns {
        let wrong = |problem: String| ConfigError::Value {
            origin: choice.origin.clone(),
            problem: format!("columns.{}: {problem}", choice.kind),
        };
        let Some(collection) = of_kind(&services, &choice.kind) else {
            let known: Vec<&str> = collections(&services).map(|known| known.kind).collect();
            return Err(wrong(format!(
                "there are no rows of this kind; there are {}",
                known.join(", ")
            )));
        };
        let known = keys(collection);
        if choice.keys.is_empty() {
            return Err(wrong(format!("name at least one of {}", list(&known))));
        }
        if let Some(key) = choice.keys.iter().find(|key| !known.contains(key.as_str())) {
            return Err(wrong(format!(
                "'{}' is no member of these rows; there are {}",
                crate::domain::text::harmless(key),
                list(&known)
            )));
        }
    }
    Ok(())
}

fn collections(services: &[&'static ServiceInfo]) -> impl Iterator<Item = &'static CollectionInfo> {
    services.iter().flat_map(|service| service.collections)
}

fn of_kind(services: &[&'static ServiceInfo], kind: &str) -> Option<&'static CollectionInfo> {
    collections(services).find(|collection| collection.kind == kind)
}

fn keys(collection: &CollectionInfo) -> BTreeSet<&'static str> {
    let columns = collection.columns.iter().map(|column| column.key);
    let members = collection.members.iter().map(|member| member.key);
    columns.chain(members).chain(OWN).collect()
}

fn list(known: &BTreeSet<&str>) -> String {
    known.iter().copied().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::{self, Flags};

    fn checked(columns: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        fs::write(&file, format!("[columns]\n{columns}\n")).unwrap();
        let flags = Flags {
            config: Some(file),
            ..Flags::default()
        };
        let env = |name: &str| (name == "HOME").then(|| "/home/ana".to_owned());
        let settings = config::load(&flags, &env).unwrap();
        check_columns(&settings).map_err(|error| error.to_string())
    }

    #[test]
    fn what_no_service_describes_is_refused_with_what_there_is() {
        assert_eq!(
            checked("ebs_snapshot = ['id', 'description', 'tags']"),
            Ok(())
        );
        assert_eq!(checked("directory = 'name'"), Ok(()));
        for (columns, words) in [
            (
                "ebs_snapshoot = ['id']",
                &["line 2", "columns.ebs_snapshoot", "ebs_volume"][..],
            ),
            (
                "directory = ['id', 'sise']",
                &["line 2", "'sise'", "size", "launch_time"],
            ),
            ("directory = []", &["line 2", "name at least one of"]),
        ] {
            let error = checked(columns).unwrap_err();
            assert!(words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
