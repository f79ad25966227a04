//! How bytes reach AWS: plain connections and those with TLS, made when the first request wants one.
//!
//! The SDK would read every root certificate of the machine for each of its clients, before it is known
//! whether one is needed. Here they are read by the first request that goes to an https endpoint, so that
//! neither a sandbox nor the instance's metadata costs them.

use aws_smithy_http_client::{
    Builder, Connector, ConnectorBuilder,
    proxy::ProxyConfig,
    tls::{self, TlsContext, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};

/// What the clients of the SDK send their requests through.
pub(super) fn client(trust: TlsContext) -> SharedHttpClient {
    let secure = Builder::new().build_with_connector_fn(move |settings, components| {
        secure(trust.clone(), settings.cloned(), components)
    });
    let plain = Builder::new()
        .build_with_connector_fn(|settings, components| plain(settings.cloned(), components));
    SharedHttpClient::new(ByScheme { plain, secure })
}

/// A connector that speaks TLS where the endpoint does.
pub(super) fn secure(
    trust: TlsContext,
    settings: Option<HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> Connector {
    with_options(Connector::builder(), settings, components)
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .tls_context(trust)
        .build()
}

fn plain(
    settings: Option<HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> Connector {
    with_options(Connector::builder(), settings, components).build_http()
}

/// What both have in common.
fn with_options<Tls>(
    builder: ConnectorBuilder<Tls>,
    settings: Option<HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> ConnectorBuilder<Tls> {
    let mut builder = builder.proxy_config(ProxyConfig::from_env());
    builder.set_connector_settings(settings);
    builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
    builder
}

/// Two clients, each of which keeps its connections; the scheme of a request says which.
#[derive(Debug)]
struct ByScheme {
    plain: SharedHttpClient,
    secure: SharedHttpClient,
}

impl HttpClient for ByScheme {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Sending {
            plain: self.plain.clone(),
            secure: self.secure.clone(),
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

/// What is needed to send a request once its scheme is known.
#[derive(Debug)]
struct Sending {
    plain: SharedHttpClient,
    secure: SharedHttpClient,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Sending {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_plain = request.uri().starts_with("http:");
        let client = if is_plain { &self.plain } else { &self.secure };
        client
            .http_connector(&self.settings, &self.components)
            .call(request)
    }
}
