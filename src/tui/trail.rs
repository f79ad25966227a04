//! Where one has been: back and forward over the screens, and where the next session begins.
//!
//! What is kept of a screen is its name and where its cursor was, never a row: what is gone back to is
//! read again.

use serde::{Deserialize, Serialize};

use crate::domain::{
    collection::ServiceInfo,
    place::{Account, Region},
    row::RowKey,
};

use super::{
    model::{Model, roots},
    pane::Pane,
    screens::{
        Screen, collection::CollectionScreen, home::HomeScreen, operations::OperationsScreen,
        resource::ResourceScreen,
    },
    store::Kind,
};

/// The screens over each other, by their names.
pub(crate) type Stop = Vec<Spot>;

/// How many stops are kept in each direction.
const MOST: usize = 50;

/// A screen by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Spot {
    /// The overview.
    Home,
    /// The lists, with the open one.
    Lists {
        /// The service of the open list.
        service: String,
        /// Its collection.
        collection: String,
        /// Where its cursor is.
        at: Mark,
    },
    /// A row's own screen.
    Resource {
        /// The row's service.
        service: String,
        /// Its collection.
        collection: String,
        /// Its Region.
        region: Region,
        /// Its id.
        id: String,
        /// The collection of the open tab; `None` is the overview.
        tab: Option<String>,
        /// Where the open list's cursor is.
        at: Mark,
    },
    /// What was asked of AWS.
    Operations,
}

/// Where a list's cursor is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The row.
    cursor: Option<(Region, String)>,
    /// The filter.
    filter: String,
}

/// Where one has been.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    back: Vec<Stop>,
    forward: Vec<Stop>,
}

impl Spot {
    /// Whether it is the same screen, wherever its cursor is.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Resource {
                    service,
                    collection,
                    region,
                    id,
                    ..
                },
                Self::Resource {
                    service: other_service,
                    collection: other_collection,
                    region: other_region,
                    id: other_id,
                    ..
                },
            ) => {
                (service, collection, region, id)
                    == (other_service, other_collection, other_region, other_id)
            }
            (Self::Lists { .. }, Self::Lists { .. })
            | (Self::Home, Self::Home)
            | (Self::Operations, Self::Operations) => true,
            _ => false,
        }
    }

    /// Whether going from one to the other is going somewhere.
    fn is_near(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Lists {
                    service,
                    collection,
                    ..
                },
                Self::Lists {
                    service: other,
                    collection: list,
                    ..
                },
            ) => (service, collection) == (other, list),
            _ => self.is_same(other),
        }
    }
}

impl Mark {
    fn of(pane: Option<&Pane>) -> Self {
        let Some(pane) = pane else {
            return Self::default();
        };
        Self {
            cursor: pane
                .cursor()
                .map(|key| (key.region.clone(), key.id.clone())),
            filter: pane.filter_text().to_owned(),
        }
    }

    fn put(&self, pane: Option<&mut Pane>) {
        if let Some(pane) = pane {
            let cursor = self.cursor.clone();
            pane.restore(
                cursor.map(|(region, id)| RowKey { region, id }),
                &self.filter,
            );
        }
    }
}

impl Trail {
    /// One went from here to there.
    pub(crate) fn went(&mut self, from: Stop, to: &Stop) {
        let near = from.len() == to.len() && from.iter().zip(to).all(|(a, b)| a.is_near(b));
        if near || from.is_empty() {
            return;
        }
        self.back.push(from);
        let over = self.back.len().saturating_sub(MOST);
        self.back.drain(..over);
        self.forward.clear();
    }

    /// The stop before this one.
    pub(crate) fn back(&mut self, here: Stop) -> Option<Stop> {
        let stop = self.back.pop()?;
        self.forward.push(here);
        Some(stop)
    }

    /// The stop that was left by going back.
    pub(crate) fn forward(&mut self, here: Stop) -> Option<Stop> {
        let stop = self.forward.pop()?;
        self.back.push(here);
        Some(stop)
    }

    /// Whether there is anything to go back and forward to.
    pub(crate) fn ways(&self) -> (bool, bool) {
        (!self.back.is_empty(), !self.forward.is_empty())
    }
}

