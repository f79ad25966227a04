//! Finding the trace of a request whose reply was lost.
//!
//! Names are unique, so what carries the name of a request, and the operation's id where the engine
//! keeps metadata, is its trace. What was deleted is not listed any more.

use serde_json::Value;

use super::{
    Search,
    create::{ABSENT, name_of},
    forms::{
        CREATE, CREATE_POLICY, DELETE, DELETE_INDEX, DELETE_POLICY, POLICY, PREPARE, REGISTER,
        REPOSITORY, RESTORE, UNREGISTER,
    },
    migrate,
    names::{pair, triple},
    register,
    remove::UUID,
    watch::{made, restore_accepted, snapshot_accepted},
};
use crate::{
    domain::{failure::Failure, operation::Operation},
    services::Trace,
};

impl Search {
    pub(super) async fn look_for(&self, operation: &Operation) -> Result<Trace, Failure> {
        let request = &operation.request;
        match request.action.as_str() {
            CREATE => self.look_for_snapshot(operation).await,
            RESTORE => self.look_for_restore(operation).await,
            PREPARE => self.look_for_policy_of_role(operation).await,
            DELETE => {
                let (name, repository, snapshot) = triple(&request.target);
                let domain = self.domain(name).await?;
                let found = self
                    .detailed(&domain, repository, &[snapshot.to_owned()])
                    .await?;
                Ok(gone(
                    &request.target,
                    found.is_empty(),
                    "Deleting a large one takes long. Look at the snapshot; deleting it again does no harm.",
                ))
            }
            DELETE_INDEX => {
                let (name, index) = pair(&request.target);
                let domain = self.domain(name).await?;
                let before = operation.baseline.facts[UUID].as_str().map(str::to_owned);
                let there = self
                    .indices(&domain)
                    .await?
                    .into_iter()
                    .find(|i| i.name == index);
                let is_gone = there.is_none_or(|i| before.is_some() && i.uuid != before);
                Ok(gone(
                    &request.target,
                    is_gone,
                    "Look at the index before you delete it again.",
                ))
            }
            REGISTER => {
                let name = request.text(REPOSITORY).unwrap_or_default();
                let domain = self.domain(&request.target).await?;
                let asked = register::body(request, self.place.region.as_str());
                let registered = self.repositories(&domain).await?;
                let id = format!("{}/{name}", request.target);
                let there = registered
                    .get(name)
                    .is_some_and(|it| register::is_asked(it, &asked));
                Ok(there_now(
                    &id,
                    there,
                    "registered",
                    "Registering it again does no harm.",
                ))
            }
            UNREGISTER => {
                let (name, repository) = pair(&request.target);
                let domain = self.domain(name).await?;
                let registered = self.repositories(&domain).await?;
                Ok(gone(
                    &request.target,
                    !registered.contains_key(repository),
                    "Unregistering it again does no harm.",
                ))
            }
            CREATE_POLICY => {
                let domain = self.domain(&request.target).await?;
                let name = request.text(POLICY).unwrap_or_default();
                let there = self.policy(&domain, name).await?.is_some();
                let id = format!("{}/{name}", request.target);
                Ok(there_now(
                    &id,
                    there,
                    "created",
                    "Look at the policies before you create it again.",
                ))
            }
            DELETE_POLICY => {
                let (name, policy) = pair(&request.target);
                let domain = self.domain(name).await?;
                let there = self.policy(&domain, policy).await?.is_some();
                Ok(gone(
                    &request.target,
                    !there,
                    "Deleting it again does no harm.",
                ))
            }
            other => Ok(Trace::None {
                looked_at: format!("this version does not know '{other}'"),
                advice: "Use a newer version.".to_owned(),
            }),
        }
    }

