"""Objects that refer to one another: rules for peers, and roles for namespaces."""

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Address, Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

PEER = [{"kind": "Database", "name": "other"}]


def sources(data: Address) -> list[str]:
    """The groups that may connect to a Database."""
    ec2 = data.space.stage.aws("ec2")
    found = ec2.describe_security_groups(GroupIds=[data.status["outputs"]["securityGroupId"]])["SecurityGroups"][0]
    return [pair["GroupId"] for permission in found["IpPermissions"] for pair in permission["UserIdGroupPairs"]]


def test_a_rule_for_a_peer_is_left_out_until_the_peer_is_there(space: Space) -> None:
    space.network()
    data = space.database(allowFrom=PEER)
    thing = data.reason("Ready", "True", "Available") and data.until(lambda t: t["status"]["summary"] == "Waiting")
    assert 'Database "other" in allowFrom does not exist yet: its rule is left out.' in str(thing["status"])
    assert sources(data) == []
    other = space.database("other")
    other.done()
    data.done()
    assert sources(data) == [other.status["outputs"]["securityGroupId"]]


def test_a_rule_for_a_peer_goes_before_the_peer(space: Space) -> None:
    space.network()
    data, other = space.database(allowFrom=PEER), space.database("other")
    other.done()
    data.done()
    group = other.status["outputs"]["securityGroupId"]
    mark = space.stage.mark()
    other.delete()
    other.gone()
    data.until(lambda t: t["status"]["summary"] == "Waiting")
    assert sources(data) == []
    groups = (group, data.status["outputs"]["securityGroupId"])
    order = [
        entry["operation"]
        for entry in space.stage.writes(mark)
        if entry["status"] == 200  # AWS refuses to delete a group that a rule still names
        and entry["operation"] in ("RevokeSecurityGroupIngress", "DeleteSecurityGroup")
        and entry["params"].get("GroupId") in groups
    ]
    assert order == ["RevokeSecurityGroupIngress", "DeleteSecurityGroup"]


def test_two_databases_that_name_each_other_do_not_wait_for_each_other(space: Space) -> None:
    space.network()
    one = space.database("one", allowFrom=[{"kind": "Database", "name": "two"}])
    two = space.database("two", allowFrom=[{"kind": "Database", "name": "one"}])
    one.done()
    two.done()
    assert (sources(one), sources(two)) == (
        [two.status["outputs"]["securityGroupId"]],
        [one.status["outputs"]["securityGroupId"]],
    )


def test_a_namespaces_role_is_acted_as(space: Space) -> None:
    role = "arn:aws:iam::123456789012:role/team-blue"
    space.stage.kubectl("annotate", "namespace", space.name, f"trueup.dev/role-arn={role}")
    mark = space.stage.mark()
    settled(space.budget())
    assumed = [e["params"].get("RoleArn") for e in space.stage.log(mark) if e["operation"] == "AssumeRole"]
    assert set(assumed) == {role}
