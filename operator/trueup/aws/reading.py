"""Reading AWS: whole lists page by page, one document of a list, and deep reads of one document.

Every request waits for its rate limit and is counted. Every failure leaves as `ObservationFailed`; only AWS's own
not-found code means that something is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from trueup.aws.calling import pages
from trueup.aws.limits import Limits
from trueup.aws.metering import Meter
from trueup.aws.sessions import Sessions
from trueup.aws.sources import Source, documents, raw_of
from trueup.core.faults import Consequence, ObservationFailed
from trueup.core.paths import get
from trueup.core.resource import Deep
from trueup.core.values import MISSING, Doc, Json, Place, Pseudo, as_list, as_map

_WHOLE: Final = re.compile(r"\{([^{}]+)\}")
_PSEUDO: Final = {pseudo.value: pseudo for pseudo in Pseudo}

Find = Callable[[str], Json]


class Reader:
    """The one who reads from AWS."""

    def __init__(self, sessions: Sessions, limits: Limits, meter: Meter) -> None:
        self._sessions = sessions
        self._limits = limits
        self._meter = meter

    def list(self, source: Source) -> list[Doc]:
        """Every document of the list. Raises ObservationFailed when any page fails."""
        listing = source.listing
        params = {**self._filled(listing.params, {}, source.key.place), **listing.page}
        return self._documents(source, params)

    def one(self, source: Source, by: str) -> Doc | None:
        """One document of the list, by its raw id; None when AWS says by an empty answer or its code that it is gone.

        Raises ObservationFailed on every other failure.
        """
        listing = source.listing
        params = {
            **self._filled(listing.params, {}, source.key.place),
            **filled_by(listing.one, by),
        }
        try:
            found = self._documents(source, params)
        except ObservationFailed as failure:
            if failure.fault.consequence is Consequence.NOT_FOUND:
                return None
            raise
        return next((doc for doc in found if raw_of(listing, doc).casefold() == by.casefold()), None)

    def deep(self, source: Source, service: str, read: Deep, doc: Doc) -> Json:
        """What a deep read shows of a document; None where AWS says by a declared code that there is none.

        MISSING where the document lacks a parameter of the read.

        Raises ObservationFailed, also when the document is gone meanwhile.
        """
        if read.given is not None:
            doc = {**doc, **read.given(doc)}
        head = read.into.split("[]", 1)[0]
        if head == read.into:
            return self._deep(source.key.place, service, read, read.params, doc)
        members = as_list(get(doc, head)) or ()
        numbered = (at_member(read.params, head, number) for number in range(len(members)))
        return [self._deep(source.key.place, service, read, params, doc) for params in numbered]

    def _deep(self, place: Place, service: str, read: Deep, params: Json, doc: Doc) -> Json:
        values = self._filled(params, doc, place)
        if values is MISSING:
            return MISSING
        try:
            answer = self._pages(place, service, read.operation, {**values, **read.page})
        except ObservationFailed as failure:
            if failure.fault.code in read.absent:
                return None
            raise
        shown: list[Json] = []
        single: Json = MISSING
        for page in answer:
            value = get(page, read.result) if read.result else page
            if (items := as_list(value)) is not None:
                shown.extend(items)
            elif single is MISSING:
                single = value
        return shown if single is MISSING else single

    def _documents(self, source: Source, params: Mapping[str, Json]) -> list[Doc]:
        key = source.key
        found: list[Doc] = []
        for page in self._pages(key.place, key.service, key.operation, params):
            found.extend(source.listing.bare(doc) for doc in documents(page, key.result))
        return found

    def _pages(self, place: Place, service: str, operation: str, params: Mapping[str, Json]) -> Iterable[Doc]:
        def before() -> None:
            self._limits.wait(service, operation, place)
            self._meter.add(service, operation)

        try:
            client = self._sessions.client(service, place)
            pagination = self._sessions.pagination(service, place, operation)
            return tuple(pages(client, operation, params, before, pagination))
        except Exception as error:
            fault = self._sessions.fault(error, service, operation, params=params)
            if fault.consequence is Consequence.THROTTLED:
                self._limits.throttled(service, operation, place)
            raise ObservationFailed(fault) from None

    def _filled(self, params: Json, doc: Doc, place: Place) -> Json:
        def find(path: str) -> Json:
            value = get(doc, path)
            if value is MISSING and path in _PSEUDO:
                return self._sessions.pseudo(place)[_PSEUDO[path]]
            return value

        found = {key: filled(value, find) for key, value in (as_map(params) or {}).items()}
        return MISSING if any(value is MISSING for value in found.values()) else found


def filled(value: Json, find: Find) -> Json:
    """The parameters with every `{Path}` in their strings replaced, pseudo values too.

    A string that is nothing but `{Path}` becomes the value itself, whatever its type. MISSING when a parameter has no
    value; a member of a structure that has none is left out of it, as AWS leaves it out.
    """
    if isinstance(value, Pseudo):
        return find(value.value)
    if isinstance(value, str):
        return _filled_text(value, find)
    if (members := as_map(value)) is not None:
        found = {key: filled(member, find) for key, member in members.items()}
        there = {key: member for key, member in found.items() if member is not MISSING}
        return there if there or not found else MISSING
    if (items := as_list(value)) is not None:
        listed = [filled(item, find) for item in items]
        return MISSING if any(item is MISSING for item in listed) else listed
    return value


def _filled_text(text: str, find: Find) -> Json:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return find(whole.group(1))
    values = {path: find(path) for path in _WHOLE.findall(text)}
    if any(value is MISSING for value in values.values()):
        return MISSING
    return _WHOLE.sub(lambda match: str(values[match.group(1)]), text)


def filled_by(value: Json, by: str) -> Json:
    """The value with every `{}` in its strings replaced by a raw id."""
    if isinstance(value, str):
        return value.replace("{}", by)
    if (members := as_map(value)) is not None:
        return {key: filled_by(member, by) for key, member in members.items()}
    if (items := as_list(value)) is not None:
        return [filled_by(item, by) for item in items]
    return value


def at_member(value: Json, head: str, number: int) -> Json:
    """The parameters with `{head[]…}` meaning the member of that number."""
    if isinstance(value, str):
        return value.replace(f"{{{head}[]", f"{{{head}[{number}]")
    if (members := as_map(value)) is not None:
        return {key: at_member(member, head, number) for key, member in members.items()}
    if (items := as_list(value)) is not None:
        return [at_member(item, head, number) for item in items]
    return value