    async fn look_for_snapshot(&self, operation: &Operation) -> Result<Trace, Failure> {
        let (name, repository) = pair(&operation.request.target);
        let domain = self.domain(name).await?;
        let snapshot = name_of(operation).to_owned();
        let id = format!("{}/{snapshot}", operation.request.target);
        let found = self
            .detailed(&domain, repository, std::slice::from_ref(&snapshot))
            .await?;
        let advice =
            || "Look at the repository's snapshots before you take another one.".to_owned();
        let Some(found) = found.first() else {
            return Ok(Trace::None {
                looked_at: format!("{repository} has no snapshot {snapshot}"),
                advice: advice(),
            });
        };
        let accepted = snapshot_accepted(&id, self.clock.now(), None);
        let details = found.details.as_ref();
        let by = details.and_then(|details| details.operation.as_deref());
        let was_absent = operation.baseline.facts[ABSENT] == true;
        Ok(match by {
            Some(by) if by == operation.id.as_str() => Trace::Found {
                accepted,
                how: format!("{id} names the operation {by} in its metadata"),
            },
            Some(by) => Trace::None {
                looked_at: format!("{snapshot} is there, and is of the operation {by}"),
                advice: advice(),
            },
            None if was_absent => Trace::Found {
                accepted,
                how: format!(
                    "{id} was not there before it was asked for; no two snapshots of a repository have one name"
                ),
            },
            None => Trace::None {
                looked_at: format!(
                    "{snapshot} is there, and may have been before it was asked for"
                ),
                advice: advice(),
            },
        })
    }

    async fn look_for_restore(&self, operation: &Operation) -> Result<Trace, Failure> {
        if let Some(first) = migrate::due(operation) {
            return self.look_for_first(operation, &first).await;
        }
        let facts = &operation.baseline.facts;
        let text = |key: &str| facts[key].as_str().unwrap_or_default();
        let domain = self.domain(text("domain")).await?;
        let made = made(facts);
        let existing = self.indices(&domain).await?;
        let there: Vec<String> = made
            .iter()
            .filter(|name| existing.iter().any(|index| index.name == **name))
            .cloned()
            .collect();
        let advice = "Look at the indices of the domain before you restore again.".to_owned();
        if there.is_empty() {
            return Ok(Trace::None {
                looked_at: format!(
                    "{} has none of {}",
                    domain.name,
                    super::indices::some(&made)
                ),
                advice,
            });
        }
        let names: Vec<&str> = there.iter().map(String::as_str).collect();
        let recovery = self
            .table(
                &domain,
                "recovery",
                &names,
                "index,type,repository,snapshot",
            )
            .await?;
        let ours = |row: &&Value| {
            row["repository"] == text("repository")
                && row["snapshot"] == text("snapshot")
                && row["index"]
                    .as_str()
                    .is_some_and(|index| there.iter().any(|own| own == index))
        };
        let rows = recovery.as_array().into_iter().flatten();
        Ok(match rows.into_iter().find(ours) {
            Some(_) => Trace::Found {
                accepted: restore_accepted(facts, self.clock.now(), None),
                how: format!(
                    "{} come from {} of {}, and were not there before",
                    super::indices::some(&there),
                    text("snapshot"),
                    text("repository")
                ),
            },
            None => Trace::None {
                looked_at: format!(
                    "{} are there, and did not come from this snapshot",
                    super::indices::some(&there)
                ),
                advice,
            },
        })
    }
}

fn gone(id: &str, is_gone: bool, advice: &str) -> Trace {
    if is_gone {
        Trace::Found {
            accepted: super::assess::done(id.to_owned(), None, "deleted"),
            how: format!("the domain lists {id} no more"),
        }
    } else {
        Trace::None {
            looked_at: format!("the domain still lists {id}"),
            advice: advice.to_owned(),
        }
    }
}

fn there_now(id: &str, is_there: bool, stage: &str, advice: &str) -> Trace {
    if is_there {
        Trace::Found {
            accepted: super::assess::done(id.to_owned(), None, stage),
            how: format!("the domain lists {id} as it was asked for"),
        }
    } else {
        Trace::None {
            looked_at: format!("the domain does not list {id} as it was asked for"),
            advice: advice.to_owned(),
        }
    }
}
