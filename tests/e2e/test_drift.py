"""Changes in AWS behind the operator's back: seen, said, put right, and left alone where told so."""

import time
from typing import Any

import pytest

from tests.e2e.aws import cluster, limit, set_limit, settled
from tests.e2e.space import Space, tags
from tests.e2e.stage import INTERVAL, Document, until

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

ENTRY = {"resource", "path", "specPath", "desired", "observed", "severity", "firstSeen", "by", "action"}


def times_are(entry: Document, *names: str) -> bool:
    return all(isinstance(entry[name], str) and entry[name].endswith("Z") for name in names)


def test_an_entry_has_the_members_of_the_contract_and_stands_before_the_correcting_call(space: Space) -> None:
    budget = settled(space.budget())
    slow = {"operation": "UpdateBudget", "action": "delay", "seconds": 4, "times": 1}
    with space.stage.faults(slow):
        set_limit(budget, "999")
        entry = budget.until(lambda thing: thing["status"]["drift"]["count"])["status"]["drift"]["fields"][0]
        assert limit(budget) == 999  # the call that corrects it has been begun or not, but it has done nothing yet
    assert entry == {
        "resource": "AWS::Budgets::Budget/budget",
        "path": "BudgetLimit.Amount",
        "specPath": "/monthlyLimitUSD",
        "desired": "50.00",
        "observed": "999.0",
        "severity": "Normal",
        "firstSeen": entry["firstSeen"],
        "by": "unknown",
        "action": "Correcting",
    }
    assert times_are(entry, "firstSeen")
    drift = budget.until(lambda thing: thing["status"]["drift"]["recent"])["status"]["drift"]
    closed = drift["recent"][0]
    assert closed == entry | {"correctedAt": closed["correctedAt"], "writtenAt": closed["writtenAt"]}
    assert times_are(closed, "correctedAt")
    assert len(closed["writtenAt"]) == 1
    assert (drift["count"], drift["fields"]) == (0, [])
    assert times_are(drift, "lastDetected", "lastCorrected")
    assert limit(budget) == 50


def test_drift_is_seen_within_one_sweep(space: Space) -> None:
    data = space.database_on_network()
    data.patch(driftPolicy={"mode": "Report"})
    settled(data)
    space.stage.aws("rds").modify_db_cluster(
        DBClusterIdentifier=cluster(data)["DBClusterIdentifier"], BackupRetentionPeriod=9
    )
    mark = space.stage.mark()
    data.until(lambda thing: thing["status"]["drift"]["count"])
    lists = [e for e in space.stage.log(mark) if e["operation"] == "DescribeDBClusters" and not e["params"]]
    assert len(lists) <= 2  # the one that was under way when it happened, and the next


def test_conditions_name_the_drift_and_its_end(space: Space) -> None:
    data = settled(space.database_on_network())
    space.stage.aws("rds").modify_db_cluster(
        DBClusterIdentifier=cluster(data)["DBClusterIdentifier"], BackupRetentionPeriod=3, ApplyImmediately=True
    )
    with space.stage.faults({"operation": "ModifyDBCluster", "action": "throttle"}):
        thing = data.reason("InSync", "False", "Drifted") and data.now()
        assert thing["status"]["summary"] == "Drifted"
        assert data.condition("Ready")["status"] == "True"
        assert [(e["path"], e["specPath"], e["desired"], e["observed"]) for e in data.drift()] == [
            ("BackupRetentionPeriod", "/backup/retentionDays", 7, 3)
        ]
        assert "BackupRetentionPeriod is 3, declared 7" in data.condition("InSync")["message"]
    data.looked()
    data.done()
    assert cluster(data)["BackupRetentionPeriod"] == 7


def test_a_group_opened_to_the_world_is_critical_and_closed_again(space: Space) -> None:
    data = settled(space.database_on_network(allowFrom=[{"cidr": "10.0.10.0/24"}]))
    group = data.status["outputs"]["securityGroupId"]
    ec2 = space.stage.aws("ec2")
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=5432, ToPort=5432, CidrIp="0.0.0.0/0"
    )
    thing = data.until(lambda found: found["status"]["drift"]["recent"])
    closed = thing["status"]["drift"]["recent"]
    assert [(e["path"], e["severity"], e["desired"], e["action"]) for e in closed] == [
        ("", "Critical", None, "Correcting")
    ]
    assert "0.0.0.0/0" in str(closed[0]["observed"])
    permissions = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert [[r["CidrIp"] for r in p["IpRanges"]] for p in permissions] == [["10.0.10.0/24"]]


