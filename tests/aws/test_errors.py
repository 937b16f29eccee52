"""Every way to fail has a consequence; nothing secret leaves in a message; no bare 404 means absence."""

from typing import Any, Final

import botocore.session
import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from trueup.aws.catalogue import ENTRIES, entry_for
from trueup.aws.errors import catalogue_markdown, fault_of
from trueup.core.faults import TREATMENTS, Consequence, Fault, needs_person, retry_after, treatment
from trueup.core.values import Retry

SERVICES: Final = (
    "rds",
    "docdb",
    "ec2",
    "budgets",
    "ce",
    "sts",
    "apprunner",
    "iam",
    "route53",
    "s3",
    "cloudfront",
    "acm",
)


def modelled(service: str) -> set[str]:
    """Every error code in botocore's models of a service."""
    model = botocore.session.get_session().get_service_model(service)
    shapes = [shape for name in model.operation_names for shape in model.operation_model(name).error_shapes]
    return {shape.metadata.get("error", {}).get("code") or shape.name for shape in shapes}


@pytest.mark.parametrize("service", SERVICES)
def test_every_modelled_code_is_in_the_catalogue(service: str) -> None:
    assert sorted(code for code in modelled(service) if entry_for(service, code) is None) == []


def test_not_found_is_only_what_says_so() -> None:
    missing = {code for entry in ENTRIES if entry.consequence is Consequence.NOT_FOUND for code in entry.codes}
    odd = {"NoSuchEntity", "InvalidID", "Gateway.NotAttached", "ResourceNotFound"}
    odd |= {"UnknownMonitorException", "UnknownSubscriptionException"}
    assert {code for code in missing - odd if "NotFound" not in code and not code.startswith("NoSuch")} == set()


def test_every_consequence_is_treated_and_every_entry_says_what_to_do() -> None:
    assert set(TREATMENTS) == set(Consequence)
    assert [entry for entry in ENTRIES if not (entry.codes and entry.cause and entry.remedy)] == []


@pytest.mark.parametrize(
    ("code", "consequence"),
    [
        ("InvalidVpcEndpointServiceID.NotFound", Consequence.NOT_FOUND),
        ("InvalidKeyPair.Duplicate", Consequence.EXISTS),
        ("TransitGatewayAttachmentLimitExceeded", Consequence.QUOTA),
        ("RequestLimitExceeded", Consequence.THROTTLED),
        ("DependencyViolation", Consequence.DEPENDENCY),
        ("InvalidAMIID.Malformed", Consequence.INVALID),
    ],
)
def test_ec2_is_understood_by_its_naming_rules(code: str, consequence: Consequence) -> None:
    entry = entry_for("ec2", code)
    assert entry is not None
    assert entry.consequence is consequence


def answered(code: str, status: int, message: str = "", operation: str = "CreateVpc") -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)


@pytest.mark.parametrize(
    ("code", "status", "consequence"),
    [
        ("404", 404, Consequence.UNEXPECTED),
        ("", 404, Consequence.UNEXPECTED),
        ("", 403, Consequence.UNEXPECTED),
        ("500", 500, Consequence.UNAVAILABLE),
        ("503", 503, Consequence.UNAVAILABLE),
        ("", 502, Consequence.UNAVAILABLE),
        ("429", 429, Consequence.THROTTLED),
        ("SomethingNew", 400, Consequence.UNEXPECTED),
        ("SomethingNew", 500, Consequence.UNAVAILABLE),
        ("SomethingThrottled", 400, Consequence.THROTTLED),
        ("MotoNotImplemented", 501, Consequence.UNIMPLEMENTED),
    ],
)
def test_answers_without_a_code_that_we_know(code: str, status: int, consequence: Consequence) -> None:
    assert fault_of(answered(code, status), "ec2", "CreateVpc").consequence is consequence


def test_a_fault_says_what_happened_and_what_to_do() -> None:
    fault = fault_of(answered("VpcLimitExceeded", 400, "The maximum is 5."), "ec2", "CreateVpc")
    assert fault == Fault(
        Consequence.QUOTA,
        "VpcLimitExceeded",
        "The maximum is 5.",
        "ec2",
        "CreateVpc",
        "Ask AWS for a higher quota (Service Quotas), or remove what is no longer needed.",
    )
    assert str(fault) == "ec2.CreateVpc failed with VpcLimitExceeded: The maximum is 5."


URL = {"endpoint_url": "https://ec2.example"}
LOST = [
    boto.ReadTimeoutError(**URL),
    boto.ConnectionClosedError(**URL),
    boto.HTTPClientError(error="reset"),
    boto.IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ResponseParserError("<html>"),
    answered("503", 503),
    answered("InternalError", 500),
    answered("MotoCrash", 500),
]


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_lost_answer_leaves_the_outcome_of_an_unsafe_call_unknown(error: Exception) -> None:
    unsafe = fault_of(error, "ec2", "CreateVpc", retry=Retry.UNSAFE)
    assert (unsafe.consequence, unsafe.outcome_unknown) == (Consequence.UNKNOWN_OUTCOME, True)
    for retry in (Retry.UNIQUE, Retry.TOKEN):
        safe = fault_of(error, "ec2", "CreateVpc", retry=retry)
        assert safe.outcome_unknown is False
        assert safe.consequence in {Consequence.UNREACHABLE, Consequence.UNAVAILABLE, Consequence.UNEXPECTED}


