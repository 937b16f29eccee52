"""What clusters, instances and groups share: tags, the largest page, and what AWS's words for states mean.

Aurora and DocumentDB stand behind one API: each list shows the resources of both, told apart by their engine. The
words are from https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core.paths import get
from trueup.core.resource import Deep
from trueup.core.tagging import Tagging
from trueup.core.values import Doc, Phase, as_map

AURORA: Final = "aurora-postgresql"
DOCDB: Final = "docdb"
SERVERLESS: Final = "db.serverless"

PAGE: Final = {"MaxRecords": 100}

TAGS: Final = Tagging(
    read="TagList", create="Tags", add="AddTagsToResource", remove="RemoveTagsFromResource", who="ResourceName"
)


def tags_by(arn: str) -> Deep:
    """The deep read of the tags of what a list shows without them."""
    return Deep("ListTagsForResource", {"ResourceName": f"{{{arn}}}"}, "TagList", into="TagList")


_CHANGING: Final = (
    "backing-up",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "failing-over",
    "maintenance",
    "modifying",
    "preparing-data-migration",
    "resetting-master-credentials",
    "storage-config-upgrade",
    "storage-initialization",
    "update-iam-db-auth",
)
_UNUSABLE: Final = (
    "backtracking",
    "creating",
    "migrating",
    "promoting",
    "rebooting",
    "renaming",
    "starting",
    "stopping",
    "upgrading",
)
_BROKEN: Final = (
    "cloning-failed",
    "failed",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-create",
    "incompatible-network",
    "incompatible-option-group",
    "incompatible-parameters",
    "incompatible-restore",
    "insufficient-capacity",
    "migration-failed",
    "restore-error",
    "storage-full",
    "upgrade-failed",
)
PHASES: Final[Mapping[str, Phase]] = {
    **dict.fromkeys(_CHANGING, Phase.BUSY),
    **dict.fromkeys(_UNUSABLE, Phase.CREATING),
    **dict.fromkeys(_BROKEN, Phase.FAILED),
    "available": Phase.READY,
    "storage-optimization": Phase.READY,
    "deleting": Phase.DELETING,
    "delete-precheck": Phase.DELETING,
}
"""AWS's word → phase, for clusters and instances. An unknown word means: usable, and not to be touched now."""


def deferred(doc: Doc, harmless: frozenset[str] = frozenset()) -> bool:
    """AWS holds a change for the maintenance window, which `ApplyImmediately` would let loose now."""
    waiting = as_map(get(doc, "PendingModifiedValues")) or {}
    return any(value is not None and name not in harmless for name, value in waiting.items())


def major(engine: str, version: str) -> str:
    """The major version as parameter group families name it: "16" of 16.11, "5.0" of DocumentDB's 5.0.0."""
    parts = version.split(".")
    return ".".join(parts[:2]) if engine == DOCDB else parts[0]


def is_older(new: str, old: str) -> bool:
    """Whether version `new` is before `old`; "16" stands for any 16.x and is before none of them."""
    pairs = list(zip((int(part) for part in new.split(".")), (int(part) for part in old.split(".")), strict=False))
    return [a for a, _ in pairs] < [b for _, b in pairs]


def family(engine: str, version: str) -> str:
    """The parameter group family of a version: "aurora-postgresql16", "docdb5.0"."""
    return engine + major(engine, version)
