"""Charter: what distributions refer to by id and nothing else: origin access controls and the three kinds of policy.

Sources: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginAccessControl.html,
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateResponseHeadersPolicy.html,
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateCachePolicy.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trueup.sandbox.emulator.cloudfront.checks import controls, count
from trueup.sandbox.emulator.cloudfront.managed import MANAGED
from trueup.sandbox.emulator.cloudfront.store import Account, Distribution, Entry, location, page
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

_LONG_AGO = datetime(2021, 11, 1, tzinfo=UTC)
_LONGEST_CSP = 1783


@dataclass(frozen=True)
class Kind:
    """One kind of thing with an id, a name and a configuration."""

    word: str
    plural: str
    path: str
    quota: str
    used: Callable[[Distribution], set[str]]
    """The ids of this kind that a distribution names."""
    form: Callable[[Document], Document]
    """The configuration as it is written down; raises what is wrong with it."""

    @property
    def is_policy(self) -> bool:
        """Policies are shown with the time of their last change, and AWS has some of its own."""
        return self.word.endswith("Policy")


def _behaviors(member: str) -> Callable[[Distribution], set[str]]:
    return lambda one: {str(behavior[member]) for behavior in one.behaviors() if behavior.get(member)}


def _access_control(config: Document) -> Document:
    if not 1 <= len(str(config["Name"])) <= 64:
        raise AwsError("InvalidArgument", "The parameter Name is too long or empty.")
    return {"Description": "", **config}


def _cache_policy(config: Document) -> Document:
    least = int(config["MinTTL"])
    shown: Document = {"Comment": "", "DefaultTTL": max(86400, least), "MaxTTL": max(31536000, least), **config}
    if not least <= shown["DefaultTTL"] <= shown["MaxTTL"]:
        raise AwsError("InvalidArgument", "The parameter MinTTL is above DefaultTTL, or DefaultTTL above MaxTTL.")
    return shown


def _headers_policy(config: Document) -> Document:
    parts = {
        "CorsConfig",
        "SecurityHeadersConfig",
        "CustomHeadersConfig",
        "ServerTimingHeadersConfig",
        "RemoveHeadersConfig",
    }
    if not parts & set(config):
        raise AwsError("InvalidArgument", "A response headers policy has at least one header.")
    policy = (config.get("SecurityHeadersConfig") or {}).get("ContentSecurityPolicy") or {}
    if len(str(policy.get("ContentSecurityPolicy", ""))) > _LONGEST_CSP:
        raise AwsError("TooLongCSPInResponseHeadersPolicy", "The Content-Security-Policy header value is too long.")
    return {"Comment": "", **config}


def _request_policy(config: Document) -> Document:
    return {"Comment": "", **config}


KINDS = (
    Kind(
        "OriginAccessControl",
        "OriginAccessControls",
        "origin-access-control",
        "cloudfront.origin-access-controls",
        lambda one: controls(one.config),
        _access_control,
    ),
    Kind(
        "CachePolicy",
        "CachePolicies",
        "cache-policy",
        "cloudfront.cache-policies",
        _behaviors("CachePolicyId"),
        _cache_policy,
    ),
    Kind(
        "OriginRequestPolicy",
        "OriginRequestPolicies",
        "origin-request-policy",
        "cloudfront.cache-policies",
        _behaviors("OriginRequestPolicyId"),
        _request_policy,
    ),
    Kind(
        "ResponseHeadersPolicy",
        "ResponseHeadersPolicies",
        "response-headers-policy",
        "cloudfront.response-headers-policies",
        _behaviors("ResponseHeadersPolicyId"),
        _headers_policy,
    ),
)


def operations(kind: Kind) -> Iterator[tuple[str, Callable[[Account, Call], Document]]]:
    """The operations of a kind by AWS's names."""
    table: Mapping[str, Callable[[Kind, Account, Call], Document]] = {
        f"Create{kind.word}": _create,
        f"Get{kind.word}": _get,
        f"Get{kind.word}Config": _get_config,
        f"Update{kind.word}": _update,
        f"Delete{kind.word}": _delete,
        f"List{kind.plural}": _list,
    }
    for name, answer in table.items():
        yield name, _bound(answer, kind)


