"""Types of single fields that several kinds use, each with the bound that the API server's cost budget needs.

Patterns are written for the common ground of Go's RE2 (the API server) and Rust's regex (pydantic).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from trueup.kinds.common.rules import Rule


@dataclass(frozen=True)
class Shape:
    """What a text must look like, with the sentence that says so.

    A plain `pattern` in a CRD answers with the regular expression; as a rule it answers with the sentence.
    """

    pattern: str
    sentence: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The text's schema, and after it the pattern with our sentence as its error."""
        shaped = core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.pattern),
            custom_error_type="shape",
            custom_error_message=self.sentence.replace("{", "{{").replace("}", "}}"),
        )
        return core_schema.chain_schema([handler(source), shaped])

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The text's schema with the pattern as a CEL rule."""
        plain = schema["steps"][0] if schema["type"] == "chain" else schema
        rule = {"rule": f"self.matches(r'{self.pattern}')", "message": self.sentence}
        return {**handler(plain), "x-kubernetes-validations": [rule]}


_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = rf"({_OCTET}[.]){{3}}{_OCTET}"

ObjectName = Annotated[
    str,
    Field(max_length=253),
    Shape(
        "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
        "This is not the name of an object: use lower-case letters, digits, - and ., as in its metadata.name.",
    ),
]
"""The name of another object in the same namespace."""

Region = Annotated[
    str,
    Field(max_length=32),
    Shape("^[a-z]{2}(-[a-z]+)+-[0-9]$", "This is not an AWS region. Use its code, such as us-east-1."),
]
"""An AWS region, such as us-east-1."""

ZONE_PATTERN = "^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"
Zone = Annotated[
    str,
    Field(max_length=33),
    Shape(ZONE_PATTERN, "This is not an availability zone. Use its name, such as us-east-1a, not its id."),
]
"""An availability zone by name, such as us-east-1a.

Local and wavelength zones hold no databases and are left out.
"""

_ROLE_ARN = "^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$"
RoleArn = Annotated[
    str,
    Field(max_length=640),
    Shape(
        _ROLE_ARN,
        "This is not the ARN of an IAM role. It looks like arn:aws:iam::123456789012:role/name.",
    ),
]
"""The ARN of an IAM role."""


def is_role_arn(text: str) -> bool:
    """The text is the ARN of an IAM role, as a spec would take it."""
    return len(text) <= 640 and re.search(_ROLE_ARN, text) is not None


Email = Annotated[
    str,
    Field(max_length=254),
    Shape(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "This is not an e-mail address. It looks like name@example.com."),
]
"""An e-mail address, checked for its shape only."""

Cidr = Annotated[
    str,
    Field(max_length=18),
    Shape(
        f"^{_ADDRESS}/(3[0-2]|[12]?[0-9])$",
        "This is not an IPv4 network. Write address/prefix, such as 10.0.1.0/24, or one host as 10.0.1.7/32.",
    ),
]
"""An IPv4 network in CIDR notation."""

VpcCidr = Annotated[
    str,
    Field(max_length=18),
    Shape(
        f"^{_ADDRESS}/(1[6-9]|2[0-8])$",
        "This is not an IPv4 network that AWS takes for a VPC or a subnet. "
        "Write address/prefix, such as 10.0.1.0/24, with a prefix from /16 to /28.",
    ),
]
"""An IPv4 network of a size that AWS takes for a VPC or a subnet: /16 to /28."""

JsonPointer = Annotated[
    str,
    Field(max_length=256),
    Shape(
        "^(/([^/~]|~[01])+)+$",
        'This is not a JSON pointer below spec. It begins with a slash, such as "/backup/retentionDays".',
    ),
]
"""A JSON pointer (RFC 6901) below spec, such as /backup/retentionDays."""

BucketName = Annotated[
    str,
    Field(max_length=63),
    Shape(
        "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
        "This is not a name for a bucket: use 3 to 63 lower-case letters, digits and hyphens, and no dots, "
        "which TLS does not go with.",
    ),
]

TagValue = Annotated[
    str,
    Field(max_length=256),
    Shape(
        r"^[\p{L}\p{Z}\p{N}_.:/=+@-]*$",
        "A tag's value has only letters, digits, spaces and _.:/=+@-. Leave other characters out.",
    ),
]
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
    Field(gt=0, le=1_000_000_000),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": 0,
            "exclusiveMinimum": True,
            "maximum": 1_000_000_000,
        }
    ),
]
"""An amount of US dollars, exact to the cent."""


def whole_cents(attribute: str, name: str) -> Rule:
    """A rule that an amount has no more than two decimals; a field `name` that is required.

    `multipleOf` will not do: the API server takes its factor for 0 where the value is a whole number. The tolerance
    covers the error of a double at a billion dollars.
    """
    cents = f"self.{name} * 100.0"
    difference = f"({cents} - double(int({cents} + 0.5)))"
    return Rule(
        cel=f"self.{name} <= 0.0 || ({difference} < 0.0001 && {difference} > -0.0001)",
        message=f"{name} goes to the cent: write at most two decimals.",
        holds=lambda part: getattr(part, attribute) == round(getattr(part, attribute), 2),
        at=f".{name}",
    )


def in_halves(attribute: str, message: str) -> Rule:
    """A rule that a required number comes in steps of 0.5; see `whole_cents` for why it is no `multipleOf`."""
    return Rule(
        cel=f"self.{attribute} * 2.0 == double(int(self.{attribute} * 2.0))",
        message=message,
        holds=lambda part: (getattr(part, attribute) * 2).is_integer(),
        at=f".{attribute}",
    )
