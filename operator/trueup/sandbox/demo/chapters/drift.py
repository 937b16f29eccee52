"""Somebody changes AWS behind the operator's back: each change is seen, told, and put right."""

from __future__ import annotations

from dataclasses import dataclass

from trueup.core.tagging import Tagging
from trueup.core.values import Json, as_list, as_map
from trueup.sandbox.demo.account import ACCOUNT
from trueup.sandbox.demo.facts import Change, resource_id
from trueup.sandbox.demo.stage import Stage

BUDGET, NETWORK, POSTGRES = "staging/Budget/platform", "staging/Network/main", "staging/Database/postgres"
_API = "staging/AppRunnerService/api"
_ANYWHERE = "0.0.0.0/0"
_RULE: dict[str, Json] = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
_ANSWERED_ONLY = ("CalculatedSpend", "LastUpdatedTime", "HealthStatus")
_TAGS = Tagging(read="Tags", create="", add="", remove="", who="")


@dataclass(frozen=True)
class _Ids:
    """What the objects stand for, by the ids in their status."""

    cluster: str
    group: str
    vpc: str
    endpoint: str
    budget: str


def drift(stage: Stage) -> None:
    """Six changes by another identity: each stands open in a status, then closed, and AWS is as declared again."""
    _label(stage)
    ids = _ids(stage)
    before = len(stage.mirror.sightings())
    corrected(stage, before, _disturb(stage, ids))
    _verify(stage, ids)
    stage.good()


def corrected(stage: Stage, before: int, expected: tuple[Change, ...]) -> None:
    """Each change has stood open in a status, and closed, since so many sightings."""
    for change in expected:
        for closed in (False, True):
            word = "closed" if closed else "open"
            stage.in_cluster(
                f"{word} drift entry of {change}", lambda c=change, w=closed: _told(stage, before, c, w), True
            )


def _label(stage: Stage) -> None:
    """A commit gives the network a tag, which AWS then has."""
    stage.repository.edit("environments/staging/network.yaml", "  nat: None", "  nat: None\n  tags: {team: platform}")
    stage.apply(stage.repository.commit("Say whose the network is"))
    stage.good(NETWORK)
    vpc = resource_id(stage.mirror.get(NETWORK), "AWS::EC2::VPC", "vpc")
    stage.in_aws("tag team of the VPC", lambda: _team(stage, vpc), "platform")


def _ids(stage: Stage) -> _Ids:
    postgres, network, budget = (stage.mirror.get(who) for who in (POSTGRES, NETWORK, BUDGET))
    return _Ids(
        cluster=resource_id(postgres, "AWS::RDS::DBCluster", "cluster"),
        group=resource_id(postgres, "AWS::EC2::SecurityGroup", "access"),
        vpc=resource_id(network, "AWS::EC2::VPC", "vpc"),
        endpoint=resource_id(network, "AWS::EC2::VPCEndpoint", "s3"),
        budget=resource_id(budget, "AWS::Budgets::Budget", "budget"),
    )


