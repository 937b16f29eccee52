"""AWS's own words about permissions, as cfn-lint carries them: what actions there are, on what, and what types need.

They know nothing of ours. Where we differ, the reason is listed, and a difference that is gone must leave the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from cfnlint.api import lint_all
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from tests.gen.iam_evaluator import Request, actions, allows
from tests.gen.recorded import POLICIES, Written, written
from tests.gen.unneeded import UNNEEDED
from tests.laws.registered import types
from trueup.core.naming import OWNER_TAG
from trueup.gen.grants import ARN_TYPE, PREFIX, Grant, arn
from trueup.gen.iam import grants
from trueup.gen.permissions import OTHERWISE

REGION = "us-east-1"


@cache
def reference() -> Mapping[str, Any]:
    """Service → its actions with the types of resource they touch, and its types with ARNs and condition keys."""
    found: Mapping[str, Any] = load_resource(AdditionalSpecs, "Policies.json")
    return found


def touched(action: str) -> set[str]:
    """The types of resource that an action touches, in AWS's words, lower-cased."""
    service, name = action.split(":")
    return {kind.lower() for kind in reference()[service]["Actions"][name.lower()].get("Resources", ())}


def kind_of(action: str, resource: str) -> str:
    """The type of resource that an ARN pattern is of."""
    service = action.split(":")[0]
    if service == "s3" and "/" in resource:  # its reference gives buckets and objects one format
        return "object"
    for kind, said in reference()[service]["Resources"].items():
        for template in said["ARNFormats"]:
            shape = re.sub(r"\$\{\w+\}", "[^:]*", template).replace("arn:[^:]*", "arn:aws")
            if re.fullmatch(shape, resource):
                return str(kind)
    raise AssertionError(f"{resource} is no resource of {service}")


@pytest.mark.parametrize("name", sorted(set(POLICIES) - {"trust-policy.json"}))
def test_every_action_exists(name: str) -> None:
    missing = [
        action
        for action in sorted(actions(POLICIES[name]))
        if action.split(":")[1].lower() not in reference()[action.split(":")[0]]["Actions"]
    ]
    assert missing == []


def write_grants() -> Iterator[Grant]:
    for grant in grants(types()):
        if grant.resources != ("*",):
            yield grant


def test_every_resource_is_one_that_its_action_touches() -> None:
    wrong = [
        (grant.action, resource)
        for grant in write_grants()
        for resource in grant.resources
        if kind_of(grant.action, resource) not in touched(grant.action)
    ]
    assert wrong == []


CREATE_ONLY_LIMITS = {"aws:RequestTag/${TagKey}", "aws:TagKeys"}


def test_every_limit_is_one_that_the_resource_knows() -> None:
    unknown = set[tuple[str, str]]()
    for grant in write_grants():
        service = grant.action.split(":")[0]
        for resource in grant.resources:
            keys = set(reference()[service]["Resources"][kind_of(grant.action, resource)].get("ConditionKeys", ()))
            for _, key, _ in grant.when:
                general = re.sub(r"^(aws:\w+Tag)/.*", r"\1/${TagKey}", key)
                if general not in keys | CREATE_ONLY_LIMITS:
                    unknown.add((grant.action, key))
    assert unknown == {
        # Keys of the action, not of what it touches.
        ("ec2:CreateTags", "ec2:CreateAction"),
        ("iam:CreateServiceLinkedRole", "iam:AWSServiceName"),
        ("iam:PassRole", "iam:PassedToService"),
    }


_POOL = "addresses come from AWS's own pool"
_EDGE = "associations with gateways are none of ours"
_INTERFACE = "endpoints are gateways, which have no interfaces"
_PLAIN = "clusters of one region, made empty or from a cluster's snapshot"

