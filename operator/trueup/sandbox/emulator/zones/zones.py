"""Charter: zones and their record sets as they are kept, and what a batch of changes may do to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.zones.names import VALID, is_name, order, shown

Key = tuple[str, str, str]
"""Name, type and set identifier of a record set."""

_NUMBERS: Final = (1537, 2, 3, 4)


@dataclass(eq=False)
class Zone:
    """One hosted zone."""

    id: str
    name: str
    reference: str
    comment: str | None
    private: bool
    servers: tuple[str, ...]
    tags: dict[str, str] = field(default_factory=dict[str, str])
    records: dict[Key, Document] = field(default_factory=dict[Key, Document])

    def __post_init__(self) -> None:
        """The zone has the two record sets that come with it."""
        soa = f"{self.servers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
        self.put({"Name": self.name, "Type": "NS", "TTL": 172800, "ResourceRecords": _values(self.servers)})
        self.put({"Name": self.name, "Type": "SOA", "TTL": 900, "ResourceRecords": _values([soa])})

    def put(self, record: Document) -> None:
        """The record set stands in the zone."""
        self.records[key_of(record)] = record

    def sorted(self) -> list[Document]:
        """Every record set in the order of lists."""
        return sorted(self.records.values(), key=lambda r: (order(r["Name"]), r["Type"], r.get("SetIdentifier", "")))

    def is_empty(self) -> bool:
        """It holds no more than what came with it."""
        return len(self.records) <= 2

    def view(self) -> Document:
        """The zone as lists and answers show it."""
        config: Document = {"PrivateZone": self.private}
        if self.comment:
            config["Comment"] = self.comment
        return {
            "Id": f"/hostedzone/{self.id}",
            "Name": self.name,
            "CallerReference": self.reference,
            "Config": config,
            "ResourceRecordSetCount": len(self.records),
        }


def _values(texts: Iterable[str]) -> list[Document]:
    return [{"Value": text} for text in texts]


class Zones:
    """The zones of every account, in the order in which they were made."""

    def __init__(self) -> None:
        self._by_account: dict[str, dict[str, Zone]] = {}

    def of(self, account: str) -> dict[str, Zone]:
        """The account's zones by id, to be changed in place."""
        return self._by_account.setdefault(account, {})

    def records(self, account: str, name: str, type: str) -> Iterator[str]:
        """The values of a name's records of a type in the account's public zones, without dots at their ends."""
        for zone in self.of(account).values():
            record = None if zone.private else zone.records.get((shown(name), type, ""))
            for one in record.get("ResourceRecords", ()) if record is not None else ():
                yield str(one["Value"]).rstrip(".")

    def forbids(self, account: str, name: str, authority: str) -> bool:
        """Whether the nearest CAA records of a name, or of its wildcard, allow other certificate authorities only."""
        labels = name.removeprefix("*.").split(".")
        for start in range(len(labels) - 1):
            found = list(self.records(account, ".".join(labels[start:]), "CAA"))
            if found:
                return not any(authority in value for value in found)
        return False

    def clear(self) -> None:
        """Forget every zone."""
        self._by_account.clear()


def name_servers(number: int) -> tuple[str, ...]:
    """Four servers in four top-level domains, others for each zone."""
    ends = zip(_NUMBERS, ("org", "co.uk", "com", "net"), strict=True)
    return tuple(f"ns-{(number * 7 + seed) % 2048}.awsdns-{number % 64:02d}.{end}." for seed, end in ends)


def key_of(record: Mapping[str, Any]) -> Key:
    """What tells a record set from the others of its zone."""
    return (shown(str(record["Name"])), str(record["Type"]), str(record.get("SetIdentifier") or ""))


def change(zone: Zone, changes: Iterable[Mapping[str, Any]]) -> None:
    """All of the changes are made, or none: raises InvalidChangeBatch with what is wrong with each."""
    after = dict(zone.records)
    wrong = [problem for one in changes for problem in _changed(zone, after, one)]
    if wrong:
        raise AwsError("InvalidChangeBatch", f"[{', '.join(wrong)}]")
    zone.records = after


