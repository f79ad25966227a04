//! The roles and managed policies of the account.
//!
//! Invariants: role names are unique without regard to case, as in IAM; every attached policy
//! exists. IAM is global: Regions do not matter.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::policy::{Decision, Document, Question, decide};
use super::seed::IamSeed;
use crate::sandbox::clock::earlier;
use crate::sandbox::ids::{Ids, Purpose};

/// The alphabet of unique ids.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// How old the caller's user is when the world begins.
const USER_AGE: SignedDuration = SignedDuration::from_hours(500 * 24);

/// Everything of IAM's.
pub(crate) struct Iam {
    ids: Ids,
    account: String,
    pub(super) account_alias: Option<String>,
    /// By name in lower case.
    roles: BTreeMap<String, Role>,
    /// By ARN.
    policies: BTreeMap<String, ManagedPolicy>,
    made: u64,
    began: Timestamp,
}

/// A role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) created: Timestamp,
    pub(super) description: Option<String>,
    /// In seconds.
    pub(super) longest_session: u32,
    pub(super) trust: Document,
    pub(super) inline: BTreeMap<String, Document>,
    /// ARNs.
    pub(super) attached: Vec<String>,
    pub(super) tags: Vec<(String, String)>,
}

/// A customer managed policy; it has one version.
#[derive(Debug, Clone)]
pub(crate) struct ManagedPolicy {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) created: Timestamp,
    pub(super) document: Document,
}

/// What a request says of a new role.
pub(super) struct NewRole {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) description: Option<String>,
    pub(super) longest_session: u32,
    pub(super) trust: Document,
    pub(super) tags: Vec<(String, String)>,
}

/// A service that has assumed a role, and may do what the role may.
#[derive(Clone, Copy)]
pub(crate) struct Session<'a> {
    iam: &'a Iam,
    pub(crate) role: &'a Role,
}

/// Why a service did not get a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAssumed {
    /// There is no such role. AWS tells that in the same words as [`Self::NotTrusted`].
    NoSuchRole,
    /// Its trust policy does not name the service, or its conditions do not hold.
    NotTrusted,
}

impl Iam {
    /// The IAM of a scenario, whose ages count back from `now`.
    pub(crate) fn new(ids: Ids, account: &str, seed: &IamSeed, now: Timestamp) -> Self {
        let mut iam = Self {
            ids,
            account: account.to_owned(),
            account_alias: seed.account_alias.clone(),
            roles: BTreeMap::new(),
            policies: BTreeMap::new(),
            made: 0,
            began: now,
        };
        for role in &seed.roles {
            let created = earlier(now, role.age);
            let new = NewRole {
                name: role.name.clone(),
                path: role.path.clone(),
                description: role.description.clone(),
                longest_session: super::SESSION.0,
                trust: role.trust.clone(),
                tags: role.tags.clone(),
            };
            let attached = role
                .managed
                .iter()
                .map(|(name, document)| iam.managed(name, document, created))
                .collect();
            iam.create(new, created);
            if let Some(made) = iam.find_mut(&role.name) {
                made.inline = role.inline.iter().cloned().collect();
                made.attached = attached;
            }
        }
        iam
    }

    /// The ARN of the managed policy with this name, which is made if there is none.
    fn managed(&mut self, name: &str, document: &Document, created: Timestamp) -> String {
        let arn = format!("arn:aws:iam::{}:policy/{name}", self.account);
        if !self.policies.contains_key(&arn) {
            let policy = ManagedPolicy {
                name: name.to_owned(),
                id: self.unique_id("ANPA", Purpose::ManagedPolicy),
                arn: arn.clone(),
                created,
                document: document.clone(),
            };
            self.policies.insert(arn.clone(), policy);
        }
        arn
    }

