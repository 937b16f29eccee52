"""Where manifests come from: a kustomization, a folder, a file or standard input, read as Kubernetes reads YAML."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

import yaml

from trueup.cli.failures import Failure
from trueup.core.values import Json, as_list, as_map

STDIN: Final = "-"
_KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
_RENDERED_WITHIN_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Document:
    """One object as somebody wrote it, and where."""

    origin: str
    """The file, the folder of the kustomization, or "standard input"."""
    content: dict[str, Json]


def documents(source: str) -> tuple[Document, ...]:
    """Every object that `source` (a path, or - for standard input) holds, in order. Raises Failure."""
    if source == STDIN:
        return tuple(_parsed("standard input", sys.stdin.read()))
    path = Path(source)
    if not path.exists():
        raise Failure(f"{source} does not exist: name a folder or file with manifests, or - for standard input.")
    if path.is_file():
        return tuple(_parsed(source, _text(path)))
    if any((path / name).is_file() for name in _KUSTOMIZATIONS):
        return tuple(_parsed(source, _rendered(path)))
    files = sorted(file for file in path.iterdir() if file.is_file() and file.suffix in _SUFFIXES)
    if not files:
        raise Failure(f"{source} holds neither a kustomization.yaml nor a file that ends in .yaml, .yml or .json.")
    return tuple(document for file in files for document in _parsed(str(file), _text(file)))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}.") from None


def _rendered(folder: Path) -> str:
    """The kustomization's manifests, as `kubectl apply -k` would send them."""
    beside = Path(sys.executable).with_name("kubectl")
    program = which("kubectl") or (str(beside) if beside.is_file() else None)
    if program is None:
        raise Failure(f"{folder} is a kustomization and kubectl is not on PATH to render it: install kubectl.")
    try:
        answer = subprocess.run(
            [program, "kustomize", str(folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=_RENDERED_WITHIN_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"{folder} was not rendered by kubectl within {_RENDERED_WITHIN_SECONDS} s.") from None
    if answer.returncode != 0:
        raise Failure(f"{folder} cannot be rendered by `kubectl kustomize`: {_gist(answer.stderr)}")
    return answer.stdout


def _gist(complaint: str) -> str:
    """What kubectl says, without what its log puts around it."""
    line = " ".join(complaint.split()).removeprefix("error: ")
    logged = re.search(r'err="(.*)"$', line)
    return logged[1] if logged else line


class _Loader(yaml.SafeLoader):
    """YAML as Kubernetes reads it: no key twice, and no dates, only texts that look like one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Json]:
        """The mapping. Raises MarkedYAMLError when a key comes twice, where the API server refuses, too."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(problem=f"{name} comes twice", problem_mark=key.start_mark)
            seen.add(name)
        return dict(super().construct_mapping(node, deep))


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _parsed(origin: str, text: str) -> Iterator[Document]:
    try:
        loaded: list[Json] = list(yaml.load_all(text, _Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Failure(f"{origin}{where}: this is not YAML: {error.problem or error.context}.") from None
    except yaml.YAMLError as error:
        raise Failure(f"{origin}: this is not YAML: {' '.join(str(error).split())}.") from None
    for document in loaded:
        if document is not None:
            yield from _objects(origin, document)


def _objects(origin: str, document: Json) -> Iterator[Document]:
    """The object, or those of a List."""
    content = as_map(document)
    if content is None:
        raise Failure(f"{origin}: a document is not an object with apiVersion, kind and metadata.")
    items = as_list(content.get("items"))
    if str(content.get("kind", "")).endswith("List") and items is not None:
        for item in items:
            yield from _objects(origin, item)
        return
    yield Document(origin, {str(key): value for key, value in content.items()})
