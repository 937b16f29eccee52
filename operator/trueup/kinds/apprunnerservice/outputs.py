"""What an AppRunnerService tells: where it answers, what serves there, and the roles and group it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Final

from trueup.core.ledger import stamp
from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.resource import Seen
from trueup.core.values import MISSING, Doc, Json, Key, as_map
from trueup.kinds.apprunnerservice import roles
from trueup.kinds.apprunnerservice.compose import SERVICE
from trueup.kinds.apprunnerservice.spec import AppRunnerServiceSpec
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
from trueup.resources.apprunner import CustomDomain, Service
from trueup.resources.apprunner.images import newer
from trueup.resources.iam import Role

_SHOWN: Final[Mapping[str, str]] = {
    "serviceArn": "ServiceArn",
    "serviceId": "ServiceId",
    "image": "Service.SourceConfiguration.ImageRepository.ImageIdentifier",
}
_ROLES: Final[Mapping[str, str]] = {"instanceRoleArn": roles.INSTANCE, "accessRoleArn": roles.ACCESS}


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """The service's `url`, `serviceArn`, `serviceId` and `image`, and what was made for it, once that is there.

    `imageAvailable` has `digest` and `pushedAt` of the image that the tag leads to, where it was pushed after the
    service was last deployed and nothing deploys it by itself.
    `domains` has each domain with its status and, where no zone is named, the records that a person must write.
    `securityGroupId` is what its connections come from; `instanceRoleArn` and `accessRoleArn` are its roles.
    """
    spec: AppRunnerServiceSpec = ctx.spec
    found: dict[str, Json] = {}
    service = observed.seen.get(Key(Service.TYPE, SERVICE))
    if service is not None and service.owned:
        shown = {name: get(service.doc, path) for name, path in _SHOWN.items()}
        found = {name: value for name, value in shown.items() if value is not MISSING}
        host = service.doc.get("ServiceUrl")
        if host:
            found["url"] = f"https://{host}"
        waiting = newer(service.doc)
        if waiting is not None:
            digest, pushed = waiting
            found["imageAvailable"] = {"digest": digest, "pushedAt": stamp(pushed.astimezone(UTC))}
    for name, role in _ROLES.items():
        made = observed.seen.get(Key(Role.TYPE, role))
        if made is not None and made.owned:
            found[name] = str(made.doc["Arn"])
    domains = [_domain(spec, seen.doc) for seen in _domains(observed)]
    if domains:
        found["domains"] = domains
    group = observed.seen.get(names.EGRESS_GROUP)
    if group is not None and group.owned:
        found["securityGroupId"] = group.id
    return found


def notes(outputs: Mapping[str, Json]) -> tuple[str, ...]:
    """That the tag leads to an image which is not deployed."""
    waiting = as_map(outputs.get("imageAvailable"))
    if waiting is None:
        return ()
    note = (
        f"A newer image is available: {outputs.get('image')} leads to {waiting['digest']}, pushed at "
        f"{waiting['pushedAt']}, after the service was last deployed. It stays so until somebody deploys it; with "
        "autoDeploy, App Runner does so by itself."
    )
    return (note,)


def _domains(observed: Observed) -> Iterable[Seen]:
    return (seen for key, seen in observed.seen.items() if key.type == CustomDomain.TYPE)


def _domain(spec: AppRunnerServiceSpec, doc: Doc) -> Json:
    """A domain's name and status, and what a person must write into its zone, where that is nobody else's work."""
    said: dict[str, Json] = {"name": doc["DomainName"], "status": doc.get("Status")}
    if spec.zone_ref is not None:
        return said
    leads = {"name": doc["DomainName"], "type": "CNAME", "value": doc.get("ServiceUrl")}
    proofs = [{"name": one["Name"], "type": one["Type"], "value": one["Value"]} for one in CustomDomain.records_of(doc)]
    return {**said, "records": [leads, *proofs]}
