"""Charter: Secrets Manager. Rotation by functions, replicas and policies of secrets are not there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World
from trueup.sandbox.emulator.vault.store import CURRENT, Secret, at

_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_PAGE = 100
_TAGS = 50
_OPEN_TO_ALL = {"DescribeSecret", "GetSecretValue", "ListSecretVersionIds", "TagResource", "UntagResource"}
"""What others than its owner may do with a secret that a service manages."""
_ALSO_DELETED = {"DeleteSecret", "DescribeSecret", "ListSecretVersionIds", "RestoreSecret"}
"""What may be done with a secret that is scheduled for deletion."""


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _refused(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)


class SecretsManager:
    """Secrets Manager of every account and region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = world.secrets
        self._calls: dict[str, Callable[[Secret, Call], Document]] = {
            "DeleteSecret": self._delete,
            "DescribeSecret": _describe,
            "GetSecretValue": _get,
            "ListSecretVersionIds": _versions,
            "PutSecretValue": self._put,
            "RestoreSecret": self._restore,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "UpdateSecret": self._update,
            "UpdateSecretVersionStage": self._move,
        }

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer a call about secrets; moto makes passwords at random."""
        match call.operation:
            case "CreateSecret":
                return self._create(call)
            case "ListSecrets":
                return self._list(call)
            case "GetRandomPassword":
                return forward()
            case operation if operation in self._calls:
                return self._calls[operation](self._found(call), call)
            case operation:
                raise AwsError("MotoNotImplemented", f"secretsmanager.{operation} is not there.", 501)

    def reset(self) -> None:
        """Forget every secret."""
        self._store.clear()

    @property
    def _now(self) -> datetime:
        return at(self._world.clock.now())

    def _found(self, call: Call) -> Secret:
        secret = self._store.find(call.account, call.region, str(call.get("SecretId", "")), self._now)
        if secret.owner is not None and call.operation not in _OPEN_TO_ALL:
            raise _refused(
                f"You can't perform this operation on a secret that is managed by another service ({secret.owner})."
            )
        if secret.deleted is not None and call.operation not in _ALSO_DELETED:
            raise _refused("You can't perform this operation on the secret because it was marked for deletion.")
        return secret

    def _create(self, call: Call) -> Document:
        name, value = str(call.get("Name", "")), _value(call)
        if _NAME.fullmatch(name) is None:
            raise AwsError("ValidationException", "Invalid name. Must contain letters, digits, or any of -/_+=.@")
        token = _token(call)
        tags = _checked(call.get("Tags", []), {})
        found = self._store.named(call.account, call.region, name, self._now)
        if found is not None and found.deleted is not None:
            raise _refused(
                "You can't create this secret because a secret with this name is already scheduled for deletion."
            )
        if found is not None and (token not in found.versions or found.versions[token].value != value):
            raise AwsError("ResourceExistsException", f"The operation failed because the secret {name} already exists.")
        if found is None:
            have = len(self._store.all(call.account, call.region, self._now))
            self._world.quotas.refuse_if_reached(
                "secretsmanager.secrets", have, "LimitExceededException", "You have reached the limit of secrets."
            )
            found = self._store.add(call.account, call.region, name, self._now)
            found.description, found.key, found.tags = call.get("Description"), call.get("KmsKeyId"), tags
        if value != (None, None):
            found.put(token, value, {CURRENT}, self._now)
            return {"ARN": found.arn, "Name": found.name, "VersionId": token}
        return {"ARN": found.arn, "Name": found.name}

    def _list(self, call: Call) -> Document:
        known = self._store.all(call.account, call.region, self._now)
        found = [one for one in known if one.deleted is None or call.get("IncludePlannedDeletion")]
        for rule in call.get("Filters", []):
            found = [one for one in found if _fits(one, rule)]
        start, size = int(call.get("NextToken", "0")), int(call.get("MaxResults", _PAGE))
        page = found[start : start + size]
        listed = [{**one.shown(), **({"SecretVersionsToStages": one.stages} if one.stages else {})} for one in page]
        more = {"NextToken": str(start + size)} if start + size < len(found) else {}
        return {"SecretList": listed, **more}

    def _put(self, secret: Secret, call: Call) -> Document:
        value, token = _value(call), _token(call)
        if value == (None, None):
            raise _invalid("You must provide either SecretString or SecretBinary.")
        made = secret.put(token, value, set(call.get("VersionStages", [CURRENT])), self._now)
        return {"ARN": secret.arn, "Name": secret.name, "VersionId": made.id, "VersionStages": sorted(made.stages)}

    def _update(self, secret: Secret, call: Call) -> Document:
        secret.description = call.get("Description", secret.description)
        secret.key = call.get("KmsKeyId", secret.key)
        secret.changed = self._now
        if _value(call) != (None, None):
            made = secret.put(_token(call), _value(call), {CURRENT}, self._now)
            return {"ARN": secret.arn, "Name": secret.name, "VersionId": made.id}
        return {"ARN": secret.arn, "Name": secret.name}

    def _move(self, secret: Secret, call: Call) -> Document:
        stage = str(call.get("VersionStage"))
        onto, off, holder = call.get("MoveToVersionId"), call.get("RemoveFromVersionId"), secret.labelled(stage)
        for id in (onto, off):
            if id is not None and id not in secret.versions:
                raise AwsError("ResourceNotFoundException", f"Secrets Manager can't find version {id} of the secret.")
        if holder is not None and holder.id not in (off, onto):
            raise _invalid(
                f"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to "
                f"version {holder.id}, so you must explicitly reference that version in RemoveFromVersionId."
            )
        if onto is None and stage == CURRENT:
            raise _invalid("You can only move staging label AWSCURRENT to a different secret version.")
        if onto is not None:
            secret.move(stage, secret.versions[onto])
        elif holder is not None:
            holder.stages.discard(stage)
        secret.changed = self._now
        return {"ARN": secret.arn, "Name": secret.name}

    def _tag(self, secret: Secret, call: Call) -> Document:
        secret.tags = _checked(call.get("Tags", []), secret.tags)
        secret.changed = self._now
        return {}

    def _untag(self, secret: Secret, call: Call) -> Document:
        secret.tags = {key: value for key, value in secret.tags.items() if key not in call.get("TagKeys", [])}
        secret.changed = self._now
        return {}

    def _delete(self, secret: Secret, call: Call) -> Document:
        days, at_once = call.get("RecoveryWindowInDays"), bool(call.get("ForceDeleteWithoutRecovery"))
        if days is not None and at_once:
            raise _invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
        if days is not None and not 7 <= days <= 30:
            raise _invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
        if at_once:
            self._store.drop(secret)
            return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": self._now}
        if secret.deleted is not None:
            raise _refused("You tried to perform the operation on a secret that's currently marked deleted.")
        secret.deleted = self._now + timedelta(days=days or 30)
        return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": secret.deleted}

    def _restore(self, secret: Secret, call: Call) -> Document:
        del call
        secret.deleted = None
        return {"ARN": secret.arn, "Name": secret.name}


def _describe(secret: Secret, call: Call) -> Document:
    del call
    return {**secret.shown(), **({"VersionIdsToStages": secret.stages} if secret.stages else {})}


def _get(secret: Secret, call: Call) -> Document:
    id, stage = call.get("VersionId"), call.get("VersionStage")
    found = secret.versions.get(id) if id is not None else secret.labelled(stage or CURRENT)
    if found is None or (stage is not None and stage not in found.stages):
        what = f"VersionId: {id}" if id is not None else f"staging label: {stage or CURRENT}"
        raise AwsError("ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for {what}")
    text, binary = found.value
    held: Document = {"SecretString": text} if text is not None else {"SecretBinary": binary}
    named = {"ARN": secret.arn, "Name": secret.name, "VersionId": found.id}
    return {**named, **held, "VersionStages": sorted(found.stages), "CreatedDate": found.made}


def _versions(secret: Secret, call: Call) -> Document:
    listed = [one for one in secret.versions.values() if one.stages or call.get("IncludeDeprecated")]
    start, size = int(call.get("NextToken", "0")), int(call.get("MaxResults", _PAGE))
    shown = [{"VersionId": one.id, "VersionStages": sorted(one.stages), "CreatedDate": one.made} for one in listed]
    more = {"NextToken": str(start + size)} if start + size < len(shown) else {}
    return {"ARN": secret.arn, "Name": secret.name, "Versions": shown[start : start + size], **more}


def _token(call: Call) -> str:
    token = str(call.get("ClientRequestToken") or uuid.uuid4())
    if not 32 <= len(token) <= 64:
        raise _invalid("ClientRequestToken must be 32-64 characters long.")
    return token


def _value(call: Call) -> tuple[str | None, bytes | None]:
    text, binary = call.get("SecretString"), call.get("SecretBinary")
    if text is not None and binary is not None:
        raise _invalid("You can't specify both a binary secret value and a string secret value in the same secret.")
    return text, binary


def _checked(given: list[dict[str, str]], before: dict[str, str]) -> dict[str, str]:
    if any(tag["Key"].lower().startswith("aws:") for tag in given):
        raise _invalid("The tag's key begins with aws:, which is reserved.")
    tags = {**before, **{tag["Key"]: tag.get("Value", "") for tag in given}}
    if len(tags) > _TAGS:
        raise _invalid(f"A secret can have at most {_TAGS} tags.")
    return tags


def _fits(secret: Secret, rule: Document) -> bool:
    values, key = [str(value) for value in rule.get("Values", [])], rule.get("Key")
    texts: dict[str, list[str]] = {
        "name": [secret.name],
        "description": [secret.description or ""],
        "owning-service": [secret.owner or ""],
        "tag-key": list(secret.tags),
        "tag-value": list(secret.tags.values()),
    }
    if key not in texts:
        raise AwsError("MotoNotImplemented", f"secretsmanager.ListSecrets does not filter by {key} here.", 501)
    return any(text.startswith(value) for text in texts[key] for value in values)
