"""All that an AWS account holds, as lists of AWS tell it to somebody who is not the operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath

from tests.e2e.aws import ACCOUNT
from tests.e2e.stage import Stage

Thing = tuple[str, str]
"""What it is, and the name or id that AWS gives it."""

_LISTS = {
    "anomaly monitor": ("ce", "get_anomaly_monitors", "AnomalyMonitors[]", "MonitorArn"),
    "anomaly subscription": ("ce", "get_anomaly_subscriptions", "AnomalySubscriptions[]", "SubscriptionArn"),
    "bucket": ("s3", "list_buckets", "Buckets[]", "Name"),
    "budget": ("budgets", "describe_budgets", "Budgets[]", "BudgetName"),
    "certificate": ("acm", "list_certificates", "CertificateSummaryList[]", "CertificateArn"),
    "cluster": ("rds", "describe_db_clusters", "DBClusters[]", "DBClusterIdentifier"),
    "cluster parameters": (
        *("rds", "describe_db_cluster_parameter_groups"),
        *("DBClusterParameterGroups[]", "DBClusterParameterGroupName"),
    ),
    "connector": ("apprunner", "list_vpc_connectors", "VpcConnectors[?Status=='ACTIVE'][]", "VpcConnectorArn"),
    "distribution": ("cloudfront", "list_distributions", "DistributionList.Items[]", "Id"),
    "endpoint": ("ec2", "describe_vpc_endpoints", "VpcEndpoints[?State!='deleted'][]", "VpcEndpointId"),
    "function": ("cloudfront", "list_functions", "FunctionList.Items[]", "Name"),
    "gateway": ("ec2", "describe_internet_gateways", "InternetGateways[]", "InternetGatewayId"),
    "group": ("ec2", "describe_security_groups", "SecurityGroups[]", "GroupId"),
    "instance": ("rds", "describe_db_instances", "DBInstances[]", "DBInstanceIdentifier"),
    "interface": ("ec2", "describe_network_interfaces", "NetworkInterfaces[]", "NetworkInterfaceId"),
    "log group": ("logs", "describe_log_groups", "logGroups[]", "logGroupName"),
    "NAT gateway": ("ec2", "describe_nat_gateways", "NatGateways[?State!='deleted'][]", "NatGatewayId"),
    "origin access": ("cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items[]", "Id"),
    "role": ("iam", "list_roles", "Roles[]", "RoleName"),
    "route table": ("ec2", "describe_route_tables", "RouteTables[]", "RouteTableId"),
    "scaling": (
        *("apprunner", "list_auto_scaling_configurations"),
        *("AutoScalingConfigurationSummaryList[?Status=='ACTIVE'][]", "AutoScalingConfigurationArn"),
    ),
    "secret": ("secretsmanager", "list_secrets", "SecretList[]", "ARN"),
    "service": ("apprunner", "list_services", "ServiceSummaryList[?Status!='DELETED'][]", "ServiceArn"),
    "snapshot": ("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots[]", "DBClusterSnapshotIdentifier"),
    "subnet": ("ec2", "describe_subnets", "Subnets[]", "SubnetId"),
    "subnet group": ("rds", "describe_db_subnet_groups", "DBSubnetGroups[]", "DBSubnetGroupName"),
    "VPC": ("ec2", "describe_vpcs", "Vpcs[]", "VpcId"),
    "zone": ("route53", "list_hosted_zones", "HostedZones[]", "Id"),
}
"""By what it is: the service, its list, where in the answer the list stands, and the field that names a thing."""
_ASKED: dict[str, Any] = {"budgets": {"AccountId": ACCOUNT}}


def holdings(stage: Stage) -> frozenset[Thing]:
    """What there is, records of zones included."""
    found = {(what, name) for what in _LISTS for name in _names(stage, what)}
    zones = [name for what, name in found if what == "zone"]
    return frozenset(found | {("record", name) for zone in zones for name in _records(stage, zone)})


def _names(stage: Stage, what: str) -> Iterator[str]:
    service, operation, place, field = _LISTS[what]
    client = stage.aws(service)
    if client.can_paginate(operation):
        pages: Any = client.get_paginator(operation).paginate(**_ASKED.get(service, {}))
        listed = pages.search(place)
    else:
        listed = jmespath.search(place, getattr(client, operation)(**_ASKED.get(service, {}))) or []
    return (str(one[field]) for one in listed if one is not None)


def _records(stage: Stage, zone: str) -> Iterator[str]:
    pages: Any = stage.aws("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
    return (f"{one['Name']} {one['Type']}" for one in pages.search("ResourceRecordSets[]"))
