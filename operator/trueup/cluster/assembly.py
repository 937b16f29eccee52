"""The engine as the operator runs it: real AWS, and time-outs that fit into the lease."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from trueup.app.engine import Engine
from trueup.app.settings import Settings
from trueup.aws.execution import Executor
from trueup.aws.limits import Limits
from trueup.aws.metering import Meter
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.cluster.lease import CALL_SECONDS
from trueup.cluster.options import Options
from trueup.kinds.registry import kinds

CONNECT_SECONDS: Final = 2.0


def engine(options: Options) -> tuple[Engine, Mapping[str, str], Meter]:
    """The engine, the plurals of its kinds, and the count of its AWS calls.

    A call ends before a lease can: connecting and reading together last at most `CALL_SECONDS`.
    """
    settings = Settings(
        scope=options.scope,
        region=options.region,
        interval=timedelta(seconds=options.interval),
        poll=timedelta(seconds=min(10.0, options.interval)),
        settle=timedelta(seconds=options.settle),
        search=timedelta(seconds=options.search),
    )
    meter = Meter()
    sessions = Sessions(
        connect_timeout=CONNECT_SECONDS, read_timeout=CALL_SECONDS - CONNECT_SECONDS, pool=options.workers * 2
    )
    limits = Limits.times(options.aws_rate)
    observer = Observer(sessions, limits=limits, meter=meter, sweep=settings.interval, settle=settings.settle)
    found = kinds()
    made = Engine(found, settings, observer, Executor(sessions, limits, meter=meter))
    return made, {name: kind.info.plural for name, kind in found.items()}, meter
