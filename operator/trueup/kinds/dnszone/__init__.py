"""The kind DnsZone: a public zone of Route 53 with records of its own, beside those that others keep in it."""

from trueup.core.values import Json
from trueup.kinds.common.kind import Kind
from trueup.kinds.dnszone.compose import compose
from trueup.kinds.dnszone.outputs import outputs
from trueup.kinds.dnszone.spec import INFO
from trueup.resources.route53 import HostedZone, RecordSet


def _refers_to_nothing(spec: Json) -> tuple[tuple[str, str], ...]:
    del spec
    return ()


KIND = Kind(
    info=INFO,
    types=(HostedZone, RecordSet),
    compose=compose,
    outputs=outputs,
    peers=_refers_to_nothing,
)
"""DnsZone as the engine takes it."""
