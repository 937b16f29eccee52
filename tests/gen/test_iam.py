"""The generated policies: they allow every call that is declared or was ever recorded, and nothing else."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from tests.gen.iam_evaluator import Request, actions, allows, listed
from tests.gen.recorded import POLICIES, policy_name, together, written
from tests.laws.registered import resources, standing, types
from trueup.core.naming import OWNER_TAG, Identity
from trueup.gen import rbac
from trueup.gen.grants import NEW, PREFIX, Grant, arn
from trueup.gen.iam import FOLDER, NoPermission, Operation, granted, grants, operations, policies, types_of
from trueup.gen.permissions import ADOPTION, BESIDE, COMMANDS, OF_TYPES, OTHERWISE, ROWS
from trueup.kinds.registry import kinds

ROOT = Path(__file__).parents[2]
EVERYTHING = POLICIES["policy.json"]
CARRIED, ASKED = f"aws:ResourceTag/{OWNER_TAG}", f"aws:RequestTag/{OWNER_TAG}"
OURS = Identity("trueup", "Network", "shop", "home").owner
THEIRS = Identity("other", "Network", "shop", "home").owner
MANAGED, ATTACHED = 6144, 10
"""Characters without white space that IAM takes in a managed policy, and how many of these a role may have:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""


def request(grant: Grant) -> Request:
    """The request that a grant is there for: what it is about is ours, or becomes so by this very call."""
    resource = grant.resources[0].replace("*", "x")
    context: dict[str, str] = {}
    for operator, key, values in grant.when:
        if operator != "Null":
            context[key] = values[0].replace("{scope}/*", OURS)
    return Request(grant.action, resource, context)


# ---- complete -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", kinds())
def test_every_declared_operation_is_allowed(kind: str) -> None:
    found = grants(types_of([kind]))
    for document in (POLICIES[policy_name(kind)], EVERYTHING):
        assert [grant for grant in found if not allows(document, request(grant))] == []


def test_every_recorded_write_is_allowed_by_the_policies_of_its_kinds() -> None:
    tagging = {
        f"{PREFIX.get(type_.SERVICE, type_.SERVICE)}.{name}"
        for type_ in types()
        if type_.TAGGING
        for name in (type_.TAGGING.add, type_.TAGGING.remove)
    }
    seen: set[str] = set()
    for write in written():
        call = f"{write.service}.{write.operation}"
        own = {f"{write.service}:{write.operation}"}
        wanted = own if call in tagging else {g.action for g in granted(Operation(write.service, write.operation))}
        assert wanted <= actions(write.policy), f"{write.story} calls {call}"
        seen.add(call)
    assert {"ec2.CreateVpc", "budgets.UpdateSubscriber", "ec2.CreateTags"} <= seen


