"""The schema of `status`, the same for every kind.

Values that come from AWS as they are stay untyped; all else is typed.
"""

from typing import TypeAlias

from trueup.core.values import Json

Schema: TypeAlias = dict[str, Json]


def _text(description: str, *allowed: str) -> Schema:
    return {"type": "string", "description": description, **({"enum": list(allowed)} if allowed else {})}


def _time(description: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": description}


def _whole(description: str) -> Schema:
    return {"type": "integer", "format": "int64", "minimum": 0, "description": description}


def _json(description: str) -> Schema:
    return {"description": description, "nullable": True, "x-kubernetes-preserve-unknown-fields": True}


def _object(description: str, required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    schema: Schema = {"type": "object", "description": description, "properties": properties}
    return schema | ({"required": list(required)} if required else {})


def _list(description: str, items: Schema) -> Schema:
    return {"type": "array", "description": description, "items": items, "x-kubernetes-list-type": "atomic"}


def _conditions() -> Schema:
    condition = _object(
        "One statement about the object.",
        ("type", "status", "reason", "message", "lastTransitionTime"),
        type=_text("Ready, Reconciling, Synced, InSync, Stalled or Gated."),
        status=_text("Whether it holds.", "True", "False", "Unknown"),
        reason=_text("Why, in one word."),
        message=_text("Why, in a sentence, and what to do."),
        lastTransitionTime=_time("When the status last changed."),
        observedGeneration=_whole("Generation of the spec that this is about."),
    )
    return {
        "type": "array",
        "description": "Ready, Reconciling, Synced, InSync, Stalled and, for kinds that create something, Gated.",
        "items": condition,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["type"],
    }


def _drift_entry(description: str, **more: Schema) -> Schema:
    return _object(
        description,
        ("resource", "path"),
        resource=_text("AWS resource, <type>/<name>."),
        path=_text("Dotted path of the field in AWS."),
        specPath=_text("JSON pointer below spec of the field that decides it; absent where none does."),
        desired=_json("What the spec says. A secret value reads (secret)."),
        observed=_json("What AWS says. A secret value reads (secret)."),
        severity=_text("Critical where security or data are at stake.", "Critical", "Normal"),
        firstSeen=_time("When the difference was first seen."),
        by=_text("ARN of the principal who made the change, or unknown."),
        action=_text("What is done about it.", "Correcting", "Reported", "Held", "Ignored"),
        writtenAt=_list("When we wrote to put it right.", _time("When one write was sent.")),
        **more,
    )


def _drift() -> Schema:
    return _object(
        "Where AWS differs from what was last converged.",
        count=_whole("How many fields differ, also those that are not listed."),
        fields=_list("Open entries, at most 20.", _drift_entry("A field that differs.")),
        recent=_list(
            "Closed entries of the last 24 hours, at most 20.",
            _drift_entry("A field that differed.", correctedAt=_time("When it was seen to be right again.")),
        ),
        lastDetected=_time("When a difference was last found."),
        lastCorrected=_time("When a difference was last put right."),
    )


def _resources() -> Schema:
    resource = _object(
        "One AWS resource.",
        ("type", "name"),
        type=_text("CloudFormation's name of the type, such as AWS::RDS::DBCluster."),
        name=_text("Name within this object."),
        id=_text("Identifier that AWS gave."),
        arn=_text("ARN, where it has one."),
        state=_text("State as last seen."),
        applied=_text("Versioned digest of what was last converged."),
    )
    return _list("Every AWS resource that this object stands for.", resource)


def _cost() -> Schema:
    line = _object(
        "One item of the estimate.",
        ("item", "usd"),
        item=_text("What is paid for."),
        usd=_text('US dollars a month, such as "43.80".'),
        assumption=_text("What the figure assumes."),
    )
    return _object(
        "What this object costs a month by list prices.",
        monthlyUSD=_text('Estimate in US dollars, such as "43.80".'),
        lowUSD=_text("Least it can cost."),
        highUSD=_text("Most it can cost."),
        asOf=_text("Date of the prices."),
        lines=_list("What the estimate is made of.", line),
    )


def _plan() -> Schema:
    field = _object(
        "One field that a change writes.",
        ("path",),
        path=_text("Dotted path of the field in AWS."),
        specPath=_text("JSON pointer below spec of the field that decides it; absent where none does."),
        **{"from": _json("Value before; absent when it is new.")},
        to=_json("Value after; absent when it goes."),
    )
    change = _object(
        "One resource that a plan writes.",
        ("resource", "action"),
        resource=_text("AWS resource, <type>/<name>."),
        action=_text("create, update, replace or delete."),
        fields=_list("Fields that are written.", field),
        effect=_text("What users of the resource notice: restart, outage or replace; empty where they notice nothing."),
        blocked=_object(
            "Why it does not happen now; absent when it is next.",
            reason=_text("Reason, CamelCase."),
            message=_text("What it waits for, or what a person must do."),
        ),
    )
    return _object(
        "The next writes, while there are any or they wait for approval.",
        id=_text("What the annotation trueup.dev/approve must say to approve this plan."),
        changes=_list("Writes in the order in which they go.", change),
    )


def status_schema() -> Schema:
    """The structural schema of `status`."""
    words = ("Ready", "Creating", "Updating", "Drifted", "Waiting", "Stalled", "Deleting", "Held", "Gated")
    return _object(
        "What was last seen and done. Written by the operator.",
        observedGeneration=_whole("Generation of the spec that was last acted on."),
        lastHandledReconcile=_text("Value of the annotation trueup.dev/reconcile that was last acted on."),
        region=_text("AWS region in which everything is."),
        conditions=_conditions(),
        summary=_text("The state in one word.", *words),
        drift=_drift(),
        resources=_resources(),
        outputs={
            "type": "object",
            "description": "What others need: endpoint, url, ARNs. Never a secret's value.",
            "x-kubernetes-preserve-unknown-fields": True,
        },
        cost=_cost(),
        plan=_plan(),
        notes=_list("What the author of the spec should know; it stops nothing.", _text("A sentence.")),
        lastChecked=_time("When AWS was last looked at; written with something else, or every 10 minutes."),
    )
