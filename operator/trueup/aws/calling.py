"""One operation of one client, by AWS's own name; and its pages, however the service counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from botocore import xform_name
from botocore.client import BaseClient
from botocore.paginate import Paginator
from botocore.response import StreamingBody

from trueup.core.paths import get
from trueup.core.values import MISSING, Doc, Json

Operation: TypeAlias = Callable[..., Mapping[str, Json]]

# Where a service has no paginator in botocore: the answer's member and the parameter that takes it back.
TOKENS: Final = (
    *(("NextToken", "NextToken"), ("nextToken", "nextToken"), ("NextPageToken", "NextPageToken")),
    ("FunctionList.NextMarker", "Marker"),
)


def method(client: BaseClient, operation: str) -> Operation:
    """The operation as a function of its parameters. Raises AttributeError if the service has no such operation."""
    return getattr(client, xform_name(operation))


def answer_of(response: Mapping[str, Json]) -> Doc:
    """The answer without what is about the transport; a body that comes as a stream is read as text."""
    members = {key: value for key, value in response.items() if key != "ResponseMetadata"}
    return {key: _text(value) if isinstance(value, StreamingBody) else value for key, value in members.items()}


def _text(body: StreamingBody) -> str:
    with body:
        return body.read().decode(errors="replace")


def pages(
    client: BaseClient,
    operation: str,
    params: Mapping[str, Json],
    before: Callable[[], None],
    pagination: Mapping[str, Json] | None,
) -> Iterator[Doc]:
    """Every page of an operation's answer; `before` is called ahead of each request.

    `pagination` is botocore's description of how the operation counts its pages, None where it has none.
    """
    call = method(client, operation)

    def counted(**given: Json) -> Mapping[str, Json]:
        before()
        return call(**given)

    if pagination is None:
        yield from _by_token(counted, params)
        return
    model = client.meta.service_model.operation_model(operation)
    for page in _paginator()(counted, pagination, model).paginate(**params):
        yield answer_of(page)


def _paginator() -> Callable[..., Json]:
    """Without the types of its parameters: the published ones take the method for a string."""
    return Paginator


def _by_token(call: Operation, params: Mapping[str, Json]) -> Iterator[Doc]:
    more: dict[str, Json] = {}
    while True:
        page = answer_of(call(**params, **more))
        yield page
        found = {back: get(page, token) for token, back in TOKENS}
        following = {back: value for back, value in found.items() if value is not MISSING and value}
        if not following or following == more:
            return
        more = following
