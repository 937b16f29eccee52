"""What is gone altogether, and what somebody added to a closed collection: each is exactly its entry, and put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.laws.registered import name_of, types
from tests.laws.shapes import EXPLODED
from tests.laws.worlds import Standing, plain_examples
from trueup.core.resource import Ownership, Removal, Resource
from trueup.core.values import Severity, references

FULL = {name: document for name, document in plain_examples().items() if "full" in name}

WORLD_MAY_COME = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr": "0.0.0.0/0", "peer": None}

EXTRAS: Mapping[str, tuple[str, Mapping[str, Any], Severity]] = {
    "RolePolicy": ("apprunnerservice-full", {"policy_name": "more"}, Severity.CRITICAL),
    "Notification": ("budget-full", {"threshold": 33.0}, Severity.NORMAL),
    "Route": ("network-full", {"destination": "192.0.2.0/24"}, Severity.CRITICAL),
    "SecurityGroupEgress": ("apprunnerservice-full", {"cidr": "192.0.2.0/24"}, Severity.NORMAL),
    "SecurityGroupIngress": ("database-full", WORLD_MAY_COME, Severity.CRITICAL),
}
"""Class → an example that declares one, the fields of one more, and how bad it is."""

NO_EXTRA: Mapping[str, str] = {
    "CustomDomain": "one that nobody proves stays on its way; see the lives of services",
    "BucketEncryption": "a bucket has one",
    "BucketPolicy": "a bucket has one; its statements are closed as a whole",
    "BucketVersioning": "a bucket has one",
    "CorsConfiguration": "a bucket has one; its rules are closed as a whole",
    "LifecycleConfiguration": "a bucket has one; its rules are closed as a whole",
    "OwnershipControls": "a bucket has one",
    "PublicAccessBlock": "a bucket has one",
    "ClusterSnapshot": "is looked at only",
    "DefaultSecurityGroup": "each VPC has one",
    "DocDBClusterSnapshot": "is looked at only",
    "RoleAttachment": "no example declares one: every one is an extra, and goes",
    "InternetGatewayAttachment": "a gateway has one VPC",
    "SecurityGroupEgress": "no example declares one: every one is an extra, and gone once the example stands",
    "SharedPolicy": "a bucket has one; its statements are closed as a whole",
    "SubnetRouteTableAssociation": "a subnet has one table",
}
"""Classes of closed collections that take no further member."""


def test_every_closed_collection_has_an_extra_member_or_a_reason() -> None:
    closed = {name_of(t) for t in types() if t.OWNED is Ownership.PARENT}
    assert {*EXTRAS, *NO_EXTRA} == closed


@pytest.mark.parametrize("name", EXTRAS)
def test_an_extra_member_is_drift_and_goes(name: str) -> None:
    example, fields, severity = EXTRAS[name]
    world = Standing(FULL[example])
    nodes = [n for n in world.composed().graph.ordered() if name_of(type(n.resource)) == name]
    before = world.state()
    extra = replace(nodes[0].resource, **fields)
    world.house.clock.advance(45)
    world.mark()
    world.call(extra.create(world.observed().lookup, "stranger"), extra.REGION)
    world.sweep()
    (entry,) = world.reported()
    assert (entry["path"], entry["desired"], entry["severity"]) == ("", None, severity.value)
    assert entry["resource"].startswith(f"{type(extra).TYPE}/")
    assert world.writes() == {**made(extra), f"{extra.SERVICE}.{extra.DELETE}": 1}
    world.sweep()
    assert (world.status["drift"]["count"], world.status["summary"], world.state()) == (0, "Ready", before)


def test_a_member_that_somebody_made_into_another_is_gone_and_the_other_is_an_extra() -> None:
    world = Standing(FULL["database-full"])
    before = world.state()
    rules = {s.key: s.doc for s in world.observed().seen.values() if s.key.type == "AWS::EC2::SecurityGroupIngress"}
    key, rule = next((key, doc) for key, doc in rules.items() if doc.get("CidrIpv4"))
    world.house.clock.advance(45)
    world.mark()
    opened = {"IpProtocol": "tcp", "FromPort": rule["FromPort"], "ToPort": rule["ToPort"], "CidrIpv4": "0.0.0.0/0"}
    world.house.client("ec2").modify_security_group_rules(
        GroupId=rule["GroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": opened}],
    )
    world.sweep()
    entries = {e["resource"]: (e["path"], e["desired"], e["severity"]) for e in world.reported()}
    place = f"{rule['GroupId']}/tcp/{rule['FromPort']}/{rule['ToPort']}/0.0.0.0/0"
    assert entries == {
        str(key): ("", "present", Severity.NORMAL.value),
        f"AWS::EC2::SecurityGroupIngress/{place}": ("", None, Severity.CRITICAL.value),
    }
    world.sweep()
    assert (world.status["drift"]["count"], world.status["summary"], world.state()) == (0, "Ready", before)


def made(extra: Resource) -> dict[str, int]:
    """The stranger's own call, which is in the log as well."""
    return {f"{extra.SERVICE}.{extra.CREATE}": 1}


@pytest.mark.parametrize("example", FULL)
def test_what_is_deleted_is_an_entry_and_made_again(example: str) -> None:
    """Everything that AWS lets go while the rest stands, but for data: that is a person's (see test_data)."""
    world = Standing(FULL[example])
    wrong: list[str] = []
    gone = 0
    lasting = True
    for node in world.composed().graph.ordered():
        resource = node.resource
        seen = world.observed().seen.get(resource.key)
        if seen is None or not resource.DELETE or resource.HOLDS_DATA:
            continue
        lasting = False
        before = world.observed()
        try:
            world.call(resource.delete(seen.doc, before.lookup, Removal()), resource.REGION)
        except ClientError:
            continue  # AWS keeps what is in use
        gone += 1
        absent = {str(key) for key in before.seen if key not in world.observed().seen}
        world.mark()
        wrong += [f"{resource.key}: {w}" for w in missing(world, absent, seen_within(type(resource)))]
    assert (wrong, gone > 0) == ([], not lasting)


def seen_within(type_: type[Resource]) -> int:
    """Seconds within which it is seen that one is gone, beyond a sweep: that of the read which shows them at all."""
    reads = [read.every for read in type_.DEEP if read.into == EXPLODED.get(name_of(type_))]
    return max(type_.LISTING.every, *reads, 0)


def named_after(world: Standing, absent: set[str]) -> set[str]:
    """What is known by a name that AWS gives to something absent: under the next name it is another one."""
    found = set(absent)
    for node in world.composed().graph.ordered():
        names = [
            getattr(node.resource, name) for name, attr in node.resource.attrs().items() if attr.shown_at == "Name"
        ]
        if {str(ref.key) for name in names for ref in references(name)} & found:
            found.add(str(node.resource.key))
    return found - absent


def missing(world: Standing, absent: set[str], within: int) -> list[str]:
    """What did not follow as it must."""
    world.sweep(max(61, within + 1))
    said = {
        e["resource"] for e in world.reported() if (e["path"], e["desired"], e["observed"]) == ("", "present", None)
    }
    if not absent <= said <= absent | named_after(world, absent):
        return [f"absent {absent}, reported {world.reported()}"]
    for _ in range(4):
        world.sweep()
    if world.status["drift"]["count"] or world.status["summary"] != "Ready":
        return [f"{world.status['summary']}: {world.status['drift']['fields']}"]
    return [f"what we made is called drift: {e}" for e in world.reported() if e["resource"] in absent and e["path"]]
