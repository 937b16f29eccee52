"""The other objects that an AppRunnerService's spec refers to."""

from __future__ import annotations

from collections.abc import Iterator

from trueup.kinds.apprunnerservice.spec import AppRunnerServiceSpec


def peers(spec: AppRunnerServiceSpec) -> tuple[tuple[str, str], ...]:
    """The (kind, name) of every object that the spec names, each once."""
    return tuple(dict.fromkeys(_named(spec)))


def _named(spec: AppRunnerServiceSpec) -> Iterator[tuple[str, str]]:
    if spec.network_ref is not None:
        yield "Network", spec.network_ref.name
    for bucket in spec.buckets:
        yield "Bucket", bucket.name
    for source in spec.secrets.values():
        if source.secret_ref is not None:
            yield "AppSecret", source.secret_ref.name
    if spec.zone_ref is not None:
        yield "DnsZone", spec.zone_ref.name
