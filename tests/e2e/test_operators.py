"""The operator as a process: its pages, its end, its stand-in, and a cluster that is not as it needs it."""

import json
import re
import signal
from pathlib import Path

import pytest
import yaml

from tests.e2e.aws import aws_budget, settled
from tests.e2e.space import PLURALS, Space
from tests.e2e.stage import ROOT, Operator, Stage, is_read, until
from trueup.sandbox.controlplane import ControlPlane
from trueup.sandbox.installation import Kubectl, install_rights

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]


def aws_writes(operator: Operator) -> dict[str, str]:
    """The AWS operations that change something and that this process has called, with how often."""
    lines = re.findall(r'trueup_aws_calls_total\{operation="(\w+)",service="\w+"\} (\S+)', operator.page("metrics")[1])
    return {name: count for name, count in lines if not is_read(name)}


def kubernetes_writes(operator: Operator) -> float:
    """How many writes this process has made to Kubernetes."""
    text = operator.page("metrics")[1]
    return sum(float(n) for n in re.findall(r"^trueup_kubernetes_writes_total\S* (\S+)$", text, re.MULTILINE))


def test_pages(stage: Stage, space: Space) -> None:
    settled(space.budget())
    operator = stage.operator
    assert (operator.page("healthz"), operator.page("readyz")) == ((200, "ok"), (200, "ok"))
    assert operator.metric("trueup_leader") == 1
    assert (operator.metric('trueup_objects{kind="Budget",summary="Ready"}') or 0) >= 1
    assert operator.metric(f'trueup_drift_open{{kind="Budget",namespace="{space.name}"}}') == 0
    assert operator.metric(f'trueup_cost_monthly_usd{{kind="Budget",namespace="{space.name}"}}') == 0


def test_a_standby_never_writes_and_takes_over_when_the_other_dies(space: Space) -> None:
    stage = space.stage
    budget = settled(space.budget())
    first = stage.operator
    second = stage.operate("second")
    second.ready()
    budget.patch(monthlyLimitUSD=61)
    budget.until(lambda thing: thing["status"]["observedGeneration"] == 2)
    budget.done()
    assert (first.metric("trueup_leader"), second.metric("trueup_leader")) == (1, 0)
    assert (aws_writes(second), kubernetes_writes(second)) == ({}, 0)
    first.end(signal.SIGKILL)
    budget.patch(monthlyLimitUSD=62)
    budget.until(lambda thing: thing["status"]["observedGeneration"] == 3)
    budget.done()
    assert second.metric("trueup_leader") == 1
    assert aws_budget(budget)["BudgetLimit"]["Amount"] == "62.0"


def test_an_operator_that_is_asked_to_stop_ends_in_order_and_lets_the_next_one_begin(space: Space) -> None:
    stage = space.stage
    budget = settled(space.budget())
    old = stage.operator
    assert old.end(signal.SIGTERM) == 0
    assert old.log.read_text().splitlines()[-1].endswith("Stopped.")
    started = stage.operate("next")
    until(lambda: started.metric("trueup_leader") == 1, started.log.read_text, 10)  # not the 15 s of a dead one's lease
    budget.looked()


def test_resources_of_another_version_are_said_in_a_sentence(stage: Stage, tmp_path: Path) -> None:
    plane = ControlPlane.start(tmp_path / "plane")
    try:
        tool = Kubectl(stage.sandbox.state.programs / "kubectl", plane.kubeconfig, tmp_path / "cache")
        for file in sorted((ROOT / "crds").glob("*.yaml")):
            document = yaml.safe_load(file.read_text())
            document["spec"]["versions"][0]["name"] = "v1beta1"
            (tmp_path / file.name).write_text(json.dumps(document))
            tool.apply(tmp_path / file.name)
        install_rights(tool, ROOT / "manifests" / "operator", tmp_path / "rights.yaml")
        operator = stage.operate("elsewhere", kubeconfig=plane.operator_kubeconfig)
        served = ", ".join(f"{plural}.trueup.dev" for plural in sorted(PLURALS.values()))
        sentence = f"The cluster serves {served} as v1beta1, but not as v1alpha1: apply this release's crds/."
        try:
            until(lambda: operator.page("readyz") == (503, sentence), lambda: str(operator.page("readyz")))
            assert operator.log.read_text().count(sentence) == 1
            assert operator.page("healthz") == (200, "ok")
        finally:
            assert operator.end() == 0
    finally:
        plane.stop()
