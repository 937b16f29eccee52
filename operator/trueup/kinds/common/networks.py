"""Arithmetic on IPv4 networks in CIDR notation, for the rules of specs."""

from collections.abc import Sequence
from ipaddress import IPv4Network, ip_network


def is_canonical(cidr: str) -> bool:
    """Whether no host bit is set: AWS would clear it, and the spec would never match."""
    return str(ip_network(cidr, strict=False)) == cidr


def contains(outer: str, inner: str) -> bool:
    """Whether every address of `inner` is one of `outer`."""
    return _network(inner).subnet_of(_network(outer))


def any_overlap(cidrs: Sequence[str]) -> bool:
    """Whether two of the networks share an address; a network given twice overlaps itself."""
    networks = [_network(cidr) for cidr in cidrs]
    return any(a.overlaps(b) for i, a in enumerate(networks) for b in networks[i + 1 :])


def prefix_length(cidr: str) -> int:
    """The number after the slash."""
    return _network(cidr).prefixlen


def _network(cidr: str) -> IPv4Network:
    return IPv4Network(cidr, strict=False)
