"""Charter: the secrets that other services manage. Their owner alone may change or delete them.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
"""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer, backend
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward

_OWNERS_ALONE = {
    "DeleteSecret",
    "PutSecretValue",
    "UpdateSecret",
    "UpdateSecretVersionStage",
    "CancelRotateSecret",
}


@dataclass(frozen=True)
class ManagedSecret:
    """A database's master password as Secrets Manager holds it."""

    account: str
    region: str
    arn: str

    @classmethod
    def create(cls, account: str, region: str, username: str, resource: str, resource_arn: str) -> ManagedSecret:
        """Make the secret `rds!<resource>-<uuid>` with a fresh password."""
        store = backend("secretsmanager", account, region)
        value = json.dumps({"username": username, "password": secrets.token_urlsafe(24)})
        secret = store.create_managed_secret(
            service_name="rds",
            secret_id=f"rds!{resource}-{uuid.uuid4()}",
            secret_string=value,
            description=f"Secret associated with primary RDS DB {resource}: {resource_arn}",
            tags=[{"Key": "aws:rds:primaryDBClusterArn", "Value": resource_arn}],
        )
        return cls(account, region, str(secret.arn))

    def rotate(self) -> None:
        """Put a new password under AWSCURRENT; the old one stays as AWSPREVIOUS."""
        store = backend("secretsmanager", self.account, self.region)
        current = json.loads(store.get_secret_value(self.arn, "", "")["SecretString"])
        current["password"] = secrets.token_urlsafe(24)
        store.put_secret_value(self.arn, json.dumps(current), None, str(uuid.uuid4()), ["AWSCURRENT"])

    def delete(self) -> None:
        """Remove the secret at once, as AWS does with the database."""
        store = backend("secretsmanager", self.account, self.region)
        store.delete_secret(secret_id=self.arn, recovery_window_in_days=None, force_delete_without_recovery=True)


class ManagedSecrets:
    """Secrets Manager as moto has it, but the secrets of other services are closed to direct changes."""

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Refuse what only the owning service may do; else let moto answer."""
        if call.operation in _OWNERS_ALONE and "rds!" in str(call.get("SecretId", "")):
            raise AwsError(
                "InvalidRequestException",
                "You can't perform this operation on a secret that is managed by another service (rds).",
            )
        return forward()

    def reset(self) -> None:
        """Nothing of ours to forget."""
