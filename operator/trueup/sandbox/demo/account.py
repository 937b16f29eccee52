"""AWS as somebody sees it who is not the operator: a client under another key, and the emulator's call log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import httpx
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from trueup.aws.calling import answer_of, method
from trueup.core.values import Doc, Json, as_list, as_map
from trueup.sandbox.demo.facts import strings
from trueup.sandbox.environment import REGION

ACCOUNT = "123456789012"
STRANGER = "somebody-else"
"""The access key of whoever changes AWS behind the operator's back."""
_LOG_LENGTH = 20_000
_ABSENT = ("NotFound", "NoSuch")
# Every list that shows something of ours; what an object claims to stand for must be in one of them.
_LISTS = (
    ("rds", "DescribeDBClusters", {}),
    ("rds", "DescribeDBInstances", {}),
    ("rds", "DescribeDBSubnetGroups", {}),
    ("rds", "DescribeDBClusterParameterGroups", {}),
    ("ec2", "DescribeVpcs", {}),
    ("ec2", "DescribeSubnets", {}),
    ("ec2", "DescribeInternetGateways", {}),
    ("ec2", "DescribeRouteTables", {}),
    ("ec2", "DescribeVpcEndpoints", {}),
    ("ec2", "DescribeSecurityGroups", {}),
    ("ec2", "DescribeSecurityGroupRules", {}),
    ("budgets", "DescribeBudgets", {"AccountId": ACCOUNT}),
    ("ce", "GetAnomalyMonitors", {}),
    ("ce", "GetAnomalySubscriptions", {}),
    ("s3", "ListBuckets", {}),
    ("secretsmanager", "ListSecrets", {}),
    ("iam", "ListRoles", {"PathPrefix": "/trueup/"}),
    ("apprunner", "ListServices", {}),
    ("apprunner", "ListVpcConnectors", {}),
    ("apprunner", "ListAutoScalingConfigurations", {}),
    ("acm", "ListCertificates", {}),
    ("cloudfront", "ListDistributions", {}),
    ("cloudfront", "ListFunctions", {}),
    ("cloudfront", "ListOriginAccessControls", {}),
    ("route53", "ListHostedZones", {}),
)
_ZONE = "/hostedzone/"
"""What Route 53's lists put before a zone's id."""


class Account:
    """One AWS account behind an endpoint, used with the stranger's key."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._control = httpx.Client(base_url=f"{endpoint}/_trueup", trust_env=False, timeout=30)

    @cached_property
    def _session(self) -> Session:
        session = Session()
        session.set_credentials(STRANGER, STRANGER)
        return session

    @cached_property
    def _clients(self) -> dict[str, BaseClient]:
        return {}

    def call(self, service: str, operation: str, **parameters: Json) -> Doc:
        """One call; raises botocore's ClientError when AWS refuses."""
        client = self._clients.get(service)
        if client is None:
            # The endpoint is this machine: proxies of the user's shell have no business with it.
            config = Config(proxies={}, retries={"total_max_attempts": 2})
            client = self._session.create_client(
                service, region_name=REGION, endpoint_url=self._endpoint, config=config, verify=False
            )
            self._clients[service] = client
        return answer_of(method(client, operation)(**parameters))

    def one(self, service: str, operation: str, member: str, **parameters: Json) -> Mapping[str, Json]:
        """The first of what is listed under `member`; empty where there is none, or AWS says it does not exist."""
        try:
            found = as_list(self.call(service, operation, **parameters).get(member)) or ()
        except ClientError as refused:
            if any(word in code(refused) for word in _ABSENT):
                return {}
            raise
        return as_map(next(iter(found), {})) or {}

    def cluster(self, identifier: str) -> Mapping[str, Json]:
        """A database cluster of any engine; empty where there is none."""
        return self.one("rds", "DescribeDBClusters", "DBClusters", DBClusterIdentifier=identifier)

    def snapshot(self, identifier: str) -> Mapping[str, Json]:
        """A cluster snapshot; empty where there is none."""
        member = "DBClusterSnapshots"
        return self.one("rds", "DescribeDBClusterSnapshots", member, DBClusterSnapshotIdentifier=identifier)

    def everything(self) -> frozenset[str]:
        """Every text in every list of AWS: each id, name and ARN that exists is among them."""
        told = frozenset().union(*(strings(self.call(*what[:2], **what[2])) for what in _LISTS))
        return frozenset(text.removeprefix(_ZONE) for text in told)

    def order(self, door: str, content: Json) -> None:
        """Tell the emulator how AWS is to behave, at one of its doors such as `apprunner/failures`."""
        self._control.put(f"/{door}", json=content).raise_for_status()

    def mark(self) -> int:
        """The number of the last call so far."""
        log = self._log("limit=1")
        return int(log[-1]["number"]) if log else 0

    def operators_calls(self, since: int) -> list[Mapping[str, Json]]:
        """What the operator asked of AWS after the call numbered `since`, oldest first."""
        log = self._log(f"limit={_LOG_LENGTH}")
        return [entry for entry in log if entry["number"] > since and entry["caller"] != STRANGER]

    def counts(self) -> Mapping[str, Json]:
        """All calls by `service.Operation` less those of the stranger."""
        mine = self._json(f"/calls?caller={STRANGER}")
        return {name: count - mine.get(name, 0) for name, count in self._json("/calls").items()}

    def _log(self, query: str) -> list[Mapping[str, Json]]:
        return self._json(f"/log?{query}")

    def _json(self, path: str) -> Json:
        return self._control.get(path).raise_for_status().json()


def code(refused: ClientError) -> str:
    """AWS's code of a refusal, such as `DBClusterNotFoundFault`."""
    return refused.response.get("Error", {}).get("Code", "")


def missing(wanted: Iterable[str], present: frozenset[str]) -> tuple[str, ...]:
    """The names that are not there."""
    return tuple(sorted(set(wanted) - present))
