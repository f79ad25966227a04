//! The endpoints that stand in for AWS's own: one for every service, and those of single services.
//!
//! Invariant: they are found out once, under an identity, and are part of the place of a request from
//! then on. A later process asks what was asked before, wherever its own environment points: the SDK
//! is handed both, and looks for neither by itself.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_types::{
    origin::Origin,
    service_config::{LoadServiceConfig, ServiceConfigKey},
};

use crate::domain::place::Place;

/// What the SDK calls the setting.
const SETTING: &str = "endpoint_url";
/// How its variable begins; the name of a service follows.
const VARIABLE: &str = "AWS_ENDPOINT_URL";

/// The services that are called, as the SDK names them. The configuration has their variables
/// (`config::SERVICE_ENDPOINTS`), since neither room knows the other; a test in `context` compares them.
const SERVICES: [&str; 7] = [
    "STS",
    "IAM",
    "S3",
    "EC2",
    "DLM",
    "Directory Service",
    "OpenSearch",
];

/// The endpoints in place of AWS's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Endpoints {
    /// That of every service without one of its own.
    pub all: Option<String>,
    /// Those of single services, by their names in the variables.
    pub own: BTreeMap<String, String>,
}

impl Endpoints {
    /// Those of a place.
    pub(super) fn of(place: &Place) -> Self {
        Self {
            all: place.endpoint.clone(),
            own: place.endpoints.clone(),
        }
    }

    /// These, and, where none of them is for every service, what the AWS files say.
    pub(super) fn or_found(&self, config: &SdkConfig) -> Self {
        let mut endpoints = self.clone();
        if endpoints.all.is_some() {
            return endpoints;
        }
        // An empty value is as good as none; the SDK would take it for an endpoint.
        let given = |url: &String| !url.is_empty();
        endpoints.all = config.endpoint_url().map(str::to_owned).filter(given);
        let Some(settings) = config.service_config() else {
            return endpoints;
        };
        for service in SERVICES {
            let key = ServiceConfigKey::builder()
                .service_id(service)
                .env(VARIABLE)
                .profile(SETTING)
                .build();
            let url = key.ok().and_then(|key| settings.load_config(key));
            if let Some(url) = url.filter(given)
                && endpoints.all.as_ref() != Some(&url)
            {
                endpoints.own.entry(name(service)).or_insert(url);
            }
        }
        endpoints
    }

    /// That of one service, by its name in the variables, if it is not AWS's own.
    pub(super) fn one(&self, service: &str) -> Option<&str> {
        self.own
            .get(service)
            .or(self.all.as_ref())
            .map(String::as_str)
    }

    /// A configuration that leads to these endpoints and to no others.
    pub(super) fn applied(&self, config: SdkConfig) -> SdkConfig {
        let mut builder = config.clone().into_builder();
        builder.set_endpoint_url(self.all.clone());
        // What is set by hand would go before those of single services.
        builder.insert_origin(SETTING, Origin::shared_environment_variable());
        builder
            .service_config(Own {
                endpoints: self.own.clone(),
                rest: config,
            })
            .build()
    }
}

/// The names that the services have in their variables.
#[cfg(test)]
pub(crate) fn names() -> Vec<String> {
    SERVICES.map(name).to_vec()
}

/// The name of a service in its variable.
fn name(service: &str) -> String {
    service.to_uppercase().replace(' ', "_")
}

/// The settings of single services, with these endpoints in place of whatever is set for them.
#[derive(Debug)]
struct Own {
    endpoints: BTreeMap<String, String>,
    rest: SdkConfig,
}

impl LoadServiceConfig for Own {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.env() == VARIABLE {
            return self.endpoints.get(&name(key.service_id())).cloned();
        }
        self.rest.service_config()?.load_config(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the clients of these two services would go.
    fn of_two(config: &SdkConfig) -> [Option<String>; 2] {
        let asked = |service| {
            let key = ServiceConfigKey::builder()
                .service_id(service)
                .env(VARIABLE)
                .profile(SETTING)
                .build()
                .unwrap();
            let own = config.service_config().and_then(|all| all.load_config(key));
            own.or_else(|| config.endpoint_url().map(str::to_owned))
        };
        ["EC2", "Directory Service"].map(asked)
    }

    #[test]
    fn what_was_found_is_what_is_asked_wherever_the_environment_points_now() {
        let text = |url: &str| Some(url.to_owned());
        let place = Endpoints {
            all: text("http://all"),
            own: BTreeMap::from([("DIRECTORY_SERVICE".to_owned(), "http://ds".to_owned())]),
        };
        let elsewhere = SdkConfig::builder()
            .endpoint_url("http://elsewhere")
            .build();
        let config = place.applied(elsewhere.clone());
        assert_eq!(of_two(&config), [text("http://all"), text("http://ds")]);
        // An identity that was found at AWS itself stays there.
        let config = Endpoints::default().applied(elsewhere);
        assert_eq!(of_two(&config), [None, None]);
    }

    #[test]
    fn an_empty_endpoint_is_none() {
        let empty = SdkConfig::builder().endpoint_url("").build();
        assert_eq!(Endpoints::default().or_found(&empty), Endpoints::default());
    }
}
