//! What can be asked of AWS under one identity: reading, in all of its Regions at once.
//!
//! Changing goes through the engine alone, never through here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::join_all;
use jiff::Timestamp;

use super::Identity;
use crate::{
    domain::{
        assessment::Assessment,
        failure::{Failure, FailureKind},
        form::{Request, Value},
        place::{Place, Region},
        preset::TagPreset,
        row::{Row, RowKey},
    },
    services::registry::Registry,
};

/// An identity in its Regions.
pub struct Session {
    pub(super) identity: Identity,
    pub(super) regions: Vec<Region>,
    pub(super) registry: Arc<Registry>,
    pub(super) tags: Vec<TagPreset>,
}

impl Session {
    /// Who is calling.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The Regions that are looked at; at least one.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// One of the Regions as a place that a request can be bound to.
    #[must_use]
    pub fn place(&self, region: &Region) -> Place {
        Place {
            profile: self.identity.profile.clone(),
            account: self.identity.account.clone(),
            region: region.clone(),
            endpoint: self.identity.endpoint.clone(),
            endpoints: self.identity.endpoints.clone(),
        }
    }

    /// The present moment, on the clock of the services.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.registry.clock().now()
    }

    /// The name that the account has beside its number, where the identity may ask for it.
    pub async fn alias(&self) -> Option<String> {
        let region = self.regions.first()?;
        self.registry.connector().alias(&self.place(region)).await
    }

    /// The Regions that are enabled for the account, by name.
    ///
    /// # Errors
    /// What EC2 or the network answered.
    pub async fn enabled_regions(&self) -> Result<Vec<Region>, Failure> {
        let profile = self.identity.profile.as_deref();
        let any = self.regions.first().cloned();
        let any =
            any.ok_or_else(|| Failure::new(FailureKind::Internal, "", "there is no Region"))?;
        self.registry.connector().regions(profile, &any).await
    }

    /// Lists a collection in every Region, or the part of it that belongs to `parent`. Pages go to
    /// the sink as they arrive, those of several Regions interleaved.
    ///
    /// # Errors
    /// One failure for each Region that failed. Pages already in the sink stand.
    pub async fn list(
        &self,
        service: &str,
        collection: &str,
        parent: Option<&RowKey>,
        sink: &mut (dyn FnMut(Vec<Row>) + Send),
    ) -> Result<(), Vec<Failure>> {
        let regions: Vec<&Region> = match parent {
            Some(key) => vec![&key.region],
            None => self.regions.iter().collect(),
        };
        // Taken for the length of one push, never across an await.
        let sink = Mutex::new(sink);
        let push = |rows| sink.lock().unwrap_or_else(PoisonError::into_inner)(rows);
        let listed = join_all(regions.into_iter().map(|region| async {
            let place = self.place(region);
            let parent = parent.map(|key| key.id.as_str());
            let list = async {
                let service = self.registry.service(service, &place).await?;
                service
                    .list(collection, parent, &mut |rows| push(rows))
                    .await
            };
            list.await
                .map_err(|failure| self.registry.failed(&place, failure))
        }))
        .await;
        let failures: Vec<Failure> = listed.into_iter().filter_map(Result::err).collect();
        if failures.is_empty() {
            Ok(())
        } else {
            Err(failures)
        }
    }

    /// The ids of all rows of a collection in one Region.
    ///
    /// # Errors
    /// What AWS or the network answered.
    pub async fn ids(
        &self,
        service: &str,
        collection: &str,
        region: &Region,
    ) -> Result<Vec<String>, Failure> {
        let place = self.place(region);
        let service = self.registry.service(service, &place).await?;
        let ids = service.ids(collection).await;
        ids.map_err(|failure| self.registry.failed(&place, failure))
    }

    /// What a list has left pending of these rows, all of one Region. Rows that there are no more are
    /// left out.
    ///
    /// # Errors
    /// What AWS or the network answered.
    pub async fn details(
        &self,
        service: &str,
        collection: &str,
        region: &Region,
        ids: &[String],
    ) -> Result<Vec<Row>, Failure> {
        let place = self.place(region);
        let service = self.registry.service(service, &place).await?;
        let found = service.details(collection, ids).await;
        found.map_err(|failure| self.registry.failed(&place, failure))
    }

    /// One row with everything that is known of it.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] where there is none, otherwise what AWS or the network answered.
    pub async fn show(
        &self,
        service: &str,
        collection: &str,
        key: &RowKey,
    ) -> Result<Row, Failure> {
        let service = self
            .registry
            .service(service, &self.place(&key.region))
            .await?;
        service
            .show(collection, &key.id)
            .await
            .map_err(|failure| self.registry.failed(&self.place(&key.region), failure))
    }

    /// The row by an id in whichever of the Regions has it.
    ///
    /// # Errors
    /// As [`Session::show`]; where several Regions failed, the failure that says most.
    pub async fn find(&self, service: &str, collection: &str, id: &str) -> Result<Row, Failure> {
        let looked = join_all(self.regions.iter().map(|region| async move {
            self.show(
                service,
                collection,
                &RowKey {
                    region: region.clone(),
                    id: id.to_owned(),
                },
            )
            .await
        }))
        .await;
        let mut failures = Vec::new();
        for outcome in looked {
            match outcome {
                Ok(row) => return Ok(row),
                Err(failure) => failures.push(failure),
            }
        }
        // A Region that could not be asked says more than one that has no such row.
        let telling = failures
            .iter()
            .position(|f| f.kind != FailureKind::NotFound)
            .unwrap_or_default();
        Err(failures.swap_remove(telling))
    }

    /// What is filled in by itself in a request, by field, from the configuration.
    ///
    /// # Errors
    /// What AWS or the network answered.
    pub async fn presets(&self, request: &Request) -> Result<BTreeMap<String, Value>, Failure> {
        if self.tags.is_empty() {
            return Ok(BTreeMap::new());
        }
        let service = self
            .registry
            .service(&request.service, &request.place)
            .await?;
        let presets = service.presets(request, &self.tags).await;
        presets.map_err(|failure| self.registry.failed(&request.place, failure))
    }

    /// What would follow from a request. Changes nothing.
    ///
    /// # Errors
    /// What AWS or the network answered.
    pub async fn assess(&self, request: &Request) -> Result<Assessment, Failure> {
        let service = self
            .registry
            .service(&request.service, &request.place)
            .await?;
        match service.assess(request).await {
            Ok(assessment) => Ok(self.registry.advised(assessment)),
            Err(failure) => Err(self.registry.failed(&request.place, failure)),
        }
    }
}
