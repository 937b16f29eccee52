"""Charter: the emulator's own endpoints under /_trueup/. They are no AWS calls and are neither logged nor faulted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError

from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.server import Core

PREFIX = "/_trueup/"


def control(core: Core, method: str, path: str, query: str, body: bytes) -> Answer:
    """Answer one request under /_trueup/ with JSON. Nonsense is a 400 with one sentence, an unknown door a 404."""
    name = path.removeprefix(PREFIX).strip("/")
    arguments = {key: values[-1] for key, values in parse_qs(query).items()}
    try:
        content: Any = json.loads(body) if body else None
        result = _dispatch(core, method, name, arguments, content)
    except (ValueError, ValidationError) as error:
        return _json(400, {"error": " ".join(str(error).split())})
    if result is None:
        return _json(404, {"error": f"there is no {method} {path}; see docs/emulator.md"})
    return _json(200, result)


def _json(status: int, document: object) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(document).encode())


def _dispatch(core: Core, method: str, name: str, arguments: Mapping[str, str], content: Any) -> object:
    if method == "GET":
        return _get(core, name, arguments)
    if method == "PUT":
        return _put(core, name, content)
    if (method, name) == ("DELETE", "calls"):
        core.calls.clear()
        return {}
    if (method, name) == ("DELETE", "faults"):
        core.faults.put([])
        return []
    if (method, name) == ("POST", "maintenance"):
        core.run_maintenance()
        return {}
    if (method, name) == ("POST", "reset"):
        core.reset()
        return {}
    return None


def _get(core: Core, name: str, arguments: Mapping[str, str]) -> object:
    if name == "health":
        return {"status": "ready"}
    if name == "calls":
        return core.calls.counts(arguments.get("caller"))
    if name == "log":
        entries = core.calls.last(int(arguments.get("limit", "100")), arguments.get("caller"))
        return [entry.view() for entry in entries]
    if name == "faults":
        return core.faults.view()
    if name == "quotas":
        return core.quotas.view()
    if name == "clock":
        return {"now": core.clock.now(), "offset": core.clock.offset}
    if name == "delays":
        return core.delays.view()
    return core.told(name)


def _put(core: Core, name: str, content: Any) -> object:
    if name == "faults":
        core.faults.put(content)
        return core.faults.view()
    if name == "delays":
        core.delays.set(content)
        return core.delays.view()
    if name == "clock":
        core.clock.advance(float(_mapping(content, name)["advance"]))
        with core.held():
            core.timeline.settle()
        return _get(core, "clock", {})
    if name == "quotas":
        core.quotas.put(_mapping(content, name))
        return core.quotas.view()
    if name == "spend":
        with core.held():
            return core.budgets.put_spend(_mapping(content, name))
    return core.order(name, content)


def _mapping(content: Any, name: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise ValueError(f"/_trueup/{name} takes a JSON object")
    if name == "clock" and set(content) != {"advance"}:  # pyright: ignore[reportUnknownArgumentType]
        raise ValueError('/_trueup/clock takes {"advance": seconds}')
    return content  # pyright: ignore[reportUnknownVariableType]
