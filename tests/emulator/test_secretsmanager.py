"""Secrets Manager as AWS has it: retries by token, labels of versions, recovery windows, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

ONE, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
THIRD = "33333333-3333-3333-3333-333333333333"
DAY = 86_400


@pytest.fixture
def manager(aws: Aws) -> Any:
    return aws.client("secretsmanager")


def stages(manager: Any, name: str) -> dict[str, list[str]]:
    """The labels of the versions that a description shows."""
    return dict(manager.describe_secret(SecretId=name).get("VersionIdsToStages", {}))


def test_a_create_is_made_once_by_its_token(manager: Any) -> None:
    made = manager.create_secret(Name="a", SecretString="x", ClientRequestToken=ONE)
    again = manager.create_secret(Name="a", SecretString="x", ClientRequestToken=ONE)
    assert (again["ARN"], again["VersionId"]) == (made["ARN"], ONE)
    for value, token in (("y", ONE), ("x", OTHER)):
        assert (
            code(manager.create_secret, Name="a", SecretString=value, ClientRequestToken=token)
            == "ResourceExistsException"
        )


def test_a_version_is_put_once_by_its_token(manager: Any) -> None:
    manager.create_secret(Name="a", SecretString="x", ClientRequestToken=ONE)
    manager.put_secret_value(SecretId="a", SecretString="y", ClientRequestToken=OTHER)
    manager.put_secret_value(SecretId="a", SecretString="x", ClientRequestToken=ONE)  # is there: nothing moves
    assert stages(manager, "a") == {ONE: ["AWSPREVIOUS"], OTHER: ["AWSCURRENT"]}
    assert (
        code(manager.put_secret_value, SecretId="a", SecretString="z", ClientRequestToken=ONE)
        == "ResourceExistsException"
    )


def test_a_label_stands_on_one_version(manager: Any) -> None:
    manager.create_secret(Name="a", SecretString="x", ClientRequestToken=ONE)
    manager.put_secret_value(SecretId="a", SecretString="y", ClientRequestToken=OTHER)
    manager.put_secret_value(SecretId="a", SecretString="z", ClientRequestToken=THIRD)
    assert stages(manager, "a") == {OTHER: ["AWSPREVIOUS"], THIRD: ["AWSCURRENT"]}
    move = {"SecretId": "a", "VersionStage": "AWSCURRENT"}
    assert code(manager.update_secret_version_stage, **move, MoveToVersionId=ONE) == "InvalidParameterException"
    assert code(manager.update_secret_version_stage, **move, RemoveFromVersionId=THIRD) == "InvalidParameterException"
    assert code(manager.update_secret_version_stage, **move, MoveToVersionId="4" * 32) == "ResourceNotFoundException"
    manager.update_secret_version_stage(**move, MoveToVersionId=ONE, RemoveFromVersionId=THIRD)
    assert stages(manager, "a") == {ONE: ["AWSCURRENT"], THIRD: ["AWSPREVIOUS"]}
    assert manager.get_secret_value(SecretId="a")["SecretString"] == "x"
    shown = manager.list_secret_version_ids(SecretId="a", IncludeDeprecated=True)["Versions"]
    assert {version["VersionId"] for version in shown} == {ONE, OTHER, THIRD}


def test_a_secret_without_a_value_has_none_to_give(manager: Any) -> None:
    made = manager.create_secret(Name="a")
    assert "VersionId" not in made
    assert code(manager.get_secret_value, SecretId="a") == "ResourceNotFoundException"
    (listed,) = manager.list_secrets()["SecretList"]
    assert "SecretVersionsToStages" not in listed


def test_a_deleted_secret_can_be_had_back_for_a_while(aws: Aws, manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    manager.create_secret(Name="a", SecretString="x", ClientRequestToken=ONE)
    assert code(manager.delete_secret, SecretId="a", RecoveryWindowInDays=6) == "InvalidParameterException"
    manager.delete_secret(SecretId="a", RecoveryWindowInDays=7)
    assert manager.list_secrets()["SecretList"] == []
    (planned,) = manager.list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert planned["DeletedDate"] == manager.describe_secret(SecretId="a")["DeletedDate"]
    for call, params in (
        (manager.create_secret, {"Name": "a", "SecretString": "x"}),
        (manager.get_secret_value, {"SecretId": "a"}),
        (manager.put_secret_value, {"SecretId": "a", "SecretString": "y"}),
        (manager.update_secret, {"SecretId": "a", "Description": "y"}),
        (manager.tag_resource, {"SecretId": "a", "Tags": [{"Key": "b", "Value": "c"}]}),
        (manager.delete_secret, {"SecretId": "a"}),
    ):
        assert code(call, **params) == "InvalidRequestException"
    manager.restore_secret(SecretId="a")
    assert manager.get_secret_value(SecretId="a")["SecretString"] == "x"
    manager.delete_secret(SecretId="a", RecoveryWindowInDays=7)
    clock = aws.emulator.core.clock
    monkeypatch.setattr(clock, "offset", clock.offset + 7 * DAY)
    assert manager.list_secrets(IncludePlannedDeletion=True)["SecretList"] == []
    assert manager.create_secret(Name="a", SecretString="new")["ARN"] != planned["ARN"]


def test_lists_come_in_pages(manager: Any) -> None:
    for number in range(5):
        manager.create_secret(Name=f"a{number}", Tags=[{"Key": "n", "Value": str(number)}])
    pages = list(manager.get_paginator("list_secrets").paginate(PaginationConfig={"PageSize": 2}))
    assert [[one["Name"] for one in page["SecretList"]] for page in pages] == [["a0", "a1"], ["a2", "a3"], ["a4"]]
    found = manager.list_secrets(Filters=[{"Key": "tag-value", "Values": ["3"]}])["SecretList"]
    assert [one["Name"] for one in found] == ["a3"]


def test_a_secret_is_found_by_name_and_by_arn_with_or_without_its_end(manager: Any) -> None:
    arn = manager.create_secret(Name="a/b", SecretString="x")["ARN"]
    assert {manager.get_secret_value(SecretId=id)["ARN"] for id in ("a/b", arn, arn[:-7])} == {arn}
