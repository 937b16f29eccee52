"""The pieces of a Database's spec: capacity, backups, where data is restored from, what is adopted."""

from typing import ClassVar

from pydantic import Field

from trueup.kinds.common.rules import Rule
from trueup.kinds.common.spec import Part
from trueup.kinds.common.times import DAILY_WINDOW, seconds


class Capacity(Part, frozen=True):
    """Bounds that a serverless cluster scales within."""

    min: float = Field(
        ge=0,
        le=256,
        multiple_of=0.5,
        description="Least capacity in ACU (Aurora) or DCU (DocumentDB), in steps of 0.5. "
        "0 pauses an idle Aurora cluster; DocumentDB starts at 0.5.",
    )
    max: float = Field(
        ge=1,
        le=256,
        multiple_of=0.5,
        description="Most capacity in ACU or DCU, in steps of 0.5.",
    )
    pause_after: str | None = Field(
        default=None,
        min_length=2,
        max_length=6,
        pattern=r"^[1-9][0-9]{0,4}(s|m|h)$",
        description='Idle time before a cluster with min 0 pauses, such as "300s", "5m" or "1h"; 300s '
        "to 24h. "
        "Default with min 0: 5m.",
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.min <= self.max",
            message="capacity.min is above capacity.max. Lower min or raise max.",
            holds=lambda capacity: capacity.min <= capacity.max,
            at=".min",
        ),
        Rule(
            cel="!has(self.pauseAfter) || self.min == 0.0",
            message="capacity.pauseAfter works only with capacity.min 0. Set min to 0 or leave "
            "pauseAfter out.",
            holds=lambda capacity: capacity.pause_after is None or capacity.min == 0,
        ),
        Rule(
            cel="!has(self.pauseAfter) || (duration(self.pauseAfter) >= duration('300s')"
            " && duration(self.pauseAfter) <= duration('86400s'))",
            message="capacity.pauseAfter must be from 300s (5m) to 86400s (24h).",
            holds=lambda capacity: (
                capacity.pause_after is None or 300 <= seconds(capacity.pause_after) <= 86400
            ),
        ),
    )

    @property
    def pause_after_seconds(self) -> int | None:
        """Idle seconds before the cluster pauses; None where it never does."""
        if self.min > 0:
            return None
        return seconds(self.pause_after) if self.pause_after else 300


class Backup(Part, frozen=True):
    """Automatic backups."""

    retention_days: int = Field(default=7, ge=1, le=35, description="Days that automatic backups are kept.")
    window: str | None = Field(
        default=None,
        min_length=11,
        max_length=11,
        pattern=DAILY_WINDOW,
        description='Daily window in UTC, "hh:mm-hh:mm", at least 30 minutes. Default: AWS chooses.',
    )


class Restore(Part, frozen=True):
    """Where the data comes from when the cluster is created. Has no effect on a cluster that exists."""

    snapshot_identifier: str | None = Field(
        default=None,
        min_length=1,
        max_length=400,
        pattern=r"^(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:cluster-snapshot:)?(rds:)?[A-Za-z][A-Za-z0-9-]{0,254}$",
        description="Cluster snapshot to restore, by name or ARN.",
    )
    source_cluster: str | None = Field(
        default=None,
        min_length=1,
        max_length=63,
        pattern=r"^[A-Za-z](-?[A-Za-z0-9])*$",
        description="Cluster in the same account and region to restore from; needs pointInTime.",
    )
    point_in_time: str | None = Field(
        default=None,
        min_length=6,
        max_length=20,
        pattern=r"^(latest|[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)$",
        description='Time to restore to, such as "2026-11-20T12:00:00Z", or "latest".',
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.snapshotIdentifier) != has(self.sourceCluster)",
            message="restore needs either snapshotIdentifier, or sourceCluster with pointInTime.",
            holds=lambda restore: (restore.snapshot_identifier is None) != (restore.source_cluster is None),
        ),
        Rule(
            cel="has(self.sourceCluster) == has(self.pointInTime)",
            message="restore.sourceCluster and restore.pointInTime come together: the cluster, "
            'and a time such as "2026-11-20T12:00:00Z" or "latest".',
            holds=lambda restore: (restore.source_cluster is None) == (restore.point_in_time is None),
        ),
    )


class AdoptDatabase(Part, frozen=True):
    """A cluster that exists already."""

    name: str = Field(
        min_length=1,
        max_length=63,
        pattern=r"^[a-z](-?[a-z0-9])*$",
        description="Identifier of the cluster in AWS. Once given it stays.",
    )
