"""Changes behind the operator's back, made generically: a type's own update, of a resource with one other value.

For each field that AWS can change, another value that AWS takes; fields that cannot be changed alone are listed with
the reason. Nothing else of a type is said here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from trueup.core.graph import Node
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG, TAG_KEYS_TAG
from trueup.core.observed import Observed
from trueup.core.plan import masked
from trueup.core.resource import Attr, Difference, Resource
from trueup.core.values import MISSING, Call, Json, Mutability, Severity, resolve, shown

TAGS = "tags"

OTHERS: Mapping[str, Any] = {
    "AnomalySubscription.frequency": "WEEKLY",
    "AnomalySubscription.impact": ("99.00",),
    "AnomalySubscription.impact_match": ("GREATER_THAN_OR_EQUAL", "CASE_SENSITIVE"),
    "AnomalySubscription.subscribers": ({"Type": "EMAIL", "Address": "stranger@example.com"},),
    "BucketEncryption.algorithm": "aws:kms:dsse",
    "BucketVersioning.status": "Suspended",
    "Budget.filters": {"Service": ["Amazon Simple Storage Service"]},
    "Budget.time_unit": "QUARTERLY",
    "CorsConfiguration.rules": ({"AllowedOrigins": ["*"], "AllowedMethods": ["DELETE"]},),
    "DBSubnetGroup.description": "something else",
    "Distribution.default_behavior/AllowedMethods": ["GET", "HEAD", "OPTIONS"],
    "Distribution.default_behavior/DefaultTTL": 60,
    "Distribution.default_behavior/ForwardedValues": {"QueryString": True, "Cookies": {"Forward": "none"}},
    "Distribution.default_behavior/FunctionAssociations": [],
    "Distribution.default_behavior/MaxTTL": 60,
    "Distribution.default_behavior/ResponseHeadersPolicyId": "60669652-455b-4ae9-85a4-c4c02393f86c",
    "Distribution.errors": ({"ErrorCode": 404, "ErrorCachingMinTTL": 5, "ResponsePagePath": "", "ResponseCode": ""},),
    "Distribution.http": "http1.1",
    "Distribution.price_class": "PriceClass_All",
    "Distribution.tls": "TLSv1.2_2018",
    "Distribution.viewer_protocol": "allow-all",
    "DBClusterParameterGroup.parameters/log_statement": "mod",
    "Cluster.backup_window": "07:00-07:45",
    "Cluster.maintenance_window": "wed:01:00-wed:02:00",
    "Instance.instance_class": "db.r6g.large",
    "Instance.maintenance_window": "wed:01:00-wed:02:00",
    "LifecycleConfiguration.rules": (
        {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
    ),
    "OriginAccessControl.behavior": "never",
    "OriginAccessControl.origin_type": "mediastore",
    "OwnershipControls.ownership": "ObjectWriter",
    "LogGroup.retention": 7,
    "Notification.subscribers": ({"SubscriptionType": "EMAIL", "Address": "stranger@example.com"},),
    "Service.check_interval": 7,
    "Service.code_runtime": "PYTHON_3",
    "Service.cpu": "2048",
    "Service.memory": "2048",
    "Service.image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1.2.10",
    "Service.image_secrets/EMAIL_API_KEY": "arn:aws:ssm:us-east-1:123456789012:parameter/email/another",
    "Service.image_secrets/JWT_SECRET": "arn:aws:ssm:us-east-1:123456789012:parameter/email/another",
    "Service.image_secrets/SESSION_KEY": "arn:aws:ssm:us-east-1:123456789012:parameter/email/another",
}
"""`<class or base>.<field>` → what somebody else sets it to; a field without a row gets the obvious neighbour."""

NOT_ALONE: Mapping[str, str] = {
    "AnomalySubscription.impact_key": "the other dimension needs percents for values",
    "AnomalySubscription.impact_match": "cost anomalies match by this option only",
    "AnomalySubscription.monitors": "another monitor of services is refused, and a subscription needs one",
    "Budget.budget_type": "another type of budget takes other units",
    "Budget.unit": "the only unit of cost",
    "DBCluster.insights_days": "changes only together with Performance Insights",
    "DBCluster.min_capacity": "of one that pauses only 0 is taken; the most is tried, and travels with it",
    "Cluster.managed_password": "AWS takes the password back only with a new one, which is no update of ours",
    "Cluster.version": "AWS moves a version forward only: a newer one cannot be put back",
    "DBCluster.support": "is chosen when a cluster is made or restored",
    "Distribution.certificate": "another one must have the same names: see the stories",
    "Distribution.default_behavior/MinTTL": "only 0 goes with answers that are not kept",
    "Distribution.default_behavior/TargetOriginId": "there is one origin",
    "Distribution.invalidate": "is a mark of ours: see the law of tags",
    "Distribution.plain_certificate": "with names of its own it has a certificate of its own",
    "Distribution.sni": "another way needs addresses that AWS gives out on request",
    "Function.code": "is published by a call of its own: see the stories",
    "Function.runtime": "a former one does not know what the function uses",
    "OriginAccessControl.protocol": "there is one that buckets know",
    "OwnershipControls.grants": "an access list names others only while the owner is not enforced: see the stories",
    "Service.code_source": "the other one reads what is declared here from the repository",
    "Service.code_version_type": "has one value",
    "Service.running": "what somebody does holds until the schedule says something else: see the lives of services",
    "Service.image_type": "goes with the image",
    "Route.state": "changes with its target only: see the law of what is deleted",
}
"""Fields that no single call of another value changes, each with the reason."""

SEVERE: Mapping[str, str] = {
    "Route.nat": "the stranger's target is the internet gateway: a private subnet becomes a public one",
}
"""Fields whose neighbour here is Critical though a difference in them need not be."""


@dataclass(frozen=True)
class World:
    """What a change by hand may use: the resource, what AWS shows of its object, and a client of a stranger."""

    resource: Any
    observed: Observed
    client: Callable[[str], Any]

    @property
    def doc(self) -> Mapping[str, Any]:
        """What AWS shows of the resource."""
        return self.observed.seen[self.resource.key].doc

    def id(self, name: str) -> str:
        """The id of the object's own resource of the sort that is told by a member of this name."""
        return next(s.id for s in self.observed.seen.values() if name == s.kind.ID)

    @property
    def vpc(self) -> str:
        """The VPC in which the object's security group or table stands."""
        return next(str(s.doc["VpcId"]) for s in self.observed.seen.values() if "VpcId" in s.doc)

    @property
    def family(self) -> str:
        """The family of the object's parameter group."""
        families = (s.doc.get("DBParameterGroupFamily") for s in self.observed.seen.values())
        return next(family for family in families if family)


