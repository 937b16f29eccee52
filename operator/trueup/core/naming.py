"""Who owns a resource, and the names that follow from it.

`trueup.dev/owner = <scope>/<Kind>/<namespace>/<name>` and never the uid, so that a re-created object finds what was
retained. Names and client tokens derive from the same string, so that a second try finds the first.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

DOMAIN: Final = "trueup.dev"
OWNER_TAG: Final = f"{DOMAIN}/owner"
RESOURCE_TAG: Final = f"{DOMAIN}/resource"
TAG_KEYS_TAG: Final = f"{DOMAIN}/tag-keys"
TAG_VALUE_LIMIT: Final = 256


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """An object of ours, as AWS is told of it. `scope` is the operator's `--scope`."""

    scope: str
    kind: str
    namespace: str
    name: str

    @property
    def owner(self) -> str:
        """The owner tag's value; hashed beyond the 256 characters that AWS allows a tag value."""
        plain = f"{self.scope}/{self.kind}/{self.namespace}/{self.name}"
        if len(plain) <= TAG_VALUE_LIMIT:
            return plain
        digest = hashlib.sha256(plain.encode()).hexdigest()
        return f"{self.scope[:60]}/{self.kind}/sha256:{digest}"

    def derived(self, limit: int = 50) -> str:
        """A name of at most `limit` characters: readable, lower-case, and different for every owner."""
        digest = hashlib.sha256(self.owner.encode()).hexdigest()[:6]
        readable = re.sub(r"[^a-z0-9]+", "-", f"{self.namespace}-{self.name}".lower()).strip("-")
        if not readable or not readable[0].isalpha():
            readable = f"t-{readable}".rstrip("-")
        return f"{readable[: limit - 7].rstrip('-')}-{digest}"

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"


def client_token(owner: str, resource: str, attempt: str) -> str:
    """A client token: the same for every retry of one attempt, another for a later re-creation."""
    return hashlib.sha256(f"{owner}|{resource}|{attempt}".encode()).hexdigest()[:32]