/// Where one is. What says why nothing can be done at all is no place to come back to.
pub(crate) fn here(model: &Model) -> Stop {
    model.screens.iter().filter_map(spot).collect()
}

fn spot(screen: &Screen) -> Option<Spot> {
    Some(match screen {
        Screen::Home(_) => Spot::Home,
        Screen::Collection(screen) => {
            let kind = screen.pane()?.kind();
            Spot::Lists {
                service: kind.service.id.to_owned(),
                collection: kind.collection.id.to_owned(),
                at: Mark::of(screen.pane()),
            }
        }
        Screen::Resource(screen) => {
            let (kind, key) = screen.names();
            Spot::Resource {
                service: kind.service.id.to_owned(),
                collection: kind.collection.id.to_owned(),
                region: key.region,
                id: key.id,
                tab: screen
                    .pane()
                    .map(|pane| pane.kind().collection.id.to_owned()),
                at: Mark::of(screen.pane()),
            }
        }
        Screen::Operations(_) => Spot::Operations,
        Screen::Problem(_) => return None,
    })
}

/// Goes to a stop. Screens that are on the way there already stay as they are; what this version of
/// the program does not know ends the way.
pub(crate) fn go(model: &mut Model, stop: &Stop) {
    let kept = model.screens.iter().zip(stop);
    let kept = kept
        .take_while(|(screen, to)| spot(screen).is_some_and(|here| here.is_same(to)))
        .count();
    let mut screens: Vec<Screen> = model.screens.drain(..).collect();
    let before = screens.split_off(kept);
    for (place, spot) in stop.iter().enumerate() {
        let catalog = &model.world.catalog;
        let known = screens.get_mut(place);
        let found = match known {
            Some(screen) => put(screen, spot, catalog),
            None => build(spot, model).is_some_and(|mut screen| {
                let found = put(&mut screen, spot, catalog);
                screens.push(screen);
                found
            }),
        };
        if !found {
            break;
        }
    }
    model.screens = if screens.is_empty() { before } else { screens };
}

fn build(spot: &Spot, model: &Model) -> Option<Screen> {
    let catalog = &model.world.catalog;
    Some(match spot {
        Spot::Home => Screen::Home(HomeScreen::new(roots(catalog))),
        Spot::Lists { .. } => Screen::Collection(CollectionScreen::new(roots(catalog))),
        Spot::Resource {
            service,
            collection,
            region,
            id,
            ..
        } => {
            let kind = kind(catalog, service, collection)?;
            let key = RowKey {
                region: region.clone(),
                id: id.clone(),
            };
            let known = model.world.store.known(kind, &key).cloned();
            let account = model.world.connected().map_or_else(
                || Account::new(""),
                |connected| connected.identity.account.clone(),
            );
            Screen::Resource(Box::new(ResourceScreen::named(kind, &key, &account, known)))
        }
        Spot::Operations => Screen::Operations(OperationsScreen::default()),
    })
}

/// Puts the cursor of a screen where it was; answers whether there still is such a place.
fn put(screen: &mut Screen, spot: &Spot, catalog: &[&'static ServiceInfo]) -> bool {
    match (screen, spot) {
        (
            Screen::Collection(screen),
            Spot::Lists {
                service,
                collection,
                at,
            },
        ) => {
            let found = kind(catalog, service, collection).is_some_and(|kind| screen.go_to(kind));
            if found {
                at.put(screen.pane_mut());
            }
            found
        }
        (
            Screen::Resource(screen),
            Spot::Resource {
                service, tab, at, ..
            },
        ) => {
            let to = tab.as_ref().and_then(|tab| kind(catalog, service, tab));
            screen.open_tab(to);
            at.put(screen.pane_mut());
            true
        }
        _ => true,
    }
}

fn kind(catalog: &[&'static ServiceInfo], service: &str, collection: &str) -> Option<Kind> {
    let service = *catalog.iter().find(|known| known.id == service)?;
    let collection = service.collection(collection)?;
    Some(Kind {
        service,
        collection,
    })
}
