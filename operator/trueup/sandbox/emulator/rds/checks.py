"""Charter: the rules by which RDS refuses values: identifiers, windows, passwords, capacities, retention.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.rds import catalogue

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = 7 * 24 * 60
_RESERVED_USERS = frozenset({"admin", "postgres_admin", "rdsadmin", "rdsrepladmin", "root", "serviceadmin"})


def invalid(message: str) -> AwsError:
    """RDS's refusal of one value."""
    return AwsError("InvalidParameterValue", message)


def conflict(message: str) -> AwsError:
    """RDS's refusal of values that do not go together."""
    return AwsError("InvalidParameterCombination", message)


def identifier(value: str, name: str, most: int = 63) -> str:
    """The identifier in lower case, if RDS would take it."""
    if not re.fullmatch(r"[A-Za-z](-?[A-Za-z0-9])*", value) or len(value) > most:
        raise invalid(
            f"The parameter {name} is not a valid identifier. Identifiers must begin with a letter; must contain "
            "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive "
            f"hyphens; {name} has at most {most} characters."
        )
    return value.lower()


def backup_window(value: str) -> str:
    """A daily window `hh:mm-hh:mm` of at least 30 minutes."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", value)
    if not found:
        raise invalid(f"Invalid backup window format: {value}. Should be specified as a range hh24:mi-hh24:mi.")
    start, end = (
        (int(found.group(1)) * 60 + int(found.group(2))),
        (int(found.group(3)) * 60 + int(found.group(4))),
    )
    if (end - start) % 1440 < 30:
        raise invalid("The backup window must be at least 30 minutes.")
    return value


def maintenance_window(value: str) -> str:
    """A weekly window `ddd:hh:mm-ddd:hh:mm` of at least 30 minutes, days in lower case as AWS keeps them."""
    lowered = value.lower()
    _weekly(lowered, value)
    return lowered


def _weekly(value: str, shown: str) -> tuple[int, int]:
    time = r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):([0-5]\d)"
    found = re.fullmatch(f"{time}-{time}", value)
    if not found:
        raise invalid(
            f"Invalid maintenance window format: {shown}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi."
        )
    pieces = found.groups()
    start = _DAYS.index(pieces[0]) * 1440 + int(pieces[1]) * 60 + int(pieces[2])
    length = (_DAYS.index(pieces[3]) * 1440 + int(pieces[4]) * 60 + int(pieces[5]) - start) % _WEEK
    if length < 30 or length >= 1440:
        raise invalid("The maintenance window must be at least 30 minutes and less than 24 hours.")
    return start, length


def windows_apart(backup: str, maintenance: str) -> None:
    """Refuse windows that overlap."""
    start, length = _weekly(maintenance, maintenance)
    begin, finish = (int(part[:2]) * 60 + int(part[3:]) for part in backup.split("-"))
    for day in range(-1, 8):
        low = day * 1440 + begin
        high = low + (finish - begin) % 1440
        if low < start + length and start < high:
            raise conflict("The backup window and maintenance window must not overlap.")


def retention(days: int) -> int:
    """Backup retention in days, 1 to 35."""
    if not 1 <= days <= 35:
        raise invalid(f"Invalid backup retention period: {days}. Must be between 1 and 35.")
    return days


def port(number: int) -> int:
    """A port that RDS listens on."""
    if not 1150 <= number <= 65535:
        raise invalid(f"Invalid port number: {number}. Must be between 1150 and 65535.")
    return number


def username(value: str) -> str:
    """A master user name that the engine takes."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,62}", value):
        raise invalid("The parameter MasterUsername must begin with a letter and contain 1 to 63 letters or digits.")
    if value.lower() in _RESERVED_USERS:
        raise invalid(f"MasterUsername {value} cannot be used as it is a reserved word used by the engine.")
    return value


def password(value: str) -> str:
    """A master password that RDS takes."""
    if not 8 <= len(value) <= 100 or re.search(r'[/@" ]', value) or not value.isprintable():
        raise invalid(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides "
            "'/', '@', '\"', ' ' may be used, 8 to 100 of them."
        )
    return value


def scaling(engine: str, version: str, asked: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """The serverless range after a call: asked values over present ones, as RDS shows them.

    SecondsUntilAutoPause is there only where the least capacity is 0.
    """
    allowed = catalogue.serverless_range(engine, version)
    if allowed is None:
        raise conflict(f"Serverless isn't supported for {engine} {version}.")
    merged = {**present, **asked}
    if "MinCapacity" not in merged or "MaxCapacity" not in merged:
        raise invalid("ServerlessV2ScalingConfiguration needs both MinCapacity and MaxCapacity.")
    least, most = float(merged["MinCapacity"]), float(merged["MaxCapacity"])
    for name, value in (("minimum", least), ("maximum", most)):
        if value * 2 != int(value * 2):
            raise invalid(f"Serverless v2 {name} capacity {value} isn't valid: it must be a multiple of 0.5.")
    if not allowed[0] <= least <= allowed[1]:
        raise invalid(
            f"Serverless v2 minimum capacity {least} isn't valid for {engine} {version}. "
            f"The minimum capacity must be between {allowed[0]} and {allowed[1]}."
        )
    if not 1.0 <= most <= allowed[1]:
        raise invalid(f"Serverless v2 maximum capacity {most} isn't valid: it must be between 1.0 and {allowed[1]}.")
    if least > most:
        raise invalid(f"Serverless v2 minimum capacity {least} must not be greater than the maximum {most}.")
    result: dict[str, Any] = {"MinCapacity": least, "MaxCapacity": most}
    if least == 0:
        result["SecondsUntilAutoPause"] = _pause(merged.get("SecondsUntilAutoPause", 300))
    elif "SecondsUntilAutoPause" in asked:
        raise conflict("SecondsUntilAutoPause can only be specified when MinCapacity is 0.")
    return result


def _pause(seconds: int) -> int:
    if not 300 <= seconds <= 86400:
        raise invalid(f"SecondsUntilAutoPause {seconds} isn't valid: it must be between 300 and 86400.")
    return seconds


def log_types(engine: str, names: Sequence[str]) -> list[str]:
    """Log types that the engine exports, in order."""
    for name in names:
        if name not in catalogue.LOG_TYPES[engine]:
            raise conflict(f"You cannot use the log type '{name}' with engine {engine}.")
    return sorted(set(names))


def insights_retention(days: int) -> int:
    """Days that Performance Insights keeps: 7, whole months of 31 up to 23, or 731."""
    if days not in (7, 731) and not (days % 31 == 0 and 31 <= days <= 23 * 31):
        raise invalid(
            f"Invalid Performance Insights retention period: {days}. Valid values are 7, month * 31 where month is "
            "from 1 to 23, and 731."
        )
    return days


def records_limit(value: int | None, most: int = 100) -> int:
    """MaxRecords of a listing: 20 to 100, 100 by default."""
    if value is None:
        return 100
    if not 20 <= value <= most:
        raise invalid(f"Invalid value {value} for MaxRecords. Must be between 20 and {most}.")
    return value
