"""What a Database tells those who use it: where it listens, and where its password is, never the password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.resource import Seen
from trueup.core.values import MISSING, Json, Key, as_list
from trueup.kinds.common.kind import Context
from trueup.kinds.common.names import ACCESS_GROUP
from trueup.kinds.database.compose import CLUSTER
from trueup.kinds.database.engines import ENGINES

_SHOWN: Final[Mapping[str, str]] = {
    "endpoint": "Endpoint",
    "readerEndpoint": "ReaderEndpoint",
    "port": "Port",
    "databaseName": "DatabaseName",
    "masterUsername": "MasterUsername",
    "masterSecretArn": "MasterUserSecret.SecretArn",
    "clusterArn": "DBClusterArn",
    "engineVersion": "EngineVersion",
}


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """Endpoints, port, ARNs of the cluster and its secret, the full version, the security group's id.

    `pendingReboot` lists the instances whose static parameters wait for a restart; absent when there are none.
    """
    found: dict[str, Json] = {}
    cluster = _cluster(ctx, observed)
    if cluster is not None:
        shown = {name: get(cluster.doc, path) for name, path in _SHOWN.items()}
        found = {name: value for name, value in shown.items() if value is not MISSING and value is not None}
        waiting = _pending_reboot(cluster)
        if waiting:
            found["pendingReboot"] = waiting
    group = observed.seen.get(ACCESS_GROUP)
    if group is not None:
        found["securityGroupId"] = group.id
    return found


def _cluster(ctx: Context, observed: Observed) -> Seen | None:
    for kind in ENGINES[ctx.spec.engine].types:
        seen = observed.seen.get(Key(kind.TYPE, CLUSTER))
        if seen is not None:
            return seen
    return None


def _pending_reboot(cluster: Seen) -> list[str]:
    members = as_list(get(cluster.doc, "DBClusterMembers")) or ()
    return sorted(
        str(one["DBInstanceIdentifier"])
        for one in members
        if one.get("DBClusterParameterGroupStatus") == "pending-reboot"
    )