    /// Adds a role, whose name must be free.
    pub(super) fn create(&mut self, new: NewRole, now: Timestamp) -> &Role {
        let arn = format!("arn:aws:iam::{}:role{}{}", self.account, new.path, new.name);
        let role = Role {
            id: self.unique_id("AROA", Purpose::Role),
            arn,
            created: now,
            description: new.description,
            longest_session: new.longest_session,
            trust: new.trust,
            inline: BTreeMap::new(),
            attached: Vec::new(),
            tags: new.tags,
            path: new.path,
            name: new.name,
        };
        self.roles
            .entry(key(&role.name))
            .insert_entry(role)
            .into_mut()
    }

    /// Four letters for the kind and 17 characters.
    fn unique_id(&mut self, kind: &str, purpose: Purpose) -> String {
        let mut bits = self.ids.wide(purpose, self.made);
        self.made += 1;
        let mut id = format!("{kind}SBOX");
        for _ in 0..13 {
            let [low, ..] = bits.to_le_bytes();
            id.push(char::from(ALPHABET[usize::from(low % 32)]));
            bits >>= 5;
        }
        id
    }

    /// Since when the caller's user exists.
    pub(super) fn user_created(&self) -> Timestamp {
        earlier(self.began, USER_AGE)
    }

    pub(super) fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Role> {
        self.roles.get(&key(name))
    }

    pub(super) fn find_mut(&mut self, name: &str) -> Option<&mut Role> {
        self.roles.get_mut(&key(name))
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.roles.remove(&key(name));
    }

    pub(super) fn policy(&self, arn: &str) -> Option<&ManagedPolicy> {
        self.policies.get(arn)
    }

    /// To how many roles a policy is attached.
    pub(super) fn attachments(&self, arn: &str) -> usize {
        let has = |role: &&Role| role.attached.iter().any(|attached| attached == arn);
        self.roles().filter(has).count()
    }

    /// The role with this ARN, which must be exact: an ARN without the role's path is another's.
    pub(crate) fn role(&self, arn: &str) -> Option<&Role> {
        let (_, name) = arn.rsplit_once('/')?;
        self.find(name).filter(|role| role.arn == arn)
    }

    /// Gives a role to a service of AWS, as STS does when the service asks for it.
    ///
    /// `service` is its principal (`es.amazonaws.com`); `context` holds the condition keys that it
    /// sends, such as `aws:SourceAccount` and `aws:SourceArn`.
    pub(crate) fn assume(
        &self,
        arn: &str,
        service: &str,
        context: &[(&str, &str)],
    ) -> Result<Session<'_>, NotAssumed> {
        let role = self.role(arn).ok_or(NotAssumed::NoSuchRole)?;
        if !role.trust.trusts(service, context) {
            return Err(NotAssumed::NotTrusted);
        }
        Ok(Session { iam: self, role })
    }

    /// What the policies of a role answer, inline and attached ones together.
    pub(super) fn decide(&self, role: &Role, question: &Question<'_>) -> Decision {
        decide(self.documents(role), question)
    }

    /// The documents of a role's policies.
    pub(super) fn documents<'a>(&'a self, role: &'a Role) -> impl Iterator<Item = &'a Document> {
        let attached = role.attached.iter().filter_map(|arn| self.policy(arn));
        role.inline
            .values()
            .chain(attached.map(|policy| &policy.document))
    }

    pub(crate) fn to_json(&self) -> Value {
        let roles: Value = self.roles().map(Role::to_json).collect();
        json!({ "account_alias": self.account_alias, "roles": roles })
    }
}

impl Role {
    fn to_json(&self) -> Value {
        let inline: Vec<&String> = self.inline.keys().collect();
        json!({
            "arn": self.arn,
            "trust": self.trust.text(),
            "inline_policies": inline,
            "attached_policies": self.attached,
        })
    }
}

impl Session<'_> {
    /// The account of the role.
    pub(crate) fn account(&self) -> &str {
        &self.iam.account
    }

    /// Does the role allow this? `action` is such as `s3:PutObject`.
    pub(crate) fn may(&self, action: &str, resource: &str) -> bool {
        let question = Question {
            action,
            resource,
            context: &[],
        };
        self.iam.decide(self.role, &question) == Decision::Allowed
    }
}

fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}