UNTOUCHED: Mapping[str, str] = {
    "ec2:AllocateAddress ipam-pool": _POOL,
    "ec2:AllocateAddress ipv4pool-ec2": _POOL,
    "ec2:AssociateRouteTable internet-gateway": _EDGE,
    "ec2:AssociateRouteTable ipv4pool-ec2": _EDGE,
    "ec2:AssociateRouteTable vpn-gateway": _EDGE,
    "ec2:AuthorizeSecurityGroupEgress security-group-rule": "rules carry no tags of ours",
    "ec2:AuthorizeSecurityGroupIngress security-group-rule": "rules carry no tags of ours",
    "s3:DeleteObject accesspointobject": "a bucket is emptied by its own name",
    "s3:DeleteObjectVersion accesspointobject": "a bucket is emptied by its own name",
    "ec2:CreateNatGateway vpc": "a regional gateway names a VPC; ours stand in a subnet",
    "ec2:CreateSubnet ipam-pool": _POOL,
    "ec2:CreateVpc ipam-pool": _POOL,
    "ec2:CreateVpc ipv6pool-ec2": _POOL,
    "ec2:CreateVpcEndpoint security-group": _INTERFACE,
    "ec2:CreateVpcEndpoint subnet": _INTERFACE,
    "ec2:DisassociateRouteTable internet-gateway": _EDGE,
    "ec2:DisassociateRouteTable ipv4pool-ec2": _EDGE,
    "ec2:DisassociateRouteTable ipv6pool-ec2": _EDGE,
    "ec2:DisassociateRouteTable vpn-gateway": _EDGE,
    "ec2:ModifyVpcEndpoint security-group": _INTERFACE,
    "ec2:ModifyVpcEndpoint subnet": _INTERFACE,
    "ec2:ReplaceRouteTableAssociation internet-gateway": _EDGE,
    "ec2:ReplaceRouteTableAssociation ipv4pool-ec2": _EDGE,
    "ec2:ReplaceRouteTableAssociation ipv6pool-ec2": _EDGE,
    "ec2:ReplaceRouteTableAssociation vpn-gateway": _EDGE,
    "rds:CreateDBCluster db": "for clusters that are one instance in several zones",
    "rds:CreateDBCluster global-cluster": _PLAIN,
    "rds:CreateDBInstance secgrp": "groups of the time before VPCs",
    "rds:ModifyDBInstance secgrp": "groups of the time before VPCs",
    "rds:ModifyDBInstance subgrp": "an instance stays in its cluster's subnets",
    "rds:RestoreDBClusterFromSnapshot snapshot": _PLAIN,
    "rds:RestoreDBClusterToPointInTime cluster-auto-backup": _PLAIN,
}
"""Resources that an action may touch and our calls of it do not, each with the reason."""


def test_every_resource_that_an_action_touches_is_granted() -> None:
    given: dict[str, set[str]] = {}
    for grant in write_grants():
        given.setdefault(grant.action, set()).update(kind_of(grant.action, resource) for resource in grant.resources)
    tagging = {
        "TagResource",
        "UntagResource",
        "CreateTags",
        "DeleteTags",
        "AddTagsToResource",
        "RemoveTagsFromResource",
        "ChangeTagsForResource",
        "AddTagsToCertificate",
        "RemoveTagsFromCertificate",
    }
    ungiven = {
        f"{action} {kind}"
        for action, kinds_ in given.items()
        if action.split(":")[1] not in tagging
        for kind in touched(action) - kinds_
    }
    assert ungiven == set(UNTOUCHED)


_MENTIONED = re.compile(r"<(\w+)/([\w-]+) (\w+)/([\w.-]+)>")


def arn_types() -> Mapping[tuple[str, str], str]:
    """Prefix and last word of CloudFormation's name → the word in ARNs, for every tagged type."""
    return {
        (PREFIX.get(type_.SERVICE, type_.SERVICE), type_.TYPE.split("::")[-1]): (
            type_.TAGGING.resource_type or ARN_TYPE[type_.TYPE]
        )
        for type_ in types()
        if type_.TAGGING and type_.TAGGING.add
    }


def mentioned() -> Iterator[tuple[Written, Request]]:
    """For every recorded write, one check for each resource of ours that it names and that its action touches."""
    made = {(PREFIX.get(type_.SERVICE, type_.SERVICE), type_.CREATE, type_.TYPE.split("::")[-1]) for type_ in types()}
    made |= {("rds", f"RestoreDBCluster{how}", "DBCluster") for how in ("FromSnapshot", "ToPointInTime")}
    for write in written():
        own = (Grant(f"{write.service}:{write.operation}", ()),)
        checked = {grant.action for grant in OTHERWISE.get(f"{write.service}.{write.operation}", own)}
        for of_kind, of_name, type_name, name in _MENTIONED.findall(write.params):
            word = arn_types().get((write.service, type_name))
            new = (write.service, write.operation, type_name) in made
            key = f"aws:{'RequestTag' if new else 'ResourceTag'}/{OWNER_TAG}"
            # The group that came with a VPC carries nothing.
            untagged = (type_name, name) == ("SecurityGroup", "default")
            context = {} if untagged else {key: f"trueup/{of_kind}/default/{of_name}"}
            for action in checked:
                if word is not None and word in touched(action):
                    yield write, Request(action, arn(write.service, word).replace("*", "x"), context)


