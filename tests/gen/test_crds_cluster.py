"""A real API server takes the generated CRDs and says of each spec what the models say."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from kubernetes import client, config, watch

from tests.kinds.case import Case, ChangeCase, example, example_names
from tests.kinds.spec_cases import CASES, CHANGES, MALFORMED
from trueup.gen.crds import crd
from trueup.kinds.common.info import GROUP, VERSION, info_of, kind_infos
from trueup.sandbox.controlplane import ControlPlane

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("crds")]

NAMESPACE = "default"


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[client.CustomObjectsApi]:
    """The objects of an API server that has all CRDs established."""
    plane = ControlPlane.start(tmp_path_factory.mktemp("control-plane"))
    try:
        api = config.new_client_from_config(str(plane.kubeconfig))
        definitions = client.ApiextensionsV1Api(api)
        for info in kind_infos():
            body: Any = crd(info)
            definitions.create_custom_resource_definition(body)
        for info in kind_infos():
            await_established(definitions, info.crd_name)
        with api:
            yield client.CustomObjectsApi(api)
    finally:
        plane.stop()


def await_established(definitions: client.ApiextensionsV1Api, name: str) -> None:
    """Read until the API server serves the kind: a watch tells of each change, so nothing is slept away."""
    stream = watch.Watch().stream(
        definitions.list_custom_resource_definition,
        field_selector=f"metadata.name={name}",
        timeout_seconds=30,
    )
    conditions: dict[str, str] = {}
    for event in cast("Iterator[Any]", stream):
        conditions = {c.type: c.status for c in event["object"].status.conditions or []}
        if conditions.get("Established") == "True":
            return
    raise AssertionError(f"{name} was not established within 30 s: {conditions}")


def refusal(error: client.ApiException) -> str:
    """The server's words; any other answer than a refusal is raised again."""
    if error.status not in (400, 422):
        raise error
    return json.loads(error.body or "{}")["message"]


def said(objects: client.CustomObjectsApi, manifest: dict[str, Any]) -> str:
    """What the API server says against creating the object; empty when it would create it."""
    try:
        objects.create_namespaced_custom_object(
            GROUP,
            VERSION,
            NAMESPACE,
            info_of(manifest["kind"]).plural,
            manifest,
            dry_run="All",
            field_validation="Strict",
        )
    except client.ApiException as error:
        return refusal(error)
    return ""


def said_of_change(objects: client.CustomObjectsApi, before: dict[str, Any], after: dict[str, Any]) -> str:
    """What the API server says against the change of an object that exists; the object is gone afterwards."""
    where = (GROUP, VERSION, NAMESPACE, info_of(before["kind"]).plural)
    created: Any = objects.create_namespaced_custom_object(*where, before)
    name = created["metadata"]["name"]
    changed = {**after, "metadata": created["metadata"]}
    try:
        objects.replace_namespaced_custom_object(*where, name, changed, dry_run="All", field_validation="Strict")
    except client.ApiException as error:
        return refusal(error)
    finally:
        objects.delete_namespaced_custom_object(*where, name)
    return ""


@pytest.mark.parametrize("name", example_names())
def test_an_example_is_taken(objects: client.CustomObjectsApi, name: str) -> None:
    assert said(objects, example(name)) == ""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_server_says_what_the_models_say(objects: client.CustomObjectsApi, case: Case) -> None:
    found = said(objects, case.manifest)
    assert (case.refused in found) if case.refused else (found == "")


@pytest.mark.parametrize("case", MALFORMED, ids=str)
def test_the_server_refuses_what_is_malformed(objects: client.CustomObjectsApi, case: Case) -> None:
    found = said(objects, case.manifest)
    assert found
    assert "evaluating rule" not in found


@pytest.mark.parametrize("case", CHANGES, ids=str)
def test_the_server_judges_changes_as_the_models_do(objects: client.CustomObjectsApi, case: ChangeCase) -> None:
    found = said_of_change(objects, case.before, case.after)
    assert (case.refused in found) if case.refused else (found == "")


def test_defaults_are_shown(objects: client.CustomObjectsApi) -> None:
    manifest = example("database-minimal")
    where = (GROUP, VERSION, NAMESPACE, "databases")
    created: Any = objects.create_namespaced_custom_object(*where, manifest, dry_run="All")
    assert created["spec"] == {
        **manifest["spec"],
        "instances": 1,
        "allowFrom": [],
        "backup": {"retentionDays": 7},
        "deletionProtection": False,
        "performanceInsights": False,
        "parameters": {},
        "deletionPolicy": "Snapshot",
        "criticality": "Critical",
        "driftPolicy": {"mode": "Correct", "ignore": []},
        "tags": {},
    }
