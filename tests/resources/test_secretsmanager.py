"""Secrets: which version must be current, what is done so that it is, and how what AWS shows is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.resources.validated import lookup, sent
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG
from trueup.core.resource import Removal
from trueup.core.values import SECRET, Drawn, Kept, Ref, Sealed, references, resolve, shown
from trueup.resources.secretsmanager import CURRENT_ID, ManagedSecret, Secret, version_id

OWNER = "trueup/AppSecret/shop/jwt"
RECIPE = ("generated", 48, "Alphanumeric")
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:jwt-AbCdEf"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OURS = version_id(OWNER, RECIPE, "")
NEWER = version_id(OWNER, RECIPE, OURS)
THEIRS = "0f9b1c52-7d3e-4a86-9b1f-2c1d4e5f6a7b"
AFTER = version_id(OWNER, RECIPE, THEIRS)
LATER = version_id(OWNER, RECIPE, AFTER)
HERE = lookup({})
WANTED = Secret(
    name="secret",
    secret_name="jwt",
    recipe=RECIPE,
    value=Sealed((Drawn(48, "ab"),)),
    tags={OWNER_TAG: OWNER, RESOURCE_TAG: "secret"},
)


def seen(current: str, *previous: str, days: int = 1, **more: Any) -> dict[str, Any]:
    """What is shown of the secret: the current version, made so many days ago, and those before it."""
    labels = {current: ["AWSCURRENT"], **{id: ["AWSPREVIOUS"] for id in previous}} if current else {}
    made = [{"VersionId": id, "CreatedDate": NOON - timedelta(days=days * n)} for n, id in enumerate(labels, start=1)]
    tags = [{"Key": key, "Value": value} for key, value in WANTED.tags.items()]
    doc = {"ARN": ARN, "Name": "jwt", "Tags": tags, "SecretVersionsToStages": labels, "Versions": made, **more}
    (found,) = Secret.members(doc)
    return dict(found)


def over(doc: dict[str, Any], *ids: str) -> dict[str, Any]:
    """The same with versions that have lost their labels."""
    return {**doc, "Versions": [*doc["Versions"], *({"VersionId": id, "CreatedDate": NOON} for id in ids)]}


def planned(wanted: Secret, doc: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The calls that put right whatever differs."""
    found = wanted.differences(doc, HERE)
    return [(name, dict(params)) for name, params in sent(wanted.update(doc, found, HERE))] if found else []


def test_ids_tell_owner_recipe_and_what_came_before() -> None:
    assert version_id(OWNER, list(RECIPE), "") == OURS
    assert len({OURS, NEWER, version_id(OWNER, RECIPE[:2], ""), version_id(f"{OWNER}-too", RECIPE, "")}) == 4
    assert OURS[:18] == NEWER[:18]
    assert version_id(OWNER, RECIPE[:2], "")[:8] == OURS[:8] != version_id(f"{OWNER}-too", RECIPE, "")[:8]


@pytest.mark.parametrize(
    ("doc", "due"),
    [
        (seen(""), OURS),
        (seen(OURS), OURS),
        (seen(THEIRS, OURS), OURS),
        (seen(OURS, NEWER, days=-1), NEWER),  # somebody went back to a version of ours that was over
        (seen(THEIRS), version_id(OWNER, RECIPE, THEIRS)),
        (over(seen(""), OURS), NEWER),  # a version without labels keeps its id
        (over(seen(THEIRS), AFTER, LATER), version_id(OWNER, RECIPE, LATER)),
        (over(seen(LATER, THEIRS), AFTER), LATER),  # and so it stays
    ],
)
def test_the_newest_of_our_versions_must_be_current(doc: dict[str, Any], due: str) -> None:
    assert WANTED.due(RECIPE, doc) == due


@pytest.mark.parametrize(("age", "due"), [(89, OURS), (90, NEWER), (400, NEWER)])
def test_a_version_that_is_too_old_has_one_successor(age: int, due: str) -> None:
    wanted = replace(WANTED, since=NOON - timedelta(days=90))
    assert wanted.due(RECIPE, seen(OURS, days=age)) == due


