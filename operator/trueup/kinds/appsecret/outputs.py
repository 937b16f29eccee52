"""What an AppSecret tells: where its value is, and which version of it counts; never the value."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.core.observed import Observed
from trueup.core.values import Json
from trueup.kinds.common.kind import Context
from trueup.kinds.common.names import SECRET
from trueup.resources.secretsmanager import CURRENT_ID


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """The secret's `arn` and `secretName` once it is there and ours, and its `versionId` once it has a value."""
    del ctx
    secret = observed.seen.get(SECRET)
    if secret is None or not secret.owned:
        return {}
    found: dict[str, Json] = {"arn": secret.id, "secretName": secret.doc["Name"]}
    if CURRENT_ID in secret.doc:
        found["versionId"] = secret.doc[CURRENT_ID]
    return found
