"""The four ways in which AWS services take and show tags, and which tags of a resource are ours to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trueup.core.naming import TAG_KEYS_TAG, TAG_VALUE_LIMIT
from trueup.core.paths import get, put
from trueup.core.values import MISSING, Call, Doc, Json, as_list, as_map


@dataclass(frozen=True, slots=True)
class Tagging:
    """How one service tags a resource."""

    read: str
    """Where the document shows the tags: a list of `{Key, Value}` or a map."""
    create: str
    """Where the create call takes them; empty when it takes no tags, so that they follow once the resource is seen."""
    add: str
    remove: str
    who: str
    """The parameter of `add` and `remove` that names the resource; `X[]` when it takes a list."""
    tags: str = "Tags"
    keys: str = "TagKeys"
    resource_type: str = ""
    """EC2's word for the type, in whose tag specification a create call carries tags."""

    def read_from(self, doc: Doc) -> Mapping[str, str]:
        """The tags that a document shows, as a map."""
        found = get(doc, self.read)
        if (pairs := as_list(found)) is not None:
            return {str(pair["Key"]): str(pair.get("Value", "")) for pair in pairs}
        return {str(key): str(value) for key, value in (as_map(found) or {}).items()}

    def onto_create(self, params: dict[str, Json], tags: Mapping[str, str]) -> None:
        """The create parameters carry the tags, so that nothing of ours ever exists without its owner."""
        if not self.create:
            return
        pairs = _pairs(tags)
        if self.resource_type:
            params[self.create] = [{"ResourceType": self.resource_type, "Tags": pairs}]
        else:
            put(params, self.create, pairs)

    def calls(self, service: str, who: str, wanted: Mapping[str, str], unwanted: tuple[str, ...]) -> tuple[Call, ...]:
        """The calls that remove the unwanted tags and set the wanted ones.

        In this order: among the wanted ones is the list of our keys, which must not forget a key that is still there.
        """
        name, value = (self.who[:-2], [who]) if self.who.endswith("[]") else (self.who, who)
        calls: list[Call] = []
        if unwanted:
            keys: Json = [{"Key": key} for key in unwanted] if self.keys == self.tags else list(unwanted)
            calls.append(Call(service, self.remove, _params((name, value), (self.keys, keys))))
        if wanted:
            calls.append(Call(service, self.add, _params((name, value), (self.tags, _pairs(wanted)))))
        return tuple(calls)


def _params(*given: tuple[str, Json]) -> dict[str, Json]:
    params: dict[str, Json] = {}
    for path, value in given:
        put(params, path, value)
    return params


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tracked(tags: Mapping[str, str]) -> Mapping[str, str]:
    """The tags with one more that lists their keys, so that a key taken out of the spec is known to be ours.

    Keys with a space in them, and what does not fit AWS's 256 characters, are set but not tracked.
    """
    if not tags:
        return {}
    listed = ""
    for key in sorted(tags):
        longer = f"{listed} {key}".strip()
        if " " not in key and len(longer) <= TAG_VALUE_LIMIT:
            listed = longer
    return {**tags, TAG_KEYS_TAG: listed}


def differing_tags(want: Mapping[str, str], have: Mapping[str, str]) -> Iterator[tuple[str, Json, Json]]:
    """Each tag that is ours and differs: its key, the declared value, the observed one."""
    for key, value in want.items():
        if have.get(key) != value:
            yield key, value, have.get(key, MISSING)
    for key in have.get(TAG_KEYS_TAG, "").split():
        if key not in want and key in have:
            yield key, MISSING, have[key]
    if TAG_KEYS_TAG in have and TAG_KEYS_TAG not in want:
        yield TAG_KEYS_TAG, MISSING, have[TAG_KEYS_TAG]
