"""What databases cost in a month at list price, line by line, with the assumption beside each.

Compute is certain only for fixed classes; a serverless range has its own low and high. Storage, requests and backups
depend on use: the estimate assumes a small database and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from trueup.core.cost import HOURS, Line, PriceBook, fixed
from trueup.resources.rds.base import DOCDB, SERVERLESS

_UNIT: Final[Mapping[bool, tuple[str, str, str]]] = {
    True: ("docdb", "dcu", "DCU"),
    False: ("aurora", "acu", "ACU"),
}
AWAKE_HOURS: Final = Decimal(61)
"""Hours in a month that a database which pauses when idle is assumed to be awake: 2 a day."""
AWAKE: Final = Decimal("0.5")
"""Capacity units of a database that is awake and idle."""
STORED: Final = (Decimal(1), Decimal(1), Decimal(10))
"""Least, expected and most GB stored."""
MILLIONS: Final = (Decimal(0), Decimal(1), Decimal(10))
"""Least, expected and most million requests to storage in a month."""


def instance(
    engine: str, prices: PriceBook, name: str, instance_class: str, capacity: tuple[float, float] | None
) -> Line:
    """The line of one member: by the hour for a class, by its range for a serverless one."""
    product, unit, shown = _UNIT[engine == DOCDB]
    if instance_class != SERVERLESS:
        key = f"{product}-instance-hour:{instance_class}"
        if key not in prices.prices:
            return Line(f"{name} {instance_class}", None, Decimal(0), Decimal(0), "price not in the table")
        return fixed(f"{name} {instance_class}", prices.usd(key) * HOURS, f"{HOURS} hours a month")
    hour = prices.usd(f"{product}-{unit}-hour")
    least, most = (Decimal(str(amount)) for amount in capacity or (0.5, 1.0))
    high = most * HOURS * hour
    item = f"{name} serverless, {least.normalize():f}-{most.normalize():f} {shown}"
    if least > 0:
        low = least * HOURS * hour
        return Line(item, low, low, high, f"idle at the minimum of {least.normalize():f} {shown}")
    return Line(item, AWAKE * AWAKE_HOURS * hour, Decimal(0), high, f"awake 2 hours a day at {AWAKE} {shown}")


def cluster(engine: str, prices: PriceBook, retention_days: int, *, secret: bool) -> tuple[Line, ...]:
    """The lines of a cluster itself: storage, requests, backups beyond the free share, the managed secret."""
    product = _UNIT[engine == DOCDB][0]
    month = prices.usd(f"{product}-storage-gb-month")
    request = prices.usd(f"{product}-io-million")
    backup = prices.usd(f"{product}-backup-gb-month")
    low, usual, high = (gb * month for gb in STORED)
    beyond = Decimal(max(retention_days - 1, 0))
    lines = (
        Line("storage", usual, low, high, f"{STORED[1]} GB stored, at most {STORED[2]} GB"),
        Line(
            "storage requests",
            MILLIONS[1] * request,
            MILLIONS[0] * request,
            MILLIONS[2] * request,
            f"{MILLIONS[1]} million a month, at most {MILLIONS[2]} million",
        ),
        Line(
            "backups",
            Decimal(0),
            Decimal(0),
            beyond * STORED[2] * backup,
            f"within the free share; at most {beyond} more full copies of {STORED[2]} GB",
        ),
    )
    if not secret:
        return lines
    return (*lines, fixed("master password secret", prices.usd("secret-month"), "one secret, kept by AWS"))
