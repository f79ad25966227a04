//! Who the credentials belong to, asked of STS and remembered for each profile.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

use super::{endpoints::Endpoints, refusal};
use crate::domain::{
    failure::{Failure, FailureKind, causes},
    place::{Account, Place},
    text::harmless,
};

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account that the credentials belong to.
    pub account: Account,
    /// The user's or role's ARN.
    pub arn: String,
    /// The profile that the credentials came from; `None` is the default chain.
    pub profile: Option<String>,
    /// The endpoint in place of AWS's own.
    pub endpoint: Option<String>,
    /// The endpoints of single services, as [`Place::endpoints`] has them.
    pub endpoints: BTreeMap<String, String>,
}

/// The partition of AWS that an ARN is of: `aws`, `aws-cn`, `aws-us-gov`, or one of those that few can
/// reach.
pub(super) fn partition(arn: &str) -> &str {
    let named = arn.split(':').nth(1);
    named
        .filter(|name| name.starts_with("aws"))
        .unwrap_or("aws")
}

/// A profile and endpoints: what an identity depends on.
type Key = (Option<String>, Endpoints);

/// Identities already asked for.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<Key, Identity>>);

impl Cache {
    /// The identity behind a configuration, asked of STS `GetCallerIdentity` the first time.
    pub(super) async fn of(
        &self,
        config: &SdkConfig,
        endpoints: &Endpoints,
        profile: Option<&str>,
    ) -> Result<Identity, Failure> {
        let key = (profile.map(str::to_owned), endpoints.clone());
        if let Some(identity) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Ok(identity.clone());
        }
        let asked = ask(config, endpoints, profile).await;
        let at = endpoints.own.get("STS").or(endpoints.all.as_ref());
        let identity = asked.map_err(|failure| refusal::at(failure, at.map(String::as_str)))?;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, identity.clone());
        Ok(identity)
    }

    /// Forgets whose any credentials are.
    pub(super) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Forgets whose the credentials of a profile are.
    pub(super) fn forget(&self, profile: Option<&str>, endpoints: &Endpoints) {
        let of = |key: &Key| key.0.as_deref() == profile && key.1 == *endpoints;
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|key, _| !of(key));
    }
}

/// Asks STS anew whether the credentials are still those of a place's account: they can change hands
/// while the program runs. Asked before a change is sent, and before something that is absent is
/// taken for deleted: in another account nothing is there.
///
/// # Errors
/// [`FailureKind::Credentials`] where the account is another one, otherwise what STS answered.
pub(super) async fn still(sts: &aws_sdk_sts::Client, place: &Place) -> Result<(), Failure> {
    let (account, _) = caller(sts, place.profile.as_deref()).await?;
    same_account(place, &account)
}

/// Makes sure that an account is the one of a place.
///
/// # Errors
/// [`FailureKind::Credentials`] where it is another one.
pub(super) fn same_account(place: &Place, account: &Account) -> Result<(), Failure> {
    if *account == place.account {
        return Ok(());
    }
    let meant = &place.account;
    let message = format!("the credentials now belong to account {account}, not to {meant}");
    Err(
        Failure::new(FailureKind::Credentials, "", message).hint(match &place.profile {
            Some(profile) => {
                format!("Profile {profile} meant account {meant} when this was asked.")
            }
            None => format!("Use the credentials of account {meant} again."),
        }),
    )
}

/// Asks STS who the credentials of a configuration belong to.
///
/// # Errors
/// What STS or the network answered.
async fn ask(
    config: &SdkConfig,
    endpoints: &Endpoints,
    profile: Option<&str>,
) -> Result<Identity, Failure> {
    let (account, arn) = caller(&aws_sdk_sts::Client::new(config), profile).await?;
    Ok(Identity {
        account,
        arn,
        profile: profile.map(str::to_owned),
        endpoint: endpoints.all.clone(),
        endpoints: endpoints.own.clone(),
    })
}

/// The account and the ARN that STS `GetCallerIdentity` names.
async fn caller(
    sts: &aws_sdk_sts::Client,
    profile: Option<&str>,
) -> Result<(Account, String), Failure> {
    const DOING: &str = "GetCallerIdentity";
    let reply = sts.get_caller_identity().send().await;
    let reply = reply.map_err(|error| match refusal::for_want_of_credentials(&error) {
        Some(why) => no_credentials(profile, Some(why)),
        None => refusal::failure(&error, DOING, refusal::common),
    })?;
    let account = reply.account().ok_or_else(|| {
        let message = "AWS named no account in its answer";
        Failure::new(FailureKind::ReplyLost, DOING, message)
    })?;
    Ok((
        Account::new(account),
        reply.arn().unwrap_or_default().to_owned(),
    ))
}

/// A profile of the AWS files, as far as it can be chosen by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its default Region, as it is written.
    pub region: Option<String>,
    /// How its credentials come about, in a word or two.
    pub kind: &'static str,
    /// The device whose code its role asks for.
    pub mfa: Option<String>,
}

