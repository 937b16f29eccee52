"""The platform as it is shipped: from its folder to AWS, nothing left to plan, taken down in order, and found again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.e2e.holdings import Thing, holdings
from tests.e2e.stage import ROOT, Document, Stage, is_done, truth, until

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

STAGING = ROOT / "environments" / "staging"
OBJECTS = [
    "AppRunnerService/api",
    "AppRunnerService/auth",
    "AppSecret/database-url",
    "AppSecret/email-api-key",
    "AppSecret/jwt-secret",
    "AppSecret/mongodb-uri",
    "Bucket/uploads",
    "Budget/platform",
    "Database/mongo",
    "Database/postgres",
    "DnsZone/home",
    "Network/main",
    "StaticSite/web",
]
ZONE = ZoneInfo("America/New_York")


def by_day() -> Document:
    """The schedule of staging's services, with its hours moved so that they serve now and for some hours."""
    hour = datetime.now(ZONE).hour
    return {"timezone": ZONE.key, "pause": f"0 {(hour + 8) % 24} * * *", "resume": f"0 {(hour + 15) % 24} * * *"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay on the environment in which it is day."""
    made = tmp_path_factory.mktemp("by-day")
    target = {"group": "trueup.dev", "kind": "AppRunnerService"}
    patch = [{"op": "replace", "path": "/spec/schedule", "value": by_day()}]
    overlay = {
        "resources": [os.path.relpath(STAGING, made)],
        "patches": [{"target": target, "patch": yaml.safe_dump(patch)}],
    }
    (made / "kustomization.yaml").write_text(yaml.safe_dump(overlay))
    return made


@dataclass
class Environment:
    """The environment in an account, and what that account held before."""

    stage: Stage
    folder: Path
    before: frozenset[Thing]

    def holds(self) -> frozenset[Thing]:
        """What the account holds because of it: what earlier tests still delete ends in snapshots of theirs."""
        held = holdings(self.stage) - self.before
        return frozenset(thing for thing in held if thing[0] != "snapshot" or thing[1].startswith("staging-"))

    def objects(self) -> dict[str, Document]:
        """The objects, by kind and name."""
        listed = self.stage.read("trueup", "-n", "staging") or {"items": []}
        return {f"{o['kind']}/{o['metadata']['name']}": o for o in listed["items"]}

    def apply(self) -> dict[str, Document]:
        """It is applied; its objects as soon as each is Ready and InSync, with nothing under way."""
        self.stage.kubectl("apply", "-k", str(self.folder))
        until(lambda: all(is_done(thing) for thing in self.objects().values()), self.said, 150)
        found = self.objects()
        assert sorted(found) == OBJECTS
        return found

    def delete(self) -> None:
        """It is deleted, and gone."""
        self.stage.kubectl("delete", "-k", str(self.folder), "--wait=false", "--ignore-not-found")
        until(lambda: self.stage.read("namespace", "staging") is None, self.said, 150)

    def said(self) -> str:
        """What those say that are not done."""
        return yaml.safe_dump({name: truth(thing) for name, thing in self.objects().items() if not is_done(thing)})


@pytest.fixture(scope="module")
def staging(stage: Stage, folder: Path) -> Iterator[Environment]:
    """The environment, applied to an account that had nothing of it."""
    environment = Environment(stage, folder, holdings(stage))
    environment.apply()
    yield environment
    environment.delete()


def outputs(found: dict[str, Document], name: str) -> dict[str, str]:
    """The outputs of one object."""
    listed: dict[str, str] = found[name]["status"]["outputs"]
    return listed


def data(found: dict[str, Document]) -> set[Thing]:
    """What deletion policies keep as it is: secrets, uploads, and the zone with what every zone holds."""
    secrets = {("secret", outputs(found, name)["arn"]) for name in OBJECTS if name.startswith("AppSecret/")}
    zone = ("zone", f"/hostedzone/{outputs(found, 'DnsZone/home')['zoneId']}")
    held = {("record", f"staging.example.com. {type}") for type in ("NS", "SOA")}
    return secrets | {("bucket", outputs(found, "Bucket/uploads")["bucketName"]), zone} | held


def logs(found: dict[str, Document]) -> set[Thing]:
    """What services have written, which stays."""
    ids = [outputs(found, name)["serviceArn"].split(":service/")[1] for name in OBJECTS if "Service/" in name]
    return {("log group", f"/aws/apprunner/{id}/{of}") for id in ids for of in ("application", "service")}


def test_staging_becomes_ready_and_in_sync_and_its_live_plan_is_empty(staging: Environment) -> None:
    stalled = {name: truth(thing)["Stalled"] for name, thing in staging.objects().items()}
    assert stalled == dict.fromkeys(OBJECTS, "False/NothingToDo")
    told = staging.stage.trueup("plan", "-f", str(staging.folder), "--live", "-o", "json")
    assert told.returncode == 0, told.stdout + told.stderr
    plan = json.loads(told.stdout)
    assert sorted(f"{o['kind']}/{o['name']}" for o in plan["objects"]) == OBJECTS
    assert [(o["kind"], o["name"]) for o in plan["objects"] if o["changes"]] == []
    assert plan["cost"]["before"] == plan["cost"]["after"]
    assert 0 < float(plan["cost"]["after"]) <= 50


def test_deleting_staging_leaves_what_its_policies_keep_and_applying_again_finds_it(staging: Environment) -> None:
    found, mark = staging.objects(), staging.stage.mark()
    clusters = [name for what, name in staging.holds() if what == "cluster"]
    staging.delete()
    left = staging.holds()
    snapshots = {thing for thing in left if thing[0] == "snapshot"}
    assert left - snapshots == data(found) | logs(found)
    assert sorted(name.rsplit("-final-")[0] for _, name in snapshots) == sorted(clusters)
    assert [entry for entry in staging.stage.writes(mark) if entry["status"] >= 400] == [], "not in a safe order"
    assert data(staging.apply()) == data(found)
