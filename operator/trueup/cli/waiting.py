"""`trueup wait OBJECT`: until the object's present spec has come true in AWS, or it is clear that it will not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import typer
from rich.text import Text

from trueup.app.ports import Manifest
from trueup.cli.documents import Document, documents
from trueup.cli.durations import spoken
from trueup.cli.failures import ERROR, Failure
from trueup.cli.objects import Shown, named, read_name
from trueup.cli.progress import Progress, looks
from trueup.cli.service import Whom
from trueup.cli.terminal import terminal
from trueup.core.awaiting import Settled, settled
from trueup.core.values import Json, as_map
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.reading import InvalidSpec, read_spec
from trueup.kinds.common.spec import Spec

_SILENCES = 5
"""So many looks in a row may fail before the cluster counts as out of reach."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A spec that the object must have before its state counts: committed already, and applied by others."""

    source: str
    spec: Spec

    def is_there(self, manifest: Manifest) -> bool:
        """The object has it, whatever defaults the API server has filled in."""
        try:
            return read_spec(type(self.spec), manifest.spec) == self.spec
        except InvalidSpec:
            return False


def wait(whom: Whom, files: Sequence[str], seconds: float, output: str) -> int:
    """What came of the object's spec has been told; answers 0 when it has come true, else 1."""
    wanted = _wanted(whom.words, files) if files else None
    with Progress() as progress:
        shown, found = _awaited(whom, wanted, seconds, progress)
    if output == "json":
        typer.echo(json.dumps(_json(shown, found), indent=2, ensure_ascii=False))
    else:
        word = Text("Done: " if found.good else f"{found.reason}: ", style="green" if found.good else "red")
        serves = "".join(
            f" {name.capitalize()} {shown.part('outputs').get(name)}." for name in ("image", "url") if _has(shown, name)
        )
        sentence = f"{shown.title}, generation {shown.manifest.generation}. {found.message}{serves}"
        terminal().print(word.append(Text(sentence, style="default")))
    return 0 if found.good else ERROR


def _has(shown: Shown, output: str) -> bool:
    return bool(shown.part("outputs").get(output))


def _awaited(whom: Whom, wanted: Wanted | None, seconds: float, progress: Progress) -> tuple[Shown, Settled]:
    silences, last = 0, ""
    for _ in looks(seconds):
        try:
            shown = named(whom.words, whom.namespace, whom.context)
        except Failure as failure:
            # What is not there yet may come; a cluster that answered before may do so again.
            silences += 1
            if wanted is None and (not last or silences >= _SILENCES):
                raise
            progress.say(str(failure))
            last = str(failure)
            continue
        silences = 0
        if wanted is not None and not wanted.is_there(shown.manifest):
            last = f"{shown.title} has not the spec of {wanted.source} yet."
        else:
            found = settled(shown.manifest.status, shown.manifest.generation, deleting=shown.manifest.deleting)
            if found.good is not None:
                return shown, found
            last = f"{shown.title}: {found.message}"
        progress.say(last)
    raise Failure(f"it is not known after {spoken(seconds)} what came of {' '.join(whom.words)}. {last}")


def _wanted(words: Sequence[str], files: Sequence[str]) -> Wanted:
    info, name = read_name(words)
    for source in files:
        for document in documents(source):
            meta = as_map(document.content.get("metadata")) or {}
            if document.content.get("kind") == info.kind and meta.get("name") == name:
                return _read(document, info)
    raise Failure(f"{', '.join(files)} holds no {info.kind} {name}: name the manifests that it stands in with -f.")


def _read(document: Document, info: KindInfo) -> Wanted:
    try:
        return Wanted(document.origin, read_spec(info.spec, as_map(document.content.get("spec")) or {}))
    except InvalidSpec as invalid:
        raise Failure("\n".join(f"{document.origin}: {problem}" for problem in invalid.problems)) from None


def _json(shown: Shown, found: Settled) -> dict[str, Json]:
    manifest = shown.manifest
    return {
        "kind": manifest.kind,
        "namespace": manifest.namespace,
        "name": manifest.name,
        "generation": manifest.generation,
        "verdict": "Done" if found.good else found.reason,
        "message": found.message,
        "outputs": shown.part("outputs"),
    }