def _other_group(w: World) -> Mapping[str, Any]:
    made = w.client("ec2").create_security_group(GroupName=token_hex(4), Description="theirs", VpcId=w.vpc)
    return {"security_groups": (made["GroupId"],)}


def _other_table(w: World) -> Mapping[str, Any]:
    return {"table": w.client("ec2").create_route_table(VpcId=w.vpc)["RouteTable"]["RouteTableId"]}


def _other_subnet(w: World) -> Mapping[str, Any]:
    group = w.doc
    block = f"10.0.{120 + len(group['Subnets'])}.0/24"
    new = w.client("ec2").create_subnet(VpcId=group["VpcId"], CidrBlock=block, AvailabilityZone="us-east-1a")
    return {"subnets": (*(one["SubnetIdentifier"] for one in group["Subnets"]), new["Subnet"]["SubnetId"])}


def _other_values(w: World) -> Mapping[str, Any]:
    """Values that a record of this type can have."""
    others = {"A": "198.51.100.7", "CNAME": "theirs.example.net", "MX": "5 theirs.example.net", "TXT": '"theirs"'}
    return {"values": (others[w.resource.type],)}


def _other_policy(w: World) -> Mapping[str, Any]:
    anyone = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}, "Action": "s3:GetObject"}
    statement = {**anyone, "Resource": f"arn:aws:s3:::{w.doc['Name']}/*"}
    return {"document": {"Version": "2012-10-17", "Statement": [statement]}}


def _other_role(w: World, service: str) -> str:
    name = token_hex(4)
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return w.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]


def _other_trust(w: World) -> Mapping[str, Any]:
    anyone = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    return {"trust": {"Version": "2012-10-17", "Statement": [*w.resource.trust["Statement"], anyone]}}


def _other_rights(w: World) -> Mapping[str, Any]:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {"document": {"Version": "2012-10-17", "Statement": [everything]}}


def _other_scaling(w: World) -> Mapping[str, Any]:
    made = w.client("apprunner").create_auto_scaling_configuration(AutoScalingConfigurationName=f"x-{token_hex(4)}")
    return {"scaling": made["AutoScalingConfiguration"]["AutoScalingConfigurationArn"]}


