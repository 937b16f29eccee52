"""An example standing converged in a house: what laws disturb, and everything the operator says and calls meanwhile."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore import xform_name

from tests.house import Address, House
from tests.laws.furniture import furnish
from tests.laws.registered import composed, examples, peers
from tests.resources.validated import opened
from trueup.app.composing import Composed
from trueup.app.looking import Look
from trueup.app.ports import Manifest
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.core.observed import Observed
from trueup.core.resource import Resource
from trueup.core.values import Call, Json, Key
from trueup.kinds.registry import kinds

ASIDE = ("adopt", "driftPolicy", "restore", "roleArn")
"""Fields of examples that need something in AWS first, or that change what is done about drift."""

VOLATILE = frozenset(
    {
        "CalculatedSpend",
        "CreatedAt",
        "DBClusterParameterGroupStatus",
        "ETag",
        "EarliestRestorableTime",
        "LastChangedDate",
        "Events",
        "LastModifiedTime",
        "LastUpdatedDate",
        "LastUpdatedTime",
        "LatestRestorableTime",
        "Operations",
        "Pushed",
        "RouteTableAssociationId",
        "SecurityGroupRuleArn",
        "SecretVersionsToStages",
        "SecurityGroupRuleId",
        "StatusInfos",
        "Versions",
        "UpdatedAt",
        "storedBytes",
    }
)
"""Members that move by themselves, or with a new copy of what is the same, or that remember what was before."""

READS = ("Describe", "Get", "List")


def plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """The example as it can stand alone with its peers: nothing adopted, restored or assumed, drift corrected."""
    found = copy.deepcopy(dict(document))
    for name in ASIDE:
        found["spec"].pop(name, None)
    for name, value in found["spec"].items():
        if isinstance(value, list):
            found["spec"][name] = [item for item in value if _is_known(item)]
    return found


def _is_known(item: Json) -> bool:
    return not isinstance(item, dict) or item.get("kind", next(iter(kinds()))) in kinds()


def plain_examples() -> dict[str, dict[str, Any]]:
    """Every example that stands alone, by name; those that are the same without what is put aside come once."""
    found: dict[str, dict[str, Any]] = {}
    for name, document in examples().items():
        if plain(document) not in found.values():
            found[name] = plain(document)
    return found


class History(dict[Address, Manifest]):
    """The objects of a cluster, and every status that any of them ever had."""

    def __init__(self, objects: Mapping[Address, Manifest]) -> None:
        super().__init__(objects)
        self.statuses: list[tuple[Address, Mapping[str, Any]]] = []

    def __setitem__(self, address: Address, manifest: Manifest) -> None:
        if manifest.status and manifest.status != (self[address].status if address in self else None):
            self.statuses.append((address, manifest.status))
        super().__setitem__(address, manifest)


@dataclass
class Standing:
    """One object, with its peers, converged; and the means to look at AWS and to disturb it behind the operator."""

    document: dict[str, Any]
    house: House = field(default_factory=House)
    settled: bool = True

    def __post_init__(self) -> None:
        """The object and its peers are at rest, and nothing of theirs is settling."""
        if any(type_.SERVICE == "apprunner" for type_ in kinds()[self.document["kind"]].types):
            furnish(self.house, self.document["spec"].get("region", "us-east-1"))
        self.history = History({})
        self.house.cluster.objects = self.history
        self.house.apply(*self.peers())
        if self.settled:
            self.house.apply(self.document)
        self.house.settle()
        bring_values(self.house)
        self.house.clock.advance(90)
        self.house.sweep()
        if not self.settled:
            self.house.apply(self.document)

    @classmethod
    def beside(cls, document: dict[str, Any]) -> Standing:
        """The object's peers converged, and the object applied but never looked at."""
        return cls(document, settled=False)

    def peers(self) -> list[dict[str, Any]]:
        """Everything that the object refers to, and what that refers to, first things first."""
        found: list[dict[str, Any]] = []
        for document in peers(self.document):
            found += [*peers(document), document]
        return [d for place, d in enumerate(found) if d not in found[:place]]

    @property
    def address(self) -> Address:
        """The object's."""
        meta = self.document["metadata"]
        return (self.document["kind"], meta["namespace"], meta["name"])

    @property
    def status(self) -> Mapping[str, Any]:
        """The object's, as it stands."""
        return self.house.status(self.address)

    @property
    def unproved(self) -> bool:
        """A certificate waits for records that a person must write into a zone that is not the object's."""
        return "certificateRecords" in self.status.get("outputs", {}) and self.word("Ready") != "True/Available"

    def word(self, condition: str) -> str:
        """A condition's status and reason."""
        found = self.house.condition(self.address, condition)
        return f"{found.get('status')}/{found.get('reason')}"

    # ---- looking ----------------------------------------------------------------------------------------------

    def composed(self) -> Composed:
        """The object compiled in the house's own world."""
        return self.house.engine.composer.compose(self.history[self.address], self.house.cluster)

    def observed(self) -> Observed:
        """What AWS shows of the object now, read afresh by a reader of our own."""
        observer = Observer(self.house.sessions, self.house.clock, limits=Limits.unlimited())
        try:
            look = Look(observer, self.composed(), timedelta(0), self.house.clock)
            return look.now(timedelta(0), refresh=True)
        finally:
            observer.close()

    def state(self) -> dict[str, Any]:
        """What AWS holds for the object, without what moves by itself; extra members included."""
        observed = self.observed()
        found = {str(key): _steady(seen.doc) for key, seen in observed.seen.items()}
        return found | {f"extra {seen.key}": _steady(seen.doc) for seen in observed.extras}

    # ---- disturbing -------------------------------------------------------------------------------------------

    def call(self, calls: Iterable[Call], region: str | None = None) -> None:
        """Somebody else makes these calls. Raises ClientError when AWS refuses one."""
        place = self.composed().place
        for call in calls:
            client = self.house.client(call.service, region or place.region)
            getattr(client, xform_name(call.operation))(**opened(call.params))

    # ---- what followed ----------------------------------------------------------------------------------------

    def mark(self) -> None:
        """From here on is now: statuses and calls before are forgotten."""
        self.history.statuses.clear()
        self.house.cluster.writes.clear()
        self.house.cluster.events.clear()
        self.house.emulator.clear_calls()

    def reported(self) -> list[dict[str, Any]]:
        """Every drift entry that any status of the object has listed as open since the mark, once."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for address, status in self.history.statuses:
            for entry in status.get("drift", {}).get("fields", []) if address == self.address else ():
                found[entry["resource"], entry["path"]] = entry
        return list(found.values())

    def writes(self) -> dict[str, int]:
        """The AWS writes since the mark, by operation."""
        return writes(self.house)

    def sweep(self, seconds: float = 61.0) -> None:
        """Time passes, and every object is looked at once."""
        self.house.clock.advance(seconds)
        self.house.sweep()


def bring_values(house: House) -> None:
    """A person puts a value into each secret that is there and waits for one."""
    manager = house.client("secretsmanager")
    for secret in manager.list_secrets()["SecretList"]:
        if "SecretVersionsToStages" not in secret:
            manager.put_secret_value(SecretId=secret["ARN"], SecretString="brought by a person")


def writes(house: House) -> dict[str, int]:
    """The calls that change something in AWS since the log was cleared, by operation."""
    return {name: n for name, n in house.emulator.calls().items() if not name.split(".")[1].startswith(READS)}


def _steady(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _steady(member) for key, member in sorted(value.items()) if key not in VOLATILE}
    if isinstance(value, (list, tuple)):
        return sorted((_steady(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True, default=str))
    return value


def declared_types(document: Mapping[str, Any]) -> list[type[Resource]]:
    """The types of which the document declares something."""
    return list(dict.fromkeys(type(node.resource) for node in composed(document).graph.ordered()))


def key_of(entry: Mapping[str, Any]) -> Key:
    """The resource that a drift entry names."""
    type_, _, name = str(entry["resource"]).partition("/")
    return Key(type_, name)
