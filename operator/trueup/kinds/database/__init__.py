"""The kind Database: a cluster of one engine in a network's private subnets, and who may reach it."""

from trueup.kinds.common.kind import Kind
from trueup.kinds.database.compose import compose
from trueup.kinds.database.engines import ENGINES
from trueup.kinds.database.outputs import outputs
from trueup.kinds.database.spec import INFO, DatabaseSpec
from trueup.resources.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress
from trueup.resources.rds import DBSubnetGroup


def peers(spec: DatabaseSpec) -> tuple[tuple[str, str], ...]:
    """The Network, and every object of `allowFrom`."""
    named = [(peer.kind, peer.name) for peer in spec.allow_from if peer.kind and peer.name]
    return (("Network", spec.network_ref.name), *named)


def window(spec: DatabaseSpec) -> str | None:
    """The maintenance window that the spec names; without one no outage is allowed unasked."""
    return spec.maintenance_window


KIND = Kind(
    info=INFO,
    types=(
        DBSubnetGroup,
        SecurityGroup,
        SecurityGroupIngress,
        SecurityGroupEgress,
        *(kind for engine in ENGINES.values() for kind in engine.types),
    ),
    compose=compose,
    outputs=outputs,
    peers=peers,
    window=window,
)
"""Database as the engine takes it."""
