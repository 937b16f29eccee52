"""The spec of a DnsZone: a domain, and the records that its author wants in it."""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import Shape
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.rules import Change, Rule, immutable, keeps_adopted, unique
from trueup.kinds.common.spec import Criticality, Part, Spec

_LABEL = "[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?"
_HOST = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?[.]?"
_NUMBER = "[0-9]{1,5}"
_VALUES = {
    "CAA": '[0-9]{1,3} [a-z0-9]+ "[^"]*"',
    "CNAME": "[A-Za-z0-9_]([-A-Za-z0-9_.]*[A-Za-z0-9])?[.]?",
    "MX": f"{_NUMBER} {_HOST}",
    "NS": _HOST,
    "SRV": f"{_NUMBER} {_NUMBER} {_NUMBER} {_HOST}",
    "TXT": r"[ !#-\[\]-~]*",
}
"""Type → what each of its values looks like."""

RecordType = Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"]

Domain = Annotated[
    str,
    Field(max_length=128),
    Shape(
        "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?[.])+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$",
        "This is not a domain name. Write it in lower case and without a dot at the end, such as example.com.",
    ),
]

RecordName = Annotated[
    str,
    Field(max_length=128),
    Shape(
        f"^(@|[*]|([*][.])?{_LABEL}([.]{_LABEL})*)$",
        "This is not the name of a record. Write it in lower case, such as www, www.example.com, *.apps, "
        "or @ for the zone itself.",
    ),
]


def _address(kind: type[IPv4Address | IPv6Address]) -> Callable[[str], bool]:
    def is_one(value: str) -> bool:
        try:
            kind(value)
        except ValueError:
            return False
        return "%" not in value

    return is_one


def _addresses(type_: str, family: int, kind: type[IPv4Address | IPv6Address], like: str) -> Rule:
    is_one = _address(kind)
    return Rule(
        cel=f"self.type != '{type_}' || self.values.all(v, isIP(v) && ip(v).family() == {family})",
        message=f"The values of {type_} records are IPv{family} addresses. Write them such as {like}.",
        holds=lambda record: record.type != type_ or all(map(is_one, record.values)),
        at=".values",
    )


def _looks(type_: str, sentence: str) -> Rule:
    pattern = f"^{_VALUES[type_]}$"
    return Rule(
        cel=f"self.type != '{type_}' || self.values.all(v, v.matches(r'{pattern}'))",
        message=sentence,
        holds=lambda record: record.type != type_ or all(re.fullmatch(pattern, value) for value in record.values),
        at=".values",
    )


class Record(Part, frozen=True):
    """The values of one name and type."""

    name: RecordName = Field(description="Name within the zone, such as www; @ is the zone itself, * any name.")
    type: RecordType = Field(description="Type of the record.")
    ttl: int = Field(default=300, ge=1, le=604800, description="Seconds for which resolvers may keep the answer.")
    values: tuple[Annotated[str, Field(min_length=1, max_length=1024)], ...] = Field(
        min_length=1,
        max_length=20,
        strict=False,
        description='What is answered, each value once, as Route 53 writes it ("10 mail.example.com" for MX); '
        "texts of TXT without quotes.",
    )
    adopt: bool = Field(
        default=False,
        description="Take over a record of this name and type that exists and belongs to nobody, with its values.",
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        unique("values", "A value of the record comes twice. Name each value once."),
        Rule(
            cel="!self.name.startsWith('_trueup-')",
            message="Names that begin with _trueup- are those of the records that say whose a record is. "
            "Choose another name.",
            holds=lambda record: not record.name.startswith("_trueup-"),
            at=".name",
        ),
        Rule(
            cel="self.name != '@' || (self.type != 'CNAME' && self.type != 'NS')",
            message="The zone itself (@) has no CNAME, and its NS records are AWS's. Choose another name or type.",
            holds=lambda record: record.name != "@" or record.type not in ("CNAME", "NS"),
            at=".name",
        ),
        Rule(
            cel="self.type != 'CNAME' || size(self.values) == 1",
            message="A CNAME has one value. Leave one.",
            holds=lambda record: record.type != "CNAME" or len(record.values) == 1,
            at=".values",
        ),
        _addresses("A", 4, IPv4Address, "192.0.2.1"),
        _addresses("AAAA", 6, IPv6Address, "2001:db8::1"),
        _looks(
            "CAA", 'A value of a CAA record has flags, tag and a quoted text. Write it such as 0 issue "amazon.com".'
        ),
        _looks("CNAME", "The value of a CNAME is a host name. Write it such as www.example.net."),
        _looks("MX", "A value of an MX record has a preference and a host. Write it such as 10 mail.example.com."),
        _looks("NS", "The values of NS records are host names. Write them such as ns1.example.net."),
        _looks(
            "SRV",
            "A value of an SRV record has priority, weight, port and host. Write it such as 1 10 5060 sip.example.com.",
        ),
        _looks(
            "TXT",
            'A text has only printable ASCII characters, and neither " nor \\. Leave quotes out: they are added.',
        ),
    )


