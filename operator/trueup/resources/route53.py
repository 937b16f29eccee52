"""Route 53: hosted zones, and records that each say by a mark beside them whose they are.

The service is global and answers in us-east-1. A zone's list shows its number of records, so that records which come
or go are seen at once; what they say is read on a clock of five minutes. Names are compared as AWS shows them:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.cost import Line, PriceBook, fixed
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Ownership, Removal, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Json, Lookup, Mutability, Pseudo, Ref, Retry, as_list, resolve

SERVICE: Final = "route53"
HOME: Final = "us-east-1"
HOSTED_ZONE: Final = "hostedzone"
"""The service's own word for the type, in tag calls."""
RECORDS: Final = "ResourceRecordSets"
MARK_SECONDS: Final = 300
"""How long a mark may be kept by those who look it up; nobody needs it but us."""
TEXT_LIMIT: Final = 255
"""Characters of one string of a TXT record; longer texts are several strings (RFC 1035)."""
_NAMED: Final = 3
_MARK: Final = re.compile(r"_trueup-(?:wildcard-)?[a-z]+\.")
_STRINGS: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CHANGE: Final = "ChangeResourceRecordSets"
_SET: Final = "ChangeBatch.Changes[0].ResourceRecordSet"

_ZONES: Final = Listing("ListHostedZones", "HostedZones", by="Id", prefix="/hostedzone/")
_READ_RECORDS: Final = Deep("ListResourceRecordSets", {"HostedZoneId": "{Id}"}, RECORDS, into=RECORDS, every=300)
"""Where a name leads matters to security."""


def canonical(name: str) -> str:
    r"""The name as Route 53 shows it: lower-case, with a dot at the end, and `*` as `\052`."""
    plain = name.lower().rstrip(".") + "."
    return re.sub(r"[^a-z0-9._\\-]", lambda found: f"\\{ord(found.group()):03o}", plain)


def same_name(want: Json, have: Json) -> bool:
    """The same domain name, however it is written."""
    if not isinstance(want, str) or not isinstance(have, str):
        return compare.equal(want, have)
    return canonical(want) == canonical(have)


def same_values(want: Json, have: Json) -> bool:
    """The same values in any order: names and addresses however they are written, texts to the letter."""
    wanted, seen = as_list(want), () if have is MISSING else as_list(have)
    if wanted is None or seen is None:
        return compare.equal(want, have)
    return sorted(map(_plain_value, wanted)) == sorted(map(_plain_value, seen))


def _plain_value(value: Json) -> str:
    text = str(value)
    if '"' in text:
        return text
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        return text.lower().rstrip(".")


