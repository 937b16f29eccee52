"""Secrets stay secret: planted wherever one can come from, and looked for in everything that Trueup says.

Planted are the operator's own key and session token, those of the role that it takes, every password that AWS keeps,
and errors of AWS that quote the whole request. Looked through are statuses, Events, annotations, the log with all its
details, and plans in every form, while objects are made, changed, refused at each call, and deleted.
"""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

from tests.house import House
from tests.laws.registered import peers
from tests.laws.worlds import READS, Standing, plain_examples
from trueup.app.previewing import Previewer
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.cli import plan_output
from trueup.cli.outlook import Outlook, Planned
from trueup.cluster.logs import configure
from trueup.core.faults import ObservationFailed
from trueup.core.resource import Resource
from trueup.kinds.registry import kinds

COMPOSED = "appsecret-connection"
"""The example whose value is made of another secret's."""
EXAMPLES = {name: d for name, d in plain_examples().items() if name.endswith("-full") or name == COMPOSED}
KEY, TOKEN = "planted/key+of-the-operators-own/0123456", "planted/token+of-the-operators-own//0123456789=="
ROLE = "arn:aws:iam::123456789012:role/of-the-object"
CODES = {"AccessDenied": 403, "InvalidClientTokenId": 403, "InvalidParameterValue": 400, "NeverHeardOf": 418}


class Indiscreet(House):
    """A house whose AWS, when told to, refuses calls and quotes them whole, headers and body."""

    def __init__(self) -> None:
        self.refusing = ""
        self.reads_too = False
        self.given: set[str] = set()
        """The credentials that AWS has given for roles."""
        self.carried: set[str] = set()
        """The values of secrets that calls of the operator's and their answers have carried."""
        self._heard = threading.local()
        super().__init__()

    def attach(self, client: BaseClient) -> None:
        """A client of the operator's reaches this AWS."""
        super().attach(client)
        client.meta.events.register_first("before-send", self._hear)
        client.meta.events.register("after-call", self._answer)

    def _hear(self, request: AWSPreparedRequest, **_: object) -> None:
        body = request.body if isinstance(request.body, bytes) else b""
        value: Mapping[str, Any] = json.loads(body) if b"SecretString" in body else {}
        self._carried(value)
        headers = dict(sorted(request.headers.items(), key=lambda item: "Token" not in item[0]))  # what is cut is last
        first = value.get("SecretString", "")
        self._heard.text = f"{first} {headers} {request.method} {request.url} {request.body!r}"

    def _carried(self, said: Mapping[str, Any]) -> None:
        text = said.get("SecretString")
        if text is None:
            return
        self.carried.add(text)
        if text.startswith("{"):
            self.carried.add(json.loads(text)["password"])
        elif "://" in text:
            self.carried |= {urlsplit(text).password or "", unquote(urlsplit(text).password or "")}

    def _answer(self, http_response: AWSResponse, parsed: dict[str, Any], model: Any, **_: object) -> None:
        if model.name == "AssumeRole" and "Credentials" in parsed:
            self.given |= {parsed["Credentials"][name] for name in ("SecretAccessKey", "SessionToken")}
            return
        self._carried(parsed)
        if self.refusing and (self.reads_too or not model.name.startswith(READS)):
            http_response.status_code = CODES[self.refusing]
            parsed.clear()
            parsed["Error"] = {"Code": self.refusing, "Message": f"Refused: {self._heard.text}"}
            parsed["ResponseMetadata"] = {"HTTPStatusCode": CODES[self.refusing]}

    def kept(self) -> set[str]:
        """Every value that AWS keeps as a secret."""
        manager = self.client("secretsmanager")
        names = [entry["ARN"] for entry in manager.list_secrets()["SecretList"]]
        return {manager.get_secret_value(SecretId=name)["SecretString"] for name in names}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Indiscreet]:
    """Its operator has credentials with a session token, and logs every detail as it does in a process of its own."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    capsys.readouterr()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: log.level for name, log in root.manager.loggerDict.items() if isinstance(log, logging.Logger)}
    configure("json", "debug")
    yield Indiscreet()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in set(root.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


def shown(world: Standing) -> Iterator[str]:
    """Everything that is said of the objects: what the cluster holds, and plans in every form."""
    cluster = world.house.cluster
    yield str([status for _, status in world.history.statuses])
    yield str([(manifest.status, dict(manifest.annotations)) for manifest in cluster.all()])
    yield str([event for _, event in cluster.events])
    manifest = world.history.get(world.address)
    observer = Observer(world.house.sessions, world.house.clock, limits=Limits.unlimited())
    previewer = Previewer(kinds(), world.house.settings, observer, world.house.clock)
    try:
        planned = [Planned(m, previewer.preview(m, cluster)) for m in ([manifest] if manifest else [])]
    except ObservationFailed as failed:
        yield f"{failed!r} {failed}"
        return
    finally:
        observer.close()
    for form in ("text", "json", "markdown"):
        with redirect_stdout(io.StringIO()) as out:
            plan_output.show(Outlook(tuple(planned)), form)
        yield out.getvalue()


def lived(world: Standing, house: Indiscreet) -> Iterator[str]:
    """All that is said while the object is refused, made, moved, and taken down."""
    for code in CODES:
        house.refusing = code
        world.sweep()
        yield from shown(world)
        house.reads_too = True
        house.annotate(world.address, reconcile=code)
        world.sweep(1860)
        yield from shown(world)
        house.refusing, house.reads_too = "", False
    house.clock.advance(3600)
    house.settle()
    yield from shown(world)
    house.delete(world.address)
    for _ in range(8):
        if world.address in world.history:
            world.sweep(31)
            yield from shown(world)


def test_every_kind_is_looked_through() -> None:
    assert {document["kind"] for document in EXAMPLES.values()} == set(kinds())


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("role", [None, ROLE], ids=["own credentials", "a role"])
def test_no_secret_is_said(
    example: str, role: str | None, house: Indiscreet, capsys: pytest.CaptureFixture[str]
) -> None:
    found = EXAMPLES[example]
    document = {**found, "spec": {**found["spec"], **({"roleArn": role} if role else {})}}
    world = Standing(document, house, settled=False)
    said = list(lived(world, house))
    written = capsys.readouterr()
    secrets = {KEY, TOKEN, *house.given, *house.carried, *house.kept()}
    assert ([s for s in secrets if any(s in text for text in (*said, written.err, written.out))], len(said) > 20) == (
        [],
        True,
    )
    assert bool(house.given) is bool(role)
    assert any("Refused: " in text for text in said)
    read = "secretsmanager.GetSecretValue" in house.emulator.core.calls.counts("trueup")
    carries = "AppSecret" in {found["kind"], *(peer["kind"] for peer in peers(found))}
    assert (bool(house.carried), read) == (carries, example == COMPOSED)


def test_what_is_declared_secret_is_masked_in_every_type() -> None:
    """A type's secret fields are told by their rule; none is shown by an identity, an id or a summary."""
    types: list[type[Resource]] = [type_ for kind in kinds().values() for type_ in kind.types]
    for type_ in types:
        secret = {attr.shown_at for attr in type_.attrs().values() if attr.secret}
        assert secret & {type_.ID, type_.ARN, type_.STATE, *type_.IDENTITY} == set()
