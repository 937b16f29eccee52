"""`trueup plan`: what applying a folder would do to AWS, without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import typer

from trueup.cli.documents import documents
from trueup.cli.failures import ERROR
from trueup.cli.folder import world
from trueup.cli.ground import Ground
from trueup.cli.outlook import Outlook, outlook
from trueup.cli.plan_output import show
from trueup.cli.preview import Previewer
from trueup.kinds.registry import kinds

CHANGES = 2


def plan(sources: Sequence[str], ground: Ground, output: str, namespace: str | None) -> int:
    """The plan has been shown; answers 0 for nothing to do, 2 for changes, 1 where a person must act first."""
    given = [document for source in sources for document in documents(source)]
    found = outlook(Previewer(kinds(), ground), world(given, kinds(), namespace))
    _mention_others(found.others)
    _mention_region(found, ground)
    show(found, output)
    return _verdict(found)


def _verdict(found: Outlook) -> int:
    for trouble in found.troubles:
        typer.echo(f"error: {trouble}", err=True)
    if found.troubles:
        return ERROR
    return CHANGES if any(planned.steps for planned in found.objects) else 0


def _mention_region(found: Outlook, ground: Ground) -> None:
    """A region that nobody named is said, where some object lives in it for want of another."""
    homeless = sorted(planned.title for planned in found.objects if not planned.manifest.spec.get("region"))
    if ground.assumed and homeless:
        more = f" and {len(homeless) - 1} more" if len(homeless) > 1 else ""
        typer.echo(
            f"note: {homeless[0]}{more} without spec.region: taken as {ground.assumed}; --region names another",
            err=True,
        )


def _mention_others(others: Iterable[str]) -> None:
    """Documents of other groups are not an error; that they were left out should not surprise."""
    counts = Counter(kind for kind in others if kind != "Namespace")
    if counts:
        listed = ", ".join(f"{kind} ({count})" for kind, count in sorted(counts.items()))
        typer.echo(f"note: left out, not of trueup.dev: {listed}", err=True)
