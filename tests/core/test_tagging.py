"""Tags in each service's own shape, and which of a resource's tags are ours to say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import IDENTITY, Vault, look, shown, tags
from trueup.core.graph import Graph
from trueup.core.naming import TAG_KEYS_TAG, TAG_VALUE_LIMIT
from trueup.core.planning import History, plan
from trueup.core.tagging import Tagging, differing_tags, tracked
from trueup.core.values import MISSING, Call

EC2 = Tagging("Tags", "TagSpecifications", "CreateTags", "DeleteTags", "Resources[]", keys="Tags", resource_type="vpc")
RDS = Tagging("TagList", "Tags", "AddTagsToResource", "RemoveTagsFromResource", "ResourceName")
KEYS = st.text(alphabet="abcdefgh:/", min_size=1, max_size=60)
TAGS = st.dictionaries(KEYS, st.text(max_size=5), max_size=12)


@pytest.mark.parametrize(
    ("doc", "found"),
    [
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b"}]}, {"a": "1", "b": ""}),
        ({"Tags": {"a": "1", "b": 2}}, {"a": "1", "b": "2"}),
        ({"Tags": []}, {}),
        ({}, {}),
    ],
)
def test_tags_are_read_from_lists_and_maps(doc: dict[str, Any], found: dict[str, str]) -> None:
    assert EC2.read_from(doc) == found


def test_a_create_carries_its_tags() -> None:
    ec2: dict[str, Any] = {}
    rds: dict[str, Any] = {}
    EC2.onto_create(ec2, {"b": "2", "a": "1"})
    RDS.onto_create(rds, {"b": "2", "a": "1"})
    pairs = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert ec2 == {"TagSpecifications": [{"ResourceType": "vpc", "Tags": pairs}]}
    assert rds == {"Tags": pairs}


def test_unwanted_tags_go_before_wanted_ones_come() -> None:
    assert EC2.calls("ec2", "vpc-1", {"a": "1"}, ("x",)) == (
        Call("ec2", "DeleteTags", {"Resources": ["vpc-1"], "Tags": [{"Key": "x"}]}),
        Call("ec2", "CreateTags", {"Resources": ["vpc-1"], "Tags": [{"Key": "a", "Value": "1"}]}),
    )
    assert RDS.calls("rds", "arn", {"a": "1"}, ("x",)) == (
        Call("rds", "RemoveTagsFromResource", {"ResourceName": "arn", "TagKeys": ["x"]}),
        Call("rds", "AddTagsToResource", {"ResourceName": "arn", "Tags": [{"Key": "a", "Value": "1"}]}),
    )
    assert RDS.calls("rds", "arn", {}, ()) == ()


@pytest.mark.parametrize(
    ("want", "have", "found"),
    [
        pytest.param({"a": "1"}, {"a": "1"}, [], id="the same"),
        pytest.param({"a": "1"}, {}, [("a", "1", MISSING)], id="taken away"),
        pytest.param({"a": "1"}, {"a": "2"}, [("a", "1", "2")], id="another value"),
        pytest.param({}, {"theirs": "x"}, [], id="somebody else's is not ours"),
        pytest.param(
            {"a": "1", TAG_KEYS_TAG: "a"},
            {"a": "1", "b": "2", TAG_KEYS_TAG: "a b"},
            [(TAG_KEYS_TAG, "a", "a b"), ("b", MISSING, "2")],
            id="ours before and no longer declared",
        ),
        pytest.param(
            {}, {"b": "2", TAG_KEYS_TAG: "b"}, [("b", MISSING, "2"), (TAG_KEYS_TAG, MISSING, "b")], id="the last goes"
        ),
    ],
)
def test_which_tags_differ(want: dict[str, str], have: dict[str, str], found: list[Any]) -> None:
    assert list(differing_tags(want, have)) == found


@given(TAGS)
def test_what_is_tracked_fits_and_keeps_every_tag(tags: dict[str, str]) -> None:
    made = tracked(tags)
    assert {key: value for key, value in made.items() if key != TAG_KEYS_TAG} == tags
    assert len(made.get(TAG_KEYS_TAG, "")) <= TAG_VALUE_LIMIT
    assert list(differing_tags(made, made)) == []


@given(TAGS, TAGS)
def test_after_a_change_of_tags_nothing_of_ours_is_left_over(old: dict[str, str], new: dict[str, str]) -> None:
    have, want = dict(tracked(old)), tracked(new)
    for key, value, _ in list(differing_tags(want, have)):
        if value is MISSING:
            del have[key]
        else:
            have[key] = value
    known = set(tracked(old).get(TAG_KEYS_TAG, "").split())
    assert {key: have.get(key) for key in {*want, *known}} == {key: want.get(key) for key in {*want, *known}}


def test_a_key_with_a_space_is_set_and_not_tracked() -> None:
    assert tracked({"cost center": "1", "team": "x"}) == {"cost center": "1", "team": "x", TAG_KEYS_TAG: "team"}


def test_whose_a_resource_is_cannot_be_ignored_with_its_tags() -> None:
    vault = Vault(name="vault", vault_name="data")
    declared = Graph(IDENTITY, {"team": "x"})
    declared.add(vault, adopt=True)
    (step,) = plan(declared, look(declared, {Vault: [shown(vault, owner=None)]}), History(), ("/tags",)).steps
    assert [(f.path, f.spec_path, f.ignored) for f in step.fields] == [
        ("Tags.team", "/tags/team", True),
        ("Tags.trueup.dev/tag-keys", "/tags", True),
        ("Tags.trueup.dev/owner", None, False),
        ("Tags.trueup.dev/resource", None, False),
    ]
    assert step.calls == (Call("samples", "TagThing", {"Id": "id-vault", "Tags": tags("vault")}),)
