"""What Argo CD makes of our conditions by the scripts that we ship, run by Argo CD itself."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.samples import NOW
from tests.core.test_conditions import (
    ABSENT,
    CREATE,
    DENIED,
    DRIFT,
    DRIFTED,
    ENTRY,
    SLOW,
    UPDATE,
    WAITS,
    blocked,
    now,
    seen,
)
from tests.e2e.stage import ROOT, Document
from trueup.core.conditions import Situation, rendered, summary, verdicts
from trueup.core.ledger import Ledger, Response
from trueup.core.plan import Action, Blocker, Cause
from trueup.gen.argocd import CONFIG, FOLDER
from trueup.kinds.registry import kinds

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("gitops")]

GENERATION = 2
UNREAD = ("Progressing", "Trueup has not acted on this spec yet.")
HELD = Ledger(open=(replace(ENTRY, action=Response.HELD),))
REPORTED = Ledger(open=(replace(ENTRY, action=Response.REPORTED),))
HELD_DRIFT = blocked(Blocker.POLICY, cause=Cause.DRIFT)


def declared(situation: Situation, kind: str = "Bucket") -> Document:
    """An object that is so, as the API server has it."""
    found = verdicts(situation)
    conditions = rendered(found, {}, GENERATION, NOW)
    gone = {"deletionTimestamp": "2026-11-26T00:00:00Z"} if situation.deleting else {}
    return {
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": "it", "namespace": "shop", "generation": GENERATION, **gone},
        "status": {"conditions": conditions, "summary": summary(situation, found)},
    }


def judged(program: Path, thing: Document, folder: Path) -> tuple[str, str]:
    """Health and message of the object by Argo CD with our part of its configuration."""
    file = folder / "object.yaml"
    file.write_text(json.dumps(thing))
    config = ROOT / FOLDER / CONFIG
    argv = (program, "admin", "settings", "resource-overrides", "health", file, "--argocd-cm-path", config)
    told = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60, env={"HOME": str(folder)})
    first, second = told.stdout.strip().splitlines()
    return first.removeprefix("STATUS: "), second.removeprefix("MESSAGE: ")


@pytest.mark.parametrize(
    ("situation", "health", "message"),
    [
        pytest.param(now(), "Healthy", "Every resource can be used.", id="at rest"),
        pytest.param(now(CREATE, ABSENT), "Progressing", "1 to go, next create Test::Box/box", id="creating"),
        pytest.param(now(UPDATE), "Progressing", "1 to go, next update Test::Box/box", id="updating"),
        pytest.param(now(observed=seen(State="modifying")), "Progressing", "Test::Box/box is modifying", id="AWS busy"),
        pytest.param(now(DRIFT, ledger=DRIFTED), "Progressing", "1 to go, next update Test::Box/box", id="correcting"),
        pytest.param(now(WAITS), "Progressing", "Peer x.", id="waiting for another object"),
        pytest.param(now(observed=None, troubles=(SLOW,)), "Progressing", "Slow.", id="never read"),
        pytest.param(now(troubles=(SLOW,)), "Healthy", "Slow.", id="ready, a call failed"),
        pytest.param(now(blocked(Blocker.PERSON)), "Degraded", "because", id="for a person, though ready"),
        pytest.param(now(troubles=(DENIED,)), "Degraded", "No.", id="denied"),
        pytest.param(now(observed=seen(State="failed")), "Degraded", "Test::Box/box is failed.", id="failed"),
        pytest.param(now(blocked(Blocker.GATE, Action.CREATE), ABSENT), "Suspended", "because", id="gated"),
        pytest.param(now(blocked(Blocker.POLICY), held=True), "Suspended", "because", id="a changed spec, held"),
        pytest.param(now(HELD_DRIFT, ledger=HELD, held=True), "Suspended", "because", id="drift, held"),
        pytest.param(now(held=True), "Healthy", "Every resource can be used.", id="held, nothing to write"),
        pytest.param(
            now(CREATE, ABSENT, report_only=True),
            "Suspended",
            "Test::Box/box absent, and nothing is created in Report mode.",
            id="absent in Report mode",
        ),
        pytest.param(
            now(HELD_DRIFT, ledger=REPORTED, report_only=True),
            "Healthy",
            "Test::Box/box Size is 9, declared 1 (Reported)",
            id="drift that is only reported",
        ),
        pytest.param(now(deleting=True), "Progressing", "Resources are being removed.", id="deleting"),
        pytest.param(
            now(blocked(Blocker.PERSON), deleting=True), "Degraded", "because", id="a deletion that needs a person"
        ),
    ],
)
def test_health_follows_from_the_conditions(
    argocd_program: Path, tmp_path: Path, situation: Situation, health: str, message: str
) -> None:
    assert judged(argocd_program, declared(situation), tmp_path) == (health, message)


def test_what_is_paused_is_suspended(argocd_program: Path, tmp_path: Path) -> None:
    thing = declared(now())
    thing["status"]["conditions"][0] |= {"status": "False", "reason": "Paused", "message": "Until six."}
    assert judged(argocd_program, thing, tmp_path) == ("Suspended", "Until six.")


@pytest.mark.parametrize("deleting", [False, True])
def test_what_was_said_of_an_older_spec_does_not_count(argocd_program: Path, tmp_path: Path, *, deleting: bool) -> None:
    thing = declared(now(blocked(Blocker.PERSON), deleting=deleting))
    thing["metadata"]["generation"] += 1
    assert judged(argocd_program, thing, tmp_path) == UNREAD
    del thing["status"]
    assert judged(argocd_program, thing, tmp_path) == UNREAD


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_is_judged(argocd_program: Path, tmp_path: Path, kind: str) -> None:
    stalled = declared(now(blocked(Blocker.PERSON)), kind)
    assert judged(argocd_program, stalled, tmp_path) == ("Degraded", "because")
