"""Subnet groups, parameter groups, instances and their prices: differences and calls as whole values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.resources.validated import lookup, sent
from trueup.core.cost import Line
from trueup.core.resource import Removal
from trueup.core.values import MISSING, Effect, Mutability, Phase, Severity
from trueup.resources.prices import BOOKS
from trueup.resources.rds import (
    DBCluster,
    DBClusterParameterGroup,
    DBInstance,
    DBSubnetGroup,
    DocDBClusterParameterGroup,
    DocDBInstance,
)

NOWHERE = lookup({})
PRICES = BOOKS["us-east-1"]

SUBNETS = DBSubnetGroup(name="subnets", group_name="shop-orders", description="Ours", subnets=("subnet-a", "subnet-b"))
SUBNETS_SEEN: dict[str, Any] = {
    "DBSubnetGroupName": "shop-orders",
    "DBSubnetGroupDescription": "Ours",
    "VpcId": "vpc-1",
    "SubnetGroupStatus": "Complete",
    "Subnets": [{"SubnetIdentifier": "subnet-b"}, {"SubnetIdentifier": "subnet-a"}],
    "DBSubnetGroupArn": "arn:aws:rds:us-east-1:123456789012:subgrp:shop-orders",
    "TagList": [],
}
SUBNETS_SENT = {
    "DBSubnetGroupName": "shop-orders",
    "DBSubnetGroupDescription": "Ours",
    "SubnetIds": ["subnet-a", "subnet-b"],
}


def test_a_subnet_group_is_made_changed_whole_and_deleted() -> None:
    assert SUBNETS.differences(SUBNETS_SEEN, NOWHERE) == ()
    doc = {**SUBNETS_SEEN, "DBSubnetGroupDescription": "Theirs"}
    found = SUBNETS.differences(doc, NOWHERE)
    assert [(d.path, d.want, d.have) for d in found] == [("DBSubnetGroupDescription", "Ours", "Theirs")]
    assert sent(
        [
            *SUBNETS.create(NOWHERE, "t"),
            *SUBNETS.update(doc, found, NOWHERE),
            *DBSubnetGroup.delete(doc, NOWHERE, Removal()),
        ]
    ) == [
        ("CreateDBSubnetGroup", {**SUBNETS_SENT, "Tags": []}),
        ("ModifyDBSubnetGroup", SUBNETS_SENT),
        ("DeleteDBSubnetGroup", {"DBSubnetGroupName": "shop-orders"}),
    ]


def group(**parameters: str) -> DBClusterParameterGroup:
    return DBClusterParameterGroup(
        name="parameters",
        group_name="shop-orders-aurora-postgresql16",
        family="aurora-postgresql16",
        description="Ours",
        parameters={name.replace("__", "."): value for name, value in parameters.items()},
    )


def group_seen(*parameters: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "DBClusterParameterGroupName": "shop-orders-aurora-postgresql16",
        "DBParameterGroupFamily": "aurora-postgresql16",
        "Description": "Ours",
        "Parameters": [
            {"ParameterName": name, "ParameterValue": value, "ApplyType": kind, "Source": "user"}
            for name, value, kind in parameters
        ],
        "TagList": [],
    }


BY = {"DBClusterParameterGroupName": "shop-orders-aurora-postgresql16"}


def setting(name: str, value: str, method: str) -> dict[str, str]:
    return {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}


def test_a_parameter_group_is_made_with_its_settings() -> None:
    assert sent(group(max_connections="100", log_statement="ddl").create(NOWHERE, "t")) == [
        (
            "CreateDBClusterParameterGroup",
            {**BY, "DBParameterGroupFamily": "aurora-postgresql16", "Description": "Ours", "Tags": []},
        ),
        (
            "ModifyDBClusterParameterGroup",
            {
                **BY,
                "Parameters": [
                    setting("log_statement", "ddl", "immediate"),
                    setting("max_connections", "100", "pending-reboot"),
                ],
            },
        ),
    ]


def test_settings_that_differ_are_set_and_those_that_nobody_declared_are_reset() -> None:
    declared = group(max_connections="100", log_statement="ddl", rds__force_ssl="1")
    doc = group_seen(
        ("max_connections", "100", "static"),
        ("log_statement", "all", "dynamic"),
        ("rds.force_ssl", "0", "dynamic"),
        ("wal_buffers", "2048", "static"),
    )
    found = declared.differences(doc, NOWHERE)
    assert [(d.path, d.member, d.want, d.have, d.rule.effect, d.rule.severity) for d in found] == [
        ("Parameters.log_statement", "log_statement", "ddl", "all", Effect.NONE, Severity.NORMAL),
        ("Parameters.rds.force_ssl", "rds.force_ssl", "1", "0", Effect.NONE, Severity.CRITICAL),
        ("Parameters.wal_buffers", "wal_buffers", MISSING, "2048", Effect.RESTART, Severity.NORMAL),
    ]
    assert sent(declared.update(doc, found, NOWHERE)) == [
        (
            "ModifyDBClusterParameterGroup",
            {
                **BY,
                "Parameters": [
                    setting("log_statement", "ddl", "immediate"),
                    setting("rds.force_ssl", "1", "immediate"),
                ],
            },
        ),
        (
            "ResetDBClusterParameterGroup",
            {**BY, "Parameters": [{"ParameterName": "wal_buffers", "ApplyMethod": "pending-reboot"}]},
        ),
    ]


def test_settings_travel_twenty_at_a_time() -> None:
    declared = group(**{f"p{number:02}": "1" for number in range(41)})
    calls = sent(declared.update(group_seen(), declared.differences(group_seen(), NOWHERE), NOWHERE))
    assert [(operation, len(params["Parameters"])) for operation, params in calls] == [
        ("ModifyDBClusterParameterGroup", 20),
        ("ModifyDBClusterParameterGroup", 20),
        ("ModifyDBClusterParameterGroup", 1),
    ]


def test_aws_own_groups_and_other_engines_groups_are_not_looked_at() -> None:
    ours = group_seen()
    default = {**ours, "DBClusterParameterGroupName": "default.aurora-postgresql16"}
    mongo = {**ours, "DBParameterGroupFamily": "docdb5.0"}
    assert [tuple(DBClusterParameterGroup.members(doc)) for doc in (ours, default, mongo)] == [(ours,), (), ()]
    assert [tuple(DocDBClusterParameterGroup.members(doc)) for doc in (ours, mongo)] == [(), (mongo,)]


INSTANCE = DBInstance(
    name="instance-1",
    instance_id="shop-orders-1",
    cluster="shop-orders",
    instance_class="db.serverless",
    promotion_tier=0,
    auto_minor_upgrade=False,
    maintenance_window="sun:04:00-sun:05:00",
    performance_insights=False,
    public=False,
    capacity=(0.5, 1.0),
)
INSTANCE_SEEN: dict[str, Any] = {
    "DBInstanceIdentifier": "shop-orders-1",
    "DBInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:shop-orders-1",
    "DBInstanceStatus": "available",
    "DBClusterIdentifier": "shop-orders",
    "Engine": "aurora-postgresql",
    "DBInstanceClass": "db.serverless",
    "PromotionTier": 0,
    "AutoMinorVersionUpgrade": False,
    "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "PerformanceInsightsEnabled": False,
    "PubliclyAccessible": False,
    "PendingModifiedValues": {},
    "TagList": [],
}
INSTANCE_SENT = {
    "DBInstanceIdentifier": "shop-orders-1",
    "DBClusterIdentifier": "shop-orders",
    "Engine": "aurora-postgresql",
    "DBInstanceClass": "db.serverless",
    "PromotionTier": 0,
    "AutoMinorVersionUpgrade": False,
    "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "EnablePerformanceInsights": False,
    "PubliclyAccessible": False,
    "Tags": [],
}


def test_an_instance_is_made_and_deleted() -> None:
    assert sent(
        [*INSTANCE.create(NOWHERE, "t"), *DBInstance.delete(INSTANCE_SEEN, NOWHERE, Removal(snapshot=True))]
    ) == [
        ("CreateDBInstance", INSTANCE_SENT),
        ("DeleteDBInstance", {"DBInstanceIdentifier": "shop-orders-1"}),
    ]


def test_an_instance_of_documentdb_has_no_address_to_hide() -> None:
    member = DocDBInstance(
        name="instance-1", instance_id="shop-orders-1", cluster="shop-orders", instance_class="db.t4g.medium"
    )
    (call,) = member.create(NOWHERE, "t")
    assert (call.service, sent([call])[0][1]["Engine"]) == ("docdb", "docdb")


INSTANCE_CHANGES: list[tuple[Any, ...]] = [
    (
        {"PubliclyAccessible": True},
        "PubliclyAccessible",
        Severity.CRITICAL,
        Effect.NONE,
        {"PubliclyAccessible": False},
    ),
    (
        {"DBInstanceClass": "db.r6g.large"},
        "DBInstanceClass",
        Severity.NORMAL,
        Effect.OUTAGE,
        {"DBInstanceClass": "db.serverless"},
    ),
    ({"PromotionTier": 15}, "PromotionTier", Severity.NORMAL, Effect.NONE, {"PromotionTier": 0}),
    (
        {"AutoMinorVersionUpgrade": True},
        "AutoMinorVersionUpgrade",
        Severity.NORMAL,
        Effect.NONE,
        {"AutoMinorVersionUpgrade": False},
    ),
    (
        {"PerformanceInsightsEnabled": True},
        "PerformanceInsightsEnabled",
        Severity.NORMAL,
        Effect.NONE,
        {"EnablePerformanceInsights": False},
    ),
    (
        {"PreferredMaintenanceWindow": "mon:04:00-mon:05:00"},
        "PreferredMaintenanceWindow",
        Severity.NORMAL,
        Effect.NONE,
        {"PreferredMaintenanceWindow": "sun:04:00-sun:05:00"},
    ),
]


@pytest.mark.parametrize(("change", "path", "severity", "effect", "sends"), INSTANCE_CHANGES)
def test_each_field_of_an_instance_is_seen_and_put_right(
    change: dict[str, Any], path: str, severity: Severity, effect: Effect, sends: dict[str, Any]
) -> None:
    assert INSTANCE.differences(INSTANCE_SEEN, NOWHERE) == ()
    doc = {**INSTANCE_SEEN, **change}
    found = INSTANCE.differences(doc, NOWHERE)
    assert [(d.path, d.rule.severity, d.rule.effect) for d in found] == [(path, severity, effect)]
    assert sent(INSTANCE.update(doc, found, NOWHERE)) == [
        ("ModifyDBInstance", {"DBInstanceIdentifier": "shop-orders-1", "ApplyImmediately": True, **sends})
    ]


def test_a_class_that_aws_holds_for_the_window_is_pending_and_not_let_loose_by_another_change() -> None:
    doc = {
        **INSTANCE_SEEN,
        "DBInstanceClass": "db.r6g.large",
        "PromotionTier": 3,
        "PendingModifiedValues": {"DBInstanceClass": "db.serverless"},
    }
    held, tier = INSTANCE.differences(doc, NOWHERE)
    assert (held.path, held.pending, tier.path) == ("DBInstanceClass", True, "PromotionTier")
    assert sent(INSTANCE.update(doc, (tier,), NOWHERE)) == [
        (
            "ModifyDBInstance",
            {"DBInstanceIdentifier": "shop-orders-1", "PromotionTier": 0, "ApplyImmediately": False},
        )
    ]


def test_an_instance_of_another_cluster_would_be_replaced() -> None:
    (found,) = INSTANCE.differences({**INSTANCE_SEEN, "DBClusterIdentifier": "other"}, NOWHERE)
    assert (found.path, found.rule.mutability) == ("DBClusterIdentifier", Mutability.REPLACE)


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("available", Phase.READY),
        ("creating", Phase.CREATING),
        ("modifying", Phase.BUSY),
        ("rebooting", Phase.CREATING),
        ("stopped", Phase.CREATING),
        ("upgrading", Phase.CREATING),
        ("configuring-log-exports", Phase.BUSY),
        ("incompatible-network", Phase.FAILED),
        ("storage-full", Phase.FAILED),
        ("deleting", Phase.DELETING),
        ("a-word-of-next-year", Phase.BUSY),
    ],
)
def test_every_status_of_an_instance_has_a_phase(status: str, phase: Phase) -> None:
    assert DBInstance.phase({"DBInstanceStatus": status}) is phase


def priced(kind: type[DBInstance | DocDBInstance], instance_class: str, *capacity: float) -> Line:
    units = (capacity[0], capacity[1]) if capacity else None
    member = kind(name="instance-1", instance_id="i", cluster="c", instance_class=instance_class, capacity=units)
    (line,) = member.cost(PRICES)
    return line


def test_an_instance_costs_what_it_computes() -> None:
    assert [
        priced(DBInstance, "db.serverless", 0.5, 1.0),
        priced(DBInstance, "db.serverless", 0.0, 4.0),
        priced(DocDBInstance, "db.serverless", 0.5, 1.0),
        priced(DocDBInstance, "db.t4g.medium"),
        priced(DBInstance, "db.r6g.large"),
    ] == [
        Line(
            "instance-1 serverless, 0.5-1 ACU",
            Decimal("43.80"),
            Decimal("43.80"),
            Decimal("87.60"),
            "idle at the minimum of 0.5 ACU",
        ),
        Line(
            "instance-1 serverless, 0-4 ACU",
            Decimal("3.66"),
            Decimal(0),
            Decimal("350.40"),
            "awake 2 hours a day at 0.5 ACU",
        ),
        Line(
            "instance-1 serverless, 0.5-1 DCU",
            Decimal("30.003"),
            Decimal("30.003"),
            Decimal("60.006"),
            "idle at the minimum of 0.5 DCU",
        ),
        Line(
            "instance-1 db.t4g.medium",
            Decimal("55.261"),
            Decimal("55.261"),
            Decimal("55.261"),
            "730 hours a month",
        ),
        Line("instance-1 db.r6g.large", None, Decimal(0), Decimal(0), "price not in the table"),
    ]


def test_a_cluster_costs_storage_requests_backups_and_its_secret() -> None:
    cluster = DBCluster(name="cluster", cluster_id="c", version="16", retention_days=7, managed_password=True)
    assert [(line.item, line.usd, line.low, line.high) for line in cluster.cost(PRICES)] == [
        ("storage", Decimal("0.10"), Decimal("0.10"), Decimal("1.00")),
        ("storage requests", Decimal("0.20"), Decimal(0), Decimal("2.00")),
        ("backups", Decimal(0), Decimal(0), Decimal("1.26")),
        ("master password secret", Decimal("0.40"), Decimal("0.40"), Decimal("0.40")),
    ]
