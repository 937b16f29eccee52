"""Charter: Route 53 as its clients call it: zones, records, their changes and tags. All else is moto's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World
from trueup.sandbox.emulator.zones.names import is_name, order, shown
from trueup.sandbox.emulator.zones.zones import Zone, change, name_servers

_ZONES_A_PAGE = 100
_RECORDS_A_PAGE = 300


class Route53:
    """The zones of every account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._used: dict[str, set[str]] = {}
        self._changes: dict[str, Document] = {}
        self._made = 0
        self._operations: Mapping[str, Callable[[Call], Document]] = {
            "ChangeResourceRecordSets": self._change_records,
            "ChangeTagsForResource": self._change_tags,
            "CreateHostedZone": self._create,
            "DeleteHostedZone": self._delete,
            "GetChange": self._get_change,
            "GetHostedZone": self._get,
            "ListHostedZones": self._list,
            "ListHostedZonesByName": self._list_by_name,
            "ListResourceRecordSets": self._list_records,
            "ListTagsForResource": self._list_tags,
            "ListTagsForResources": self._list_tags_of_many,
            "UpdateHostedZoneComment": self._comment,
        }

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer one call."""
        operation = self._operations.get(call.operation)
        if operation is None or call.get("ResourceType") == "healthcheck":
            return forward()
        return operation(call)

    def reset(self) -> None:
        """Forget every zone."""
        self._world.zones.clear()
        self._used.clear()
        self._changes.clear()
        self._made = 0

    def zones(self, account: str) -> list[Zone]:
        """The zones of an account, in the order in which they were made."""
        return list(self._world.zones.of(account).values())

    # ---- zones ------------------------------------------------------------------------------------------------

    def _zone(self, call: Call, given: object) -> Zone:
        wanted = str(given).rsplit("/", 1)[-1]
        zone = self._world.zones.of(call.account).get(wanted)
        if zone is None:
            raise AwsError("NoSuchHostedZone", f"No hosted zone found with ID: {wanted}", 404)
        return zone

    def _create(self, call: Call) -> Document:
        name, reference = str(call.params["Name"]), str(call.params["CallerReference"])
        used, zones = self._used.setdefault(call.account, set()), self._world.zones.of(call.account)
        if not is_name(name) or "." not in name.strip("."):
            raise AwsError("InvalidDomainName", f"{name} is not a valid domain name.")
        if reference in used:
            raise AwsError(
                "HostedZoneAlreadyExists",
                f"A hosted zone has already been created with the specified caller reference ({reference}).",
                409,
            )
        self._world.quotas.refuse_if_reached(
            "route53.hosted-zones", len(zones), "TooManyHostedZones", "Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER."
        )
        used.add(reference)
        self._made += 1
        config = call.get("HostedZoneConfig") or {}
        private = call.get("VPC") is not None
        id = f"Z{int(hashlib.sha256(f'{call.account} {self._made}'.encode()).hexdigest(), 16) % 36**14:014d}"[:15]
        servers = name_servers(self._made)
        zone = zones[id] = Zone(id, shown(name), reference, config.get("Comment"), private, servers)
        return {**self._described(zone), "ChangeInfo": self._promise()}

    def _described(self, zone: Zone) -> Document:
        if zone.private:
            return {"HostedZone": zone.view()}
        return {"HostedZone": zone.view(), "DelegationSet": {"NameServers": [s.rstrip(".") for s in zone.servers]}}

    def _get(self, call: Call) -> Document:
        return self._described(self._zone(call, call.params["Id"]))

    def _delete(self, call: Call) -> Document:
        zone = self._zone(call, call.params["Id"])
        if not zone.is_empty():
            raise AwsError(
                "HostedZoneNotEmpty",
                "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
            )
        del self._world.zones.of(call.account)[zone.id]
        return {"ChangeInfo": self._promise()}

    def _comment(self, call: Call) -> Document:
        zone = self._zone(call, call.params["Id"])
        zone.comment = call.get("Comment")
        return {"HostedZone": zone.view()}

    def _list(self, call: Call) -> Document:
        most = _size(call, _ZONES_A_PAGE)
        zones = self.zones(call.account)
        start = next((n for n, zone in enumerate(zones) if zone.id == call.get("Marker")), 0)
        page, rest = zones[start : start + most], zones[start + most :]
        found: Document = {
            "HostedZones": [zone.view() for zone in page],
            "IsTruncated": bool(rest),
            "MaxItems": str(most),
        }
        return {**found, **({"NextMarker": rest[0].id} if rest else {})}

    def _list_by_name(self, call: Call) -> Document:
        most, name = _size(call, _ZONES_A_PAGE), call.get("DNSName")
        zones = sorted(self.zones(call.account), key=lambda zone: (order(zone.name), zone.id))
        after = [zone for zone in zones if name is None or order(zone.name) >= order(shown(str(name)))]
        found = [zone.view() for zone in after[:most]]
        return {"HostedZones": found, "IsTruncated": len(after) > most, "MaxItems": str(most)}

    # ---- records ----------------------------------------------------------------------------------------------

    def _change_records(self, call: Call) -> Document:
        change(self._zone(call, call.params["HostedZoneId"]), call.params["ChangeBatch"]["Changes"])
        return {"ChangeInfo": self._promise()}

    def _list_records(self, call: Call) -> Document:
        most = _size(call, _RECORDS_A_PAGE)
        records = self._zone(call, call.params["HostedZoneId"]).sorted()
        name, type = call.get("StartRecordName"), str(call.get("StartRecordType") or "")
        if name is not None:
            start = (order(shown(str(name))), type)
            records = [one for one in records if (order(one["Name"]), one["Type"]) >= start]
        page, rest = records[:most], records[most:]
        found: Document = {"ResourceRecordSets": page, "IsTruncated": bool(rest), "MaxItems": str(most)}
        if rest:
            found |= {"NextRecordName": rest[0]["Name"], "NextRecordType": rest[0]["Type"]}
            found |= {"NextRecordIdentifier": rest[0]["SetIdentifier"]} if rest[0].get("SetIdentifier") else {}
        return found

    def _promise(self) -> Document:
        """A change that has not reached every server yet."""
        id = f"C{len(self._changes) + 1:020d}"
        said: Document = {"Id": f"/change/{id}", "Status": "PENDING", "SubmittedAt": self._world.clock.moment()}
        self._changes[id] = said

        def reached() -> None:
            self._changes[id] = {**said, "Status": "INSYNC"}

        self._world.later("route53.change", reached)
        return said

    def _get_change(self, call: Call) -> Document:
        wanted = str(call.params["Id"]).rsplit("/", 1)[-1]
        if wanted not in self._changes:
            raise AwsError("NoSuchChange", f"A change with the specified change ID ({wanted}) does not exist.", 404)
        return {"ChangeInfo": self._changes[wanted]}

    # ---- tags -------------------------------------------------------------------------------------------------

    def _change_tags(self, call: Call) -> Document:
        zone = self._zone(call, _without_prefix(call.params["ResourceId"]))
        for key in call.get("RemoveTagKeys") or ():
            zone.tags.pop(str(key), None)
        zone.tags.update({str(tag["Key"]): str(tag.get("Value", "")) for tag in call.get("AddTags") or ()})
        return {}

    def _list_tags(self, call: Call) -> Document:
        zone = self._zone(call, _without_prefix(call.params["ResourceId"]))
        return {"ResourceTagSet": _tags(zone)}

    def _list_tags_of_many(self, call: Call) -> Document:
        zones = [self._zone(call, _without_prefix(id)) for id in call.params["ResourceIds"]]
        return {"ResourceTagSets": [_tags(zone) for zone in zones]}


def _without_prefix(id: object) -> str:
    """Tag calls take the bare id only."""
    if "/" in str(id):
        raise AwsError("InvalidInput", f"The resource id {id} is not valid: give it without /hostedzone/.")
    return str(id)


def _tags(zone: Zone) -> Document:
    tags = [{"Key": key, "Value": value} for key, value in sorted(zone.tags.items())]
    return {"ResourceType": "hostedzone", "ResourceId": zone.id, "Tags": tags}


def _size(call: Call, most: int) -> int:
    """How many one page holds."""
    return min(int(str(call.get("MaxItems") or most)), most)