def _changed(zone: Zone, after: dict[Key, Document], one: Mapping[str, Any]) -> list[str]:
    """One change is made to `after`; what is wrong with it, if anything."""
    action, record = str(one["Action"]), dict(one["ResourceRecordSet"])
    record["Name"] = shown(str(record["Name"]))
    key = key_of(record)
    what = f"resource record set [name='{key[0]}', type='{key[1]}'{_with(key[2])}]"
    if action == "DELETE":
        return _deleted(zone, after, record, what)
    wrong = _malformed(zone, record, what)
    if wrong:
        return [wrong]
    if action == "CREATE" and key in after:
        return [f"Tried to create {what} but it already exists"]
    rival = _rival(after, key)
    if rival:
        beside = f"it conflicts with other records with the same DNS name in zone {zone.name} ({rival})"
        return [f"RRSet of type {key[1]} with DNS name {key[0]} is not permitted as {beside}"]
    after[key] = record
    return []


def _with(identifier: str) -> str:
    return f", set identifier='{identifier}'" if identifier else ""


def _deleted(zone: Zone, after: dict[Key, Document], record: Document, what: str) -> list[str]:
    key = key_of(record)
    if key[0] == zone.name and key[1] in ("NS", "SOA"):
        return ["A HostedZone must contain at least one NS record and exactly one SOA record for the zone itself."]
    have = after.get(key)
    if have is None:
        return [f"Tried to delete {what} but it was not found"]
    if _plain(have) != _plain(record):
        return [f"Tried to delete {what} but the values provided do not match the current values"]
    del after[key]
    return []


def _plain(record: Mapping[str, Any]) -> object:
    """What must agree for a deletion: everything, the order of values left aside."""
    values = sorted(str(one["Value"]) for one in record.get("ResourceRecords", ()))
    alias = dict(record.get("AliasTarget") or {})
    if alias:
        alias["DNSName"] = shown(str(alias["DNSName"]))
    rest = {k: v for k, v in record.items() if k not in ("Name", "ResourceRecords", "AliasTarget", "TTL")}
    return values, alias, rest, None if record.get("TTL") is None else int(record["TTL"])


def _malformed(zone: Zone, record: Document, what: str) -> str | None:
    name, type = record["Name"], record["Type"]
    if not is_name(name):
        return f"FATAL problem: DomainLabelTooLong or DomainNameTooLong encountered with '{name}'"
    if name != zone.name and not name.endswith(f".{zone.name}"):
        return f"RRSet with DNS name {name} is not permitted in zone {zone.name}"
    alias, values = record.get("AliasTarget"), [str(one["Value"]) for one in record.get("ResourceRecords", ())]
    if alias:
        alias["DNSName"] = shown(str(alias["DNSName"]))
        if values or record.get("TTL") is not None:
            return f"Invalid request: an alias has no TTL and no values in {what}"
        return None
    if not values or record.get("TTL") is None:
        return f"Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]] in {what}"
    if type == "CNAME" and (len(values) > 1 or name == zone.name):
        return f"RRSet of type CNAME with DNS name {name} is not permitted at apex or with several values in {what}"
    if len(values) != len(set(values)):
        return f"Duplicate Resource Record in {what}"
    bad = next((value for value in values if type in VALID and not VALID[type](value)), None)
    return (
        f"Invalid Resource Record: 'InvalidRecordData encountered with {bad!r}' in {what}" if bad is not None else None
    )


def _rival(after: Mapping[Key, Document], key: Key) -> str | None:
    """The type of a record set that cannot stand beside the new one."""
    name, type, identifier = key
    for other_name, other_type, other_identifier in after:
        if other_name != name:
            continue
        if (type == "CNAME") != (other_type == "CNAME"):
            return other_type
        if type == other_type and bool(identifier) != bool(other_identifier):
            return f"{other_type} with another routing policy"
    return None
