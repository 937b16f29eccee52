"""How CloudFront shows a private bucket that it may read: by signing its requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core.resource import Attr, Deep, Listing, Ownership, Resource
from trueup.core.values import Json, Mutability, Severity
from trueup.resources.cloudfront.base import HOME, SERVICE

_CONFIG: Final = "OriginAccessControlConfig"


def _at(name: str) -> Attr:
    return Attr(f"{_CONFIG}.{name}", read=name, severity=Severity.CRITICAL)


@dataclass(frozen=True, kw_only=True)
class OriginAccessControl(Resource):
    """That CloudFront signs what it asks a bucket for. It takes no tags; its name is unique in the account."""

    TYPE: ClassVar[str] = "AWS::CloudFront::OriginAccessControl"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = Listing("ListOriginAccessControls", "OriginAccessControlList.Items", by="Id")
    DEEP: ClassVar[tuple[Deep, ...]] = (Deep("GetOriginAccessControl", {"Id": "{Id}"}, "ETag", into="ETag"),)
    IDENTITY: ClassVar[tuple[str, ...]] = ("Name",)
    ID: ClassVar[str] = "Id"
    OWNED: ClassVar[Ownership] = Ownership.NAME
    CREATE: ClassVar[str] = "CreateOriginAccessControl"
    ANSWER: ClassVar[str] = "OriginAccessControl"
    UPDATE: ClassVar[str] = "UpdateOriginAccessControl"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id", "IfMatch": "ETag"}
    WHOLE: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DeleteOriginAccessControl"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id", "IfMatch": "ETag"}

    control_name: Annotated[str, Attr(f"{_CONFIG}.Name", read="Name", mutability=Mutability.REPLACE)]
    description: Annotated[Json, Attr(f"{_CONFIG}.Description", read="Description")] = None
    protocol: Annotated[str, _at("SigningProtocol")] = "sigv4"
    behavior: Annotated[str, _at("SigningBehavior")] = "always"
    origin_type: Annotated[
        str,
        Attr(
            f"{_CONFIG}.OriginAccessControlOriginType",
            read="OriginAccessControlOriginType",
            severity=Severity.CRITICAL,
        ),
    ] = "s3"
