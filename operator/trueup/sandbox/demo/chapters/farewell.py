"""An object leaves Git: its database goes, and a final snapshot stays."""

from __future__ import annotations

from trueup.kinds.common.info import API_VERSION, kind_infos
from trueup.sandbox.demo.account import missing
from trueup.sandbox.demo.chapters.report import MONGO
from trueup.sandbox.demo.facts import GONE, final_snapshot, resource_id, resources, standing
from trueup.sandbox.demo.stage import Stage

_URI = "staging/AppSecret/mongodb-uri"
_FOLDER = "environments/staging"
_PATCH = "apiVersion: trueup.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\n{change}\n"
_AWAY = {
    "mongo.yaml": _PATCH.format(kind="Database", name="mongo", change="$patch: delete"),
    "mongodb-uri.yaml": _PATCH.format(kind="AppSecret", name="mongodb-uri", change="$patch: delete"),
    "auth.yaml": _PATCH.format(kind="AppRunnerService", name="auth", change="spec: {secrets: {MONGODB_URI: null}}"),
}
"""Patches by file: kustomize takes one deletion in each."""


def farewell(stage: Stage) -> None:
    """The object and its AWS resources are gone, the snapshot has its name, the others are Ready and InSync."""
    document = stage.mirror.get(MONGO)
    cluster = resource_id(document, "AWS::DocDB::DBCluster", "cluster")
    snapshot = final_snapshot(cluster, str(stage.account.cluster(cluster)["DbClusterResourceId"]))
    for file, patch in _AWAY.items():
        (stage.repository.work / _FOLDER / file).write_text(patch)
    listed = "".join(f"  - path: {file}\n" for file in _AWAY)
    stage.repository.edit(f"{_FOLDER}/kustomization.yaml", "  - path: mongo.yaml\n", listed)
    commit = stage.repository.commit("Staging needs no documents' database any more")
    kinds = [f"--prune-allowlist={API_VERSION}/{info.kind}" for info in kind_infos()]
    stage.apply(commit, "--prune", "--selector=app.kubernetes.io/part-of=platform", *kinds)
    stage.in_cluster(MONGO, lambda: standing(stage.mirror.get(MONGO)), GONE)
    facts = ("available", cluster)
    stage.in_aws(f"final snapshot {snapshot}", lambda: _facts(stage, snapshot), facts)
    stage.tell(f"the final snapshot is {snapshot}")
    ids = {str(r["id"]) for r in resources(document)}
    stage.in_aws("resources of the object that are left", lambda: _left(stage, ids), ())
    stage.objects = tuple(who for who in stage.objects if who not in (MONGO, _URI))
    stage.good()


def _left(stage: Stage, ids: set[str]) -> tuple[str, ...]:
    return tuple(sorted(ids - set(missing(ids, stage.account.everything()))))


def _facts(stage: Stage, snapshot: str) -> tuple[str, str]:
    found = stage.account.snapshot(snapshot)
    return str(found.get("Status", GONE)), str(found.get("DBClusterIdentifier", GONE))
