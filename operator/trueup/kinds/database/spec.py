"""The spec of a Database: a cluster of one engine in a network's private subnets, and who may reach it."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import Shape
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.peers import Peer
from trueup.kinds.common.rules import Change, Rule, immutable, immutable_optional, keeps_adopted, not_both, unique
from trueup.kinds.common.spec import Criticality, NetworkRef, Spec
from trueup.kinds.common.times import (
    DAILY_WINDOW,
    WEEKLY_WINDOW,
    cel_daily_length,
    cel_weekly_length,
    cel_windows_overlap,
    daily_minutes,
    weekly_minutes,
    windows_overlap,
)
from trueup.kinds.database.spec_parts import AdoptDatabase, Backup, Capacity, Restore

Engine = Literal["aurora-postgresql", "documentdb"]
InstanceClass = Annotated[
    str,
    Field(max_length=40),
    Shape(
        r"^db\.[a-z][a-z0-9-]*\.[a-z0-9-]+$",
        "This is not a class of instances. It looks like db.t4g.medium; for serverless give capacity instead.",
    ),
]
SqlName = Annotated[
    str,
    Field(max_length=63),
    Shape("^[A-Za-z][A-Za-z0-9_]*$", "This name must begin with a letter and have only letters, digits and _."),
]
UserName = Annotated[
    str,
    Field(max_length=16),
    Shape("^[A-Za-z][A-Za-z0-9_]*$", "This name must begin with a letter and have only letters, digits and _."),
]
WeeklyWindow = Annotated[
    str,
    Field(max_length=19),
    Shape(
        WEEKLY_WINDOW,
        'This is not a weekly window: write it in UTC and lower case, such as "sun:04:00-sun:05:00".',
    ),
]

# Neither engine takes these for the master user: the first is a reserved word, the others belong to AWS.
_RESERVED_USER = "^(admin|rds.*)$"

# Minor versions from which an Aurora PostgreSQL cluster may pause at 0 ACU:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
_CAN_PAUSE = (
    r"^((1[7-9]|[2-9][0-9])([.][0-9]+)?|16([.]([3-9]|[1-9][0-9]+))?|15([.]([7-9]|[1-9][0-9]+))?"
    r"|14([.](1[2-9]|[2-9][0-9]+))?|13([.](1[5-9]|[2-9][0-9]+))?)$"
)
_VERSION = r"^[0-9]{1,2}([.][0-9]{1,2}){0,2}$"
_POSTGRESQL_VERSION = r"^(1[3-9]|[2-9][0-9])([.][0-9]{1,2})?$"
_DOCUMENTDB_VERSION = r"^(3[.]6|4[.]0|5[.]0|8[.]0)([.]0)?$"
# https://docs.aws.amazon.com/documentdb/latest/developerguide/docdb-serverless-scaling-config.html
_DOCUMENTDB_SERVERLESS = r"^(5|8)[.]0([.]0)?$"


_BACKUP = "self.backup.window"
_MAINTENANCE = "self.maintenanceWindow"
# A window that is not one has its own sentence; the rules on windows leave it alone.
_HAS_BACKUP = f"(has({_BACKUP}) && {_BACKUP}.matches(r'{DAILY_WINDOW}'))"
_HAS_MAINTENANCE = f"(has({_MAINTENANCE}) && {_MAINTENANCE}.matches(r'{WEEKLY_WINDOW}'))"


def _is_serverless(spec: "DatabaseSpec", engine: Engine) -> bool:
    return spec.engine == engine and spec.capacity is not None


def _version_fits(spec: "DatabaseSpec") -> bool:
    pattern = _POSTGRESQL_VERSION if spec.engine == "aurora-postgresql" else _DOCUMENTDB_VERSION
    return re.search(pattern, spec.version) is not None


def _may_pause(spec: "DatabaseSpec") -> bool:
    if spec.engine != "aurora-postgresql" or spec.capacity is None or spec.capacity.min > 0:
        return True
    return re.search(_CAN_PAUSE, spec.version) is not None


def _windows_are_apart(spec: "DatabaseSpec") -> bool:
    if spec.backup.window is None or spec.maintenance_window is None:
        return True
    return not windows_overlap(spec.backup.window, spec.maintenance_window)


class DatabaseSpec(Spec, frozen=True):
    """A database cluster in private subnets, encrypted, with a password that AWS keeps and rotates."""

    engine: Engine = Field(description="aurora-postgresql for PostgreSQL, documentdb for MongoDB. Cannot change.")
    version: str = Field(
        max_length=8,
        description='Engine version in quotes, such as "16.11" or "5.0.0". "16" leaves the minor '
        "version to AWS. AWS takes no cluster back to an older one.",
    )
    capacity: Capacity | None = Field(
        default=None, description="Serverless: scales between min and max. Either this or instanceClass."
    )
    instance_class: InstanceClass | None = Field(
        default=None,
        description="Class of provisioned instances, such as db.t4g.medium. Either this or capacity.",
    )
    instances: int = Field(
        default=1, ge=1, le=16, description="Instances of the cluster: one writer, the others readers."
    )
    database_name: SqlName | None = Field(
        default=None,
        description="Database that is made with the cluster; aurora-postgresql only. Cannot change.",
    )
    master_username: UserName | None = Field(
        default=None,
        description="Name of the master user. Default: dbadmin, or what a restored or adopted cluster "
        "has. Cannot change.",
    )
    port: int | None = Field(
        default=None,
        ge=1150,
        le=65535,
        description="Port of the cluster. Default: 5432 (aurora-postgresql), 27017 (documentdb). A change restarts it.",
    )
    network_ref: NetworkRef = Field(
        description="The Network whose private subnets, in at least two zones, hold the cluster. Cannot change."
    )
    allow_from: tuple[Peer, ...] = Field(
        default=(),
        max_length=32,
        strict=False,
        description="Who may connect. Default: nobody.",
    )
    backup: Backup = Field(default=Backup(), description="Automatic backups.")
    maintenance_window: WeeklyWindow | None = Field(
        default=None,
        description='Weekly window in UTC, "ddd:hh:mm-ddd:hh:mm" in lower case, at least 30 minutes. '
        "Default: AWS chooses.",
    )
    deletion_protection: bool = Field(
        default=False,
        description="Whether AWS refuses to delete the cluster. Deleting this object then waits until it is false.",
    )
    performance_insights: bool = Field(
        default=False, description="Whether Performance Insights is on, with 7 days of history."
    )
    parameters: dict[str, Annotated[str, Field(max_length=1024)]] = Field(
        default={},
        max_length=64,
        description="Cluster parameters by name, values as text; the others stay default.",
    )
    restore: Restore | None = Field(
        default=None, description="Where the data of a new cluster comes from. Cannot change."
    )
    adopt: AdoptDatabase | None = Field(default=None, description="Take over a cluster that exists in AWS.")
    deletion_policy: Literal["Snapshot", "Retain", "Delete"] = Field(
        default="Snapshot",
        description="What happens to the cluster when this object is deleted. Snapshot keeps a final snapshot, "
        "Retain keeps the cluster, Delete keeps nothing.",
    )
    criticality: Criticality = Field(default="Critical", description="Whether a budget's gate may stop it.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.capacity) != has(self.instanceClass)",
            message="Give either capacity (serverless) or instanceClass (such as db.t4g.medium), one of the two.",
            holds=lambda spec: (spec.capacity is None) != (spec.instance_class is None),
        ),
        Rule(
            cel="self.engine == 'aurora-postgresql'"
            f" ? self.version.matches('{_POSTGRESQL_VERSION}')"
            f" : self.version.matches('{_DOCUMENTDB_VERSION}')",
            message='version is not one of the engine: aurora-postgresql takes "13" and later, such as "16.11"; '
            'documentdb takes "3.6.0", "4.0.0", "5.0.0" and "8.0.0".',
            holds=_version_fits,
            at=".version",
        ),
        Rule(
            cel="self.engine != 'aurora-postgresql' || !has(self.capacity) || self.capacity.min > 0.0"
            f" || self.version.matches('{_CAN_PAUSE}')",
            message="capacity.min 0 needs a version that can pause: 13.15, 14.12, 15.7, 16.3 or later. "
            "Choose such a version or set min to 0.5.",
            holds=_may_pause,
        ),
        Rule(
            cel="self.engine != 'documentdb' || !has(self.capacity) || self.capacity.min >= 0.5",
            message="DocumentDB cannot pause: capacity.min starts at 0.5. Set min to 0.5 or more.",
            holds=lambda spec: not _is_serverless(spec, "documentdb") or spec.capacity.min >= 0.5,
        ),
        Rule(
            cel="self.engine != 'documentdb' || !has(self.capacity)"
            f" || self.version.matches('{_DOCUMENTDB_SERVERLESS}')",
            message='Serverless DocumentDB needs version "5.0.0" or "8.0.0". Choose one of them or give instanceClass.',
            holds=lambda spec: (
                not _is_serverless(spec, "documentdb") or re.search(_DOCUMENTDB_SERVERLESS, spec.version) is not None
            ),
        ),
        Rule(
            cel="!has(self.databaseName) || self.engine != 'documentdb'",
            message="documentdb makes its databases on first use. Leave databaseName out.",
            holds=lambda spec: spec.database_name is None or spec.engine != "documentdb",
        ),
        Rule(
            cel=f"!has(self.masterUsername) || !self.masterUsername.matches('{_RESERVED_USER}')",
            message="masterUsername must not be admin nor begin with rds: AWS keeps these names. "
            "Choose another, such as dbadmin.",
            holds=lambda spec: re.search(_RESERVED_USER, spec.master_username or "") is None,
        ),
        Rule(
            cel=f"!{_HAS_BACKUP} || {cel_daily_length(_BACKUP)} >= 30",
            message="backup.window must last 30 minutes or more. Widen it.",
            holds=lambda spec: spec.backup.window is None or daily_minutes(spec.backup.window)[1] >= 30,
        ),
        Rule(
            cel=f"!{_HAS_MAINTENANCE} || {cel_weekly_length(_MAINTENANCE)} >= 30",
            message="maintenanceWindow must last 30 minutes or more. Widen it.",
            holds=lambda spec: spec.maintenance_window is None or weekly_minutes(spec.maintenance_window)[1] >= 30,
        ),
        Rule(
            cel=f"!{_HAS_BACKUP} || !{_HAS_MAINTENANCE} || !({cel_windows_overlap(_BACKUP, _MAINTENANCE)})",
            message="backup.window and maintenanceWindow overlap, which AWS refuses. Move one of them.",
            holds=_windows_are_apart,
        ),
        unique("allow_from", "An entry of allowFrom comes twice. Name each peer once."),
        Rule(
            cel="self.parameters.all(k, k.matches('^[a-z][a-z0-9_.]{0,254}$'))",
            message="A parameter has a name in lower case, such as max_connections, of at most 255 characters.",
            holds=lambda spec: all(re.fullmatch("[a-z][a-z0-9_.]{0,254}", name) for name in spec.parameters),
            at=".parameters",
        ),
        not_both(
            "restore",
            "adopt",
            "restore makes a new cluster and adopt takes over an old one. Give one of them.",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable(
            "engine",
            "engine cannot change: the data would be lost. Create a new Database and move the data to it.",
        ),
        immutable(
            "network_ref",
            "networkRef cannot change: a cluster stays in its network. Create a new Database "
            "with restore.snapshotIdentifier in the other network.",
        ),
        immutable_optional(
            "database_name",
            "databaseName cannot be set, changed or removed later. Create the other database with "
            "SQL, or create a new Database.",
        ),
        immutable_optional(
            "master_username",
            "masterUsername cannot be set, changed or removed later. "
            "Create the other user with the engine's own commands, or create a new Database.",
        ),
        immutable_optional(
            "restore",
            "restore counts only when the cluster is created and cannot be set, changed or removed later. "
            "Create a new Database with this restore.",
        ),
        keeps_adopted(
            "adopt cannot be changed or removed: this object stands for that cluster. Create a new "
            "Database for another one."
        ),
    )

    @property
    def adopted_name(self) -> str | None:
        """The identifier of the cluster that this object takes over."""
        return self.adopt.name if self.adopt else None

    @property
    def effective_port(self) -> int:
        """The port that the cluster listens on."""
        return self.port or (5432 if self.engine == "aurora-postgresql" else 27017)

    @property
    def effective_master_username(self) -> str | None:
        """The master user to declare; None where a restored or adopted cluster brings its own."""
        if self.master_username or self.restore or self.adopt:
            return self.master_username
        return "dbadmin"


INFO = KindInfo(
    kind="Database",
    plural="databases",
    singular="database",
    short_names=("db",),
    spec=DatabaseSpec,
    url_path=".status.outputs.endpoint",
    description="A managed database cluster: Aurora PostgreSQL or DocumentDB, serverless or on instances.",
)