class AdoptZone(Part, frozen=True):
    """A hosted zone that exists already."""

    name: Domain | None = Field(default=None, description="Name of the zone: the domain. Once given it stays.")
    id: (
        Annotated[
            str,
            Field(max_length=32),
            Shape("^Z[A-Z0-9]+$", "This is not the id of a hosted zone. It looks like Z0123456789ABCDEFGHIJ."),
        ]
        | None
    ) = Field(default=None, description="Id of the zone, where there are several of that name. Once given it stays.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.name) != has(self.id)",
            message="adopt names a zone in one way: give either name or id.",
            holds=lambda adopt: (adopt.name is None) != (adopt.id is None),
        ),
    )


def _pairs_differ(spec: "DnsZoneSpec") -> bool:
    pairs = [(record.name, record.type) for record in spec.records]
    return len(set(pairs)) == len(pairs)


def _aliases_stand_alone(spec: "DnsZoneSpec") -> bool:
    names = [record.name for record in spec.records]
    return all(names.count(record.name) == 1 for record in spec.records if record.type == "CNAME")


class DnsZoneSpec(Spec, frozen=True):
    """A public zone, and the records that its author wants in it. What others keep in the zone is never touched."""

    domain: Domain = Field(description="Name of the zone, such as example.com. Cannot change.")
    comment: Annotated[str, Field(min_length=1, max_length=256)] | None = Field(
        default=None, description="What the console shows beside the zone. Default: whatever is there."
    )
    records: tuple[Record, ...] = Field(
        default=(), max_length=50, strict=False, description="Records that this object keeps in the zone, at most 50."
    )
    adopt: AdoptZone | None = Field(
        default=None, description="Take over a zone that exists in AWS, and leave the records in it alone."
    )
    deletion_policy: Literal["Retain", "Delete"] = Field(
        default="Retain",
        description="What happens to the zone, adopted or not, and to this object's records when this object is "
        "deleted. A zone with other records in it is never deleted.",
    )
    criticality: Criticality = Field(
        default="NonCritical", description="Whether the gate of a budget may stop the creation of this zone."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.records.all(a, self.records.exists_one(b, a.name == b.name && a.type == b.type))",
            message="Two records have the same name and type. Put all values into one of them.",
            holds=_pairs_differ,
            at=".records",
        ),
        Rule(
            cel="self.records.all(a, a.type != 'CNAME' || self.records.exists_one(b, a.name == b.name))",
            message="A CNAME stands alone at its name. Take it or the other records of that name out.",
            holds=_aliases_stand_alone,
            at=".records",
        ),
        Rule(
            cel="!has(self.adopt) || !has(self.adopt.name) || self.adopt.name == self.domain",
            message="adopt.name is not the domain. A zone is taken over under its own name: make them equal.",
            holds=lambda spec: spec.adopt is None or spec.adopt.name in (None, spec.domain),
            at=".adopt",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable("domain", "domain cannot change: a zone keeps its name. Create a new DnsZone for the other domain."),
        keeps_adopted(
            "adopt cannot be changed or removed: this object stands for that zone. "
            "Create a new DnsZone for another one."
        ),
    )

    @property
    def adopted_name(self) -> str | None:
        """The id or name of the zone that this object takes over."""
        return (self.adopt.id or self.adopt.name) if self.adopt else None


INFO = KindInfo(
    kind="DnsZone",
    plural="dnszones",
    singular="dnszone",
    short_names=("zone",),
    spec=DnsZoneSpec,
    url_path=".status.outputs.url",
    description="A public DNS zone of Route 53 with records of its own, beside those that others keep in it.",
)