def _bound(answer: Callable[[Kind, Account, Call], Document], kind: Kind) -> Callable[[Account, Call], Document]:
    return lambda account, call: answer(kind, account, call)


def _own(kind: Kind, account: Account) -> dict[str, Entry]:
    return account.named.setdefault(kind.word, {})


def _found(kind: Kind, account: Account, id: object, *, change: bool = False) -> Entry:
    own = _own(kind, account).get(str(id))
    if own is not None:
        return own
    managed = MANAGED[kind.word].get(str(id))
    if managed is None:
        raise AwsError(f"NoSuch{kind.word}", f"The specified {_spoken(kind)} does not exist.")
    if change:
        raise AwsError("AccessDenied", f"The {_spoken(kind)} {id} is managed by AWS.")
    return Entry(str(id), dict(managed), _LONG_AGO)


def _spoken(kind: Kind) -> str:
    return kind.path.replace("-", " ")


def _view(kind: Kind, entry: Entry) -> Document:
    shown: Document = {"Id": entry.id, f"{kind.word}Config": entry.config}
    return shown | ({"LastModifiedTime": entry.modified} if kind.is_policy else {})


def _formed(kind: Kind, account: Account, call: Call, own: Entry | None = None) -> Document:
    given: Document = call.params[f"{kind.word}Config"]
    count(given)
    if any(one is not own and one.config["Name"] == given["Name"] for one in _own(kind, account).values()):
        message = f"A {_spoken(kind)} with the name {given['Name']} already exists."
        raise AwsError(f"{kind.word}AlreadyExists", message)
    return kind.form(given)


def _create(kind: Kind, account: Account, call: Call) -> Document:
    config = _formed(kind, account, call)
    kept = _own(kind, account)
    many = f"You have reached the maximum number of {_spoken(kind)}s."
    account.world.quotas.refuse_if_reached(kind.quota, len(kept), f"TooMany{kind.plural}", many)
    made = Entry(_new_id(kind, account), config, account.world.clock.moment())
    kept[made.id] = made
    return {kind.word: _view(kind, made), "Location": location(f"{kind.path}/{made.id}"), "ETag": made.etag}


def _new_id(kind: Kind, account: Account) -> str:
    if not kind.is_policy:
        return f"E{account.new_text(13)}"
    text = account.new_text(32).lower().translate(str.maketrans("ghijklmnopqrstuvwxyz", "0123456789abcdef0123"))
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _get(kind: Kind, account: Account, call: Call) -> Document:
    found = _found(kind, account, call.params["Id"])
    return {kind.word: _view(kind, found), "ETag": found.etag}


def _get_config(kind: Kind, account: Account, call: Call) -> Document:
    found = _found(kind, account, call.params["Id"])
    return {f"{kind.word}Config": found.config, "ETag": found.etag}


def _update(kind: Kind, account: Account, call: Call) -> Document:
    found = _found(kind, account, call.params["Id"], change=True)
    found.hold(call.get("IfMatch"))
    found.replace(_formed(kind, account, call, found), account.world.clock.moment())
    return {kind.word: _view(kind, found), "ETag": found.etag}


def _delete(kind: Kind, account: Account, call: Call) -> Document:
    found = _found(kind, account, call.params["Id"], change=True)
    found.hold(call.get("IfMatch"))
    if any(found.id in kind.used(one) for one in account.distributions.values()):
        message = f"Cannot delete the {_spoken(kind)} because it's attached to one or more distributions."
        raise AwsError(f"{kind.word}InUse", message)
    del _own(kind, account)[found.id]
    return {}


def _list(kind: Kind, account: Account, call: Call) -> Document:
    wanted = call.get("Type")
    own = {id: _listed(kind, entry, "custom") for id, entry in _own(kind, account).items()}
    managed = {
        id: _listed(kind, Entry(id, dict(config), _LONG_AGO), "managed") for id, config in MANAGED[kind.word].items()
    }
    found: dict[str, Any] = {}
    found |= managed if wanted in (None, "managed") else {}
    found |= own if wanted in (None, "custom") else {}
    return {f"{kind.word}List": page(call, found, marked=not kind.is_policy)}


def _listed(kind: Kind, entry: Entry, type: str) -> Document:
    if kind.is_policy:
        return {"Type": type, kind.word: _view(kind, entry)}
    return {"Id": entry.id, **entry.config}
