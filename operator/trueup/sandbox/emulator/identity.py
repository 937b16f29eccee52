"""Charter: IAM as moto has it, and which roles an AWS service may assume: a new or changed one only after a while.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (changes are not always visible at once)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.moto_bridge import Answer, backend, module
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World

_SPREADING = frozenset({"CreateRole", "UpdateAssumeRolePolicy"})


class Identity:
    """Roles of every account, and when each was last made or given another trust policy."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._changed: dict[tuple[str, str], float] = {}

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Let moto answer, and remember when trust changed. A new role's trust policy must be one."""
        if call.operation == "CreateRole":
            _check_trust(str(call.params["AssumeRolePolicyDocument"]))
        answer = forward()
        if call.operation in _SPREADING and answer.status < 300:
            self._changed[call.account, str(call.params["RoleName"])] = self._world.clock.now()
        return answer

    def reset(self) -> None:
        """Every role is known everywhere."""
        self._changed.clear()

    def trusts(self, arn: str, principal: str) -> bool:
        """Whether a service may assume the role by now: it exists, names the service, and its trust has spread."""
        account, name = arn.split(":")[4], arn.rsplit("/", 1)[-1]
        age = self._world.clock.now() - self._changed.get((account, name), float("-inf"))
        if age < self._world.delays.of("iam.role.spread"):
            return False
        for role in list(backend("iam", account, "aws").roles.values()):
            if role.name == name:
                return any(_admits(one, principal) for one in _statements(role.assume_role_policy_document))
        return False


def _check_trust(policy: str) -> None:
    """Raise MalformedPolicyDocument as moto does when a role's trust policy is updated."""
    validation = module("moto.iam.policy_validation")
    validation.IAMTrustPolicyDocumentValidator(policy).validate()


def _statements(policy: str | Mapping[str, Any]) -> list[Mapping[str, Any]]:
    document: Any = json.loads(policy) if isinstance(policy, str) else policy
    statements: Any = document.get("Statement", [])
    return [statements] if isinstance(statements, Mapping) else list(statements)


def _admits(statement: Mapping[str, Any], principal: str) -> bool:
    services: Any = (statement.get("Principal") or {}).get("Service", [])
    actions: Any = statement.get("Action", [])
    named = [services] if isinstance(services, str) else services
    allowed = [actions] if isinstance(actions, str) else actions
    return statement.get("Effect") == "Allow" and principal in named and "sts:AssumeRole" in allowed
