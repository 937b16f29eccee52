"""What the operator counts, in Prometheus' format. State is read when it is asked for, so that it cannot go stale."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from trueup.cluster.documents import Fields
from trueup.cluster.store import Store

_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

Calls = Callable[[], Mapping[str, int]]
"""How many AWS calls were made, by `service.Operation`."""


class Metrics:
    """Every metric of one operator."""

    def __init__(self, store: Store, depth: Callable[[], int], held: Callable[[], bool], calls: Calls) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_State(store, calls))
        self._passes = Counter(
            "trueup_passes", "Passes over objects, by how they ended.", ("kind", "result"), registry=self.registry
        )
        self._seconds = Histogram(
            "trueup_pass_seconds", "How long passes take.", ("kind",), buckets=_SECONDS, registry=self.registry
        )
        self._writes = Counter(
            "trueup_kubernetes_writes", "Writes to the API server.", ("kind", "what"), registry=self.registry
        )
        queue = Gauge("trueup_queue_depth", "Objects that wait to be looked at now.", registry=self.registry)
        queue.set_function(depth)
        leader = Gauge("trueup_leader", "1 while this replica may write.", registry=self.registry)
        leader.set_function(lambda: 1.0 if held() else 0.0)

    def passed(self, kind: str, result: str, seconds: float) -> None:
        """A pass ended."""
        self._passes.labels(kind, result).inc()
        self._seconds.labels(kind).observe(seconds)

    def wrote(self, kind: str, what: str) -> None:
        """The API server took a write: finalizer, annotations, status or event."""
        self._writes.labels(kind, what).inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


class _State(Collector):
    """What the objects' statuses say, and the AWS calls so far."""

    def __init__(self, store: Store, calls: Calls) -> None:
        self._store, self._calls = store, calls

    def collect(self) -> Iterable[Metric]:
        """The metrics as of now."""
        objects: Tally[tuple[str, str]] = Tally()
        drift: Tally[tuple[str, str]] = Tally()
        cost: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for manifest in self._store.all():
            status, where = manifest.status, (manifest.kind, manifest.namespace)
            objects[manifest.kind, str(status.get("summary") or "Unknown")] += 1
            drift[where] += _number(_within(status, "drift").get("count"))
            cost[where] += _dollars(_within(status, "cost").get("monthlyUSD"))
        yield _gauge("trueup_objects", "Objects, by their summary.", ("kind", "summary"), objects)
        yield _gauge("trueup_drift_open", "Fields that differ in AWS.", ("kind", "namespace"), drift)
        yield _gauge("trueup_cost_monthly_usd", "Estimated US dollars a month.", ("kind", "namespace"), cost)
        calls = CounterMetricFamily("trueup_aws_calls", "AWS calls.", labels=("service", "operation"))
        for name, count in self._calls().items():
            service, _, operation = name.partition(".")
            calls.add_metric((service, operation), count)
        yield calls


def _gauge(
    name: str, text: str, labels: tuple[str, str], values: Mapping[tuple[str, str], int | Decimal]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for key, value in values.items():
        family.add_metric(key, float(value))
    return family


def _within(status: Fields, key: str) -> Fields:
    found = status.get(key)
    return found if isinstance(found, Mapping) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _dollars(value: object) -> Decimal:
    try:
        return Decimal(str(value)) if value is not None else Decimal()
    except InvalidOperation:
        return Decimal()
