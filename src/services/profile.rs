//! What a profile of the AWS files leads to: its credentials, and the Region that counts by default.

use aws_config::{
    Region as SdkRegion,
    environment::EnvironmentVariableRegionProvider,
    imds::region::ImdsRegionProvider,
    meta::region::RegionProviderChain,
    profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider},
    provider_config::ProviderConfig,
};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::endpoints::Endpoints;

/// The credentials of a profile. Where it assumes a role, STS is asked in the Region and within the
/// limits of these settings, at its endpoint among these.
pub(super) fn credentials(
    name: &str,
    endpoints: &Endpoints,
    settings: &ProviderConfig,
) -> ProfileFileCredentialsProvider {
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(true)
        .include_default_credentials_file(true);
    if let (Some(url), Some(heading)) = (endpoints.one("STS"), heading(name)) {
        // The SDK has no other way to tell the client that it makes for this.
        let more = format!("{heading}\nendpoint_url = {url}\n");
        files = files.with_contents(EnvConfigFileKind::Config, more);
    }
    ProfileFileCredentialsProvider::builder()
        .profile_name(name)
        .profile_files(files.build())
        .configure(settings)
        .build()
}

/// How the AWS config file calls a profile; `None` for a name that would need quotes there.
fn heading(profile: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@+/".contains(c);
    match profile {
        "default" => Some("[default]".to_owned()),
        name if name.chars().all(plain) => Some(format!("[profile {name}]")),
        _ => None,
    }
}

/// Whether a variable of the Region is set and empty, which is as good as not set; the SDK would take
/// it for the name of a Region.
fn empty_region() -> bool {
    ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| value.is_empty()))
}

/// The Region that counts where none was chosen: of the environment, the AWS files or the instance, as
/// the SDK looks for it.
pub(super) async fn default_region(
    profile: Option<&str>,
    http: SharedHttpClient,
) -> Option<SdkRegion> {
    let settings = ProviderConfig::default().with_http_client(http);
    let mut files = ProfileFileRegionProvider::builder().configure(&settings);
    if let Some(name) = profile {
        files = files.profile_name(name);
    }
    let instance = ImdsRegionProvider::builder().configure(&settings);
    let rest = RegionProviderChain::first_try(files.build()).or_else(instance.build());
    if empty_region() {
        return rest.region().await;
    }
    let environment = EnvironmentVariableRegionProvider::new();
    RegionProviderChain::first_try(environment)
        .or_else(rest)
        .region()
        .await
}