/// The profiles of the AWS config and credentials files, by name.
///
/// # Errors
/// [`FailureKind::Invalid`] for files that cannot be read.
pub async fn profiles() -> Result<Vec<Profile>, Failure> {
    let set = load_profiles().await?;
    let mut profiles: Vec<Profile> = set
        .profiles()
        .filter_map(|name| set.get_profile(name))
        .map(|profile| {
            let has = |key| profile.get(key).is_some_and(|value| !value.is_empty());
            let kind = if has("role_arn") {
                "assumes a role"
            } else if has("sso_session") || has("sso_start_url") {
                "SSO"
            } else if has("credential_process") {
                "asks a program"
            } else if has("aws_access_key_id") {
                "keys"
            } else {
                ""
            };
            Profile {
                name: profile.name().to_owned(),
                region: profile.get("region").map(str::to_owned),
                kind,
                mfa: profile
                    .get("mfa_serial")
                    .filter(|_| has("role_arn"))
                    .map(str::to_owned),
            }
        })
        .collect();
    profiles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(profiles)
}

/// A role that is assumed with the code of a device.
pub(super) struct Role {
    pub(super) arn: String,
    /// The profile whose credentials assume it.
    pub(super) source: String,
    pub(super) session: String,
    pub(super) external_id: Option<String>,
    pub(super) mfa: String,
}

/// The role of a profile that asks for a code.
///
/// # Errors
/// [`FailureKind::Invalid`] where it names no role, no device, or no source profile.
pub(super) async fn role(name: &str) -> Result<Role, Failure> {
    let profiles = load_profiles().await?;
    let profile = profiles.get_profile(name);
    let value = |key: &str| {
        let value = profile.and_then(|profile| profile.get(key));
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let needed = |key: &str| {
        value(key).ok_or_else(|| {
            let name = harmless(name);
            let message = format!("profile {name} of the AWS files has no {key}");
            Failure::new(FailureKind::Invalid, "", message)
        })
    };
    Ok(Role {
        arn: needed("role_arn")?,
        source: needed("source_profile")?,
        session: value("role_session_name").unwrap_or_else(|| "snapdeck".to_owned()),
        external_id: value("external_id"),
        mfa: needed("mfa_serial")?,
    })
}

async fn load_profiles() -> Result<aws_runtime::env_config::section::EnvConfigSections, Failure> {
    aws_config::profile::load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), None)
        .await
        .map_err(|error| Failure::new(FailureKind::Invalid, "the AWS config files", causes(&error)))
}

/// The name that the account has beside its number, from IAM `ListAccountAliases`. It is nothing but
/// a help for the eye: whoever may not ask has none.
pub(super) async fn alias(config: &SdkConfig) -> Option<String> {
    let reply = aws_sdk_iam::Client::new(config)
        .list_account_aliases()
        .send()
        .await;
    match reply {
        Ok(reply) => reply.account_aliases().first().cloned(),
        Err(error) => {
            tracing::debug!(error = %causes(&error), "the account's alias cannot be told");
            None
        }
    }
}

/// Makes sure that a profile exists before anything is asked under its name. `origin` says who
/// named it.
///
/// # Errors
/// [`FailureKind::Invalid`] that names the profile, its origin and the profiles there are.
pub async fn check_profile(name: &str, origin: &str) -> Result<(), Failure> {
    let profiles = load_profiles().await?;
    if profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let mut known: Vec<&str> = profiles.profiles().collect();
    known.sort_unstable();
    let hint = if known.is_empty() {
        "The AWS config and credentials files define no profile; 'aws configure --profile NAME' makes one.".to_owned()
    } else {
        format!(
            "The AWS config and credentials files define: {}.",
            known.join(", ")
        )
    };
    Err(Failure::new(
        FailureKind::Invalid,
        origin,
        format!("there is no AWS profile '{}'", harmless(name)),
    )
    .hint(hint))
}

/// No usable credentials: what was looked for, and where.
pub(super) fn no_credentials(profile: Option<&str>, error: Option<&CredentialsError>) -> Failure {
    let message = match error {
        // Of one profile it is told what it lacks; of a whole chain, that nothing was found in it.
        Some(error @ CredentialsError::CredentialsNotLoaded(_)) if profile.is_some() => {
            format!("no AWS credentials were found: {}", causes(error))
        }
        None | Some(CredentialsError::CredentialsNotLoaded(_)) => {
            "no AWS credentials were found".to_owned()
        }
        Some(error) => format!("the AWS credentials cannot be used: {}", causes(error)),
    };
    let hint = match profile {
        Some(profile) => format!(
            "Looked at profile {profile} in the AWS config and credentials files. If it is an SSO profile, 'aws sso login --profile {profile}' renews it."
        ),
        None => "Looked at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the default profile (or AWS_PROFILE) in ~/.aws/config and ~/.aws/credentials, SSO, web identity, the container's and the instance's metadata. 'aws configure' or 'aws sso login' sets them up.".to_owned(),
    };
    Failure::new(FailureKind::Credentials, "", message).hint(hint)
}
