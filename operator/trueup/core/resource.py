"""What an AWS type is: one frozen dataclass whose fields carry their AWS paths.

A subclass declares; the methods here turn declarations into differences and calls. Where AWS is odd, the type
overrides a method; the engine never learns of one type. Nothing here does IO.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Annotated, ClassVar, Self, get_args, get_origin, get_type_hints

from trueup.core.cost import Priced
from trueup.core.declaring import Attr, Deep, Difference, Listing, Ownership, Removal
from trueup.core.meeting import Meeting
from trueup.core.naming import OWNER_TAG
from trueup.core.paths import get, put, root
from trueup.core.tagging import Tagging, differing_tags
from trueup.core.values import (
    MISSING,
    Call,
    Doc,
    Json,
    Key,
    Lookup,
    Phase,
    Ref,
    Retry,
    Severity,
    as_list,
    as_map,
    resolve,
    shown,
)
from trueup.core.verdicts import Answering

DIGEST_VERSION = "v1"


@dataclass(frozen=True, slots=True)
class Seen:
    """One resource as AWS shows it, seen from the object that declares or owns it."""

    key: Key
    kind: type[Resource]
    doc: Doc
    phase: Phase
    owned: bool
    owner: str | None = None
    settling: bool = False
    """Read so soon after our own write that AWS may still show the old state."""
    deep: bool = True
    """Every deep read of it has been made."""

    @property
    def id(self) -> str:
        """AWS's own id, or what stands for it."""
        return self.kind.id_of(self.doc)

    def is_unread(self, path: str) -> bool:
        """What would show the path is a deep read that has not been made: nothing is known of it."""
        return not self.deep and any(r.shows(path) and get(self.doc, r.part) is MISSING for r in self.kind.DEEP)


