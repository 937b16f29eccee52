"""Types of single fields that several kinds use, each with the bound that the API server's cost budget needs.

Patterns are written for the common ground of Go's RE2 (the API server) and Rust's regex (pydantic).
"""

from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = rf"({_OCTET}\.){{3}}{_OCTET}"

T = TypeVar("T")

ObjectName = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
"""The name of another object in the same namespace."""

Region = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
"""An AWS region, such as us-east-1."""

Zone = Annotated[str, Field(min_length=1, max_length=33, pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]
"""An availability zone by name, such as us-east-1a.

Local and wavelength zones hold no databases and are left out.
"""

RoleArn = Annotated[
    str,
    Field(
        min_length=1,
        max_length=640,
        pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$",
    ),
]
"""The ARN of an IAM role."""

Email = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
"""An e-mail address, checked for its shape only."""

Cidr = Annotated[str, Field(min_length=9, max_length=18, pattern=rf"^{_ADDRESS}/(3[0-2]|[12]?[0-9])$")]
"""An IPv4 network in CIDR notation."""

VpcCidr = Annotated[str, Field(min_length=9, max_length=18, pattern=rf"^{_ADDRESS}/(1[6-9]|2[0-8])$")]
"""An IPv4 network of a size that AWS takes for a VPC or a subnet: /16 to /28."""

JsonPointer = Annotated[str, Field(min_length=2, max_length=256, pattern=r"^(/([^/~]|~[01])+)+$")]
"""A JSON pointer (RFC 6901) below spec, such as /backup/retentionDays."""

TagValue = Annotated[str, Field(max_length=256, pattern=r"^[\p{L}\p{Z}\p{N}_.:/=+@-]*$")]
"""The value of an AWS tag, in the characters that all services take."""


def _dollars(value: object) -> object:
    """The value as an exact decimal.

    JSON numbers arrive as floats, whose shortest text is what was written.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("Input should be a number of US dollars, such as 50 or 43.80")
    return Decimal(str(value))


Dollars = Annotated[
    Decimal,
    BeforeValidator(_dollars),
    Field(gt=0, le=1_000_000_000, decimal_places=2),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": 0,
            "exclusiveMinimum": True,
            "maximum": 1_000_000_000,
            "multipleOf": 0.01,
        }
    ),
]
"""An amount of US dollars, exact to the cent."""
