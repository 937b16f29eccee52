"""The pinned modules agree with themselves, and the cache knows one pin from another."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from trueup.sandbox.controlplane import pins
from trueup.sandbox.controlplane.pins import ARGOCD, ETCD, HELM, KUBERNETES, PROGRAMS, Source, release


def module(source: Source) -> str:
    return (source.directory / "go.mod").read_text()


def test_every_staging_module_is_of_the_release_that_the_server_says_it_is() -> None:
    (required,) = re.findall(r"^\s*(?:require )?k8s\.io/kubernetes v(\S+)", module(KUBERNETES), re.MULTILINE)
    stamped = dict(flag.removeprefix("-X k8s.io/component-base/version.").split("=") for flag in KUBERNETES.flags)
    major, minor, _ = required.split(".")
    assert stamped == {"gitVersion": f"v{required}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    staged = re.findall(r"^\s*(k8s\.io/\S+) => (k8s\.io/\S+) (\S+)$", module(KUBERNETES), re.MULTILINE)
    assert len(staged) > 25
    assert {(old == new, version) for old, new, version in staged} == {(True, "v0." + required.split(".", 1)[1])}


def test_helm_says_the_version_that_is_pinned() -> None:
    (required,) = re.findall(r"^\s*helm\.sh/helm/v3 (v\S+)", module(HELM), re.MULTILINE)
    assert HELM.flags == (f"-X helm.sh/helm/v3/internal/version.version={required}",)


def test_argo_cd_says_the_version_that_is_pinned_and_has_the_engine_of_the_same() -> None:
    required = re.findall(r"^\s*github\.com/argoproj/argo-cd/(?:\S+/)?v3 v(\S+)", module(ARGOCD), re.MULTILINE)
    (version,) = set(required)
    assert len(required) == 2
    assert ARGOCD.flags == (f"-X github.com/argoproj/argo-cd/v3/common.version={version}",)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=lambda program: program.name)
def test_every_program_is_a_tool_of_its_module(program: pins.Program) -> None:
    assert re.search(rf"^(tool )?\s*{re.escape(program.package)}$", module(program.source), re.MULTILINE)


@pytest.mark.parametrize("changed", ["go.mod", "go.sum"])
def test_a_change_of_a_pin_is_another_place_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    folder = tmp_path / "etcd"
    folder.mkdir()
    for name in ("go.mod", "go.sum"):
        (folder / name).write_bytes((ETCD.directory / name).read_bytes())
    monkeypatch.setattr(pins, "_MODULES", tmp_path)
    before = ETCD.digest
    (folder / changed).write_bytes((folder / changed).read_bytes() + b"\n")
    assert ETCD.digest != before


def test_a_change_of_a_flag_is_another_place_in_the_cache() -> None:
    assert replace(HELM, flags=()).digest != HELM.digest


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.35.4", (1, 35, 4)),
        ("v1.36.0-rc.1", (1, 36, 0)),
        ("go1.26.8", (1, 26, 8)),
        ("v1.32.4-dispatcher", (1, 32, 4)),
        ("v3.19.5+gabc", (3, 19, 5)),
    ],
)
def test_releases_are_read_as_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert release(text) == numbers