@dataclass(frozen=True, kw_only=True)
class Resource(Meeting, Answering, Priced):
    """A declared AWS resource. Fields that are None are not ours to say: never compared, never sent."""

    TYPE: ClassVar[str]
    SERVICE: ClassVar[str]
    REGION: ClassVar[str | None] = None
    LISTING: ClassVar[Listing]
    DEEP: ClassVar[tuple[Deep, ...]] = ()
    IDENTITY: ClassVar[tuple[str, ...]] = ()
    ID: ClassVar[str]
    ARN: ClassVar[str] = ""
    STATE: ClassVar[str] = ""
    OWNED: ClassVar[Ownership] = Ownership.TAG
    PARENT: ClassVar[str] = ""
    """Where the document names the id of the resource that it is a part of."""
    WITHIN: ClassVar[str] = ""
    """The member of a listed document whose items the documents are, where a deep read shows it: nothing is known of
    any of them before that read of the document with the `PARENT`'s id was made."""
    CREATE: ClassVar[str] = ""
    ANSWER: ClassVar[str] = ""
    """Where the create call's answer holds the document, or enough of it to read it again."""
    CONSTANT: ClassVar[Mapping[str, Json]] = {}
    RETRY: ClassVar[Retry] = Retry.UNIQUE
    TOKEN: ClassVar[str] = ""
    UPDATE: ClassVar[str] = ""
    UPDATE_BY: ClassVar[Mapping[str, str]] = {}
    """The parameters that say which resource to update, each with the path of its value in the document."""
    UPDATE_CONSTANT: ClassVar[Mapping[str, Json]] = {}
    WHOLE: ClassVar[bool] = False
    """The update call replaces everything: it carries every declared field."""
    DELETE: ClassVar[str] = ""
    DELETE_BY: ClassVar[Mapping[str, str]] = {}
    NEW: ClassVar[Doc | None] = None
    """As what AWS makes it, together with what it is a part of; a plan of both compares with it."""
    ALSO: ClassVar[tuple[str, ...]] = ()
    """Operations that overrides of create, update and delete call beside those named above."""
    TAGGING: ClassVar[Tagging | None] = None
    HOLDS_DATA: ClassVar[bool] = False
    """What it holds cannot be made again: never replaced, and never re-created by itself."""
    BACKUP: ClassVar[type[Resource] | None] = None
    """The type of the backups of its data; their PARENT is this resource's id."""
    NO_BACKUP: ClassVar[str] = "No snapshot of it was found."
    """What a person is told of lost data of which no backup is known."""
    ADOPTED_BY: ClassVar[str] = ""
    """The field of the spec that takes over an existing one by its id; empty where none does."""
    GUARD: ClassVar[str] = ""
    """The field that declares AWS's own protection against deletion."""
    REPLACE_FAILED: ClassVar[bool] = False
    """A failed one serves nothing and is replaced without asking."""
    USES: ClassVar[tuple[str, ...]] = ()
    """Where the document names ids of resources that it uses, and that so must not be deleted."""

    name: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    # ---- the declarations, read -------------------------------------------------------------------------------

    @classmethod
    def attrs(cls) -> Mapping[str, Attr]:
        """Every declared field with its rule, in order of declaration."""
        return _attrs(cls)

    @property
    def key(self) -> Key:
        """The key under which the object's graph holds this resource."""
        return Key(self.TYPE, self.name)

    def output(self, path: str, *, ready: bool = False) -> Ref:
        """A reference to a value of this resource that AWS assigns."""
        return Ref(self.key, path, ready=ready)

    def declared(self) -> dict[str, Json]:
        """The fields that are ours to say, by name."""
        values = {name: getattr(self, name) for name in self.attrs()}
        return {name: value for name, value in values.items() if value is not None}

    def digest(self) -> str:
        """A versioned digest of what is declared; it labels drift and never causes an action."""
        return self._digest(self.declared())

    def spec_digest(self, lookup: Lookup | None = None) -> str:
        """The digest of what the spec says, whatever the time; with a lookup, of what its references lead to."""
        said = {name: value for name, value in self.declared().items() if not self.attrs()[name].timed}
        return self._digest({n: resolve(value, lookup) for n, value in said.items()} if lookup else said)

    def _digest(self, declared: Mapping[str, Json]) -> str:
        text = json.dumps({"fields": shown(declared), "tags": dict(self.tags)}, sort_keys=True)
        return f"{DIGEST_VERSION}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    # ---- documents, read --------------------------------------------------------------------------------------

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The documents of this type within one listed document; most types are the document itself."""
        return (doc,)

    @classmethod
    def identity_of(cls, doc: Doc) -> tuple[str, ...]:
        """What tells this document from all others of its type, for types found by name or content."""
        return tuple(_plain(get(doc, path)) for path in cls.IDENTITY)

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """AWS's id of the document, or the identity joined where AWS gives none."""
        value = get(doc, cls.ID)
        return "/".join(cls.identity_of(doc)) if value is MISSING else str(value)

    @classmethod
    def arn_of(cls, doc: Doc) -> str | None:
        """The document's ARN, where it shows one."""
        value = get(doc, cls.ARN) if cls.ARN else MISSING
        return None if value is MISSING else str(value)

    @classmethod
    def full_arn(cls, doc: Doc, lookup: Lookup) -> str | None:
        """The document's ARN for people; types whose documents show none put it together, if they have one."""
        del lookup
        return cls.arn_of(doc)

    @classmethod
    def tags_of(cls, doc: Doc) -> Mapping[str, str]:
        """The document's tags as a map."""
        return cls.TAGGING.read_from(doc) if cls.TAGGING else {}

    @classmethod
    def tags_are_deep(cls) -> bool:
        """The list does not show tags: who owns a document is known only after a deep read of it."""
        return cls.TAGGING is not None and any(root(cls.TAGGING.read) == deep.into for deep in cls.DEEP)

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """The phase that the document shows; None when it only remembers a resource that is gone."""
        del doc
        return Phase.READY

    @classmethod
    def is_usable(cls, doc: Doc) -> bool:
        """Others may use it now: it is in a usable phase, lacks nothing, and stays."""
        return cls.phase(doc) in (Phase.READY, Phase.BUSY) and not cls.lacks(doc) and not cls.is_leaving(doc)

    @classmethod
    def state_of(cls, doc: Doc) -> str:
        """AWS's own word for the state, for people."""
        value = get(doc, cls.STATE) if cls.STATE else MISSING
        phase = cls.phase(doc)
        return str(value) if value is not MISSING else (phase.value if phase else "Gone")

    def identity(self, lookup: Lookup) -> tuple[str, ...] | None:
        """The identity that is declared; None while a reference in it has no value."""
        found: list[str] = []
        for path in self.IDENTITY:
            name = next((name for name, attr in self.attrs().items() if attr.shown_at == path), None)
            value = resolve(getattr(self, name), lookup) if name else MISSING
            if value is MISSING:
                return None
            found.append(_plain(value))
        return tuple(found)

    # ---- differences ------------------------------------------------------------------------------------------

    def known_differences(self, seen: Seen, lookup: Lookup) -> tuple[Difference, ...]:
        """The differences in what has been read of the resource."""
        tags = self.TAGGING.read if self.TAGGING is not None else ""
        found = self.differences(seen.doc, lookup)
        return tuple(d for d in found if not seen.is_unread(tags if d.attr == "tags" else d.path))

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """Every declared field that AWS shows otherwise, tags last. Unresolved references are not compared."""
        found: list[Difference] = []
        for name, value in self.declared().items():
            attr = self.attrs()[name]
            want = resolve(value, lookup)
            if attr.read != "" and want is not MISSING:
                found.extend(self._compare(name, attr, want, doc))
        return tuple(found) + self._tag_differences(doc)

    def _compare(self, name: str, attr: Attr, want: Json, doc: Doc) -> Iterable[Difference]:
        have = self.observed(name, doc)
        if not attr.keyed:
            if not attr.same(want, have):
                yield Difference(name, attr.shown_at, want, have, attr, pending=self._is_pending(name, want, doc))
            return
        present = as_map(have) or {}
        for member, value in (as_map(want) or {}).items():
            seen = present.get(member, MISSING)
            if not attr.same(value, seen):
                yield Difference(name, f"{attr.shown_at}.{member}", value, seen, attr, member)

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows for a field."""
        return get(doc, self.attrs()[name].shown_at)

    @classmethod
    def as_shown(cls, name: str, doc: Doc) -> Self:
        """The resource as the document shows it, for one that nothing declares; what is not shown is None."""
        nothing = dict[str, Json]((field, None) for field in cls.attrs())
        blank = cls(name=name, **nothing)
        found = {field: blank.observed(field, doc) for field, attr in cls.attrs().items() if attr.read != ""}
        return replace(blank, **{field: value for field, value in found.items() if value is not MISSING})

    def _is_pending(self, name: str, want: Json, doc: Doc) -> bool:
        value = self.pending(name, doc)
        return value is not MISSING and self.attrs()[name].same(want, value)

    def _tag_differences(self, doc: Doc) -> tuple[Difference, ...]:
        if self.TAGGING is None:
            return ()
        return tuple(
            Difference("tags", f"Tags.{key}", want, have, Attr("Tags", keyed=True), key)
            for key, want, have in differing_tags(self.tags, self.TAGGING.read_from(doc))
        )

    # ---- calls ------------------------------------------------------------------------------------------------

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The calls that make the resource; the first of them makes it exist, owned, in one step."""
        params: dict[str, Json] = dict(self.CONSTANT)
        for name, value in self.declared().items():
            attr = self.attrs()[name]
            if attr.path:
                put(params, attr.path, self.sent(name, resolve(value, lookup)))
        if self.TAGGING is not None:
            self.TAGGING.onto_create(params, self.tags)
        if self.TOKEN:
            params[self.TOKEN] = token
        return (Call(self.SERVICE, self.CREATE, resolve(params, lookup), self.RETRY),)

    def sent(self, name: str, value: Json) -> Json:
        """The declared value as calls carry it, where that is not how it is compared."""
        del name
        members = as_list(value)
        return value if members is None else list(members)

    def update(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The calls that put the differing fields right, in place."""
        plain = tuple(d for d in found if d.attr != "tags")
        calls = self.patch(doc, plain, lookup) if plain else ()
        tags = tuple(d for d in found if d.attr == "tags")
        retagging = self.retag(doc, tags)
        # What is taken over becomes ours first: rights are limited by the owner tag.
        return retagging + calls if any(d.member == OWNER_TAG for d in tags) else calls + retagging

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The update call for fields other than tags. A structure with a differing member travels whole."""
        params = self.selected(self.UPDATE_BY, doc, lookup)
        params.update(self.UPDATE_CONSTANT)
        roots = {root(self._update_path(d.attr)) for d in found}
        for name, value in self.declared().items():
            path = self._update_path(name)
            if path and (self.WHOLE or root(path) in roots):
                put(params, path, self.sent(name, resolve(value, lookup)))
        return (Call(self.SERVICE, self.UPDATE, resolve(params, lookup)),)

    def _update_path(self, name: str) -> str:
        attr = self.attrs()[name]
        return attr.path if attr.update is None else attr.update

    def retag(self, doc: Doc, found: tuple[Difference, ...]) -> tuple[Call, ...]:
        """The calls that put differing tags right and take away those that we set and no longer declare."""
        if self.TAGGING is None or not found:
            return ()
        who = self.arn_of(doc) or self.id_of(doc)
        return self.TAGGING.calls(
            self.SERVICE,
            who,
            {d.member or "": str(d.want) for d in found if d.want is not MISSING},
            tuple(d.member or "" for d in found if d.want is MISSING),
        )

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """The next calls that remove what the document shows; none when it goes with its parent."""
        del removal
        if not cls.DELETE:
            return ()
        params = cls.selected(cls.DELETE_BY, doc, lookup)
        return (Call(cls.SERVICE, cls.DELETE, resolve(params, lookup)),)

    def removed(self, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """The next calls that remove it as its object says."""
        return self.delete(doc, lookup, removal)

    @classmethod
    def guard(cls, doc: Doc, owner: str) -> str | None:
        """Why AWS would refuse to let this owner delete the resource by a protection of its own, or None."""
        del doc, owner
        return None

    @classmethod
    def restore_hint(cls, docs: list[Doc]) -> str | None:
        """For a type of backups: the sentence that names the newest of these and how to restore it."""
        del docs
        return None

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """How bad it is that this document exists undeclared."""
        del doc
        return Severity.NORMAL

    @classmethod
    def summary(cls, doc: Doc) -> Json:
        """The few members of the document that tell a person what it is."""
        return {path: get(doc, path) for path in cls.IDENTITY or (cls.ID,) if get(doc, path) is not MISSING}

    @classmethod
    def selected(cls, by: Mapping[str, str], doc: Doc, lookup: Lookup) -> dict[str, Json]:
        """Call parameters taken from the document; a list is asked for by a parameter that ends in `[]`."""
        del lookup
        params: dict[str, Json] = {}
        for name, path in by.items():
            value = get(doc, path)
            if name.endswith("[]"):
                name, value = name[:-2], value if as_list(value) is not None else [value]
            put(params, name, value)
        return params


@cache
def _attrs(cls: type[Resource]) -> Mapping[str, Attr]:
    hints = get_type_hints(cls, include_extras=True)
    found: dict[str, Attr] = {}
    for item in fields(cls):
        hint = hints[item.name]
        for rule in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
            if isinstance(rule, Attr):
                found[item.name] = rule
    return found


def _plain(value: Json) -> str:
    return "" if value is MISSING or value is None else str(value).lower()
