"""Charter: the secrets that other services manage. Their owner alone may change or delete them.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from trueup.sandbox.emulator.vault.store import CURRENT, Secret, Secrets


@dataclass(frozen=True)
class ManagedSecret:
    """A database's master password as Secrets Manager holds it."""

    secret: Secret
    store: Secrets
    now: Callable[[], datetime]

    @property
    def arn(self) -> str:
        """The secret's ARN."""
        return self.secret.arn

    @classmethod
    def create(
        cls,
        store: Secrets,
        now: Callable[[], datetime],
        where: tuple[str, str],
        username: str,
        resource: str,
        resource_arn: str,
    ) -> ManagedSecret:
        """Make the secret `rds!<resource>-<uuid>` with a fresh password, in an account and region."""
        secret = store.add(*where, f"rds!{resource}-{uuid.uuid4()}", now())
        secret.description = f"Secret associated with primary RDS DB {resource}: {resource_arn}"
        secret.tags = {"aws:rds:primaryDBClusterArn": resource_arn, "aws:secretsmanager:owningService": "rds"}
        secret.owner = "rds"
        made = cls(secret, store, now)
        made._put({"username": username, "password": _password()})
        return made

    def rotate(self) -> None:
        """Put a new password under AWSCURRENT; the old one stays as AWSPREVIOUS."""
        current = self.secret.labelled(CURRENT)
        held = json.loads(current.value[0] or "{}") if current is not None else {}
        self._put({**held, "password": _password()})

    def delete(self) -> None:
        """Remove the secret at once, as AWS does with the database."""
        self.store.drop(self.secret)

    def _put(self, held: dict[str, str]) -> None:
        self.secret.put(str(uuid.uuid4()), (json.dumps(held), None), {CURRENT}, self.now())


def _password() -> str:
    """As AWS makes them: with characters that URLs take only quoted."""
    return f"{secrets.token_urlsafe(18)}#{secrets.choice('?%&=+ <')}{secrets.token_urlsafe(6)}"
