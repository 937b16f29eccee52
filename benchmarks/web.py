"""Figures of a fleet of services and sites: the time to Ready, and reads per sweep at rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from benchmarks.figures import Figure
from benchmarks.fleet import APPLIERS, Fleet
from benchmarks.stage import FAST, SWEEP, Stage, until
from benchmarks.steady import FIRST_READS, sweep_begins
from trueup.cluster.api import ours

NAMESPACE: Final = "bench-web"
PATIENCE: Final = 900.0
LISTS: Final = ("List", "GetAccountAuthorizationDetails", "DescribeSecurityGroup", "DescribeLogGroups")
"""How the operations begin that show many resources at once."""
READS: Final = ("Describe", "Get", "List")

_SERVICE: Final = {
    "region": "us-east-1",
    "source": {"image": {"repository": "public.ecr.aws/aws-containers/hello-app-runner", "tag": "latest"}},
    "port": 8000,
    "cpu": "0.25",
    "memory": "512Mi",
    "scaling": {"min": 1, "max": 2, "concurrency": 100},
}
_SITE: Final = {"region": "us-east-1", "spa": True, "cache": [{"pattern": "*.js", "maxAgeSeconds": 31536000}]}


def web(fleet: Fleet, services: int, sites: int) -> Figure:
    """AWS reads in a sweep at rest over services and sites that were applied at once; beside it, how long that took."""
    stage = fleet.stage
    stage.operate(rate=FAST)
    took = _applied(stage, fleet, services, sites)
    stage.operate()
    until(lambda: _looked_at(stage) >= services + sites, FIRST_READS, "every service and site looked at once")
    sweep_begins(SWEEP - 5)
    stage.forget_calls()
    sweep_begins(SWEEP - 5)
    counted = stage.calls()
    names = {call: call.split(".")[1] for call in counted}
    listed = {call: count for call, count in counted.items() if names[call].startswith(LISTS)}
    deep = {c: n for c, n in counted.items() if c not in listed and names[c].startswith(READS)}
    writes = {c: n for c, n in counted.items() if c not in listed and c not in deep}
    return Figure(
        "web",
        f"AWS lists in a sweep over {services} services and {sites} sites at rest",
        40,
        sum(listed.values()),
        "lists",
        {
            "seconds until all were Ready": round(took, 1),
            "pages": ", ".join(f"{names[call]} {count}" for call, count in sorted(listed.items())),
            "deep reads": ", ".join(f"{names[call]} {count}" for call, count in sorted(deep.items())),
            "writes": sum(writes.values()),
        },
    )


def _applied(stage: Stage, fleet: Fleet, services: int, sites: int) -> float:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    stage.api.create("/api/v1/namespaces", body)
    wanted = [("apprunnerservices", _object("AppRunnerService", f"service-{n}", _SERVICE)) for n in range(services)]
    wanted += [("staticsites", _object("StaticSite", f"site-{n}", _SITE)) for n in range(sites)]

    def ready() -> bool:
        return (fleet.ready("AppRunnerService"), fleet.ready("StaticSite")) == (services, sites)

    with ThreadPoolExecutor(APPLIERS) as pool:
        applied = pool.map(lambda one: stage.api.create(ours(one[0]).path(NAMESPACE), one[1]), wanted)
        try:
            return until(ready, PATIENCE, f"{services} services and {sites} sites Ready")
        finally:
            list(applied)


def _looked_at(stage: Stage) -> int:
    kinds = ("AppRunnerService", "StaticSite")
    return sum(int(stage.metric("trueup_passes_total", kind=kind)) for kind in kinds)


def _object(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "trueup.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}
