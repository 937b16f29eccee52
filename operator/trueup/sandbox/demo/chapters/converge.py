"""A commit is applied, and AWS becomes what it says."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from trueup.core.values import Json, as_map
from trueup.kinds.common.info import API_VERSION
from trueup.sandbox.demo.account import missing
from trueup.sandbox.demo.facts import monthly, resource_id, resources
from trueup.sandbox.demo.stage import ENVIRONMENT, Side, Stage

_SERVICES = "environments/staging/services.yaml"
_PARTS = ("AWS::AppRunner::CustomDomain",)
SCHEDULE = '  schedule: {timezone: America/New_York, pause: "0 23 * * *", resume: "0 6 * * *"}\n'
"""What staging's services are paused by, whatever the hour at which this is played."""


def converge(stage: Stage) -> None:
    """Every object of the environment is Ready and InSync, and what it stands for is in AWS."""
    commit = stage.repository.head()
    rendered = stage.kubectl.run("kustomize", str(stage.repository.checkout(commit) / "environments" / ENVIRONMENT))
    stage.objects = objects(rendered)
    stage.apply(commit)
    stage.good()
    documents = [stage.mirror.get(who) for who in stage.objects]
    listed = [resource for document in documents for resource in resources(document)]
    stage.tell(f"{len(documents)} objects Ready and InSync, which stand for {len(listed)} AWS resources")
    ids = {str(r["id"]) for r in listed if _stands_alone(r)}
    stage.in_aws("resources that status names and AWS lacks", lambda: missing(ids, stage.account.everything()), ())
    promised = stage.prices[ENVIRONMENT].monthly
    stage.found(Side.API, "cost in status, against the plan's", monthly(documents), promised)
    stage.tell(f"${promised} a month in status, as the plan said")
    for name, type in (("postgres", "AWS::RDS::DBCluster"), ("mongo", "AWS::DocDB::DBCluster")):
        cluster = resource_id(stage.mirror.get(f"staging/Database/{name}"), type, "cluster")
        stage.in_aws(f"cluster {cluster}", lambda cluster=cluster: _facts(stage, cluster), ("available", True, 7))
    _awake(stage)


def _awake(stage: Stage) -> None:
    """A commit has every service serve by night too, so that what follows is the same at every hour."""
    wake(stage)
    stage.repository.edit(_SERVICES, SCHEDULE, "")
    stage.apply(stage.repository.commit("Let the services serve by night too"))
    stage.good()


def _facts(stage: Stage, cluster: str) -> tuple[str, bool, int]:
    seen = stage.account.cluster(cluster)
    return seen["Status"], seen["StorageEncrypted"], seen["BackupRetentionPeriod"]


def wake(stage: Stage) -> None:
    """Every service that is paused has been resumed by hand: without a schedule, nobody else does it."""
    for service in stage.account.call("apprunner", "ListServices")["ServiceSummaryList"]:
        arn = service["ServiceArn"]
        if service["Status"] == "PAUSED":
            stage.account.call("apprunner", "ResumeService", ServiceArn=arn)
            stage.in_aws(f"status of {service['ServiceName']}", lambda arn=arn: _status(stage, arn), "RUNNING")


def _status(stage: Stage, arn: str) -> str:
    return str(stage.account.call("apprunner", "DescribeService", ServiceArn=arn)["Service"]["Status"])


def objects(rendered: str) -> tuple[str, ...]:
    """The objects of ours among rendered manifests, as `namespace/Kind/name`."""
    found = [as_map(document) or {} for document in yaml.safe_load_all(rendered)]
    ours = [document for document in found if document.get("apiVersion") == API_VERSION]
    named = ((d["metadata"]["namespace"], d["kind"], d["metadata"]["name"]) for d in ours)
    return tuple("/".join(names) for names in named)


def _stands_alone(resource: Mapping[str, Json]) -> bool:
    """Not part of another resource: those have composed ids that no list shows."""
    id = str(resource["id"])
    return resource["type"] not in _PARTS and ("/" not in id or id.startswith("arn:"))
