"""Charter: how RDS lists: filters by name, pages by Marker, in the order of identifiers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds import checks
from trueup.sandbox.emulator.service import Call

Filter = Callable[[Mapping[str, Any], Sequence[str]], bool]


def wanted(call: Call, known: Mapping[str, Filter]) -> Callable[[Mapping[str, Any]], bool]:
    """A test for documents from the call's Filters; an unknown filter is refused as RDS does."""
    tests: list[tuple[Filter, Sequence[str]]] = []
    for entry in call.get("Filters", []):
        name, values = str(entry.get("Name", "")), entry.get("Values", [])
        if name not in known:
            raise checks.invalid(f"Unrecognized filter name: {name}")
        if not values:
            raise checks.invalid(f"Filter {name} needs at least one value.")
        tests.append((known[name], values))
    return lambda doc: all(test(doc, values) for test, values in tests)


def by_member(name: str) -> Filter:
    """A filter that compares one member."""
    return lambda doc, values: doc.get(name) in values


def by_name_or_arn(name: str, arn: str) -> Filter:
    """A filter that takes identifiers in any case, or ARNs."""
    return lambda doc, values: doc.get(arn) in values or doc.get(name) in [value.lower() for value in values]


def page(call: Call, key: str, names: Sequence[str], show: Callable[[str], Any], most: int = 100) -> Document:
    """One page of a listing: `names` are what there is, `show` gives the entry of a name."""
    limit = checks.records_limit(call.get("MaxRecords"), most)
    ordered = sorted(names)
    marker = call.get("Marker")
    if marker:
        after = _decode(marker)
        ordered = [name for name in ordered if name > after]
    chosen = ordered[:limit]
    result: Document = {key: [show(name) for name in chosen]}
    if len(ordered) > limit:
        result["Marker"] = base64.urlsafe_b64encode(chosen[-1].encode()).decode()
    return result


def _decode(marker: str) -> str:
    try:
        return base64.urlsafe_b64decode(marker.encode()).decode()
    except ValueError:
        raise checks.invalid(f"Marker {marker} is not valid.") from None