def _other_connector(w: World) -> Mapping[str, Any]:
    apprunner = w.client("apprunner")
    [ours] = [one for one in apprunner.list_vpc_connectors()["VpcConnectors"] if "x-" not in one["VpcConnectorName"]]
    parts = {name: ours[name] for name in ("Subnets", "SecurityGroups")}
    made = apprunner.create_vpc_connector(VpcConnectorName=f"x-{token_hex(4)}", **parts)
    return {"connector": made["VpcConnector"]["VpcConnectorArn"]}


def _other_tracing(w: World) -> Mapping[str, Any]:
    made = w.client("apprunner").create_observability_configuration(
        ObservabilityConfigurationName=f"x-{token_hex(4)}", TraceConfiguration={"Vendor": "AWSXRAY"}
    )
    return {"tracing": made["ObservabilityConfiguration"]["ObservabilityConfigurationArn"]}


def _other_connection(w: World) -> Mapping[str, Any]:
    listed = w.client("apprunner").list_connections()["ConnectionSummaryList"]
    return {"connection": next(one["ConnectionArn"] for one in listed if one["ConnectionName"] == "another")}


BY_HAND: Mapping[str, Callable[[World], Mapping[str, Any]]] = {
    "BucketPolicy.document": _other_policy,
    "Cluster.parameter_group": lambda w: {"parameter_group": f"default.{w.family}"},
    "Cluster.security_groups": _other_group,
    "DBSubnetGroup.subnets": _other_subnet,
    "RecordSet.values": _other_values,
    "Secret.recipe": lambda w: {"recipe": ("made", "by", "somebody")},
    "Distribution.aliases": lambda w: {"aliases": tuple(w.resource.aliases[:-1])},
    "Distribution.behaviors": lambda w: {"behaviors": tuple(w.resource.observed("behaviors", w.doc)[:-1])},
    "Distribution.origins": lambda w: {
        "origins": ({**w.resource.observed("origins", w.doc)[0], "OriginPath": "/theirs"},)
    },
    "Route.gateway": lambda w: {"gateway": None, "nat": w.id("NatGatewayId")},
    "Route.nat": lambda w: {"nat": None, "gateway": w.id("InternetGatewayId")},
    "Role.trust": _other_trust,
    "RolePolicy.document": _other_rights,
    "Service.access_role": lambda w: {"access_role": _other_role(w, "build.apprunner.amazonaws.com")},
    "Service.check_protocol": lambda w: {"check_protocol": "TCP" if w.resource.check_protocol == "HTTP" else "HTTP"},
    "Service.connection": _other_connection,
    "Service.connector": _other_connector,
    "Service.egress": lambda w: {"egress": "DEFAULT", "connector": None},
    "Service.instance_role": lambda w: {"instance_role": _other_role(w, "tasks.apprunner.amazonaws.com")},
    "Service.scaling": _other_scaling,
    "Service.tracing": _other_tracing,
    "SubnetRouteTableAssociation.table": _other_table,
    "VpcEndpoint.route_tables": lambda w: {"route_tables": tuple(w.doc["RouteTableIds"][:1])},
}
"""Fields whose other value must be made or found first → the fields as a stranger sets them."""

BY_CALL: Mapping[str, tuple[str, Mapping[str, str], Any]] = {
    "Secret.deletion": ("DeleteSecret", {"SecretId": "ARN"}, "scheduled"),
    "Cluster.running": ("StopDBCluster", {"DBClusterIdentifier": "DBClusterIdentifier"}, "stopped"),
}
"""Fields that a stranger changes by another operation → it, its parameters from the document, what is then shown."""


@dataclass(frozen=True)
class Disturbance:
    """One field of one resource with another value: the calls, and the entry that must follow."""

    node: Node
    field: str
    attr: Attr
    calls: tuple[Call, ...]
    expected: Mapping[str, Any]

    @property
    def deep(self) -> int:
        """Seconds within which it must be seen: 0 where the list shows it each sweep, else the clock of its read."""
        kind = type(self.node.resource)
        billed = kind.LISTING.every
        path = kind.TAGGING.read if self.field == TAGS and kind.TAGGING else self.attr.shown_at
        for read in kind.DEEP:
            into = read.into.rsplit(".", 1)[-1]
            if into == kind.WITHIN or path.split(".")[0].split("[")[0] == into:
                return max(read.every, billed)
        return billed


