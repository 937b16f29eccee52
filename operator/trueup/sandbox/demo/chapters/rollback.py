"""A deploy that fails is rolled back by AWS, reported so, and not tried again until Git says something else."""

from __future__ import annotations

from trueup.sandbox.demo.chapters.others import API, arn, service
from trueup.sandbox.demo.facts import message, operations, reason
from trueup.sandbox.demo.stage import Side, Stage

_FILE = "manifests/platform/api.yaml"
_WHY = "Health check failed on protocol `HTTP` [Path: '/'], [Port: '9000']."


def rollback(stage: Stage) -> None:
    """Synced tells operation, reason and what serves now, Ready stays True; a `git revert` ends it."""
    stage.account.order("apprunner/failures", [{"service": "lego-*", "operation": "UPDATE_SERVICE", "reason": _WHY}])
    stage.repository.edit(_FILE, "LOG_LEVEL: info", "LOG_LEVEL: debug")
    commit = stage.repository.commit("Let the API log everything")
    mark = stage.account.mark()
    stage.apply(commit)
    stage.in_cluster(f"Synced of {API}", lambda: reason(stage.mirror.get(API), "Synced"), "False/RolledBack")
    said = message(stage.mirror.get(API), "Synced")
    stage.tell(said, "yellow")
    _named(stage, said)
    stage.found(Side.API, f"Ready of {API}", reason(stage.mirror.get(API), "Ready"), "True/Available")
    writes = operations(stage.account.operators_calls(mark))
    stage.found(Side.AWS, "writes of the operator", writes, ("apprunner.UpdateService",))
    stage.in_aws("what the API logs", lambda: _level(stage), "info")
    stage.account.order("apprunner/failures", [])
    stage.tell(f"git revert {commit.id}", "cyan")
    stage.apply(stage.repository.revert(commit))
    stage.good(API)


def _named(stage: Stage, said: str) -> None:
    """The message names the failed operation, AWS's reason and the image that serves."""
    listed = stage.account.call("apprunner", "ListOperations", ServiceArn=arn(stage))["OperationSummaryList"]
    image = service(stage)["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"]
    stage.found(Side.AWS, "how the operation ended", listed[0]["Status"], "ROLLBACK_SUCCEEDED")
    for word in (f"operation {listed[0]['Id']} (UPDATE_SERVICE)", _WHY, f"It still serves image {image}."):
        stage.found(Side.API, "what Synced says", word if word in said else said, word)


def _level(stage: Stage) -> str:
    found = service(stage)["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
    return str(found["RuntimeEnvironmentVariables"]["LOG_LEVEL"])