def test_another_value_is_drift_and_another_wish_is_not() -> None:
    (theirs,) = WANTED.differences(seen(THEIRS, OURS), HERE)
    assert (theirs.want, theirs.have, theirs.follows) == (OURS, THEIRS, False)
    (longer,) = replace(WANTED, recipe=("generated", 64, "Hex")).differences(seen(OURS), HERE)
    assert (longer.have, longer.follows) == (OURS, True)
    (back,) = WANTED.differences(seen(OURS, NEWER, days=-1), HERE)
    assert (back.want, back.follows) == (NEWER, False)


def test_a_version_that_is_there_is_made_current_and_another_is_put() -> None:
    move = {"SecretId": ARN, "VersionStage": "AWSCURRENT", "MoveToVersionId": OURS, "RemoveFromVersionId": THEIRS}
    assert planned(WANTED, seen(THEIRS, OURS)) == [("UpdateSecretVersionStage", move)]
    put = {"SecretId": ARN, "ClientRequestToken": OURS, "SecretString": WANTED.value}
    assert planned(WANTED, seen("")) == [("PutSecretValue", put)]
    assert planned(WANTED, seen(OURS)) == []


def test_what_is_to_be_deleted_is_had_back_first() -> None:
    leaving = seen(THEIRS, OURS, DeletedDate=NOON)
    assert planned(replace(WANTED, description="new"), leaving) == [("RestoreSecret", {"SecretId": ARN})]
    assert (Secret.is_usable(leaving), Secret.delete(leaving, HERE, Removal())) == (False, ())


def test_it_goes_within_the_days_that_its_object_says() -> None:
    (call,) = replace(WANTED, window=7).removed(seen(OURS), HERE, Removal())
    assert (str(call), call.params) == (
        "secretsmanager.DeleteSecret",
        {"SecretId": ARN, "RecoveryWindowInDays": 7},
    )


def test_a_secret_without_a_value_lacks_it() -> None:
    empty, full = seen(""), seen(THEIRS)
    assert (Secret.is_usable(empty), Secret.is_usable(full)) == (False, True)
    assert Secret.lacks(empty) == (
        "Secret jwt has no value yet: put one there, with "
        "aws secretsmanager put-secret-value --secret-id jwt --secret-string file://FILE."
    )
    assert replace(WANTED, recipe=None, value=None).differences(full, HERE) == ()


def test_what_is_read_by_itself_is_newer_than_the_list() -> None:
    listed = {"ARN": ARN, "Name": "jwt", "Description": "old", "SecretVersionsToStages": {OURS: ["AWSCURRENT"]}}
    described = {"ARN": ARN, "Name": "jwt", "VersionIdsToStages": {NEWER: ["AWSCURRENT"], OURS: ["AWSPREVIOUS"]}}
    (found,) = Secret.members({**listed, "Described": described})
    assert (found[CURRENT_ID], "Description" in found) == (NEWER, False)
    (made,) = Secret.members({"ARN": ARN, "Name": "jwt", "VersionId": OURS})
    assert made[CURRENT_ID] == OURS


def test_secrets_of_services_are_looked_at_only() -> None:
    doc = {"ARN": ARN, "Name": "rds!cluster-1", "OwningService": "rds"}
    assert (list(Secret.members(doc)), len(list(ManagedSecret.members(doc)))) == ([], 1)


def test_a_sealed_value_is_followed_and_never_shown() -> None:
    source = Ref(WANTED.key, "ARN")
    value = Sealed(("https://", Kept(source, "v", "username"), "@", Ref(WANTED.key, "Name")))
    assert references(value) == (source, Ref(WANTED.key, "Name"))
    assert (shown(value), str(value)) == (SECRET, SECRET)
    filled = resolve(value, lookup({source: ARN, Ref(WANTED.key, "Name"): "host"}))
    assert filled == Sealed(("https://", Kept(ARN, "v", "username"), "@", "host"))
