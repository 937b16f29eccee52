"""Charter: what the engines offer: versions, upgrade paths, parameter families, classes, log types, serverless ranges.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html,
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html,
https://docs.aws.amazon.com/documentdb/latest/developerguide/docdb-serverless-scaling-config.html
"""

from __future__ import annotations

import re

from trueup.sandbox.emulator.errors import AwsError

AURORA = "aurora-postgresql"
DOCDB = "docdb"

_AURORA_MINORS: dict[int, tuple[int, ...]] = {
    13: (9, 14, 15, 20, 23),
    14: (6, 11, 12, 17, 18, 19, 20),
    15: (6, 7, 10, 12, 13, 14, 15),
    16: (2, 3, 4, 6, 8, 9, 10, 11),
    17: (4, 5, 6, 7),
}
VERSIONS: dict[str, tuple[str, ...]] = {
    AURORA: tuple(f"{major}.{minor}" for major, minors in _AURORA_MINORS.items() for minor in minors),
    DOCDB: ("3.6.0", "4.0.0", "5.0.0", "8.0.0"),
}
DEFAULT_VERSION = {AURORA: "17.7", DOCDB: "8.0.0"}
PORT = {AURORA: 5432, DOCDB: 27017}
LOG_TYPES = {AURORA: ("iam-db-auth-error", "instance", "postgresql"), DOCDB: ("audit", "profiler")}
STANDARD_STORAGE = {AURORA: "aurora", DOCDB: "standard"}
OPTIMIZED_STORAGE = {AURORA: "aurora-iopt1", DOCDB: "iopt1"}

_PAUSE_FROM = {13: 15, 14: 12, 15: 7, 16: 3, 17: 0}
_SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
_CLASSES = {
    AURORA: ("r5", "r6g", "r6i", "r7g", "r7i", "r8g", "x2g"),
    DOCDB: ("r5", "r6g", "r8g"),
}
_BURSTABLE = {
    AURORA: ("db.t3.medium", "db.t3.large", "db.t4g.medium", "db.t4g.large"),
    DOCDB: ("db.t3.medium", "db.t4g.medium"),
}


def known_engine(engine: str) -> str:
    """The engine, if the emulator has it; else RDS's refusal."""
    if engine not in VERSIONS:
        raise AwsError("InvalidParameterValue", f"Invalid DB engine: {engine}")
    return engine


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers that compare."""
    return tuple(int(piece) for piece in version.split("."))


def major(engine: str, version: str) -> str:
    """The major version as families and prices name it: `16`, `5.0`."""
    return version.split(".")[0] if engine == AURORA else ".".join(version.split(".")[:2])


def resolve_version(engine: str, asked: str | None) -> str:
    """The full version for what was asked: the default for nothing, the newest minor for a bare major."""
    if asked is None:
        return DEFAULT_VERSION[engine]
    if asked in VERSIONS[engine]:
        return asked
    newest = [version for version in VERSIONS[engine] if version.startswith(asked + ".")]
    if asked == major(engine, asked + ".0") and newest:
        return newest[-1]
    raise AwsError("InvalidParameterCombination", f"Cannot find version {asked} for {engine}")


def family(engine: str, version: str) -> str:
    """The parameter group family of a version."""
    return engine + major(engine, version)


FAMILIES = tuple(sorted({family(engine, version) for engine, all_ in VERSIONS.items() for version in all_}))


def upgrade_targets(engine: str, version: str) -> list[str]:
    """Versions to which a cluster of this version may go: newer minors, and newer majors."""
    return [other for other in VERSIONS[engine] if parts(other) > parts(version)]


def serverless_range(engine: str, version: str) -> tuple[float, float] | None:
    """Least and greatest capacity of Serverless on a version; None where it has none."""
    if engine == DOCDB:
        return (0.5, 256.0) if parts(version) >= (5, 0) else None
    number, minor = parts(version)[:2]
    return (0.0 if minor >= _PAUSE_FROM[number] else 0.5), 256.0


def check_class(engine: str, version: str, name: str) -> None:
    """Refuse an instance class that the engine does not run on."""
    if not re.fullmatch(r"db\.[a-z0-9-]+(\.[a-z0-9]+)?", name):
        raise AwsError("InvalidParameterValue", f"Invalid DB Instance class: {name}")
    pieces = name.split(".")
    plain = len(pieces) == 3 and pieces[1] in _CLASSES[engine] and pieces[2] in _SIZES
    serverless = name == "db.serverless" and serverless_range(engine, version) is not None
    if not (plain or serverless or name in _BURSTABLE[engine]):
        raise AwsError(
            "InvalidParameterCombination",
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={name}, Engine={engine}, EngineVersion={version}. For supported combinations of "
            "instance class and database engine version, see the documentation.",
        )


def classes(engine: str, version: str) -> list[str]:
    """Every class that the engine runs on."""
    sized = [f"db.{kind}.{size}" for kind in _CLASSES[engine] for size in _SIZES]
    serverless = ["db.serverless"] if serverless_range(engine, version) else []
    return sorted([*_BURSTABLE[engine], *sized, *serverless])
