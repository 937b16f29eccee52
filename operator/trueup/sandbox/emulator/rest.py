"""Charter: parameters of calls whose operation and names stand in the path, and the rest in an XML body."""

from __future__ import annotations

from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import module
from trueup.sandbox.emulator.wire import WireRequest


def parameters(request: WireRequest) -> dict[str, Any]:
    """The call's parameters by botocore's names, those that were not given left out."""
    seen = module("moto.core.request").Request(request.environ())
    operation, in_path = module("moto.core.routing").get_service_router(request.service).match(seen)
    parser = module("moto.core.parse").PROTOCOL_PARSERS[request.protocol](operation)
    asked = {"url_params": in_path, "headers": seen.headers, "body": request.body, "values": seen.args}
    try:
        found: dict[str, Any] = parser.parse(asked)
    except module("moto.core.parse").RequestParserError as error:
        raise AwsError("InvalidInput", f"The XML that was sent cannot be read: {error}") from error
    return {name: value for name, value in found.items() if value is not None}