@pytest.mark.parametrize(
    ("error", "consequence"),
    [
        (boto.EndpointConnectionError(**URL), Consequence.UNREACHABLE),
        (boto.ConnectTimeoutError(**URL), Consequence.UNREACHABLE),
        (boto.SSLError(error=Exception("certificate"), **URL), Consequence.UNREACHABLE),
        (boto.ProxyConnectionError(proxy_url="http://p", error="x"), Consequence.UNREACHABLE),
        (boto.NoRegionError(), Consequence.UNREACHABLE),
        (boto.NoCredentialsError(), Consequence.CREDENTIALS),
        (boto.PartialCredentialsError(provider="env", cred_var="key"), Consequence.CREDENTIALS),
        (boto.CredentialRetrievalError(provider="role", error_msg="x"), Consequence.CREDENTIALS),
        (answered("ExpiredToken", 400), Consequence.CREDENTIALS),
        (answered("RequestLimitExceeded", 503), Consequence.THROTTLED),
        (answered("UnauthorizedOperation", 403), Consequence.DENIED),
        (boto.UnknownServiceError(service_name="x", known_service_names="y"), Consequence.UNIMPLEMENTED),
        (boto.PaginationError(message="same token twice"), Consequence.UNEXPECTED),
        (RuntimeError("boom"), Consequence.UNEXPECTED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.value,
)
def test_what_was_not_done_is_known_not_to_be_done(error: Exception, consequence: Consequence) -> None:
    fault = fault_of(error, "ec2", "CreateVpc", retry=Retry.UNSAFE)
    assert (fault.consequence, fault.outcome_unknown) == (consequence, False)
    assert fault.remedy


def test_a_role_that_cannot_be_assumed_is_said_as_such() -> None:
    error = answered("AccessDenied", 403, "not authorized to perform: sts:AssumeRole", "AssumeRole")
    fault = fault_of(error, "rds", "DescribeDBClusters")
    assert (fault.consequence, fault.service, fault.operation) == (Consequence.CREDENTIALS, "sts", "AssumeRole")
    assert "trust policy" in fault.remedy


SECRET = "hunter2-planted"


@pytest.mark.parametrize(
    "error",
    [
        answered("InvalidParameterValue", 400, f"MasterUserPassword {SECRET} is too weak ({SECRET})"),
        boto.ParamValidationError(
            report=f"Invalid type for parameter MasterUserPassword, value: {SECRET}, type: <class 'str'>"
        ),
        RuntimeError(f"cannot send {SECRET}"),
        boto.HTTPClientError(error=f"refused {SECRET}"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_planted_secret_leaves_in_no_message(error: Exception) -> None:
    params = {"DBClusterIdentifier": "a", "MasterUserPassword": SECRET}
    fault = fault_of(error, "rds", "CreateDBCluster", params=params)
    assert SECRET not in repr(fault)
    nested = fault_of(error, "rds", "CreateDBCluster", params={"Auth": [{"SecretString": {"a": SECRET}}]})
    assert SECRET not in repr(nested)


def test_a_refused_signature_does_not_quote_the_request() -> None:
    text = "The signature does not match.\n\nThe Canonical String was\nx-amz-security-token:FwoG"
    fault = fault_of(answered("SignatureDoesNotMatch", 403, text), "rds", "DescribeDBClusters")
    assert fault.message == "The signature does not match."


def test_a_call_that_does_not_fit_names_its_parameters() -> None:
    client: Any = botocore.session.Session().create_client(
        "rds", "eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with pytest.raises(boto.ParamValidationError) as raised:
        client.create_db_cluster(DBClusterIdentifier=5, Typo="x", Tags=[{"Key": 1}])
    fault = fault_of(raised.value, "rds", "CreateDBCluster")
    assert (fault.consequence, fault.message) == (
        Consequence.INVALID,
        "The call does not fit AWS's model in: Engine, Typo, DBClusterIdentifier, Tags[0].Key.",
    )


def test_waits_grow_and_people_are_called_when_patience_ends() -> None:
    throttled = fault_of(answered("Throttling", 400), "rds", "DescribeDBClusters")
    assert [retry_after(throttled, attempt) for attempt in (0, 1, 2, 3, 6, 99)] == [2, 2, 4, 8, 60, 60]
    assert needs_person(throttled, 1000) is False
    denied = fault_of(answered("AccessDenied", 403), "rds", "DescribeDBClusters")
    assert (needs_person(denied, 1), treatment(denied).reason) == (True, "AccessDenied")
    odd = fault_of(answered("SomethingNew", 400), "rds", "DescribeDBClusters")
    assert [needs_person(odd, attempt) for attempt in (1, 2, 3)] == [False, False, True]


@pytest.mark.parametrize(
    ("message", "consequence"),
    [
        ("Service with the provided name already exists: shop.", Consequence.EXISTS),
        ("Error in assuming instance role arn:aws:iam::123456789012:role/new", Consequence.DEPENDENCY),
        ("Provided VPC connector arn is being used by other services. ARN: x", Consequence.DEPENDENCY),
        ("Invalid combination of CPU and memory.", Consequence.INVALID),
    ],
)
def test_a_code_of_many_meanings_is_told_by_its_message(message: str, consequence: Consequence) -> None:
    refused = answered("InvalidRequestException", 400, message, "CreateService")
    assert fault_of(refused, "apprunner", "CreateService").consequence is consequence
    assert fault_of(refused, "secretsmanager", "CreateSecret").consequence is Consequence.INVALID


def test_curves_never_fall() -> None:
    assert [c for c, how in TREATMENTS.items() if list(how.curve) != sorted(set(how.curve))] == []


def test_the_page_names_every_code_and_consequence() -> None:
    page = catalogue_markdown()
    assert [code for entry in ENTRIES for code in entry.codes if f"`{code}`" not in page] == []
    assert [c.value for c in Consequence if f"| {c.value} |" not in page] == []
    assert catalogue_markdown() == page
