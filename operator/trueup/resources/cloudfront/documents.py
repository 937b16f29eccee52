"""Charter: which members of a distribution's lists are ours to say, and how declared ones are laid over those read.

A declared behaviour, origin or error is a map with plain lists in it; CloudFront's has a quantity beside every list,
and members of which we say nothing, which stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core import compare
from trueup.core.paths import get, put
from trueup.core.values import MISSING, Json, as_list, as_map

BEHAVIOR: Final = (
    "TargetOriginId",
    "AllowedMethods",
    "Compress",
    "ForwardedValues.QueryString",
    "ForwardedValues.Cookies.Forward",
    "MinTTL",
    "DefaultTTL",
    "MaxTTL",
    "CachePolicyId",
    "ResponseHeadersPolicyId",
    "FunctionAssociations",
)
"""What is said of how requests are answered. A cache policy is never declared: where there is one, it is drift."""
MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "origins": ("Id", "DomainName", "OriginPath", "OriginAccessControlId"),
    "behaviors": ("PathPattern", "ViewerProtocolPolicy", *BEHAVIOR),
    "default_behavior": BEHAVIOR,
    "errors": ("ErrorCode", "ResponsePagePath", "ResponseCode", "ErrorCachingMinTTL"),
}
"""Field → the members of it, or of each of its items, that we say."""
LISTS: Final = ("origins", "behaviors", "errors", "aliases")
_KEYS: Final = ("Id", "PathPattern", "ErrorCode")
"""What tells one item of a list from the others."""
_METHODS: Final = ("GET", "HEAD")
"""The methods whose answers are kept."""

_NEW: Final[Mapping[str, Mapping[str, Json]]] = {
    "Origins": {"OriginPath": "", "CustomHeaders": {"Quantity": 0}, "S3OriginConfig": {"OriginAccessIdentity": ""}},
    "CacheBehaviors": {"SmoothStreaming": False, "FieldLevelEncryptionId": ""},
    "DefaultCacheBehavior": {"SmoothStreaming": False, "FieldLevelEncryptionId": ""},
}
"""What an item begins with that was not there: all that an update must name."""


def same_in_order(want: Json, have: Json) -> bool:
    """The same items in the same order, as the first that fits counts."""
    return compare.equal(want, have)


def shared(name: str, value: Json) -> Json:
    """What the document shows of a field, down to the members that we say, with plain lists."""
    members = MEMBERS.get(name)
    if members is None:
        return value
    if (items := as_list(value)) is not None:
        return [_shared(members, item) for item in items]
    return _shared(members, value)


def _shared(members: tuple[str, ...], item: Json) -> Json:
    found: dict[str, Json] = {}
    for path in members:
        value = get(item, path)
        if value is not MISSING:
            put(found, path, _plain(path, value))
    return found


def _plain(path: str, value: Json) -> Json:
    if path == "AllowedMethods":
        return sorted(as_list(get(value, "Items")) or ())
    if path == "FunctionAssociations":
        return list(as_list(get(value, "Items")) or ())
    return value


def laid_over(whole: dict[str, Json], path: str, value: Json) -> None:
    """The document has the declared value at the path: lists with their quantities, items over those of their key."""
    head, _, rest = path.partition(".")
    if rest == "Items":
        before = as_list(get(whole, path)) or ()
        items = [_item(head, before, item) for item in as_list(value) or ()]
        whole[head] = _counted(items)
    elif as_map(value) is not None:
        whole[head] = _over(whole.get(head) or _NEW.get(head, {}), value)
    else:
        put(whole, path, value)


def _item(head: str, before: Json, item: Json) -> Json:
    if as_map(item) is None:
        return item
    key = next(name for name in _KEYS if name in item)
    old = next((one for one in before if one.get(key) == item[key]), _NEW.get(head, {}))
    return _over(old, item)


def _over(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = dict(old)
    for name, value in new.items():
        if (members := as_map(value)) is not None:
            found[name] = _over(as_map(old.get(name)) or {}, members)
        elif name == "AllowedMethods":
            found[name] = {**_counted(value), "CachedMethods": _counted(_METHODS)}
        elif name == "FunctionAssociations":
            found[name] = _counted(value)
        else:
            found[name] = value
    if "ForwardedValues" in new:  # CloudFront takes no cache policy beside it
        found.pop("CachePolicyId", None)
        found.pop("OriginRequestPolicyId", None)
    return found


def _counted(items: Json) -> dict[str, Json]:
    return {"Quantity": len(items), **({"Items": list(items)} if items else {})}
