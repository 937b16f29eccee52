"""Charter: secrets, their versions and the labels of these, as Secrets Manager keeps them.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
_SUFFIX = string.ascii_letters + string.digits


@dataclass
class Version:
    """One value of a secret. Without a label it is deprecated: kept, and hardly shown."""

    id: str
    value: tuple[str | None, bytes | None]
    made: datetime
    stages: set[str] = field(default_factory=set[str])


@dataclass
class Secret:
    """One secret of one account and region."""

    account: str
    region: str
    name: str
    arn: str
    made: datetime
    changed: datetime
    description: str | None = None
    key: str | None = None
    tags: dict[str, str] = field(default_factory=dict[str, str])
    owner: str | None = None
    """The service that manages it, for its own users."""
    versions: dict[str, Version] = field(default_factory=dict[str, Version])
    deleted: datetime | None = None
    """When it goes, if somebody has deleted it."""

    def labelled(self, stage: str) -> Version | None:
        """The version with a label."""
        return next((one for one in self.versions.values() if stage in one.stages), None)

    @property
    def stages(self) -> dict[str, list[str]]:
        """The labels of each version that has any."""
        return {one.id: sorted(one.stages) for one in self.versions.values() if one.stages}

    def move(self, stage: str, version: Version) -> None:
        """The label stands on this version alone; the one that was current is then the previous one."""
        before = self.labelled(stage)
        if before is version:
            return
        if before is not None:
            before.stages.discard(stage)
        version.stages.add(stage)
        if stage == CURRENT and before is not None:
            self.move(PREVIOUS, before)

    def put(self, id: str, value: tuple[str | None, bytes | None], stages: set[str], at: datetime) -> Version:
        """A version of this id and value is there; the same once more is taken for a retry, another is refused."""
        known = self.versions.get(id)
        if known is not None:
            if known.value != value:
                raise AwsError(
                    "ResourceExistsException",
                    f"You can't use ClientRequestToken {id} because that value is already in use for a version of "
                    f"secret {self.arn}.",
                )
            return known
        made = self.versions[id] = Version(id, value, at)
        for stage in sorted(stages):
            self.move(stage, made)
        if self.labelled(CURRENT) is None:
            self.move(CURRENT, made)
        self.changed = at
        return made

    def shown(self) -> Document:
        """What describes it, without its versions."""
        return {
            "ARN": self.arn,
            "Name": self.name,
            "Description": self.description,
            "KmsKeyId": self.key,
            "LastChangedDate": self.changed,
            "CreatedDate": self.made,
            "DeletedDate": self.deleted,
            "OwningService": self.owner,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }


class Secrets:
    """Every secret of every account and region."""

    def __init__(self) -> None:
        self._secrets: dict[str, Secret] = {}

    def add(self, account: str, region: str, name: str, at: datetime) -> Secret:
        """A new secret without a value. Its ARN ends with six characters that nobody can foresee."""
        suffix = "".join(secrets.choice(_SUFFIX) for _ in range(6))
        arn = f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-{suffix}"
        made = self._secrets[arn] = Secret(account, region, name, arn, at, at)
        return made

    def drop(self, secret: Secret) -> None:
        """The secret is gone for good."""
        self._secrets.pop(secret.arn, None)

    def named(self, account: str, region: str, name: str, now: datetime) -> Secret | None:
        """The secret of this name, also one that is scheduled for deletion."""
        return next((one for one in self.all(account, region, now) if one.name == name), None)

    def find(self, account: str, region: str, id: str, now: datetime) -> Secret:
        """The secret that a name, an ARN, or an ARN without its last characters means. Raise where there is none."""
        for one in self.all(account, region, now):
            if id in (one.name, one.arn, one.arn[:-7]):
                return one
        raise AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

    def all(self, account: str, region: str, now: datetime) -> list[Secret]:
        """The secrets of an account and region, oldest first; those whose time has come are gone."""
        for one in [one for one in self._secrets.values() if one.deleted is not None and one.deleted <= now]:
            self.drop(one)
        return [one for one in self._secrets.values() if (one.account, one.region) == (account, region)]

    def exists(self, arn: str, now: datetime) -> bool:
        """Whether there is a secret of this ARN that is not scheduled for deletion."""
        found = self._secrets.get(arn)
        return found is not None and found.deleted is None and found in self.all(found.account, found.region, now)

    def clear(self) -> None:
        """There are no secrets."""
        self._secrets.clear()


def at(seconds: float) -> datetime:
    """A time of the emulator's clock as Secrets Manager shows it."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)
