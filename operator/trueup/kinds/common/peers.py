"""Peers: who may connect to something, by reference or by address."""

from typing import ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import Cidr, ObjectName
from trueup.kinds.common.networks import is_canonical, prefix_length
from trueup.kinds.common.rules import Rule
from trueup.kinds.common.spec import Part


class Peer(Part, frozen=True):
    """Who may connect: an object in the same namespace, or a range of addresses."""

    kind: Literal["AppRunnerService", "Database"] | None = Field(
        default=None,
        description="Kind of the object whose security group may connect. While it is absent its rule is left out.",
    )
    name: ObjectName | None = Field(default=None, description="Name of the object.")
    cidr: Cidr | None = Field(
        default=None, description="Addresses that may connect, such as 10.0.1.0/24; /8 or narrower."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.cidr) ? !has(self.kind) && !has(self.name) : has(self.kind) && has(self.name)",
            message="An entry of allowFrom is either {kind, name} or {cidr}.",
            holds=lambda peer: (
                (peer.kind is None, peer.name is None, peer.cidr is None) in ((False, False, True), (True, True, False))
            ),
        ),
        Rule(
            cel="!has(self.cidr) || !isCIDR(self.cidr) || cidr(self.cidr).masked() == cidr(self.cidr)",
            message="The cidr in allowFrom has bits set beyond its prefix, which AWS would clear. "
            "Write the first address, such as 10.0.1.0/24, or one host as /32.",
            holds=lambda peer: peer.cidr is None or is_canonical(peer.cidr),
        ),
        Rule(
            cel="!has(self.cidr) || !isCIDR(self.cidr) || cidr(self.cidr).prefixLength() >= 8",
            message="The cidr in allowFrom is wider than /8, which is as good as everyone. Name the "
            "addresses that need the database.",
            holds=lambda peer: peer.cidr is None or prefix_length(peer.cidr) >= 8,
        ),
    )
