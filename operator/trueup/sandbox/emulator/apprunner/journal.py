"""Charter: what App Runner tells of itself: lines in CloudWatch Logs and events for EventBridge.

Sources: https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cwl.html,
https://docs.aws.amazon.com/apprunner/latest/dg/monitor-ev.html
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from trueup.sandbox.emulator.apprunner.store import Operation, Region, Service
from trueup.sandbox.emulator.moto_bridge import backend, refusals

_EVENTS: Mapping[str, str] = {
    "CREATE_SERVICE": "CreateService",
    "UPDATE_SERVICE": "UpdateService",
    "DELETE_SERVICE": "DeleteService",
    "PAUSE_SERVICE": "PauseService",
    "RESUME_SERVICE": "ResumeService",
    "START_DEPLOYMENT": "Deployment",
}
"""How EventBridge names the operations."""


def log_group(service: Service, kind: str) -> str:
    """The log group of a service: `service` for App Runner's own lines, `application` for the containers'."""
    return f"/aws/apprunner/{service.name}/{service.id}/{kind}"


def write(region: Region, service: Service, line: str, *, kind: str = "service", stream: str = "events") -> None:
    """Append a line to a log stream; group and stream come into being with their first line."""
    logs = backend("logs", region.account, region.name)
    group = log_group(service, kind)
    now = int(region.world.clock.now() * 1000)
    with refusals():
        if group not in logs.groups:
            logs.create_log_group(group, {})
        if stream not in logs.groups[group].streams:
            logs.create_log_stream(group, stream)
        # Past the door of PutLogEvents, for that compares the time with the real clock, not with the emulator's.
        logs.groups[group].streams[stream].put_log_events([{"timestamp": now, "message": line}])


def status(region: Region, service: Service, value: str) -> None:
    """The service has another status: in the document, the log and as an event."""
    former, service.status = service.status, value
    service.updated = region.world.clock.moment()
    write(region, service, f"[AppRunner] Service status is set to {value}.")
    detail = {"previousServiceStatus": former, "currentServiceStatus": value}
    _announce(region, service, "AppRunner Service Status Change", detail, f"Service status is set to {value}.")


def operation(region: Region, service: Service, done: Operation, outcome: str, line: str) -> None:
    """The operation is `Started`, `CompletedSuccessfully` or `Failed`: in the log and as an event."""
    write(region, service, f"[AppRunner] {line}")
    name = _EVENTS[done.type] + outcome
    _announce(region, service, "AppRunner Service Operation Status Change", {"operationStatus": name}, line)


def _announce(region: Region, service: Service, kind: str, detail: Mapping[str, str], message: str) -> None:
    if "moto.events.models" not in sys.modules:
        return  # nobody can have made a rule
    bus = backend("events", region.account, region.name)
    if not bus.event_buses["default"].rules:
        return
    failed = detail.get("operationStatus", "").endswith("Failed") or detail.get("currentServiceStatus", "") in (
        "CREATE_FAILED", "DELETE_FAILED"
    )  # fmt: skip
    more = {"serviceName": service.name, "serviceId": service.id, "message": message}
    entry = {
        "Source": "aws.apprunner",
        "DetailType": kind,
        "Detail": json.dumps({**detail, **more, "severity": "ERROR" if failed else "INFO"}),
        "Resources": [service.arn],
    }
    with refusals():
        bus.put_events([entry])
