"""What Argo CD makes of a repository of our kinds: synced, taken back, refused, left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.aws import limit, set_limit
from tests.e2e.space import NETWORK, Address, Space
from tests.e2e.stage import Document, condition, is_done, until
from tests.e2e.test_dns import answers
from tests.gitops.argo import Application, ArgoCD, Repository

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("gitops")]

MAIL = "team@example.com"
MONEY = {
    "monthlyLimitUSD": 50,
    # The schema completes what is inside a list, too: a comparison that takes lists whole must not mind.
    "thresholds": [{"percent": 80, "emails": [MAIL]}],
}


API = {
    "source": {"image": {"repository": "public.ecr.aws/aws-containers/hello-app-runner", "tag": "latest"}},
    "port": 8000,
    "cpu": "0.25",
    "memory": "512Mi",
    "secrets": {"TOKEN": {"secretRef": {"name": "token"}}},
}


@pytest.fixture
def shop(argocd: ArgoCD, space: Space, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Application]:
    """An Application of Argo CD for the namespace, with nothing in its repository."""
    bare = getattr(request, "param", None) == "bare"
    application = Application(argocd, space.name, Repository(tmp_path / "repository"), bare)
    yield application
    application.remove()


def environment(space: Space, *, usd: int = 50, address: str = "192.0.2.1") -> list[Document]:
    """The manifests of a small environment, as they stand in Git."""
    domain = f"{space.name}.example.com"
    records = [{"name": "www", "type": "A", "values": [address]}]
    made = [
        space.write("Network", "main", NETWORK),
        space.write("Bucket", "files", {"lifecycle": {"deleteAfterDays": 90}, "deletionPolicy": "Delete"}),
        space.write("DnsZone", "home", {"domain": domain, "records": records, "deletionPolicy": "Delete"}),
        space.write("Budget", "money", MONEY | {"monthlyLimitUSD": usd}),
        space.write("AppSecret", "token", {"generate": {"length": 40}, "deletionPolicy": "Delete"}),
        space.write("AppRunnerService", "api", API),
        space.write("StaticSite", "web", {"domains": [domain], "zoneRef": {"name": "home"}}),
    ]
    for document in made:
        del document["metadata"]["namespace"]  # it is the Application that says where
    return made


def begun(shop: Application, space: Space) -> list[Address]:
    """The environment is committed, synced and healthy; its objects."""
    first = environment(space)
    commit = shop.repository.commit("Begin", *first)
    shop.create()
    shop.synced(commit)
    return [Address(space, document["kind"], document["metadata"]["name"]) for document in first]


def healths(status: Document) -> dict[str, str]:
    """Health by object, as Argo CD tells it of the objects it has synced."""
    return {f"{r['kind']}/{r['name']}": r.get("health", {}).get("status", "none") for r in status["resources"]}


def in_aws(zone: Address, money: Address) -> tuple[list[str], float]:
    """Where the zone's record leads, and the budget's limit."""
    www = f"www.{zone.space.name}.example.com."
    return answers(zone)[www, "A"], limit(money)


def test_a_commit_arrives_in_aws_and_a_revert_takes_it_back(shop: Application, space: Space) -> None:
    objects = begun(shop, space)
    _, _, zone, money, *_ = objects
    assert [thing.kind for thing in objects if not is_done(thing.now())] == []
    assert in_aws(zone, money) == (["192.0.2.1"], 50)
    commit = shop.repository.commit("Spend more", *environment(space, usd=60, address="192.0.2.2"))
    shop.synced(commit)
    assert in_aws(zone, money) == (["192.0.2.2"], 60)
    shop.synced(shop.repository.revert())
    assert in_aws(zone, money) == (["192.0.2.1"], 50)
    assert [thing.kind for thing in objects if not is_done(thing.now())] == []


def test_what_the_schema_refuses_fails_the_sync_with_its_sentence_and_changes_nothing(
    shop: Application, space: Space
) -> None:
    objects = begun(shop, space)
    wrong = space.write("Network", "main", NETWORK | {"privateSubnets": ["10.0.0.0/20", "10.0.8.0/24"]})
    versions = [thing.now()["metadata"]["generation"] for thing in objects]
    mark = space.stage.mark()
    shop.repository.commit("Overlap", *environment(space, usd=70), wrong)
    shop.look()
    (error,) = shop.until(lambda status: status.get("conditions"))["conditions"]
    assert error["type"] == "ComparisonError"
    assert "Two subnets overlap. Give each subnet addresses of its own." in error["message"]
    assert [thing.now()["metadata"]["generation"] for thing in objects] == versions
    assert space.writes(mark) == []
    shop.synced(shop.repository.revert())


def test_what_needs_a_person_is_degraded_with_our_sentence_and_the_rest_stays_healthy(
    shop: Application, space: Space
) -> None:
    begun(shop, space)
    s3: Any = space.stage.aws("s3")
    theirs = f"{space.name}-theirs"
    s3.create_bucket(Bucket=theirs)
    shop.repository.commit("Take it", space.write("Bucket", "taken", {"bucketName": theirs}))
    shop.look()
    status = shop.until(lambda status: status["health"]["status"] == "Degraded")
    assert healths(status) == {
        "AppRunnerService/api": "Healthy",
        "AppSecret/token": "Healthy",
        "Bucket/files": "Healthy",
        "Bucket/taken": "Degraded",
        "Budget/money": "Healthy",
        "DnsZone/home": "Healthy",
        "Network/main": "Healthy",
        "StaticSite/web": "Healthy",
    }
    stalled = condition(Address(space, "Bucket", "taken").now(), "Stalled")
    (health,) = [r["health"] for r in status["resources"] if r["name"] == "taken"]
    assert (stalled["reason"], stalled["message"]) == ("NotOwned", health["message"])
    shop.synced(shop.repository.revert())
    assert Address(space, "Bucket", "taken").find() is None
    assert theirs in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize("shop", ["documented", "bare"], indirect=True)
def test_what_the_operator_writes_causes_no_sync(shop: Application, space: Space, argocd: ArgoCD) -> None:
    objects = begun(shop, space)
    _, bucket, _, money, *_ = objects
    before, synced = shop.now()["status"], argocd.syncs(shop.name)
    assert synced > 0
    versions = [thing.now()["metadata"]["resourceVersion"] for thing in objects]
    set_limit(money, "75")
    money.until(lambda thing: thing["status"]["drift"]["recent"])
    for thing in objects:
        thing.looked()
    for _ in range(3):
        seen = shop.compared()
        for name in ("sync", "operationState", "history"):
            assert seen[name] == before[name]
        assert healths(seen) == healths(before)
    assert argocd.syncs(shop.name) == synced
    until(lambda: limit(money) == 50, "the limit was not put right")
    now = [thing.now()["metadata"] for thing in objects]
    assert not set(versions) & {meta["resourceVersion"] for meta in now}, "everything was written to"
    ours = {"trueup.dev/reconcile", "trueup.dev/created"}
    assert ours <= bucket.now()["metadata"]["annotations"].keys()
