"""What is no whole answer of AWS's is refused, so that it cannot read as an empty one."""

from functools import cache

import botocore.session
import pytest
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

from trueup.aws.wholeness import refuse_what_is_no_answer


@cache
def operation(service: str, name: str) -> OperationModel:
    return botocore.session.get_session().get_service_model(service).operation_model(name)


def refused(service: str, name: str, body: bytes, status: int = 200) -> bool:
    try:
        refuse_what_is_no_answer(operation(service, name), {"status_code": status, "body": body})
    except ResponseParserError:
        return True
    return False


PAGE = b"<html><body>Sign in to the network</body></html>"


@pytest.mark.parametrize(
    ("service", "name", "body", "status", "is_refused"),
    [
        pytest.param("budgets", "DescribeBudgets", b'{"Budgets": []}', 200, False, id="JSON"),
        pytest.param("budgets", "DescribeBudgets", b"{}", 200, False, id="JSON that says nothing"),
        pytest.param("budgets", "DescribeBudgets", b'{"Budgets": [{"Bud', 200, True, id="JSON cut off"),
        pytest.param("budgets", "DescribeBudgets", b"", 200, True, id="nothing for JSON"),
        pytest.param("budgets", "DescribeBudgets", b"[]", 200, True, id="JSON that is no structure"),
        pytest.param("budgets", "DescribeBudgets", PAGE, 200, True, id="a page for JSON"),
        pytest.param("budgets", "DescribeBudgets", PAGE, 502, False, id="a page of an error is an error anyway"),
        pytest.param("budgets", "UpdateBudget", b"", 200, False, id="nothing where nothing is to be said"),
        pytest.param("ec2", "DescribeVpcs", b"<DescribeVpcsResponse xmlns='x'/>", 200, False, id="XML"),
        pytest.param("ec2", "DescribeVpcs", PAGE, 200, True, id="a page for XML"),
        pytest.param("rds", "DescribeDBClusters", b"", 200, True, id="nothing for XML"),
        pytest.param("apprunner", "ListServices", b'{"ServiceSummaryList": []', 200, True, id="another JSON cut off"),
        pytest.param("s3", "ListBuckets", b"<ListAllMyBucketsResult/>", 200, False, id="a document without names"),
        pytest.param("s3", "ListBuckets", b"", 200, True, id="nothing for a document"),
        pytest.param("s3", "ListBuckets", PAGE, 200, True, id="a page for a document"),
        pytest.param("s3", "GetBucketAcl", b"\n", 200, True, id="as good as nothing for a document"),
        pytest.param("s3", "GetPublicAccessBlock", b"", 200, True, id="nothing for a document that is a payload"),
        pytest.param("s3", "GetBucketPolicy", b'{"Version": "2012-10-17"}', 200, False, id="text"),
        pytest.param("s3", "GetBucketPolicy", b'{"Version": "20', 200, True, id="text cut off"),
        pytest.param("s3", "GetBucketPolicy", b"", 200, True, id="nothing for text"),
        pytest.param("s3", "CreateBucket", b"", 200, False, id="nothing where all is said in headers"),
        pytest.param("s3", "PutBucketPolicy", b"", 200, False, id="nothing where there is nothing to say"),
        pytest.param("s3", "GetObject", b"anything", 200, False, id="a stream is nobody's business"),
    ],
)
def test_answers(service: str, name: str, body: bytes, status: int, is_refused: bool) -> None:
    assert refused(service, name, body, status) is is_refused
