"""A call is carried out once and answered by a value: an answer or a fault."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError

from tests.aws.conftest import HERE
from trueup.aws.execution import Answer, Executor
from trueup.aws.limits import Limits
from trueup.aws.sessions import Sessions
from trueup.core.faults import Consequence, Fault
from trueup.core.values import Call, Each, Key, Ref, Retry


class Wire:
    """What stands where AWS would: it counts requests and answers each as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        self.requests: list[str] = []
        self.agents: list[str] = []
        self.answer: Exception | tuple[int, str] | Callable[[str], tuple[int, str]] = (200, "")
        self.executor = Executor(Sessions(install=self._install, clock=clock), Limits.unlimited(), clock)

    def _install(self, client: BaseClient) -> None:
        client.meta.events.register("before-send", self._send)

    def _send(self, request, **_) -> Any:
        self.requests.append(request.url)
        self.agents.append(str(request.headers["User-Agent"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        status, body = self.answer(request.url) if callable(self.answer) else self.answer
        return AWSResponse(request.url, status, HTTPHeaders(), Raw(body))


class Raw:
    """A body to read once."""

    def __init__(self, body: str) -> None:
        self.body = body.encode()

    def stream(self):
        yield self.body


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch, clock) -> Wire:
    return Wire(monkeypatch, clock)


CREATE = Call("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"})
UNSAFE = Call("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}, Retry.UNSAFE)
XML = "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>"
THROTTLE = "<Response><Errors><Error><Code>{}</Code><Message>m</Message></Error></Errors></Response>"


def test_an_answer_is_what_aws_said_and_when(wire: Wire, clock) -> None:
    wire.answer = (200, XML)
    assert wire.executor.execute(HERE, CREATE) == Answer({"Vpc": {"VpcId": "vpc-1"}}, clock.now)
    assert wire.requests == ["https://ec2.eu-central-1.amazonaws.com/"]
    assert "app/trueup" in wire.agents[0]
    assert wire.executor.meter.counts() == {"ec2.CreateVpc": 1}


def test_a_global_service_is_called_in_its_region(wire: Wire) -> None:
    wire.answer = (200, XML)
    wire.executor.execute(HERE, CREATE, "us-east-1")
    assert wire.requests == ["https://ec2.us-east-1.amazonaws.com/"]


@pytest.mark.parametrize("call", [CREATE, UNSAFE], ids=["safe", "unsafe"])
@pytest.mark.parametrize(
    ("answer", "unknown"),
    [
        (ConnectionClosedError(endpoint_url="https://x"), True),
        ((503, ""), True),
        ((503, THROTTLE.format("RequestLimitExceeded")), False),
    ],
    ids=["dropped", "unavailable", "throttled"],
)
def test_every_write_is_sent_once(wire: Wire, call: Call, answer, unknown: bool) -> None:
    wire.answer = answer
    fault = wire.executor.execute(HERE, call)
    assert isinstance(fault, Fault)
    assert len(wire.requests) == 1
    assert fault.outcome_unknown is (unknown and call is UNSAFE)


def test_what_aws_reports_as_unsuccessful_in_a_good_answer_is_a_fault(wire: Wire) -> None:
    error = "<error><code>DependencyViolation</code><message>m</message></error>"
    item = f"<item><resourceId>vpce-1</resourceId>{error}</item>"
    wire.answer = (200, f"<DeleteVpcEndpointsResponse><unsuccessful>{item}</unsuccessful></DeleteVpcEndpointsResponse>")
    fault = wire.executor.execute(HERE, Call("ec2", "DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-1"]}))
    assert isinstance(fault, Fault)
    assert (fault.consequence, fault.code) == (Consequence.DEPENDENCY, "DependencyViolation")


EMPTIED = Call(
    "s3",
    "DeleteObjects",
    {"Bucket": "site", "Delete": {"Objects": [], "Quiet": True}},
    each=Each("ListObjectVersions", {"Bucket": "site"}, ("Versions", "DeleteMarkers"), ("Key",), "Delete.Objects"),
)


def versions(key: str, more: str = "") -> str:
    following = f"<NextKeyMarker>{more}</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>" if more else ""
    truncated = f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{following}"
    return f"<ListVersionsResult>{truncated}<Version><Key>{key}</Key></Version></ListVersionsResult>"


def test_a_call_for_all_that_a_list_shows_is_made_for_each_page_once_the_list_is_read(wire: Wire) -> None:
    def answer(url: str) -> tuple[int, str]:
        if "delete" in url:
            return (200, "<DeleteResult/>")
        return (200, versions("b") if "key-marker=a" in url else versions("a", "a"))

    wire.answer = answer
    assert isinstance(wire.executor.execute(HERE, EMPTIED), Answer)
    asked = ["delete" if "delete" in url else "list" for url in wire.requests]
    assert asked == ["list", "list", "delete", "delete"]
    assert wire.executor.meter.counts() == {"s3.ListObjectVersions": 2, "s3.DeleteObjects": 2}


def test_a_call_for_all_that_a_list_shows_is_not_made_where_it_shows_nothing(wire: Wire) -> None:
    wire.answer = (200, "<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>")
    assert isinstance(wire.executor.execute(HERE, EMPTIED), Answer)
    assert wire.executor.meter.counts() == {"s3.ListObjectVersions": 1}


def test_an_object_that_was_not_deleted_is_a_fault(wire: Wire) -> None:
    def answer(url: str) -> tuple[int, str]:
        error = "<Error><Key>a</Key><Code>AccessDenied</Code><Message>m</Message></Error>"
        return (200, f"<DeleteResult>{error}</DeleteResult>" if "delete" in url else versions("a"))

    wire.answer = answer
    fault = wire.executor.execute(HERE, EMPTIED)
    assert isinstance(fault, Fault)
    assert (fault.consequence, fault.code) == (Consequence.DENIED, "AccessDenied")


def test_a_call_that_was_never_filled_is_refused_before_it_is_sent(wire: Wire) -> None:
    call = Call("ec2", "CreateSubnet", {"VpcId": Ref(Key("Some::Type", "vpc"), "VpcId"), "CidrBlock": "10.0.0.0/24"})
    fault = wire.executor.execute(HERE, call)
    assert isinstance(fault, Fault)
    assert (fault.consequence, fault.message) == (
        Consequence.INVALID,
        "The call does not fit AWS's model in: VpcId.",
    )
    assert wire.requests == []


@pytest.mark.parametrize("call", [Call("ec2", "MakeCoffee"), Call("coffee", "Make")], ids=str)
def test_nothing_escapes(wire: Wire, call: Call) -> None:
    fault = wire.executor.execute(HERE, call)
    assert isinstance(fault, Fault)
    assert fault.consequence in {Consequence.UNIMPLEMENTED, Consequence.UNEXPECTED}


def test_a_planted_password_is_in_no_fault(wire: Wire) -> None:
    wire.answer = (400, THROTTLE.format("InvalidParameterValue").replace(">m<", ">hunter2 is no good<"))
    call = Call("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16", "MasterUserPassword": "hunter2"})
    assert "hunter2" not in repr(wire.executor.execute(HERE, call))
    rds = Call("rds", "ModifyDBCluster", {"DBClusterIdentifier": "a", "MasterUserPassword": ["hunter2"]})
    assert "hunter2" not in repr(wire.executor.execute(HERE, rds))
