"""Kubeconfigs for a sandbox in a cluster that is not its own: the user's context as it is, and the operator's account.

Both are complete in themselves and lie in the sandbox's folder, so that they outlive what the user does to theirs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from trueup.core.values import Json, as_list, as_map
from trueup.sandbox.environment import LOGIN
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.installation import Kubectl, KubectlFailed

OPERATOR_USER = "trueup-operator"


def chosen(tool: Kubectl, context: str, environment: Mapping[str, str]) -> dict[str, Json]:
    """What `context` of the user's kubeconfig needs, and nothing else, as its current context.

    A program that logs in finds the AWS settings of `environment`, whatever the sandbox exports in their place. Raises
    SandboxError, naming the contexts that there are.
    """
    try:
        text = tool.run("config", "view", "--minify", "--flatten", "--raw", "--output=json")
    except KubectlFailed as failed:
        known = ", ".join(tool.run("config", "get-contexts", "--output=name").split()) or "none"
        raise SandboxError(
            f"context {context!r} cannot be used ({failed.words}): the contexts of your kubeconfig are {known}"
        ) from failed
    document: Json = json.loads(text)
    config = as_map(document) or {}
    users = [_logging_in(as_map(user) or {}, environment) for user in as_list(config.get("users")) or ()]
    return {**config, "users": users, "current-context": context}


def server(config: Mapping[str, Json]) -> str:
    """The address of the API server in a kubeconfig of one cluster."""
    return str(_cluster(config).get("server", ""))


def with_token(config: Mapping[str, Json], token: str) -> dict[str, Json]:
    """A kubeconfig for the same cluster by which the operator logs in with `token`."""
    context = str(config.get("current-context", ""))
    entry: dict[str, Json] = {"cluster": context, "user": OPERATOR_USER, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": context, "cluster": _cluster(config)}],
        "users": [{"name": OPERATOR_USER, "user": {"token": token}}],
        "contexts": [{"name": context, "context": entry}],
        "current-context": context,
    }


def write(path: Path, config: Mapping[str, Json]) -> None:
    """The kubeconfig stands at `path` whole, readable by its owner alone."""
    partial = path.with_name(f"{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(config, file, indent=2)
    partial.replace(path)


def _cluster(config: Mapping[str, Json]) -> dict[str, Json]:
    clusters: Sequence[Json] = as_list(config.get("clusters")) or ()
    first = as_map(clusters[0]) if clusters else None
    return dict(as_map((first or {}).get("cluster")) or {})


def _logging_in(user: Mapping[str, Json], environment: Mapping[str, str]) -> dict[str, Json]:
    """The user with the settings pinned; those of an earlier copy stay, as the shell may be the sandbox's by now."""
    credentials = as_map(user.get("user")) or {}
    program = as_map(credentials.get("exec"))
    if program is None:
        return dict(user)
    pinned = [as_map(entry) or {} for entry in as_list(program.get("env")) or ()]
    names = {entry.get("name") for entry in pinned}
    added = [{"name": name, "value": environment.get(name, "")} for name in LOGIN if name not in names]
    return {**user, "user": {**credentials, "exec": {**program, "env": [*pinned, *added]}}}