def test_every_resource_that_a_recorded_write_names_is_allowed() -> None:
    checks = list(mentioned())
    seen = {request.action for _, request in checks}
    assert {"ec2:CreateNatGateway", "ec2:RevokeSecurityGroupIngress", "budgets:ModifyBudget", "ce:TagResource"} <= seen
    assert [(write.story, request) for write, request in checks if not allows(write.policy, request)] == []


def permissions_of(type_name: str) -> set[str]:
    """What CloudFormation needs to create, read, update, delete and list a type; empty where it does not say."""
    try:
        schema: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_name).schema
    except ResourceNotFoundError:
        return set()
    handlers: Mapping[str, Any] = schema.get("handlers", {})
    asked = [*(handler.get("permissions", ()) for handler in handlers.values())]
    asked.append(schema.get("tagging", {}).get("permissions", ()))
    return {permission for each in asked for permission in each}


def test_what_cloudformation_asks_for_is_granted_or_not_needed() -> None:
    asked = {permission for type_ in types() for permission in permissions_of(type_.TYPE)}
    assert {"ec2:CreateVpc", "rds:ModifyDBCluster", "budgets:ViewBudget"} <= asked
    assert asked - {grant.action for grant in grants(types())} == set(UNNEEDED)


def test_what_we_ask_for_beyond_cloudformation_is_known() -> None:
    asked = {permission for type_ in types() for permission in permissions_of(type_.TYPE)}
    assert {grant.action for grant in grants(types())} - asked == {
        "apprunner:AssociateCustomDomain",  # domains are nothing that a template declares
        "apprunner:CreateConnection",  # nor are connections
        "apprunner:DescribeCustomDomains",
        "apprunner:DisassociateCustomDomain",
        "apprunner:ListConnections",
        "apprunner:ListOperations",  # it takes a service that is RUNNING for one that was deployed
        "apprunner:PauseService",  # whether a service runs is nothing that a template declares
        "apprunner:ResumeService",
        "iam:GetAccountAuthorizationDetails",  # one list for what takes a call for each role else
        "ecr:DescribeImages",  # what a tag leads to is nothing that a template declares
        "logs:GetLogEvents",
        "cloudfront:CreateInvalidation",  # what is kept at the edges is nothing that a template declares
        "s3:DeleteObjectVersion",  # a template's bucket is never emptied
        "s3:ListBucketVersions",
        "ce:UntagResource",  # tags there are given once, when the resource is made
        "secretsmanager:ListSecretVersionIds",  # of the versions that we made, the newest counts
        "secretsmanager:PutSecretValue",  # our versions have ids of our own
        "secretsmanager:RestoreSecret",  # what is scheduled for deletion is had back
        "secretsmanager:UpdateSecretVersionStage",  # another value, put there by somebody, is put right
        "rds:StartDBCluster",  # whether a cluster runs is nothing that a template declares
    }


ADVICE = {"I4010"}
"""What cfn-lint would like to be told of a template's architecture."""


def lint(documents: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The rule and the sentence of everything that cfn-lint has against the policies."""
    resources: dict[str, Any] = {
        f"Policy{number}": {
            "Type": "AWS::IAM::RolePolicy",
            "Properties": {"PolicyName": name, "RoleName": "trueup", "PolicyDocument": document},
        }
        for number, (name, document) in enumerate(documents.items())
    }
    found = lint_all(json.dumps({"Resources": resources}))
    return [(match.rule.id, match.message) for match in found if match.rule.id not in ADVICE]


def test_cfn_lint_has_nothing_against_the_policies() -> None:
    assert lint({name: document for name, document in POLICIES.items() if name != "trust-policy.json"}) == []


def test_cfn_lint_has_something_against_a_wrong_one() -> None:
    statement = {"Effect": "Allow", "Action": "ec2:DeleteVpc", "Resource": "arn:aws:ec2:*:*:subnet/*"}
    wrong = {"Version": "2012-10-17", "Statement": [statement]}
    assert [rule for rule, _ in lint({"wrong": wrong})] == ["I3510"]
