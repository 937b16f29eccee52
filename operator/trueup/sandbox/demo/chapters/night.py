"""A schedule pauses a service by night; somebody who resumes it is respected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from trueup.core.values import as_list, as_map
from trueup.sandbox.demo.chapters.converge import wake
from trueup.sandbox.demo.chapters.lost import ask_again
from trueup.sandbox.demo.chapters.others import API, arn, service
from trueup.sandbox.demo.facts import GOOD, drift, message, operations, reason, standing
from trueup.sandbox.demo.stage import Side, Stage

_FILE = "environments/staging/services.yaml"
_SAVING = "pauses by schedule"


def night(stage: Stage) -> None:
    """The service is PAUSED without drift, its saving stands in the cost; a resumed one stays so until the revert."""
    stage.repository.edit(_FILE, "  logRetentionDays: 7\n", f"  logRetentionDays: 7\n{_schedule(datetime.now(UTC))}")
    commit = stage.repository.commit("Pause the services from now on until the small hours")
    stage.apply(commit)
    stage.in_aws("status of the service", lambda: service(stage)["Status"], "PAUSED")
    stage.in_cluster(f"Ready of {API}", lambda: reason(stage.mirror.get(API), "Ready"), "False/Paused")
    stage.tell(message(stage.mirror.get(API), "Ready"), "yellow")
    stage.found(Side.API, f"drift of {API}", drift(stage.mirror.get(API)), ())
    stage.in_cluster(f"saving of {API}", lambda: _saving(stage)[:5], "saves")
    stage.tell(_saving(stage))
    _resume(stage)
    for who in stage.objects:
        if who.split("/")[1] == "AppRunnerService" and who != API:
            stage.in_cluster(f"Ready of {who}", lambda who=who: standing(stage.mirror.get(who)), GOOD)
    wake(stage)
    stage.tell(f"git revert {commit.id}", "cyan")
    stage.apply(stage.repository.revert(commit))
    stage.good()


def _resume(stage: Stage) -> None:
    """Somebody resumes the service through AWS: it serves, and is not paused again."""
    mark = stage.account.mark()
    stage.tell("somebody else: resumes the API's service, having need of it tonight")
    stage.account.call("apprunner", "ResumeService", ServiceArn=arn(stage))
    stage.in_aws("status of the service", lambda: service(stage)["Status"], "RUNNING")
    ask_again(stage, API, "resumed-by-hand")
    stage.in_cluster(f"Ready of {API}", lambda: reason(stage.mirror.get(API), "Ready"), "True/Available")
    ask_again(stage, API, "still-resumed")
    stage.found(Side.AWS, "status of the service, looked at twice", service(stage)["Status"], "RUNNING")
    writes = [name for name in operations(stage.account.operators_calls(mark)) if name == "apprunner.PauseService"]
    stage.found(Side.AWS, "pauses by the operator", writes, [])


def _schedule(now: datetime) -> str:
    """A pause that was in this minute, and a resumption eight hours from now.

    Not earlier: staging's own night may have been ended by hand some minutes ago, and that holds until the next pause.
    """
    pause, resume = now, now + timedelta(hours=8)
    times = (f'{name}: "{at.minute} {at.hour} * * *"' for name, at in (("pause", pause), ("resume", resume)))
    return f"  schedule: {{timezone: Etc/UTC, {', '.join(times)}}}\n"


def _saving(stage: Stage) -> str:
    cost = as_map((as_map(stage.mirror.get(API).get("status")) or {}).get("cost")) or {}
    lines = [as_map(line) or {} for line in as_list(cost.get("lines")) or ()]
    return next((str(line.get("assumption")) for line in lines if line.get("item") == _SAVING), "")
