"""The pieces of a Database's spec: capacity, backups, where data is restored from, what is adopted."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from trueup.kinds.common.fields import Shape, in_halves
from trueup.kinds.common.rules import Rule
from trueup.kinds.common.spec import Part
from trueup.kinds.common.times import DAILY_WINDOW, seconds

_DURATION = "^[1-9][0-9]{0,4}(s|m|h)$"
_POINT_IN_TIME = "^(latest|[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)$"
_STEPS = "Capacity comes in steps of 0.5, such as 0.5, 1 or 1.5."

Duration = Annotated[
    str,
    Field(max_length=6),
    Shape(_DURATION, 'This is not a duration: write a number and s, m or h, such as "300s", "5m" or "1h".'),
]
DailyWindow = Annotated[
    str,
    Field(max_length=11),
    Shape(DAILY_WINDOW, 'This is not a daily window: write it in UTC with two digits each, such as "03:00-03:30".'),
]
SnapshotIdentifier = Annotated[
    str,
    Field(max_length=400),
    Shape(
        "^(arn:aws[a-z-]*:rds:[a-z0-9-]+:[0-9]{12}:cluster-snapshot:)?(rds:)?[A-Za-z][A-Za-z0-9-]{0,254}$",
        "This is not a cluster snapshot. Give its name or its ARN, as rds describe-db-cluster-snapshots shows it.",
    ),
]
PointInTime = Annotated[
    str,
    Field(max_length=20),
    Shape(
        _POINT_IN_TIME,
        'This is neither "latest" nor a time in UTC, such as "2026-11-20T12:00:00Z".',
    ),
]
ClusterIdentifier = Annotated[
    str,
    Field(max_length=63),
    Shape(
        "^[a-z](-?[a-z0-9])*$",
        "This is not a cluster's identifier: it begins with a letter and has lower-case letters, digits "
        "and single hyphens.",
    ),
]


class Capacity(Part, frozen=True):
    """Bounds that a serverless cluster scales within."""

    min: float = Field(
        ge=0,
        le=256,
        description="Least capacity in ACU (Aurora) or DCU (DocumentDB), in steps of 0.5. "
        "0 pauses an idle Aurora cluster; DocumentDB starts at 0.5.",
    )
    max: float = Field(
        ge=1,
        le=256,
        description="Most capacity in ACU or DCU, in steps of 0.5.",
    )
    pause_after: Duration | None = Field(
        default=None,
        description='Idle time before a cluster with min 0 pauses, such as "300s", "5m" or "1h"; 300s '
        "to 24h. "
        "Default with min 0: 5m.",
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        in_halves("min", _STEPS),
        in_halves("max", _STEPS),
        Rule(
            cel="self.min <= self.max",
            message="capacity.min is above capacity.max. Lower min or raise max.",
            holds=lambda capacity: capacity.min <= capacity.max,
            at=".min",
        ),
        Rule(
            cel="!has(self.pauseAfter) || self.min == 0.0",
            message="capacity.pauseAfter works only with capacity.min 0. Set min to 0 or leave pauseAfter out.",
            holds=lambda capacity: capacity.pause_after is None or capacity.min == 0,
        ),
        Rule(
            cel=f"!has(self.pauseAfter) || !self.pauseAfter.matches(r'{_DURATION}')"
            " || (duration(self.pauseAfter) >= duration('300s')"
            " && duration(self.pauseAfter) <= duration('86400s'))",
            message="capacity.pauseAfter must be from 300s (5m) to 86400s (24h).",
            holds=lambda capacity: capacity.pause_after is None or 300 <= seconds(capacity.pause_after) <= 86400,
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
    window: DailyWindow | None = Field(
        default=None,
        description='Daily window in UTC, "hh:mm-hh:mm", at least 30 minutes. Default: AWS chooses.',
    )


def _is_recent(time: str) -> bool:
    try:
        return datetime.fromisoformat(time) > datetime(2000, 1, 1, tzinfo=UTC)
    except ValueError:
        return False


class Restore(Part, frozen=True):
    """Where the data comes from when the cluster is created. Has no effect on a cluster that exists."""

    snapshot_identifier: SnapshotIdentifier | None = Field(
        default=None,
        description="Cluster snapshot to restore, by name or ARN.",
    )
    source_cluster: ClusterIdentifier | None = Field(
        default=None,
        description="Cluster in the same account and region to restore from; needs pointInTime.",
    )
    point_in_time: PointInTime | None = Field(
        default=None,
        description='Time to restore to, such as "2026-11-20T12:00:00Z", or "latest".',
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.snapshotIdentifier) != has(self.sourceCluster)",
            message="restore needs either snapshotIdentifier, or sourceCluster with pointInTime.",
            holds=lambda restore: (restore.snapshot_identifier is None) != (restore.source_cluster is None),
        ),
        Rule(
            cel=f"!has(self.pointInTime) || !self.pointInTime.matches(r'{_POINT_IN_TIME}')"
            " || self.pointInTime == 'latest' || timestamp(self.pointInTime) > timestamp('2000-01-01T00:00:00Z')",
            message="restore.pointInTime is not a day since 2000. Give a time within the backups of the source.",
            holds=lambda restore: restore.point_in_time in (None, "latest") or _is_recent(restore.point_in_time),
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

    name: ClusterIdentifier = Field(
        description="Identifier of the cluster in AWS. Once given it stays.",
    )