def quoted(text: str) -> str:
    """The text as a TXT record's value: in quotes, in strings of at most 255 characters."""
    pieces = [text[at : at + TEXT_LIMIT] for at in range(0, len(text), TEXT_LIMIT)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


def unquoted(value: str) -> str:
    """The text of a TXT record's value."""
    return re.sub(r"\\(.)", r"\1", "".join(_STRINGS.findall(value)))


def mark_name(name: str, type: str) -> str:
    """The name of the TXT record that says whose the record of this name and type is."""
    full, wild = canonical(name), "\\052."
    if full.startswith(wild):
        return f"_trueup-wildcard-{type.lower()}.{full.removeprefix(wild)}"
    return f"_trueup-{type.lower()}.{full}"


@dataclass(frozen=True, slots=True)
class Marks(Tagging):
    """What the mark beside a record says, in the place of tags."""

    def read_from(self, doc: Doc) -> Mapping[str, str]:
        """The owner, and the record's name in the owner's graph. A mark without its record names only the owner."""
        mark = get(doc, f"{self.read}[0]")
        if mark is MISSING:
            return {}
        pairs = (unquoted(str(one)).partition("=") for one in as_list(get(mark, "ResourceRecords[].Value")) or ())
        said = {key: value for key, _, value in pairs if key in (OWNER_TAG, RESOURCE_TAG)}
        if mark["Name"] == doc.get("Name"):
            said.pop(RESOURCE_TAG, None)
        return said


class OfZones(Resource):
    """What everything of Route 53 has in common."""

    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = _ZONES


@dataclass(frozen=True, kw_only=True)
class HostedZone(OfZones):
    """A public zone. Private ones are never seen.

    AWS keeps neither names nor retries single: its reference must be another one for each zone that is ever made. It
    stays with the zone and so tells whose it is, because the call that makes a zone takes no tags.
    """

    TYPE: ClassVar[str] = "AWS::Route53::HostedZone"
    ADOPTED_BY: ClassVar[str] = "spec.adopt.id"
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep(
            "ListTagsForResource",
            {"ResourceType": HOSTED_ZONE, "ResourceId": "{Id}"},
            "ResourceTagSet.Tags",
            into="Tags",
        ),
        _READ_RECORDS,
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("Name",)
    ID: ClassVar[str] = "Id"
    CREATE: ClassVar[str] = "CreateHostedZone"
    ANSWER: ClassVar[str] = "HostedZone"
    RETRY: ClassVar[Retry] = Retry.TOKEN
    TOKEN: ClassVar[str] = "CallerReference"
    UPDATE: ClassVar[str] = "UpdateHostedZoneComment"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id"}
    DELETE: ClassVar[str] = "DeleteHostedZone"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id"}
    TAGGING: ClassVar[Tagging | None] = Tagging(
        read="Tags",
        create="",
        add="ChangeTagsForResource",
        remove="ChangeTagsForResource",
        who="ResourceId",
        tags="AddTags",
        keys="RemoveTagKeys",
    )

    domain: Annotated[str, Attr("Name", same=same_name, mutability=Mutability.REPLACE)]
    comment: Annotated[str | None, Attr("HostedZoneConfig.Comment", read="Config.Comment", update="Comment")] = None
    zone_id: str | None = None
    """Which of several zones of that name is meant; None: any."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The zone, if it is a public one."""
        return () if get(doc, "Config.PrivateZone") is True else (doc,)

    @classmethod
    def identity_of(cls, doc: Doc) -> tuple[str, ...]:
        """The zone's name."""
        return (canonical(str(doc["Name"])),)

    def identity(self, lookup: Lookup) -> tuple[str, ...] | None:
        """The declared domain."""
        del lookup
        return (canonical(self.domain),)

    def fits(self, doc: Doc) -> bool:
        """The id is the declared one, where one is declared."""
        return self.zone_id in (None, doc["Id"])

    def can_be_made(self) -> bool:
        """Not where its id says which zone is meant: Route 53 gives every new one another."""
        return self.zone_id is None

    def sought(self) -> str:
        """The zone by its id, or by its name."""
        if self.zone_id is None:
            return f"spec.adopt.name is {self.domain}"
        return f"spec.adopt.id is {self.zone_id} and spec.domain is {self.domain}"

    @classmethod
    def full_arn(cls, doc: Doc, lookup: Lookup) -> str | None:
        """The ARN, put together."""
        partition = lookup(Pseudo.PARTITION)
        return None if partition is MISSING else f"arn:{partition}:route53:::{HOSTED_ZONE}/{cls.id_of(doc)}"

    @classmethod
    def claims(cls, doc: Doc, owner: str) -> bool:
        """The reference with which the zone was made is one of this owner's."""
        return str(doc.get("CallerReference", "")).startswith(_reference(owner))

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The call that makes the zone, with a reference that is the owner's; tags follow."""
        return super().create(lookup, _reference(self.tags[OWNER_TAG]) + token)

    def retag(self, doc: Doc, found: tuple[Difference, ...]) -> tuple[Call, ...]:
        """One call that sets and takes away tags."""
        if not found:
            return ()
        wanted = [{"Key": d.member, "Value": str(d.want)} for d in found if d.want is not MISSING]
        unwanted = [d.member for d in found if d.want is MISSING]
        params: dict[str, Json] = {"ResourceType": HOSTED_ZONE, "ResourceId": self.id_of(doc)}
        params |= {"AddTags": wanted} if wanted else {}
        params |= {"RemoveTagKeys": unwanted} if unwanted else {}
        return (Call(SERVICE, "ChangeTagsForResource", params),)

    @classmethod
    def guard(cls, doc: Doc, owner: str) -> str | None:
        """AWS deletes no zone with records in it, and what is not this owner's is never deleted by us."""
        others = [f"{record['Name']} {record['Type']}" for record in strangers(doc, owner)]
        if not others:
            return None
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        return (
            f"AWS deletes no zone with records in it, and these are not this object's: {', '.join(others[:_NAMED])}"
            f"{more}. Delete them or the objects that keep them, or set spec.deletionPolicy to Retain."
        )

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """The month's fee of one zone."""
        usd = prices.usd("hosted-zone-month")
        return (fixed("hosted zone", usd, "one of the account's first 25; queries come on top, $0.40 a million"),)


def _reference(owner: str) -> str:
    """How the references of an owner's zones begin; AWS takes 128 characters."""
    return f"trueup-{hashlib.sha256(owner.encode()).hexdigest()[:20]}-"


def is_of_aws(record: Doc, zone: str) -> bool:
    """The record came with the zone and stays as long as it does."""
    return record["Type"] in ("NS", "SOA") and same_name(zone, record["Name"])


def strangers(zone: Doc, owner: str) -> list[Doc]:
    """The zone's records that are neither AWS's nor this owner's."""
    found = RecordSet.members(zone)
    others = [record for record in found if not is_of_aws(record, str(zone["Name"]))]
    return [record for record in others if RecordSet.tags_of(record).get(OWNER_TAG) != owner]


@dataclass(frozen=True, kw_only=True)
class RecordSet(OfZones):
    """The records of one name and type, plain or an alias.

    Each has a TXT record beside it that names its owner and is written and deleted in the same batch. Records with a
    routing policy are somebody else's.
    """

    TYPE: ClassVar[str] = "AWS::Route53::RecordSet"
    DEEP: ClassVar[tuple[Deep, ...]] = (_READ_RECORDS,)
    IDENTITY: ClassVar[tuple[str, ...]] = ("Id", "Name", "Type", "SetIdentifier")
    ID: ClassVar[str] = ""
    OWNED: ClassVar[Ownership] = Ownership.MARK
    PARENT: ClassVar[str] = "Id"
    WITHIN: ClassVar[str] = RECORDS
    CREATE: ClassVar[str] = _CHANGE
    UPDATE: ClassVar[str] = _CHANGE
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"HostedZoneId": "Id"}
    DELETE: ClassVar[str] = _CHANGE
    DELETE_BY: ClassVar[Mapping[str, str]] = {"HostedZoneId": "Id"}
    TAGGING: ClassVar[Tagging | None] = Marks(read=RECORDS, create="", add="", remove="", who="")

    zone: Annotated[str | Ref, Attr("HostedZoneId", read="Id", mutability=Mutability.REPLACE)]
    record_name: Annotated[str | Ref, Attr(f"{_SET}.Name", read="Name", same=same_name, mutability=Mutability.REPLACE)]
    """The whole name, zone included, or a reference to it; a dot at its end makes no difference."""
    type: Annotated[str, Attr(f"{_SET}.Type", read="Type", mutability=Mutability.REPLACE)]
    ttl: Annotated[int | None, Attr(f"{_SET}.TTL", read="TTL")] = None
    """Seconds; not for an alias."""
    values: Annotated[
        tuple[str | Ref, ...] | None,
        Attr(f"{_SET}.ResourceRecords[].Value", read="ResourceRecords[].Value", same=same_values),
    ] = None
    """As AWS writes them: texts in quotes."""
    alias_zone: Annotated[
        str | Ref | None, Attr(f"{_SET}.AliasTarget.HostedZoneId", read="AliasTarget.HostedZoneId")
    ] = None
    """The zone of what the alias stands for: AWS gives each of its services one."""
    alias_name: Annotated[
        str | Ref | None, Attr(f"{_SET}.AliasTarget.DNSName", read="AliasTarget.DNSName", same=same_name)
    ] = None
    alias_health: Annotated[
        bool | None,
        Attr(f"{_SET}.AliasTarget.EvaluateTargetHealth", read="AliasTarget.EvaluateTargetHealth", same=compare.flag),
    ] = None

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """Each record set of the zone with its mark, if it has one; a mark whose record is gone stands for itself."""
        found = as_list(get(doc, RECORDS)) or ()
        marks = {str(one["Name"]): one for one in found if is_mark(one)}
        plain = [one for one in found if not is_mark(one)]
        for one in plain:
            mark = None if one.get("SetIdentifier") else marks.pop(mark_name(one["Name"], one["Type"]), None)
            yield {**one, "Id": doc["Id"], **({RECORDS: [mark]} if mark is not None else {})}
        for mark in marks.values():
            yield {**mark, "Id": doc["Id"], RECORDS: [mark]}

    @classmethod
    def identity_of(cls, doc: Doc) -> tuple[str, ...]:
        """Zone, name, type, and what tells records of a routing policy apart."""
        name = canonical(str(doc["Name"]))
        return (str(doc["Id"]), name, str(doc["Type"]), str(doc.get("SetIdentifier") or ""))

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """The identity joined: AWS gives a record set no id."""
        return "/".join(part for part in cls.identity_of(doc) if part)

    def identity(self, lookup: Lookup) -> tuple[str, ...] | None:
        """What is declared; None while the zone is not there."""
        zone, called = resolve(self.zone, lookup), resolve(self.record_name, lookup)
        return None if zone is MISSING or called is MISSING else (str(zone), canonical(called), self.type, "")

    def ousts(self, doc: Doc, lookup: Lookup) -> bool:
        """A CNAME stands alone at its name: https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2."""
        here = self.identity(lookup)
        there = RecordSet.identity_of(doc)
        return here is not None and here[:2] == there[:2] and (self.type == "CNAME") != (doc["Type"] == "CNAME")

    def covers(self, doc: Doc, lookup: Lookup) -> bool:
        """A mark that was left without its record is written anew together with the record."""
        here = self.identity(lookup)
        return here is not None and RecordSet.identity_of(doc)[:2] == (here[0], mark_name(here[1], self.type))

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """One batch of the record, which must not be there yet, and its mark."""
        del token
        return (self._batch("CREATE", resolve(self.zone, lookup), lookup),)

    def update(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """One batch of record and mark as declared, whichever of them differs."""
        return (self._batch("UPSERT", doc["Id"], lookup),) if found else ()

    def _batch(self, action: str, zone: Json, lookup: Lookup) -> Call:
        pairs = ((key, self.tags[key]) for key in (OWNER_TAG, RESOURCE_TAG))
        called = resolve(self.record_name, lookup)
        mark = {
            "Name": mark_name(called, self.type),
            "Type": "TXT",
            "TTL": MARK_SECONDS,
            "ResourceRecords": [{"Value": quoted(f"{key}={value}")} for key, value in pairs],
        }
        return _changed(zone, (action, resolve(self._set(called), lookup)), ("UPSERT", mark))

    def _set(self, called: str) -> Json:
        found: dict[str, Json] = {"Name": canonical(called), "Type": self.type}
        if self.alias_name is None:
            values = [{"Value": value} for value in self.values or ()]
            return {**found, "TTL": self.ttl, "ResourceRecords": values}
        target = {
            "HostedZoneId": self.alias_zone,
            "DNSName": self.alias_name,
            "EvaluateTargetHealth": bool(self.alias_health),
        }
        return {**found, "AliasTarget": target}

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """One batch that takes away the record and its mark, each exactly as it is."""
        del lookup, removal
        record = {key: value for key, value in doc.items() if key not in ("Id", RECORDS)}
        marks = [mark for mark in as_list(doc.get(RECORDS)) or () if mark["Name"] != doc["Name"]]
        return (_changed(doc["Id"], ("DELETE", record), *(("DELETE", mark) for mark in marks)),)

    @classmethod
    def disowning(cls, doc: Doc) -> str:
        """The mark goes, and the record stays."""
        return f"delete the TXT record {get(doc, f'{RECORDS}[0].Name')} beside it"

    @classmethod
    def summary(cls, doc: Doc) -> Json:
        """Name, type, and where it leads."""
        leads = {"Values": get(doc, "ResourceRecords[].Value"), "Alias": get(doc, "AliasTarget.DNSName")}
        return {"Name": doc["Name"], "Type": doc["Type"], **{k: v for k, v in leads.items() if v is not MISSING}}


def is_mark(record: Doc) -> bool:
    """The record set says whose another one is."""
    plain = "AliasTarget" not in record and "SetIdentifier" not in record
    return plain and record["Type"] == "TXT" and _MARK.match(str(record["Name"])) is not None


def _changed(zone: Json, *changes: tuple[str, Json]) -> Call:
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    return Call(SERVICE, _CHANGE, {"HostedZoneId": zone, "ChangeBatch": {"Changes": batch}})
