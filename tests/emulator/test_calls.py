"""The call log, clean errors and the emulator's own endpoints."""

from __future__ import annotations

import json
from typing import Any, cast

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.emulator.conftest import Aws, code
from trueup.sandbox.emulator import Emulator
from trueup.sandbox.emulator.control import control


def ask(aws: Aws, method: str, path: str, content: object = None, query: str = "") -> tuple[int, Any]:
    body = b"" if content is None else json.dumps(content).encode()
    answer = control(aws.emulator.core, method, f"/_trueup/{path}", query, body)
    return answer.status, json.loads(answer.body)


def test_calls_are_counted_by_service_and_operation(aws: Aws) -> None:
    aws.rds.describe_db_clusters()
    aws.client("docdb").describe_db_clusters()
    aws.client("s3").create_bucket(Bucket="a-bucket")
    aws.client("s3").put_object(Bucket="a-bucket", Key="k", Body=b"x")
    aws.client("route53").list_hosted_zones()
    aws.client("budgets").describe_budgets(AccountId="123456789012")
    aws.client("cloudwatch").describe_alarms()
    assert aws.emulator.calls() == {
        "budgets.DescribeBudgets": 1,
        "cloudwatch.DescribeAlarms": 1,
        "rds.DescribeDBClusters": 2,
        "route53.ListHostedZones": 1,
        "s3.CreateBucket": 1,
        "s3.PutObject": 1,
    }
    assert ask(aws, "GET", "calls") == (200, aws.emulator.calls())
    assert ask(aws, "DELETE", "calls") == (200, {})
    assert aws.emulator.calls() == {}


def test_callers_are_told_apart(aws: Aws) -> None:
    for app in ("one", "two", "two"):
        aws.emulator.session(app=app).client("sts").get_caller_identity()
    assert ask(aws, "GET", "calls", query="caller=two") == (200, {"sts.GetCallerIdentity": 2})
    [first, *_] = aws.emulator.log()
    assert (first.caller, first.status, first.fault) == ("one", 200, None)


def test_what_databases_do_inside_is_no_call(aws: Aws) -> None:
    aws.cluster(ManageMasterUserPassword=True)
    assert aws.emulator.calls() == {"rds.CreateDBCluster": 1, "rds.DescribeDBClusters": 1}


def test_the_log_names_things_and_no_secret(aws: Aws) -> None:
    aws.cluster(MasterUserPassword="never-log-me")
    text = json.dumps(ask(aws, "GET", "log", query="limit=10"))
    assert "main" in text
    assert "never-log-me" not in text


@pytest.mark.parametrize(
    ("service", "call", "params"),
    [
        ("rds", "describe_certificates", {}),
        ("budgets", "describe_budget_performance_history", {"AccountId": "1" * 12, "BudgetName": "b"}),
        ("apprunner", "list_vpc_ingress_connections", {}),
        ("cloudfront", "list_key_groups", {}),
        ("guardduty", "list_members", {"DetectorId": "x"}),
        ("ce", "list_cost_allocation_tags", {}),
        ("cloudwatch", "describe_alarm_history", {}),
        ("elasticache", "describe_cache_parameter_groups", {}),
    ],
)  # fmt: skip
def test_what_is_not_there_says_so(aws: Aws, service: str, call: str, params: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(aws.client(service), call)(**params)
    response: Any = caught.value.response
    assert response["Error"]["Code"] == "MotoNotImplemented"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_requests_are_held_against_the_model(aws: Aws) -> None:
    loose = aws.emulator.client("rds", config=Config(parameter_validation=False))
    assert code(loose.create_db_cluster, DBClusterIdentifier="x") == "MissingParameter"
    loose = aws.emulator.client("budgets", config=Config(parameter_validation=False))
    assert code(loose.describe_budgets, AccountId="12") == "InvalidParameterException"


def test_time_delays_and_quotas_are_set_from_outside(aws: Aws) -> None:
    before = ask(aws, "GET", "clock")[1]["now"]
    assert ask(aws, "PUT", "clock", {"advance": 5})[1]["now"] == before + 5
    assert ask(aws, "PUT", "delays", "short")[1]["rds.cluster.create"] == 2.0
    assert ask(aws, "PUT", "delays", {"rds.cluster.create": 9})[1]["rds.cluster.create"] == 9.0
    assert ask(aws, "PUT", "quotas", {"rds.clusters": 1000})[1]["rds.clusters"] == 1000
    for path, nonsense in (("clock", {"advance": -1}), ("delays", "soon"), ("quotas", {"x": 1}), ("spend", {})):
        status, answer = ask(aws, "PUT", path, nonsense)
        assert (status, list(answer)) == (400, ["error"])
    assert ask(aws, "GET", "nothing")[0] == 404


def test_a_reset_forgets_everything(aws: Aws) -> None:
    aws.cluster(ManageMasterUserPassword=True)
    aws.emulator.put_quotas({"rds.clusters": 1})
    assert ask(aws, "POST", "reset") == (200, {})
    assert aws.rds.describe_db_clusters()["DBClusters"] == []
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []
    assert ask(aws, "GET", "quotas")[1]["rds.clusters"] == 40


@pytest.mark.emulator
def test_over_http_it_is_the_same_emulator() -> None:
    with Emulator.serve(delays="none") as served, httpx.Client(base_url=served.url, trust_env=False) as http:
        assert http.get("/_trueup/health").json() == {"status": "ready"}
        http.post("/_trueup/reset")
        rds: Any = boto3.client(
            "rds",
            endpoint_url=served.url,
            region_name="us-east-1",
            aws_access_key_id="AKIAHTTP000000000000",
            aws_secret_access_key="x",
            config=cast("Any", Config)(retries={"total_max_attempts": 1}, user_agent_appid="me", proxies={}),
        )
        assert rds.describe_db_clusters()["DBClusters"] == []
        http.put("/_trueup/faults", json=[{"action": "drop", "times": 1}])
        with pytest.raises(ConnectionClosedError):
            rds.describe_db_clusters()
        assert http.get("/_trueup/calls", params={"caller": "me"}).json() == {"rds.DescribeDBClusters": 2}
        assert http.put("/_trueup/faults", json=[]).json() == []
        s3: Any = boto3.client(
            "s3",
            endpoint_url=served.url,
            region_name="us-east-1",
            aws_access_key_id="AKIAHTTP000000000000",
            aws_secret_access_key="x",
            config=Config(proxies={}),
        )
        s3.create_bucket(Bucket="a-bucket")
        s3.put_object(Bucket="a-bucket", Key="k", Body=b"x" * 500_000)
        assert http.get("/_trueup/calls").json()["s3.PutObject"] == 1
        rds.close()
        s3.close()