def test_a_changed_tag_is_one_entry_and_a_foreign_tag_is_none(space: Space) -> None:
    data = settled(space.database_on_network(tags={"team": "blue"}))
    arn = cluster(data)["DBClusterArn"]
    rds = space.stage.aws("rds")
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "red"}, {"Key": "mine", "Value": "x"}])
    thing = data.until(lambda found: found["status"]["drift"]["recent"])
    closed = thing["status"]["drift"]["recent"]
    assert [(e["resource"], e["specPath"], e["desired"], e["observed"]) for e in closed] == [
        ("AWS::RDS::DBCluster/cluster", "/tags/team", "blue", "red")
    ]
    found = tags(cluster(data)["TagList"])
    assert (found["team"], found["mine"]) == ("blue", "x")


def test_tags_are_added_changed_and_removed_with_the_spec(space: Space) -> None:
    data = space.database_on_network(tags={"team": "blue", "old": "yes"})
    assert {"team": "blue", "old": "yes", "trueup.dev/owner": data.owner}.items() <= tags(
        cluster(data)["TagList"]
    ).items()
    data.patch(tags={"team": "green", "old": None, "new": "yes"})
    data.until(lambda thing: thing["status"]["observedGeneration"] == 2)
    data.done()
    found = {k: v for k, v in tags(cluster(data)["TagList"]).items() if not k.startswith(("trueup.dev/", "aws:"))}
    assert found == {"team": "green", "new": "yes"}
    assert data.status["drift"]["recent"] == []


def test_an_ignored_field_is_shown_and_left_and_the_object_is_in_sync(space: Space) -> None:
    data = settled(space.database_on_network(driftPolicy={"ignore": ["/backup/retentionDays"]}))
    name = cluster(data)["DBClusterIdentifier"]
    mark = space.stage.mark()
    space.stage.aws("rds").modify_db_cluster(
        DBClusterIdentifier=name, BackupRetentionPeriod=3, PreferredMaintenanceWindow="mon:01:00-mon:01:30"
    )
    entry = data.until(lambda thing: thing["status"]["drift"]["count"])["status"]["drift"]["fields"][0]
    assert (entry["path"], entry["action"], entry["observed"]) == ("BackupRetentionPeriod", "Ignored", 3)
    data.looked()
    assert data.condition("InSync")["status"] == "True"
    assert data.status["summary"] == "Ready"
    assert cluster(data)["BackupRetentionPeriod"] == 3
    assert space.writes(mark) == []


def test_a_lost_resource_is_one_entry_and_made_again(space: Space) -> None:
    network = settled(space.network(endpoints=["s3"]))
    ec2 = space.stage.aws("ec2")
    lost = next(r["id"] for r in network.status["resources"] if r["type"] == "AWS::EC2::VPCEndpoint")
    ec2.delete_vpc_endpoints(VpcEndpointIds=[lost])
    closed = network.until(lambda thing: thing["status"]["drift"]["recent"])["status"]["drift"]["recent"]
    assert [(e["path"], e["observed"], e["action"]) for e in closed] == [("", None, "Correcting")]
    assert set(closed[0]) >= ENTRY - {"specPath"}
    network.done()
    assert next(r["id"] for r in network.status["resources"] if r["type"] == "AWS::EC2::VPCEndpoint") != lost


def test_who_fights_back_is_told_of_and_left_after_three_writes(space: Space) -> None:
    budget = settled(space.budget())

    def fight() -> Any:
        if budget.condition("Stalled")["status"] == "True":
            return True
        if limit(budget) != 777:
            set_limit(budget, "777")
        return False

    until(fight, lambda: str(budget.status), 120)
    stalled = budget.condition("Stalled")
    assert stalled["reason"] == "Fighting"
    assert "50.00" in stalled["message"]
    assert "777.0" in stalled["message"]
    mark = space.stage.mark()
    time.sleep(2 * INTERVAL + 1)
    assert space.writes(mark) == []
    assert limit(budget) == 777
    assert [e["action"] for e in budget.drift()] == ["Held"]
    budget.looked()  # somebody has stopped the other one
    budget.done()
    assert limit(budget) == 50