def _disturb(stage: Stage, ids: _Ids) -> tuple[Change, ...]:
    """Change six things in AWS; what status must say of each."""
    call = stage.account.call
    stage.tell("somebody else: shorter backups, more capacity, 5432 open to the world, another tag,")
    stage.tell("               a budget of $500, and the S3 endpoint deleted")
    scaling = {"MinCapacity": 0, "MaxCapacity": 8}
    call(
        "rds",
        "ModifyDBCluster",
        DBClusterIdentifier=ids.cluster,
        BackupRetentionPeriod=1,
        ServerlessV2ScalingConfiguration=scaling,
        ApplyImmediately=True,
    )
    world = {**_RULE, "IpRanges": [{"CidrIp": _ANYWHERE}]}
    call("ec2", "AuthorizeSecurityGroupIngress", GroupId=ids.group, IpPermissions=[world])
    call("ec2", "CreateTags", Resources=[ids.vpc], Tags=[{"Key": "team", "Value": "nobody"}])
    call("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[ids.endpoint])
    budget = dict(_budget(stage, ids))
    kept = {name: value for name, value in budget.items() if name not in _ANSWERED_ONLY}
    call(
        "budgets",
        "UpdateBudget",
        AccountId=ACCOUNT,
        NewBudget={**kept, "BudgetLimit": {"Amount": "500", "Unit": "USD"}},
    )
    cluster, scaled = "AWS::RDS::DBCluster/cluster", "ServerlessV2ScalingConfiguration.MaxCapacity"
    opened = {"CidrIpv4": _ANYWHERE, **_RULE}
    return (
        Change(POSTGRES, cluster, "BackupRetentionPeriod", 7, 1),
        Change(POSTGRES, cluster, scaled, 1, 8),
        Change(POSTGRES, f"AWS::EC2::SecurityGroupIngress/{ids.group}", "", None, opened, "Critical"),
        Change(NETWORK, "AWS::EC2::VPC/vpc", "Tags.team", "platform", "nobody"),
        Change(NETWORK, "AWS::EC2::VPCEndpoint/s3", "", "present", None),
        Change(BUDGET, "AWS::Budgets::Budget/budget", "BudgetLimit.Amount", "50.00", "500.0"),
    )


def _told(stage: Stage, before: int, change: Change, closed: bool) -> bool:
    seen = [sighting for sighting in stage.mirror.sightings()[before:] if sighting.closed == closed]
    return any(change.is_told_by(sighting.who, sighting.entry) for sighting in seen)


def _verify(stage: Stage, ids: _Ids) -> None:
    """AWS itself says that everything is as declared."""
    stage.in_aws("days that backups are kept", lambda: stage.account.cluster(ids.cluster)["BackupRetentionPeriod"], 7)
    stage.in_aws("most capacity of the cluster", lambda: max_capacity(stage, ids.cluster), 1)
    egress = resource_id(stage.mirror.get(_API), "AWS::EC2::SecurityGroup", "egress")
    stage.in_aws("who may connect to the database", lambda: _sources(stage, ids.group), [egress])
    stage.in_aws("tag team of the VPC", lambda: _team(stage, ids.vpc), "platform")
    stage.in_aws("the budget's limit", lambda: float(_budget(stage, ids)["BudgetLimit"]["Amount"]), 50.0)
    stage.in_aws("S3 endpoints of the VPC", lambda: _endpoints(stage, ids.vpc), ["available"])


def max_capacity(stage: Stage, cluster: str) -> float:
    """The upper bound that a serverless cluster has in AWS."""
    return stage.account.cluster(cluster)["ServerlessV2ScalingConfiguration"]["MaxCapacity"]


def _sources(stage: Stage, group: str) -> list[str]:
    found = stage.account.one("ec2", "DescribeSecurityGroups", "SecurityGroups", GroupIds=[group])
    rules = as_list(found.get("IpPermissions")) or ()
    networks = [str(source["CidrIp"]) for rule in rules for source in rule["IpRanges"]]
    return sorted((*networks, *(str(pair["GroupId"]) for rule in rules for pair in rule["UserIdGroupPairs"])))


def _team(stage: Stage, vpc: str) -> str | None:
    return _TAGS.read_from(stage.account.one("ec2", "DescribeVpcs", "Vpcs", VpcIds=[vpc])).get("team")


def _budget(stage: Stage, ids: _Ids) -> dict[str, Json]:
    found = stage.account.call("budgets", "DescribeBudget", AccountId=ACCOUNT, BudgetName=ids.budget)
    return dict(as_map(found.get("Budget")) or {})


def _endpoints(stage: Stage, vpc: str) -> list[str]:
    mine: Json = [{"Name": "vpc-id", "Values": [vpc]}]
    found = stage.account.call("ec2", "DescribeVpcEndpoints", Filters=mine)["VpcEndpoints"]
    return [str(endpoint["State"]).lower() for endpoint in found if endpoint["State"].lower() != "deleted"]
