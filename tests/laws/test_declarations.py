"""Every declaration of every type is held against botocore's models: no path, parameter or operation is made up.

What a type says by an override instead of a path is listed with the reason, and the list may not go stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.model import ListShape

from tests.laws.registered import REGION, composed, examples, name_of, resources, standing, types
from tests.laws.shapes import Document, found, inputs, outputs
from tests.resources.validated import sent
from trueup.core.cost import Line
from trueup.core.naming import OWNER_TAG
from trueup.core.paths import root
from trueup.core.resource import Attr, Difference, Ownership, Removal, Resource
from trueup.core.values import MISSING, Call, Mutability, Phase, Retry, Severity, shown
from trueup.kinds.registry import kinds
from trueup.resources.prices import book_of

TYPES = pytest.mark.parametrize("type_", types(), ids=name_of)

WRITTEN_BY_OVERRIDE: Mapping[str, str] = {
    "Service.running": "put right by pausing or resuming, which is no update",
    "OwnershipControls.grants": "an access list is cleared by a call of its own, before lists are switched off",
    "Notification.subscribers": "each subscriber is exchanged, added or taken away by a call of its own",
    "Route.state": "a black hole is put right by replacing the whole route",
    "Secret.deletion": "a secret that is to be deleted is had back by a call of its own",
    "Secret.recipe": "the label of the current version is moved, or a new version put, by calls of their own",
    "SecurityGroupEgress.description": "stands in a list of descriptions, beside the rule's id",
    "SecurityGroupIngress.description": "stands in a list of descriptions, beside the rule's id",
    "VpcEndpoint.route_tables": "tables are added and taken away by two parameters, not given as a whole",
    "DBClusterParameterGroup.parameters": "settings travel as a list in batches",
    "DocDBClusterParameterGroup.parameters": "settings travel as a list in batches",
    "Distribution.invalidate": "everything is invalidated by a call of its own, and a tag says so",
    "DBCluster.running": "put right by starting the cluster, which is no modification",
    "DocDBCluster.running": "put right by starting the cluster, which is no modification",
    "DBCluster.snapshot": "decides how the cluster is made, and nothing after",
    "DBCluster.source_cluster": "decides how the cluster is made, and nothing after",
    "DBCluster.restore_time": "decides how the cluster is made, and nothing after",
    "DocDBCluster.snapshot": "decides how the cluster is made, and nothing after",
    "DocDBCluster.source_cluster": "decides how the cluster is made, and nothing after",
    "DocDBCluster.restore_time": "decides how the cluster is made, and nothing after",
}
"""Fields that can change in place and have no path in the update call."""

WITHOUT_ID: Mapping[str, str] = {
    "CustomDomain": "AWS gives a domain no id: service and domain stand for it",
    "Notification": "AWS gives a notification no id: its members tell it from the others",
    "RoleAttachment": "AWS gives an attachment no id: role and policy stand for it",
    "RolePolicy": "AWS gives an inline policy no id: role and name stand for it",
    "RecordSet": "AWS gives a record set no id: zone, name and type stand for it",
    "InternetGatewayAttachment": "gateway and VPC stand for the attachment",
    "Route": "table and destination stand for the route",
}
"""Types whose id is not in the document."""

WITHOUT_STATE: Mapping[str, str] = {
    "AnomalyMonitor": "is there or not",
    "AnomalySubscription": "is there or not",
    "Bucket": "is there or not",
    "BucketEncryption": "is as long as its bucket",
    "BucketPolicy": "is as long as its bucket",
    "BucketVersioning": "is as long as its bucket",
    "ContentBucket": "is there or not",
    "CorsConfiguration": "is as long as its bucket",
    "DBClusterParameterGroup": "is there or not",
    "DefaultSecurityGroup": "is there or not",
    "DocDBClusterParameterGroup": "is there or not",
    "ElasticIp": "is there or not",
    "Function": "is published or not; its status says who uses it",
    "HostedZone": "is there or not; whether every server knows a change is told of the change alone",
    "InternetGateway": "its attachments have states",
    "RecordSet": "is there or not",
    "LifecycleConfiguration": "is as long as its bucket",
    "LogGroup": "is there or not",
    "ManagedSecret": "has a value or not",
    "OriginAccessControl": "is there or not",
    "OwnershipControls": "is as long as its bucket",
    "PublicAccessBlock": "is as long as its bucket",
    "Secret": "has a value or not, and may be due to be deleted",
    "Role": "is there or not",
    "RoleAttachment": "is there or not",
    "RolePolicy": "is there or not",
    "RouteTable": "its routes and associations have states",
    "SecurityGroup": "is there or not",
    "SharedPolicy": "is there or not",
    "SecurityGroupEgress": "is there or not",
    "SecurityGroupIngress": "is there or not",
}
"""Types of which AWS tells no state."""

MADE_BY_AWS: Mapping[str, str] = {
    "BucketEncryption": "comes with its bucket",
    "BucketPolicy": "comes with its bucket, without a statement",
    "BucketVersioning": "comes with its bucket, off",
    "CorsConfiguration": "comes with its bucket, without a rule",
    "LifecycleConfiguration": "comes with its bucket, without a rule",
    "ManagedSecret": "is made by the service that manages it",
    "OwnershipControls": "comes with its bucket",
    "PublicAccessBlock": "comes with its bucket",
    "ClusterSnapshot": "is looked for when data is lost, never declared",
    "DefaultSecurityGroup": "comes with its VPC",
    "DocDBClusterSnapshot": "is looked for when data is lost, never declared",
}
"""Types that no call of ours makes."""


def _can_change(type_: type[Resource], attr: Attr) -> bool:
    path = attr.path if attr.update is None else attr.update
    if not path:
        return False
    if type_.WHOLE or attr.mutability is Mutability.IN_PLACE:
        return True
    return root(path) in {
        root(other.path if other.update is None else other.update)
        for other in type_.attrs().values()
        if other.mutability is Mutability.IN_PLACE and (other.path if other.update is None else other.update)
    }


@TYPES
def test_every_field_has_its_place_in_the_create_call(type_: type[Resource]) -> None:
    if not type_.CREATE:
        return
    shape = inputs(type_.SERVICE, type_.CREATE)
    paths = [attr.path for attr in type_.attrs().values() if attr.path]
    paths += [*type_.CONSTANT, *([type_.TOKEN] if type_.TOKEN else [])]
    paths += [type_.TAGGING.create] if type_.TAGGING and type_.TAGGING.create else []
    assert [path for path in paths if found(shape, path) is None] == []


@TYPES
def test_every_field_has_its_place_in_the_update_call(type_: type[Resource]) -> None:
    if not type_.UPDATE:
        return
    shape = inputs(type_.SERVICE, type_.UPDATE)
    paths = [
        attr.path if attr.update is None else attr.update for attr in type_.attrs().values() if _can_change(type_, attr)
    ]
    paths += [name.removesuffix("[]") for name in type_.UPDATE_BY] + list(type_.UPDATE_CONSTANT)
    assert [path for path in paths if found(shape, path) is None] == []


def test_what_is_written_by_an_override_is_listed_and_nothing_else() -> None:
    without = {
        f"{name_of(type_)}.{name}"
        for type_ in types()
        for name, attr in type_.attrs().items()
        if attr.mutability is Mutability.IN_PLACE
        and not (type_.UPDATE and (attr.path if attr.update is None else attr.update))
    }
    assert without == set(WRITTEN_BY_OVERRIDE)


@TYPES
def test_every_field_has_its_place_in_what_aws_shows(type_: type[Resource]) -> None:
    document = Document(type_)
    wanted = [attr.shown_at for attr in type_.attrs().values() if attr.read != "" and attr.shown_at]
    wanted += [*type_.IDENTITY, *type_.USES, *type_.UPDATE_BY.values(), *type_.DELETE_BY.values()]
    wanted += [path for path in (type_.PARENT, type_.STATE, type_.ARN) if path]
    wanted += [type_.ID] if name_of(type_) not in WITHOUT_ID else []
    wanted += [type_.TAGGING.read] if type_.TAGGING else []
    assert [path for path in wanted if document.at(path) is None] == []


@TYPES
def test_every_list_is_one_that_aws_answers(type_: type[Resource]) -> None:
    listing = type_.LISTING
    service = listing.service or type_.SERVICE
    shape = inputs(service, listing.operation)
    wanted = [*listing.params, *listing.page, *listing.one]
    assert [path for path in wanted if found(shape, path) is None] == []
    assert isinstance(outputs(service, listing.operation, listing.result), ListShape)
    assert found(Document(type_).listed, listing.by) is not None


@TYPES
def test_every_deep_read_is_one_that_aws_answers(type_: type[Resource]) -> None:
    for read in type_.DEEP:
        shape = inputs(read.service or type_.SERVICE, read.operation)
        wanted = [*read.params, *read.page]
        assert [path for path in wanted if found(shape, path) is None] == [], read.operation
        assert Document(type_).deep(read) is not None, read.operation
        assert 0 < read.every <= 1800, read.operation


@TYPES
def test_every_answer_to_a_create_leads_back_to_the_document(type_: type[Resource]) -> None:
    """What was made is read again by an id in the answer, or by the name that it was given."""
    if not type_.CREATE:
        return
    answer = outputs(type_.SERVICE, type_.CREATE, type_.ANSWER)
    said = answer is not None and found(answer, type_.LISTING.by) is not None
    shape = inputs(type_.SERVICE, type_.CREATE)
    given = any(root(attr.shown_at) == type_.LISTING.by for attr in type_.attrs().values())
    assert said or given or found(shape, type_.LISTING.by) is not None


@TYPES
def test_every_delete_is_one_that_aws_takes(type_: type[Resource]) -> None:
    if not type_.DELETE:
        assert not type_.DELETE_BY
        return
    shape = inputs(type_.SERVICE, type_.DELETE)
    assert [name for name in type_.DELETE_BY if found(shape, name.removesuffix("[]")) is None] == []


@TYPES
def test_tags_are_set_and_taken_away_by_calls_that_aws_takes(type_: type[Resource]) -> None:
    rule = type_.TAGGING
    if rule is None or type_.OWNED is Ownership.MARK:
        return
    for operation, member in ((rule.add, rule.tags), (rule.remove, rule.keys)):
        shape = inputs(type_.SERVICE, operation)
        assert found(shape, rule.who.removesuffix("[]")) is not None, operation
        assert found(shape, member) is not None, operation


@TYPES
def test_what_exists_without_its_owner_tag_for_a_moment_shows_its_owner_otherwise(type_: type[Resource]) -> None:
    """Tags that cannot come with the create call follow it; between the two a process may die."""
    if type_.TAGGING is None or type_.TAGGING.create or not type_.TAGGING.add:
        return
    found = next(resource for _, resource in resources() if type(resource) is type_)
    (call, *_) = found.create(standing(), "token-of-one-attempt")
    owner = found.tags[OWNER_TAG]
    assert type_.claims(call.params, owner)
    assert not type_.claims(call.params, f"{owner}-too")


def test_every_type_says_what_it_is_and_how_it_is() -> None:
    assert {name_of(t) for t in types() if not t.STATE} == set(WITHOUT_STATE)
    assert {name_of(t) for t in types() if Document(t).at(t.ID or "-") is None} == set(WITHOUT_ID)
    assert {name_of(t) for t in types() if not t.CREATE} == set(MADE_BY_AWS)
    assert [name_of(t) for t in types() if t.OWNED.is_said and not t.TAGGING] == []
    assert [name_of(t) for t in types() if t.OWNED is Ownership.MARK and t.TAGGING and t.TAGGING.add] == []
    within = [t for t in types() if t.WITHIN]
    assert [name_of(t) for t in within if t.WITHIN not in [read.into for read in t.DEEP]] == []
    assert [name_of(t) for t in within if t.LISTING.by != t.PARENT] == []
    assert [name_of(t) for t in types() if t.OWNED is Ownership.PARENT and not t.PARENT] == []
    assert [name_of(t) for t in types() if t.GUARD and t.GUARD not in t.attrs()] == []


@TYPES
def test_a_create_that_nothing_keeps_single_carries_its_owner(type_: type[Resource]) -> None:
    if type_.RETRY is Retry.UNSAFE:
        assert type_.TAGGING is not None
    assert (type_.RETRY is Retry.TOKEN) == bool(type_.TOKEN)


def _declared() -> Iterator[object]:
    """Of every type the first resource that an example declares."""
    seen: set[type[Resource]] = set()
    for name, resource in resources():
        if type(resource) not in seen or "full" in name:
            seen.add(type(resource))
            yield pytest.param(resource, id=f"{name}-{resource.name}")


DECLARED = pytest.mark.parametrize("resource", list(_declared()))


@DECLARED
def test_every_create_is_a_call_that_aws_takes(resource: Resource) -> None:
    if resource.CREATE:
        assert sent(resource.create(standing(), "token-of-one-attempt"))


@DECLARED
def test_every_change_is_a_call_that_aws_takes(resource: Resource) -> None:
    """Each field alone, on a document in which every member has a value."""
    for doc in type(resource).members(_document(type(resource))):
        if type(resource).phase(doc) is None:
            continue
        for name, attr in resource.attrs().items():
            if attr.mutability is Mutability.IN_PLACE and attr.read != "" and getattr(resource, name) is not None:
                sent(resource.update(doc, tuple(_differences(resource, name)), standing()))
        if resource.TAGGING is not None:
            rule = Attr("Tags", keyed=True)
            tags = (
                Difference("tags", "Tags.a", "b", "c", rule, "a"),
                Difference("tags", "Tags.d", MISSING, "e", rule, "d"),
            )
            sent(call for call in resource.update(doc, tags, standing()))


def _differences(resource: Resource, name: str) -> Iterator[Difference]:
    attr, want = resource.attrs()[name], getattr(resource, name)
    if attr.keyed:
        yield from (Difference(name, f"{attr.shown_at}.{k}", v, MISSING, attr, k) for k, v in want.items())
    else:
        yield Difference(name, attr.shown_at, want, MISSING, attr)


def _document(type_: type[Resource]) -> dict[str, Any]:
    """A full document that `members` lets through: what types tell theirs by is set to fit, at every depth."""
    engine = getattr(type_, "ENGINE", None)
    fits: dict[str, Any] = {
        "CidrIpv4": "10.0.0.0/8",
        "CidrIpv6": "2001:db8::/32",
        "DBParameterGroupFamily": f"{engine}16",
        "DeletedDate": None,
        "Engine": engine,
        "GroupName": "default" if name_of(type_).startswith("Default") else "mine",
        "IsEgress": getattr(type_, "EGRESS", False),
        "Origin": "CreateRoute",
        "OwningService": "rds" if name_of(type_).startswith("Managed") else None,
        "PrivateZone": False,
    }
    return _fitted(Document(type_).whole(), fits)


def _fitted(value: Any, fits: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_fitted(item, fits) for item in value]
    if isinstance(value, dict):
        return {key: fits[key] if key in fits else _fitted(item, fits) for key, item in value.items()}
    return value


@TYPES
def test_every_judgement_of_a_type_bears_every_document(type_: type[Resource]) -> None:
    full = [*type_.members(_document(type_))]
    assert full, "members lets nothing through"
    for doc in full:
        assert type_.id_of(doc)
        assert isinstance(type_.exposure(doc), Severity)
        assert isinstance(type_.phase(doc), Phase | None)
        assert isinstance(type_.guard(doc, "trueup/Kind/space/name"), str | None)
        assert type_.state_of(doc)
        assert json.dumps(shown(type_.summary(doc)))
        assert isinstance(type_.tags_of(doc), dict)
        undeclared = type_.as_shown("left", doc)
        assert undeclared.name == "left"
        assert all(isinstance(line, Line) for line in undeclared.cost(book_of(REGION)))
        calls: tuple[Call, ...] = type_.delete(doc, standing(), Removal(snapshot=type_.HOLDS_DATA))
        assert bool(calls) == bool(type_.DELETE)
        sent(calls)


def test_every_type_of_every_kind_is_declared_by_an_example() -> None:
    """What no example declares, no law proves."""
    declared = {type(resource) for _, resource in resources()}
    wanted = {type_ for kind in kinds().values() for type_ in kind.types}
    assert {name_of(t) for t in wanted - declared} == {"RoleAttachment"}, (
        "policies that nobody attaches are only ever removed; every other type needs an example"
    )


def test_a_kind_lists_what_is_used_before_what_uses_it() -> None:
    """By this order leftovers are taken down, which do not say what uses them."""
    for name, document in examples().items():
        places = {type_.TYPE: place for place, type_ in enumerate(kinds()[document["kind"]].types)}
        for node in composed(document).graph.ordered():
            late = [str(key) for key in node.needs if places[key.type] > places[node.resource.TYPE]]
            assert late == [], f"{name}: {node.resource.key}"
