"""Secrets Manager: secrets of our own, whose values are never read here, and those that AWS manages for databases.

Which version must be current is told by its id alone: it says whose it is, what it was made of, and after which one
it came, so that another value is seen without reading any. A value is put together by the call that carries it. What
versions are: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final

from trueup.core.cost import Line, PriceBook, fixed
from trueup.core.naming import OWNER_TAG
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Ownership, Removal, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import (
    MISSING,
    Call,
    Doc,
    Drawn,
    Json,
    Lookup,
    Mutability,
    Sealed,
    Severity,
    as_list,
    as_map,
    resolve,
    shown,
)

SERVICE: Final = "secretsmanager"
TYPE: Final = "AWS::SecretsManager::Secret"
CURRENT: Final = "AWSCURRENT"
"""The label of the version that those who ask for the secret are given."""
CURRENT_ID: Final = "CurrentVersionId"
"""Where documents here show the id of the version with that label, absent while there is none."""
STAGES: Final = "SecretVersionsToStages"
LONGEST_WINDOW: Final = 30
_NEVER, _SCHEDULED = "never", "scheduled"
_DESCRIBED, _VERSIONS = "Described", "Versions"
_MARK: Final = 8
"""Hexadecimal digits of an id that tell the owner, and as many after them what the value was made of."""

_SECRETS: Final = Listing(
    "ListSecrets",
    "SecretList",
    params={"IncludePlannedDeletion": True},
    page={"MaxResults": 100},
    by="ARN",
    late=300,
)
_READS: Final = (
    Deep("DescribeSecret", {"SecretId": "{ARN}"}, "", into=_DESCRIBED),
    Deep(
        "ListSecretVersionIds",
        {"SecretId": "{ARN}", "IncludeDeprecated": True},
        "Versions",
        into=_VERSIONS,
        page={"MaxResults": 100},
    ),
)
"""The list may be minutes behind; these are not, and are made whenever the list moves. What has lost its labels keeps
its id."""


def _joined(doc: Doc) -> Doc:
    """The document as the secret itself shows it, with the id of the version that is current."""
    described = as_map(doc.get(_DESCRIBED))
    found: dict[str, Json] = {key: value for key, value in (described or doc).items() if value is not None}
    found.pop(_DESCRIBED, None)
    if described is not None:
        found[STAGES] = found.pop("VersionIdsToStages", {})
    if _VERSIONS in doc:
        found[_VERSIONS] = doc[_VERSIONS]
    if STAGES not in found and "VersionId" in found:  # the answer to a create
        found[STAGES] = {found["VersionId"]: [CURRENT]}
    for id, stages in (as_map(found.get(STAGES)) or {}).items():
        if CURRENT in (as_list(stages) or ()):
            found[CURRENT_ID] = id
    return found


def _digits(text: str, count: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:count]


def version_id(owner: str, recipe: Json, after: str) -> str:
    """The id of the version that an owner makes of a recipe after another version: the same at every try."""
    made_of = json.dumps(shown(recipe), sort_keys=True)
    digits = _digits(owner, _MARK) + _digits(made_of, _MARK) + _digits(f"{owner} {made_of} {after}", 16)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@dataclass(frozen=True, kw_only=True)
class OfSecrets(Resource):
    """What every secret has in common."""

    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = _SECRETS
    DEEP: ClassVar[tuple[Deep, ...]] = _READS
    ID: ClassVar[str] = "ARN"
    ARN: ClassVar[str] = "ARN"

    @classmethod
    def state_of(cls, doc: Doc) -> str:
        """What can be had of it."""
        if cls.is_leaving(doc):
            return "ScheduledForDeletion"
        return "Available" if CURRENT_ID in doc else "Empty"


@dataclass(frozen=True, kw_only=True)
class ManagedSecret(OfSecrets):
    """A secret that another service keeps, such as the password of a database's master user: looked at only."""

    TYPE: ClassVar[str] = TYPE
    DEEP: ClassVar[tuple[Deep, ...]] = _READS[:1]
    IDENTITY: ClassVar[tuple[str, ...]] = ("ARN",)
    OWNED: ClassVar[Ownership] = Ownership.NAME

    secret_arn: Annotated[Json, Attr("", read="ARN", mutability=Mutability.REPLACE, update="")]

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The secret, if another service keeps it."""
        found = _joined(doc)
        return (found,) if found.get("OwningService") else ()


@dataclass(frozen=True, kw_only=True)
class Secret(OfSecrets):
    """A secret of ours. Without a recipe, somebody else brings its value, which is never touched."""

    TYPE: ClassVar[str] = TYPE
    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"
    IDENTITY: ClassVar[tuple[str, ...]] = ("Name",)
    CREATE: ClassVar[str] = "CreateSecret"
    UPDATE: ClassVar[str] = "UpdateSecret"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"SecretId": "ARN"}
    DELETE: ClassVar[str] = "DeleteSecret"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"SecretId": "ARN"}
    ALSO: ClassVar[tuple[str, ...]] = ("GetSecretValue", "PutSecretValue", "RestoreSecret", "UpdateSecretVersionStage")
    TAGGING: ClassVar[Tagging | None] = Tagging(
        read="Tags", create="Tags", add="TagResource", remove="UntagResource", who="SecretId"
    )
    HOLDS_DATA: ClassVar[bool] = True
    NO_BACKUP: ClassVar[str] = "Secrets Manager keeps nothing of a secret that is deleted for good."

    secret_name: Annotated[str, Attr("Name", mutability=Mutability.REPLACE, update="")]
    description: Annotated[str | None, Attr("Description")] = None
    key_arn: Annotated[str | None, Attr("KmsKeyId")] = None
    recipe: Annotated[Json, Attr("", read=STAGES, update="", secret=True)] = None
    """What the value is made of: text and references, among them the version of the secret that it takes from."""
    value: Annotated[Json, Attr("SecretString", read="", secret=True)] = None
    """How the call that carries it comes by the value."""
    deletion: Annotated[str | None, Attr("", read="DeletedDate", update="", severity=Severity.CRITICAL)] = _NEVER
    """Whether AWS deletes it by itself: never."""
    since: datetime | None = None
    """A value that was made before then is too old: another one takes its place."""
    window: int = LONGEST_WINDOW
    """Days for which AWS keeps it once the object is deleted."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The secret, if no other service keeps it."""
        found = _joined(doc)
        return () if found.get("OwningService") else (found,)

    @classmethod
    def lacks(cls, doc: Doc) -> str:
        """The value, until somebody has brought it."""
        if CURRENT_ID in doc or cls.is_leaving(doc):
            return ""
        return (
            f"Secret {doc.get('Name')} has no value yet: put one there, with "
            f"aws secretsmanager put-secret-value --secret-id {doc.get('Name')} --secret-string file://FILE."
        )

    @classmethod
    def is_leaving(cls, doc: Doc) -> bool:
        """It is scheduled for deletion."""
        return doc.get("DeletedDate") is not None

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; whether it is to be deleted is told in a word, and the version by its id."""
        if name == "deletion":
            return _SCHEDULED if self.is_leaving(doc) else _NEVER
        return doc.get(CURRENT_ID, MISSING) if name == "recipe" else super().observed(name, doc)

    def holds_the_same(self) -> bool:
        """A value that is put together of what others show; not one that is drawn, or that somebody brought."""
        return isinstance(self.value, Sealed) and not any(isinstance(part, Drawn) for part in self.value.parts)

    @property
    def owner(self) -> str:
        """Whose it is, as its versions tell."""
        return self.tags.get(OWNER_TAG, "")

    def _compare(self, name: str, attr: Attr, want: Json, doc: Doc) -> Iterable[Difference]:
        if name != "recipe":
            yield from super()._compare(name, attr, want, doc)
            return
        due, have = self.due(want, doc), self.observed(name, doc)
        if due != have:
            was_ours = isinstance(have, str) and have.startswith(_digits(self.owner, _MARK))
            follows = was_ours and due not in _ids(doc)
            yield Difference(name, attr.shown_at, due, have, attr, follows=follows)

    def due(self, recipe: Json, doc: Doc) -> str:
        """The id of the version that must be current: the newest that was made of the recipe, unless it is too old."""
        begins = version_id(self.owner, recipe, "")[: 2 * _MARK + 2]
        times = {str(one["VersionId"]): one.get("CreatedDate") for one in as_list(doc.get(_VERSIONS)) or ()}
        ours = [id for id in _ids(doc) if id.startswith(begins)]
        current = str(doc.get(CURRENT_ID, ""))
        newest = max(ours, key=lambda id: (_time(times.get(id)), id == current, id), default=None)
        if newest is not None and not self._is_old(times.get(newest)):
            return newest
        due = version_id(self.owner, recipe, current if newest is None else newest)
        while due in times:  # one that came after the same version before, and is over
            due = version_id(self.owner, recipe, due)
        return due

    def _is_old(self, made: Json) -> bool:
        return self.since is not None and isinstance(made, datetime) and made <= self.since

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The call that makes it, with its first value where that is made here."""
        (call,) = super().create(lookup, token)
        recipe = resolve(self.recipe, lookup)
        if call.params is MISSING or recipe is MISSING or recipe is None:
            return (call,)
        return (Call(SERVICE, self.CREATE, {**call.params, "ClientRequestToken": self.due(recipe, {})}),)

    def update(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """What is scheduled for deletion is had back before all else: it takes no other change."""
        if self.is_leaving(doc):
            back = any(d.attr == "deletion" for d in found)
            return (Call(SERVICE, "RestoreSecret", {"SecretId": get(doc, "ARN")}),) if back else ()
        return super().update(doc, found, lookup)

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """Changes of the secret itself, then of its value: a version that is there is made current, or one is made."""
        plain = tuple(d for d in found if d.attr not in ("recipe", "value", "deletion"))
        calls = super().patch(doc, plain, lookup) if plain else ()
        if all(d.attr != "recipe" for d in found):
            return calls
        secret, due = get(doc, "ARN"), self.due(resolve(self.recipe, lookup), doc)
        if due in _ids(doc):
            moved: dict[str, Json] = {"SecretId": secret, "VersionStage": CURRENT, "MoveToVersionId": due}
            if CURRENT_ID in doc:
                moved["RemoveFromVersionId"] = doc[CURRENT_ID]
            return (*calls, Call(SERVICE, "UpdateSecretVersionStage", moved))
        value = resolve(self.value, lookup)
        put = {"SecretId": secret, "ClientRequestToken": due, "SecretString": value}
        return calls if value is MISSING else (*calls, Call(SERVICE, "PutSecretValue", put))

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """The call that schedules its deletion; none where that is done."""
        return () if cls.is_leaving(doc) else super().delete(doc, lookup, removal)

    def removed(self, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """The same, within the days that its object says."""
        days = {"RecoveryWindowInDays": self.window}
        calls = self.delete(doc, lookup, removal)
        return tuple(Call(call.service, call.operation, {**call.params, **days}) for call in calls)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What it costs to keep; what reads cost is a cent for two thousand."""
        calls = prices.usd("secret-calls-10k")
        return (fixed("secret", prices.usd("secret-month"), f"a secret for a month; ${calls} for 10,000 reads of it"),)


def _ids(doc: Doc) -> tuple[str, ...]:
    return tuple(as_map(doc.get(STAGES)) or {})


def _time(value: Json) -> datetime:
    return value if isinstance(value, datetime) else datetime.min.replace(tzinfo=UTC)
