//! The table of endpoints.
//!
//! Invariants: of two patterns that a path fits, the first counts: names that the engine knows
//! come before those that a user gives.

use super::answer::Answer;
use super::ask::Ask;
use super::endpoints::{
    aliases, cat, cat_snapshots, cluster as cluster_endpoints, documents, indices, policies,
    recovery, repositories, restore, snapshot_create, snapshot_delete, snapshot_get,
    snapshot_status,
};
use super::error::Halt;

pub(super) type Handler = fn(&mut Ask<'_>) -> Result<Answer, Halt>;

/// A method of an endpoint, with the permission that fine-grained access control asks for.
pub(super) type Entry = (&'static str, &'static str, Handler);

const REPOSITORY_GET: &str = "cluster:admin/repository/get";
pub(super) const PUT_REPOSITORY: &str = "cluster:admin/repository/put";
const SNAPSHOT_STATUS: &str = "cluster:admin/snapshot/status";
const SNAPSHOT_CREATE: &str = "cluster:admin/snapshot/create";
const MONITOR: &str = "cluster:monitor/main";
const INDEX_MONITOR: &str = "indices:monitor/stats";
pub(super) const INDEX_GET: &str = "indices:admin/get";
const ALIASES: &str = "indices:admin/aliases";
pub(super) const ALIASES_GET: &str = "indices:admin/aliases/get";
const READ: &str = "indices:data/read/search";
pub(super) const WRITE: &str = "indices:data/write/index";
const POLICY_READ: &str = "cluster:admin/opensearch/snapshot_management/policy/get";
const POLICY_WRITE: &str = "cluster:admin/opensearch/snapshot_management/policy/write";
const POLICY_DELETE: &str = "cluster:admin/opensearch/snapshot_management/policy/delete";
const POLICY_EXPLAIN: &str = "cluster:admin/opensearch/snapshot_management/policy/explain";
const POLICY_START: &str = "cluster:admin/opensearch/snapshot_management/policy/start";
const POLICY_STOP: &str = "cluster:admin/opensearch/snapshot_management/policy/stop";

/// All endpoints; of two that match, the first. `*` is any one part of a path.
pub(super) const ENDPOINTS: &[(&str, &[Entry])] = &[
    (
        "",
        &[
            ("GET", MONITOR, cluster_endpoints::root),
            ("HEAD", MONITOR, cluster_endpoints::root),
            ("DELETE", "indices:admin/delete", indices::delete),
        ],
    ),
    // Repositories and snapshots.
    ("_snapshot", &[("GET", REPOSITORY_GET, repositories::list)]),
    (
        "_snapshot/_status",
        &[("GET", SNAPSHOT_STATUS, snapshot_status::running)],
    ),
    (
        "_snapshot/*",
        &[
            ("GET", REPOSITORY_GET, repositories::list),
            ("PUT", PUT_REPOSITORY, repositories::put),
            ("POST", PUT_REPOSITORY, repositories::put),
            (
                "DELETE",
                "cluster:admin/repository/delete",
                repositories::delete,
            ),
        ],
    ),
    (
        "_snapshot/*/_verify",
        &[(
            "POST",
            "cluster:admin/repository/verify",
            repositories::verify,
        )],
    ),
    (
        "_snapshot/*/_cleanup",
        &[(
            "POST",
            "cluster:admin/repository/_cleanup",
            repositories::cleanup,
        )],
    ),
    (
        "_snapshot/*/_status",
        &[("GET", SNAPSHOT_STATUS, snapshot_status::running)],
    ),
    (
        "_snapshot/*/*",
        &[
            ("GET", "cluster:admin/snapshot/get", snapshot_get::get),
            ("PUT", SNAPSHOT_CREATE, snapshot_create::create),
            ("POST", SNAPSHOT_CREATE, snapshot_create::create),
            (
                "DELETE",
                "cluster:admin/snapshot/delete",
                snapshot_delete::delete,
            ),
        ],
    ),
    (
        "_snapshot/*/*/_restore",
        &[("POST", "cluster:admin/snapshot/restore", restore::restore)],
    ),
    (
        "_snapshot/*/*/_status",
        &[("GET", SNAPSHOT_STATUS, snapshot_status::named)],
    ),
    // Tables.
    ("_cat/indices", &[("GET", INDEX_MONITOR, cat::indices)]),
    ("_cat/indices/*", &[("GET", INDEX_MONITOR, cat::indices)]),
    ("_cat/aliases", &[("GET", ALIASES_GET, cat::aliases)]),
    ("_cat/aliases/*", &[("GET", ALIASES_GET, cat::aliases)]),
    (
        "_cat/repositories",
        &[("GET", REPOSITORY_GET, cat_snapshots::repositories)],
    ),
    (
        "_cat/snapshots",
        &[(
            "GET",
            "cluster:admin/snapshot/get",
            cat_snapshots::snapshots,
        )],
    ),
    (
        "_cat/snapshots/*",
        &[(
            "GET",
            "cluster:admin/snapshot/get",
            cat_snapshots::snapshots,
        )],
    ),
    (
        "_cat/recovery",
        &[("GET", "indices:monitor/recovery", cat_snapshots::recovery)],
    ),
    (
        "_cat/recovery/*",
        &[("GET", "indices:monitor/recovery", cat_snapshots::recovery)],
    ),
    ("_cat/health", &[("GET", MONITOR, cat::health)]),
    ("_cat/nodes", &[("GET", MONITOR, cat::nodes)]),
    ("_cat/shards", &[("GET", MONITOR, cat::shards)]),
    ("_cat/shards/*", &[("GET", MONITOR, cat::shards)]),
    ("_cat/count", &[("GET", READ, cat::count)]),
    ("_cat/count/*", &[("GET", READ, cat::count)]),
    // The cluster.
    (
        "_cluster/health",
        &[("GET", MONITOR, cluster_endpoints::health)],
    ),
    (
        "_cluster/health/*",
        &[("GET", MONITOR, cluster_endpoints::health)],
    ),
    (
        "_cluster/settings",
        &[("GET", MONITOR, cluster_endpoints::settings)],
    ),
    (
        "_cluster/state",
        &[("GET", "cluster:monitor/state", cluster_endpoints::state)],
    ),
    (
        "_cluster/state/*",
        &[("GET", "cluster:monitor/state", cluster_endpoints::state)],
    ),
    (
        "_cluster/state/*/*",
        &[("GET", "cluster:monitor/state", cluster_endpoints::state)],
    ),
    ("_nodes", &[("GET", MONITOR, cluster_endpoints::nodes)]),
    ("_nodes/*", &[("GET", MONITOR, cluster_endpoints::nodes)]),
    ("_tasks", &[("GET", MONITOR, cluster_endpoints::tasks)]),
    // Policies.
    (
        "_plugins/_sm/policies",
        &[("GET", POLICY_READ, policies::list)],
    ),
    (
        "_plugins/_sm/policies/*",
        &[
            ("GET", POLICY_READ, policies::get),
            ("POST", POLICY_WRITE, policies::create),
            ("PUT", POLICY_WRITE, policies::update),
            ("DELETE", POLICY_DELETE, policies::delete),
        ],
    ),
    (
        "_plugins/_sm/policies/*/_explain",
        &[("GET", POLICY_EXPLAIN, policies::explain)],
    ),
    (
        "_plugins/_sm/policies/*/_start",
        &[("POST", POLICY_START, policies::start)],
    ),
    (
        "_plugins/_sm/policies/*/_stop",
        &[("POST", POLICY_STOP, policies::stop)],
    ),
    // Aliases.
    (
        "_aliases",
        &[
            ("GET", ALIASES_GET, aliases::all),
            ("POST", ALIASES, aliases::change),
        ],
    ),
    ("_alias", &[("GET", ALIASES_GET, aliases::get)]),
    (
        "_alias/*",
        &[
            ("GET", ALIASES_GET, aliases::get),
            ("HEAD", ALIASES_GET, aliases::get),
        ],
    ),
    ("*/_alias", &[("GET", ALIASES_GET, aliases::of_index)]),
    (
        "*/_alias/*",
        &[
            ("GET", ALIASES_GET, aliases::of_index),
            ("HEAD", ALIASES_GET, aliases::of_index),
            ("PUT", ALIASES, aliases::put),
            ("POST", ALIASES, aliases::put),
            ("DELETE", ALIASES, aliases::delete),
        ],
    ),
    // Indices and what is in them.
    (
        "_recovery",
        &[("GET", "indices:monitor/recovery", recovery::recovery)],
    ),
    (
        "_settings",
        &[
            ("GET", INDEX_MONITOR, indices::settings),
            (
                "PUT",
                "indices:admin/settings/update",
                indices::put_settings,
            ),
        ],
    ),
    ("_settings/*", &[("GET", INDEX_MONITOR, indices::settings)]),
    ("_mapping", &[("GET", INDEX_GET, indices::mapping)]),
    ("_stats", &[("GET", INDEX_MONITOR, indices::stats)]),
    ("_stats/*", &[("GET", INDEX_MONITOR, indices::stats)]),
    (
        "_refresh",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    (
        "_flush",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    ("_resolve/index/*", &[("GET", INDEX_GET, indices::resolve)]),
    (
        "_bulk",
        &[
            ("POST", WRITE, documents::bulk),
            ("PUT", WRITE, documents::bulk),
        ],
    ),
    (
        "_search",
        &[
            ("GET", READ, documents::search),
            ("POST", READ, documents::search),
        ],
    ),
    (
        "_count",
        &[
            ("GET", READ, documents::count),
            ("POST", READ, documents::count),
        ],
    ),
    (
        "*",
        &[
            ("GET", INDEX_GET, indices::get),
            ("HEAD", INDEX_GET, indices::exists),
            ("PUT", "indices:admin/create", indices::create),
            ("DELETE", "indices:admin/delete", indices::delete),
        ],
    ),
    (
        "*/_recovery",
        &[("GET", "indices:monitor/recovery", recovery::recovery)],
    ),
    (
        "*/_settings",
        &[
            ("GET", INDEX_MONITOR, indices::settings),
            (
                "PUT",
                "indices:admin/settings/update",
                indices::put_settings,
            ),
        ],
    ),
    (
        "*/_settings/*",
        &[("GET", INDEX_MONITOR, indices::settings)],
    ),
    ("*/_mapping", &[("GET", INDEX_GET, indices::mapping)]),
    ("*/_stats", &[("GET", INDEX_MONITOR, indices::stats)]),
    ("*/_stats/*", &[("GET", INDEX_MONITOR, indices::stats)]),
    (
        "*/_refresh",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    (
        "*/_flush",
        &[
            ("POST", WRITE, documents::refresh),
            ("GET", WRITE, documents::refresh),
        ],
    ),
    (
        "*/_close",
        &[("POST", "indices:admin/close", indices::close)],
    ),
    ("*/_open", &[("POST", "indices:admin/open", indices::open)]),
    (
        "*/_bulk",
        &[
            ("POST", WRITE, documents::bulk),
            ("PUT", WRITE, documents::bulk),
        ],
    ),
    (
        "*/_search",
        &[
            ("GET", READ, documents::search),
            ("POST", READ, documents::search),
        ],
    ),
    (
        "*/_count",
        &[
            ("GET", READ, documents::count),
            ("POST", READ, documents::count),
        ],
    ),
    ("*/_doc", &[("POST", WRITE, documents::write)]),
    (
        "*/_doc/*",
        &[
            ("PUT", WRITE, documents::write),
            ("POST", WRITE, documents::write),
        ],
    ),
];
