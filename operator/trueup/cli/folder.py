"""The manifests of a folder as a world: what the engine composes when there is no cluster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from trueup.app.ports import Manifest
from trueup.cli.documents import Document
from trueup.cli.failures import Failure
from trueup.core.values import Json, as_list, as_map
from trueup.kinds.common.info import API_VERSION, GROUP
from trueup.kinds.common.kind import Kind
from trueup.kinds.common.reading import InvalidSpec, read_spec

DEFAULT_NAMESPACE: Final = "default"
_MEMBERS: Final = ("apiVersion", "kind", "metadata", "spec", "status")
_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class FolderWorld:
    """Every object of ours in a folder, with the annotations of the namespaces that it declares."""

    manifests: tuple[Manifest, ...]
    namespaces: Mapping[str, Mapping[str, str]]
    others: tuple[str, ...] = ()
    """The kinds of the documents that are not ours, one entry for each document."""

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None when the folder has none."""
        return next((m for m in self.manifests if m.address == (kind, namespace, name)), None)

    def namespaced(self, namespace: str) -> Iterable[Manifest]:
        """Every object of ours in a namespace, in the order of the folder."""
        return tuple(manifest for manifest in self.manifests if manifest.namespace == namespace)

    def all(self) -> Iterable[Manifest]:
        """Every object of ours, in the order of the folder."""
        return self.manifests

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        """An annotation of the namespace, where the folder declares the namespace."""
        return self.namespaces.get(namespace, {}).get(key)


def world(documents: Iterable[Document], kinds: Mapping[str, Kind], namespace: str | None = None) -> FolderWorld:
    """The world that the documents make; `namespace` is for objects that name none.

    Raises Failure with one line for everything that the API server would refuse, references to nothing included.
    """
    found: dict[tuple[str, str, str], Manifest] = {}
    origins: dict[tuple[str, str, str], str] = {}
    namespaces: dict[str, Mapping[str, str]] = {}
    others: list[str] = []
    troubles: list[str] = []
    for document in documents:
        if not _is_ours(document):
            others.append(str(document.content["kind"]))
            if document.content["kind"] == "Namespace":
                namespaces.update(_namespace(document))
            continue
        try:
            manifest = _manifest(document, kinds, namespace or DEFAULT_NAMESPACE)
        except InvalidManifest as wrong:
            troubles += [f"{document.origin}: {sentence}" for sentence in wrong.sentences]
            continue
        if manifest.address in found:
            troubles.append(
                f"{document.origin}: {said(manifest)} comes twice; it is also in {origins[manifest.address]}."
            )
        found[manifest.address], origins[manifest.address] = manifest, document.origin
    made = FolderWorld(tuple(found.values()), namespaces, tuple(others))
    if not troubles:
        troubles = [f"{origins[m.address]}: {line}" for m in made.manifests for line in _dangling(m, made, kinds)]
    if troubles:
        raise Failure("\n".join(troubles))
    return made


def said(manifest: Manifest) -> str:
    """The object as messages name it: "Database staging/postgres"."""
    return f"{manifest.kind} {manifest.namespace}/{manifest.name}"


class InvalidManifest(ValueError):
    """A document of ours that the API server would refuse."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def _is_ours(document: Document) -> bool:
    """Raises Failure for what is no Kubernetes object at all."""
    version, kind = document.content.get("apiVersion"), document.content.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        missing = "apiVersion" if not isinstance(version, str) else "kind"
        raise Failure(f"{document.origin}: a document has no {missing}: give it one, or take it out.")
    return version.split("/")[0] == GROUP


def _namespace(document: Document) -> dict[str, Mapping[str, str]]:
    metadata = as_map(document.content.get("metadata")) or {}
    return {str(metadata.get("name")): _texts(metadata.get("annotations"))}


def _texts(value: Json) -> dict[str, str]:
    return {key: str(text) for key, text in (as_map(value) or {}).items()}


def _manifest(document: Document, kinds: Mapping[str, Kind], default: str) -> Manifest:
    content = document.content
    kind = str(content["kind"])
    if content["apiVersion"] != API_VERSION:
        raise InvalidManifest(f"{kind}: apiVersion {content['apiVersion']} is not known here: write {API_VERSION}.")
    if kind not in kinds:
        close = get_close_matches(kind, kinds, n=1)
        way = f"did you mean {close[0]}?" if close else f"there are {', '.join(kinds)}."
        raise InvalidManifest(f"{kind} is not a kind of {GROUP}: {way}")
    metadata = as_map(content.get("metadata")) or {}
    name, namespace = metadata.get("name"), metadata.get("namespace") or default
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        shown = "it has none" if name is None else f"{name!r} is none"
        raise InvalidManifest(f"{kind}: metadata.name: {shown}: use lower-case letters, digits, - and . only.")
    title = f"{kind} {namespace}/{name}"
    spec = as_map(content.get("spec"))
    troubles = [f"{title}: {member}: there is no such field." for member in content if member not in _MEMBERS]
    if spec is None:
        raise InvalidManifest(*troubles, f"{title}: spec: it is missing, or not an object.")
    try:
        read_spec(kinds[kind].info.spec, spec)
    except InvalidSpec as invalid:
        troubles += [f"{title}: {problem}" for problem in invalid.problems]
    if troubles:
        raise InvalidManifest(*troubles)
    return Manifest(
        kind=kind,
        namespace=str(namespace),
        name=name,
        spec=spec,
        annotations=_texts(metadata.get("annotations")),
        labels=_texts(metadata.get("labels")),
    )


def _dangling(manifest: Manifest, around: FolderWorld, kinds: Mapping[str, Kind]) -> Iterator[str]:
    """A sentence for each reference that leads to nothing. Absent peers of allowFrom are a wait, not an error."""
    spec = read_spec(kinds[manifest.kind].info.spec, manifest.spec)
    absent = [
        (kind, name)
        for kind, name in kinds[manifest.kind].peers(spec)
        if around.get(kind, manifest.namespace, name) is None
    ]
    for path, word, name in _references(manifest.spec, "spec"):
        for kind, missing in absent:
            if missing == name and kind.lower().endswith(word.lower()):
                yield (
                    f"{said(manifest)}: {path}: there is no {kind} {name!r} in namespace {manifest.namespace}: "
                    "add it, or correct the name."
                )


def _references(value: Json, path: str) -> Iterator[tuple[str, str, str]]:
    """The path, the word and the name of every member called `<word>Ref`, and of those of a list called `<word>s`."""
    for key, member in (as_map(value) or {}).items():
        if key.endswith("Ref"):
            yield from _named(member, f"{path}.{key}", key.removesuffix("Ref"))
        for place, item in enumerate(as_list(member) or ()):
            yield from _named(item, f"{path}.{key}[{place}]", key.removesuffix("s"))
        yield from _references(member, f"{path}.{key}")
    for position, member in enumerate(as_list(value) or ()):
        yield from _references(member, f"{path}[{position}]")


def _named(value: Json, path: str, word: str) -> Iterator[tuple[str, str, str]]:
    name = (as_map(value) or {}).get("name")
    if isinstance(name, str):
        yield f"{path}.name", word, name