def row(table: Mapping[str, Any], type_: type[Resource], field: str) -> str | None:
    """The row of a table for a field: of the class itself, else of what it derives from."""
    return next((f"{c.__name__}.{field}" for c in type_.__mro__ if f"{c.__name__}.{field}" in table), None)


def neighbour(resource: Resource, field: str, value: Json, member: str | None = None) -> Json:
    """Another value of a field, or of a member of it; MISSING where there is none."""
    found = row(OTHERS, type(resource), f"{field}/{member}" if member else field)
    if found is not None:
        return OTHERS[found]
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value + 0.5
        case str() if value.replace(".", "", 1).isdigit():
            return str(int(float(value)) + 7)
        case str():
            return f"{value}-else"
        case _:
            return MISSING


def fields_of(node: Node, observed: Observed) -> list[tuple[str, str | None]]:
    """Every field of a resource that can change alone, and every member of one that is compared key by key."""
    resource = node.resource
    found: list[tuple[str, str | None]] = []
    for name, value in resource.declared().items():
        attr = resource.attrs()[name]
        if attr.mutability is Mutability.REPLACE or attr.read == "" or row(NOT_ALONE, type(resource), name):
            continue
        members = resolve(value, observed.lookup) if attr.keyed else None
        alone = [str(m) for m in members or () if not row(NOT_ALONE, type(resource), f"{name}/{m}")]
        found += [(name, None)] if members is None else [(name, member) for member in alone]
    return found


def disturbed(
    node: Node, name: str, member: str | None, observed: Observed, client: Callable[[str], Any]
) -> Disturbance:
    """The field with another value."""
    resource = node.resource
    doc, attr = observed.seen[resource.key].doc, resource.attrs()[name]
    said = resolve(getattr(resource, name), observed.lookup)
    call = row(BY_CALL, type(resource), name)
    hand = row(BY_HAND, type(resource), name)
    if call is not None:
        operation, by, other = BY_CALL[call]
        made = (Call(resource.SERVICE, operation, {key: doc[path] for key, path in by.items()}),)
        return Disturbance(node, name, attr, made, _entry(node, name, None, said, other, attr.severity))
    if hand is not None:
        values = BY_HAND[hand](World(resource, observed, client))
        other = values[name]
    elif member is not None:
        other = neighbour(resource, name, said[member], member)
        values = {name: {**said, member: other}}
    else:
        other = neighbour(resource, name, said)
        values = {name: other}
    changed = replace(resource, **values)
    found = tuple(d for d in changed.differences(doc, observed.lookup) if d.attr in values)
    calls = changed.update(doc, found, observed.lookup) if found else ()
    want = said[member] if member is not None else said
    severe = row(SEVERE, type(resource), name)
    severity = Severity.CRITICAL if severe else attr.severity
    entry = _entry(node, name, member, want, other, severity)
    if not attr.keyed and found:  # of what the spec says in parts, the part
        entry = {**entry, "specPath": node.spec_path(name, found[0].member)}
    return Disturbance(node, name, attr, calls, entry)


def _entry(node: Node, name: str, member: str | None, want: Json, have: Json, severity: Severity) -> Mapping[str, Any]:
    path = node.resource.attrs()[name].shown_at
    return {
        "resource": str(node.resource.key),
        "path": f"{path}.{member}" if member else path,
        "specPath": node.spec_path(name, member),
        "desired": masked(want, node.resource.attrs()[name].secret),
        "observed": masked(have, node.resource.attrs()[name].secret),
        "severity": severity.value,
    }


def tags_of(node: Node) -> list[tuple[str, Json]]:
    """Every tag of the spec on a resource: with another value, and taken away."""
    own = {OWNER_TAG, RESOURCE_TAG, TAG_KEYS_TAG}
    keys = [key for key in node.resource.tags if key not in own] if node.resource.TAGGING else []
    return [(key, other) for key in keys for other in ("changed", MISSING)]


def retagged(node: Node, key: str, other: Json, observed: Observed) -> Disturbance:
    """The tag with another value, or without one."""
    resource = node.resource
    rule = Attr("Tags", keyed=True)
    made = Difference(TAGS, f"Tags.{key}", other, resource.tags[key], rule, key)
    calls = resource.update(observed.seen[resource.key].doc, (made,), observed.lookup)
    expected = {
        "resource": str(resource.key),
        "path": f"Tags.{key}",
        "specPath": node.spec_path(TAGS, key),
        "desired": resource.tags[key],
        "observed": shown(other),
        "severity": Severity.NORMAL.value,
    }
    return Disturbance(node, TAGS, rule, calls, expected)