def test_every_operation_that_a_declaration_spells_out_is_allowed() -> None:
    """Overrides name operations in their bodies: whatever looks like one of the service's is in its module's policy."""
    session = Session()
    allowed = actions(EVERYTHING)
    for source in sorted((ROOT / "operator/trueup/resources").rglob("*.py")):
        package = source.relative_to(ROOT / "operator/trueup/resources").parts[0].removesuffix(".py")
        services = {type_.SERVICE for type_ in types() if type_.__module__.split(".")[2] == package}
        for service in sorted(services):
            known = set(session.get_service_model(service).operation_names)
            strings = {
                node.value
                for node in ast.walk(ast.parse(source.read_text()))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            for operation in sorted(strings & known):
                prefix = PREFIX.get(service, service)
                row = OTHERWISE.get(f"{prefix}.{operation}", (Grant(f"{prefix}:{operation}", ()),))
                assert {grant.action for grant in row} <= allowed, f"{source.name}: {operation}"


def creations() -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Service, operation, parameters and policy of every create call of the examples and every write of the stories."""
    for name, resource in resources():
        kind = next(kind for kind in kinds() if name.startswith(kinds()[kind].info.singular))
        if resource.CREATE:
            for call in resource.create(standing(), "token"):
                yield PREFIX.get(call.service, call.service), call.operation, call.params, together({kind})
    for write in written():
        yield write.service, write.operation, json.loads(write.params), write.policy


def test_every_call_that_must_give_our_owner_tag_gives_it_to_what_it_creates() -> None:
    tagged: set[str] = set()
    for service, operation, params, policy in creations():
        row = ROWS.get(service, {}).get(operation, ())
        for what in (what for when, what in row if when == NEW):
            (spec,) = params.get("TagSpecifications", [{"ResourceType": what[0], **params}])
            given = next(spec[name] for name in ("Tags", "ResourceTags") if name in spec)
            given = given["Items"] if isinstance(given, dict) else given
            owner = next(tag["Value"] for tag in given if tag["Key"] == OWNER_TAG)
            resource = "*" if what[0] == "*" else arn(service, spec["ResourceType"])
            tried = Request(f"{service}:{operation}", resource.replace("*", "x"), {ASKED: owner})
            assert allows(policy, tried), f"{operation} gives {owner}"
            tagged.add(operation)
    assert tagged == {name for rows in ROWS.values() for name, row in rows.items() if NEW in dict(row)}


def test_an_operation_that_nobody_described_is_refused_with_what_to_do() -> None:
    with pytest.raises(NoPermission, match=r"No row says what IAM asks for ec2\.RunInstances: add one to "):
        granted(Operation("ec2", "RunInstances"))


# ---- minimal --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", kinds())
def test_every_action_is_used_by_some_declaration(kind: str) -> None:
    used = {grant.action for grant in grants(types_of([kind]))}
    assert actions(POLICIES[policy_name(kind)]) == used


def test_every_row_is_used_by_some_declaration() -> None:
    described = {f"{service}.{name}" for service, rows in ROWS.items() for name in rows} | set(OTHERWISE) | set(BESIDE)
    assert described - {str(operation) for operation in operations(types())} == set()
    assert set(OF_TYPES) <= set(types())


EVERYWHERE = {"cloudfront:CreateOriginAccessControl", "route53:CreateHostedZone"}
"""Writes that touch no resource yet and that AWS limits by nothing."""


def test_no_action_and_no_write_on_everything() -> None:
    for document in (EVERYTHING, *(POLICIES[policy_name(kind)] for kind in kinds())):
        assert [action for action in actions(document) if "*" in action] == []
        open_to_all = [s for s in document["Statement"] if s["Resource"] == "*" and "Condition" not in s]
        reads = {action for statement in open_to_all for action in listed(statement["Action"])}
        writes = {a for a in reads if not a.split(":")[1].startswith(("Describe", "List", "Get", "View"))}
        assert writes == EVERYWHERE & actions(document)


def foreign() -> dict[str, set[str]]:
    """For each action, the resources that it reaches although they carry another scope's owner tag."""
    reached: dict[str, set[str]] = {}
    resources = {resource for s in EVERYTHING["Statement"] for resource in listed(s["Resource"])} - {"*"}
    for action, resource in itertools.product(sorted(actions(EVERYTHING) - EVERYWHERE), sorted(resources)):
        for asked in ({}, {ASKED: THEIRS}):
            tried = Request(action, resource.replace("*", "x"), {CARRIED: THEIRS, **asked})
            if not action.split(":")[1].startswith(("Describe", "List", "Get", "View")) and allows(EVERYTHING, tried):
                reached.setdefault(action, set()).add(resource)
    return reached


def test_what_another_scope_owns_is_out_of_reach_but_for_what_the_other_resource_of_a_call_limits() -> None:
    tables = {"arn:aws:ec2:*:*:route-table/*"}
    defaults = {f"arn:aws:rds:*:*:{kind}:default*" for kind in ("cluster-pg", "og", "pg")}
    final = "arn:aws:rds:*:*:cluster-snapshot:*-final-*"
    secret = {"arn:aws:secretsmanager:*:*:secret:rds!cluster-*"}
    zones = {"arn:aws:route53:::hostedzone/*"}  # AWS looks at no tags there
    connections = {"arn:aws:apprunner:*:*:connection/*"}  # they are shared and carry no tag of ours
    controls = {"arn:aws:cloudfront::*:origin-access-control/*"}
    assert foreign() == {
        **{f"apprunner:{name}": connections for name in ("CreateConnection", "CreateService", "UpdateService")},
        **{f"cloudfront:{name}OriginAccessControl": controls for name in ("Delete", "Update")},
        "logs:CreateLogGroup": {"arn:aws:logs:*:*:log-group:/aws/apprunner/*"},  # App Runner's own carry no tag
        "logs:PutRetentionPolicy": {"arn:aws:logs:*:*:log-group:/aws/apprunner/*"},
        "ec2:DetachInternetGateway": {"arn:aws:ec2:*:*:vpc/*"},
        "ec2:DisassociateRouteTable": tables,
        "ec2:ModifyVpcEndpoint": tables,
        "ec2:ReplaceRouteTableAssociation": tables,
        "rds:AddTagsToResource": {final},
        "rds:CreateDBCluster": defaults - {"arn:aws:rds:*:*:pg:default*"},
        "rds:CreateDBClusterSnapshot": {final},
        "rds:CreateDBInstance": defaults - {"arn:aws:rds:*:*:cluster-pg:default*"},
        "rds:DeleteDBCluster": {final},
        "rds:ModifyDBCluster": defaults,
        "rds:ModifyDBInstance": defaults - {"arn:aws:rds:*:*:cluster-pg:default*"},
        "rds:RestoreDBClusterFromSnapshot": {
            *(defaults - {"arn:aws:rds:*:*:pg:default*"}),
            "arn:aws:rds:*:*:cluster-snapshot:*",
            final,
        },
        "rds:RestoreDBClusterToPointInTime": defaults - {"arn:aws:rds:*:*:pg:default*"},
        "route53:ChangeResourceRecordSets": zones,
        "route53:ChangeTagsForResource": zones,
        "route53:DeleteHostedZone": zones,
        "route53:UpdateHostedZoneComment": zones,
        **{f"s3:{name}": {"arn:aws:s3:::*/*"} for name in ("DeleteObject", "DeleteObjectVersion")},
        "secretsmanager:CreateSecret": secret,
        "secretsmanager:TagResource": secret,
    }


@pytest.mark.parametrize(
    "tried",
    [
        Request("ec2:DeleteVpc", "arn:aws:ec2:us-east-1:1:vpc/vpc-1"),
        Request("ec2:CreateVpc", "arn:aws:ec2:us-east-1:1:vpc/vpc-1"),
        Request("ec2:CreateSubnet", "arn:aws:ec2:us-east-1:1:vpc/vpc-1", {ASKED: OURS}),
        Request("ec2:CreateTags", "arn:aws:ec2:us-east-1:1:vpc/vpc-1", {ASKED: OURS}),
        Request("ec2:CreateTags", "arn:aws:ec2:us-east-1:1:vpc/vpc-1", {CARRIED: OURS, ASKED: THEIRS}),
        Request("ec2:AuthorizeSecurityGroupIngress", "arn:aws:ec2:us-east-1:1:security-group/sg-1"),
        Request("rds:AddTagsToResource", "arn:aws:rds:us-east-1:1:cluster:x", {CARRIED: THEIRS, ASKED: OURS}),
        Request("rds:ModifyDBCluster", "arn:aws:rds:us-east-1:1:cluster:x"),
        Request("rds:CreateDBClusterSnapshot", "arn:aws:rds:us-east-1:1:cluster:x"),
        Request("iam:CreateServiceLinkedRole", "arn:aws:iam::1:role/aws-service-role/rds.amazonaws.com/Other"),
        Request("budgets:ModifyBudget", "arn:aws:budgets::1:budget/theirs", {CARRIED: THEIRS}),
        Request("ec2:CreateVpc", "arn:aws:ec2:us-east-1:1:vpc/vpc-1", {ASKED: "trueup-too/Network/shop/home"}),
    ],
    ids=str,
)
def test_what_nobody_declared_is_refused(tried: Request) -> None:
    assert not allows(EVERYTHING, tried)


# ---- the files ------------------------------------------------------------------------------------------------------


def size(document: Mapping[str, Any]) -> int:
    return len(re.sub(r"\s", "", json.dumps(document)))


def test_the_policies_fit() -> None:
    assert {name: size(d) for name, d in POLICIES.items() if name != "policy.json" and size(d) > MANAGED} == {}
    assert len(kinds()) <= ATTACHED


def test_the_folder_holds_nothing_else() -> None:
    assert sorted(path.name for path in (ROOT / FOLDER).iterdir()) == sorted(POLICIES)


def test_another_scope_is_another_owner_and_nothing_else() -> None:
    other = policies("other-scope")
    assert json.loads(json.dumps(other).replace("other-scope/*", "trueup/*")) == POLICIES


def test_reading_is_the_reading_part() -> None:
    (statement,) = POLICIES["policy-read-only.json"]["Statement"]
    free = [s for s in EVERYTHING["Statement"] if s["Resource"] == "*" and "Condition" not in s]
    assert [s for s in free if not EVERYWHERE & set(listed(s["Action"]))] == [statement]


def test_adopting_reaches_only_what_has_no_owner() -> None:
    document = POLICIES["adopt.json"]
    assert actions(document) <= actions(EVERYTHING)
    for grant in ADOPTION:
        resource = grant.resources[0].replace("*", "x")
        assert allows(document, Request(grant.action, resource))
        assert not allows(document, Request(grant.action, resource, {CARRIED: THEIRS}))


def test_commands_change_what_is_ours_alone() -> None:
    document = POLICIES["commands.json"]
    assert actions(document) == {grant.action for grant in COMMANDS}
    service = "arn:aws:apprunner:us-east-1:1:service/api/0123"
    for name in ("PauseService", "ResumeService", "StartDeployment"):
        assert allows(document, Request(f"apprunner:{name}", service, {CARRIED: OURS}))
        assert not allows(document, Request(f"apprunner:{name}", service, {CARRIED: THEIRS}))
        assert not allows(document, Request(f"apprunner:{name}", service))
    log = "arn:aws:logs:us-east-1:1:log-group:/aws/apprunner/api/0123/application:*"
    assert allows(document, Request("logs:FilterLogEvents", log))
    assert not allows(document, Request("logs:FilterLogEvents", log.replace("apprunner", "lambda")))


def test_the_role_is_for_the_operators_service_account_only() -> None:
    (statement,) = POLICIES["trust-policy.json"]["Statement"]
    subject = next(value for key, value in statement["Condition"]["StringEquals"].items() if key.endswith(":sub"))
    assert subject == f"system:serviceaccount:{rbac.NAMESPACE}:{rbac.NAME}"


def test_prefixes_are_those_that_requests_are_signed_for() -> None:
    """A service's signing name is the prefix of its actions, for every service that we call."""
    session = Session()
    services = {type_.SERVICE for type_ in types()} | {type_.LISTING.service or type_.SERVICE for type_ in types()}
    signed = {service: session.get_service_model(service).signing_name for service in services}
    assert {service: PREFIX.get(service, service) for service in services} == signed
