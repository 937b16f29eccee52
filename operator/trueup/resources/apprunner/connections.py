"""App Runner's connections to source code, which a person completes once and services share.

https://docs.aws.amazon.com/apprunner/latest/dg/manage-connections.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core.resource import Attr, Difference, Listing, Ownership, Resource
from trueup.core.values import Doc, Lookup, Mutability, Phase
from trueup.resources.apprunner.base import PAGE, SERVICE

_PHASES: Final[Mapping[str, Phase | None]] = {
    "AVAILABLE": Phase.READY,
    "ERROR": Phase.FAILED,
    "DELETED": None,
}


@dataclass(frozen=True, kw_only=True)
class Connection(Resource):
    """A connection by its name. It is made where there is none and never deleted: others may have come to use it."""

    TYPE: ClassVar[str] = "AWS::AppRunner::Connection"
    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = Listing("ListConnections", "ConnectionSummaryList", page=PAGE, by="ConnectionArn")
    IDENTITY: ClassVar[tuple[str, ...]] = ("ConnectionName",)
    ID: ClassVar[str] = "ConnectionArn"
    ARN: ClassVar[str] = "ConnectionArn"
    STATE: ClassVar[str] = "Status"
    OWNED: ClassVar[Ownership] = Ownership.NAME
    CREATE: ClassVar[str] = "CreateConnection"
    ANSWER: ClassVar[str] = "Connection"

    connection_name: Annotated[str, Attr("ConnectionName", mutability=Mutability.REPLACE)]
    provider: Annotated[str, Attr("ProviderType", mutability=Mutability.REPLACE)] = "GITHUB"

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """Usable once its handshake is complete."""
        return _PHASES.get(str(doc.get("Status")), Phase.CREATING)

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """All but the provider: AWS changes none, and a connection that others may use is not replaced."""
        return tuple(d for d in super().differences(doc, lookup) if d.attr != "provider")

    def asks(self, doc: Doc) -> str | None:
        """What to do where it is of another provider, and the page of its handshake, while that is pending."""
        if doc.get("ProviderType", self.provider) != self.provider:
            return (
                f"Connection {doc['ConnectionName']} is for {doc['ProviderType']}, and the repository needs one for "
                f"{self.provider}: choose another source.code.connection.name, or give the arn of one that is for "
                f"{self.provider}."
            )
        if doc.get("Status") != "PENDING_HANDSHAKE":
            return None
        region = str(doc["ConnectionArn"]).split(":")[3]
        return (
            f"Connection {doc['ConnectionName']} waits for its handshake, which only a person can complete: open "
            f"https://{region}.console.aws.amazon.com/apprunner/home?region={region}#/connections, choose the "
            "connection and sign in to its provider. All else follows by itself."
        )
