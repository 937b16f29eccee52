"""What services cost in a month: memory of the instances that stand by, CPU while they serve, automatic deployments.

https://aws.amazon.com/apprunner/pricing/
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from trueup.core.cost import Line, PriceBook, fixed, money
from trueup.core.values import Json

ACTIVE_HOURS: Final = Decimal(60)
"""Hours a month in which one instance serves requests: an assumption of two hours a day."""


MONTH: Final = 730
"""Hours of a month."""


def saved(whole: tuple[Line, ...], lines: tuple[Line, ...], hours: int) -> Line:
    """A line that costs nothing and says what pauses save."""
    less = sum((line.usd or Decimal(0) for line in whole), Decimal(0)) - sum(
        (line.usd or Decimal(0) for line in lines), Decimal(0)
    )
    said = f"saves ${money(less)} a month: paused {MONTH - hours} of {MONTH} hours"
    return fixed("pauses by schedule", Decimal(0), said)


def size(cpu: Json, memory: Json) -> tuple[Decimal, Decimal] | None:
    """Cores and gigabytes of an instance, from AWS's units and megabytes; None where AWS does not show them so."""
    try:
        return Decimal(str(cpu)) / 1024, Decimal(str(memory)) / 1024
    except InvalidOperation:
        return None


def service(
    prices: PriceBook,
    size: tuple[Decimal, Decimal] | None,
    instances: tuple[int, int],
    hours: int,
    *,
    automatic: bool,
) -> tuple[Line, ...]:
    """The lines of a service with instances of a size, awake for some hours of the month."""
    if size is None:
        return (Line("instances", None, Decimal(0), Decimal(0), "the size of its instances is not known"),)
    (least, most), (cores, gigabytes), awake = instances, size, Decimal(hours)
    per_core, per_gigabyte = prices.usd("apprunner-vcpu-hour"), prices.usd("apprunner-gb-hour")
    standing = least * gigabytes * per_gigabyte * awake
    served = min(ACTIVE_HOURS, awake)
    busy = cores * per_core * served
    full = most * (cores * per_core + gigabytes * per_gigabyte) * awake
    said = f"{least} of at most {most} instances, {hours} h a month, one of them serving {served} h"
    lines = (
        Line("memory", standing, standing, standing, said),
        Line("CPU and further instances", busy, Decimal(0), full - standing, f"{said}; at most all of them, always"),
    )
    if not automatic:
        return lines
    return (*lines, fixed("automatic deployments", prices.usd("apprunner-auto-deploy-month"), "one application"))
