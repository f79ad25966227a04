//! What concerns AWS: the profile, the Regions, the endpoints and the certificates, and what of it
//! counts in the sandbox.

use std::{collections::BTreeMap, path::PathBuf};

use crate::config::{
    error::ConfigError,
    file::FileSettings,
    origin::Origin,
    settings::{Flags, Regions, SandboxSource},
    sources::Sources,
    value,
};

/// The variables of the endpoints of single services, each with the service's name in it. A test in
/// `context` holds them against the services that are called.
pub(crate) const SERVICE_ENDPOINTS: [(&str, &str); 7] = [
    ("AWS_ENDPOINT_URL_STS", "STS"),
    ("AWS_ENDPOINT_URL_IAM", "IAM"),
    ("AWS_ENDPOINT_URL_S3", "S3"),
    ("AWS_ENDPOINT_URL_EC2", "EC2"),
    ("AWS_ENDPOINT_URL_DLM", "DLM"),
    ("AWS_ENDPOINT_URL_DIRECTORY_SERVICE", "DIRECTORY_SERVICE"),
    ("AWS_ENDPOINT_URL_OPENSEARCH", "OPENSEARCH"),
];

/// The sandbox asked for, unless the flags contradict it.
pub(super) fn sandbox(flags: &Flags) -> Result<Option<SandboxSource>, ConfigError> {
    let Some(scenario) = &flags.sandbox else {
        return Ok(None);
    };
    let refused = |second, reason| ConfigError::Conflict {
        first: "--sandbox",
        second,
        reason,
    };
    if flags.endpoint_url.is_some() {
        let reason = "the sandbox is its own endpoint; leave one of them out";
        return Err(refused("--endpoint-url", reason));
    }
    if flags.profile.is_some() {
        let reason = "the sandbox has an identity of its own; leave one of them out";
        return Err(refused("--profile", reason));
    }
    Ok(Some(match scenario {
        None => SandboxSource::BuiltIn,
        Some(file) => SandboxSource::File(file.clone()),
    }))
}

/// In the sandbox, nothing counts that the file says about AWS and its accounts.
pub(super) fn forget_aws(file: &mut FileSettings) {
    file.profile = None;
    file.regions = None;
    file.endpoint_url = None;
    file.ca_bundle = None;
    file.profiles.clear();
    file.opensearch.clear();
    // The folder of the journal of real operations; a simulated one must not end up in it.
    file.state_dir = None;
}

pub(super) fn profile(from: &mut Sources<'_>) -> Result<Option<String>, ConfigError> {
    let flag = from
        .flags
        .profile
        .as_deref()
        .map(|name| ("--profile", name));
    let file = from.file.profile.take();
    from.first("profile", flag, &["AWS_PROFILE"], file, value::name)
}

/// The endpoint for every service.
pub(super) fn endpoint_url(from: &mut Sources<'_>) -> Result<Option<String>, ConfigError> {
    let flag = from
        .flags
        .endpoint_url
        .as_deref()
        .map(|url| ("--endpoint-url", url));
    let file = from.file.endpoint_url.take();
    let variables: &[_] = if ignores_variables(from)? {
        &[]
    } else {
        &["AWS_ENDPOINT_URL"]
    };
    from.first("endpoint_url", flag, variables, file, value::endpoint)
}

/// The endpoints of single services. They go before the one for every service, unless that was given
/// on the command line: so the AWS CLI has it.
pub(super) fn endpoint_urls(from: &Sources<'_>) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut urls = BTreeMap::new();
    if from.flags.endpoint_url.is_some() || ignores_variables(from)? {
        return Ok(urls);
    }
    for (variable, service) in SERVICE_ENDPOINTS {
        if let Some(text) = from.variable(variable) {
            let url = value::endpoint(&text).map_err(|problem| ConfigError::Value {
                origin: Origin::Environment(variable),
                problem,
            })?;
            urls.insert(service.to_owned(), url);
        }
    }
    Ok(urls)
}

/// Whether the AWS tools were told to leave configured endpoints alone.
fn ignores_variables(from: &Sources<'_>) -> Result<bool, ConfigError> {
    const VARIABLE: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    from.variable(VARIABLE).map_or(Ok(false), |text| {
        value::switch(&text).map_err(|problem| ConfigError::Value {
            origin: Origin::Environment(VARIABLE),
            problem,
        })
    })
}

pub(super) fn ca_bundle(from: &mut Sources<'_>) -> Result<Option<PathBuf>, ConfigError> {
    let file = from.file.ca_bundle.take();
    from.first(
        "network.ca_bundle",
        None,
        &["AWS_CA_BUNDLE"],
        file,
        value::path,
    )
}

pub(super) fn regions(from: &mut Sources<'_>, sandbox: bool) -> Result<Regions, ConfigError> {
    if !from.flags.regions.is_empty() {
        let regions = value::regions(&from.flags.regions);
        return from.accept("regions", Origin::Flag("--region"), regions);
    }
    let variables: &[_] = if sandbox {
        &[]
    } else {
        &["AWS_REGION", "AWS_DEFAULT_REGION"]
    };
    let file = from.file.regions.take();
    let found = from.first("regions", None, variables, file, value::region)?;
    Ok(found.unwrap_or(Regions::Default))
}
