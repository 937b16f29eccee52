"""Charter: what tests and demos order of App Runner: failures, a closed account, maintenance, handshakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trueup.sandbox.emulator.errors import AwsError

UNHEALTHY = "Health check failed. Check your configured health check path and port."


class Failure(BaseModel):
    """Deployments that are to fail: by service and image (globs) and type of operation, `times` times in all.

    An operation `DELETE_SERVICE` ends in DELETE_FAILED.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str = "*"
    image: str = "*"
    operation: Literal[
        "*", "CREATE_SERVICE", "UPDATE_SERVICE", "START_DEPLOYMENT", "RESUME_SERVICE", "DELETE_SERVICE"
    ] = "*"
    reason: str = UNHEALTHY
    times: int | None = Field(default=None, ge=1)

    def meets(self, service: str, image: str, operation: str) -> bool:
        """Whether the rule speaks of this operation; `*` leaves deletions alone."""
        every = self.operation == "*" and operation != "DELETE_SERVICE"
        return (
            fnmatchcase(service, self.service)
            and fnmatchcase(image, self.image)
            and (every or self.operation == operation)
        )


class Maintenance(BaseModel):
    """AWS works on services for some seconds: nobody asked for it, and no operation is listed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str = "*"
    seconds: float = Field(default=30.0, ge=0, le=86400)


class Handshake(BaseModel):
    """A person completes, or spoils, the handshake of connections."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connection: str = "*"
    status: Literal["AVAILABLE", "ERROR"] = "AVAILABLE"


class Admission(BaseModel):
    """Whether accounts may create anything, and the code of the refusal: AWS does not document it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    open: bool
    code: str = "SubscriptionRequiredException"


_FAILURES = TypeAdapter(list[Failure])


@dataclass
class Orders:
    """The orders in force."""

    admission: Admission = field(default_factory=lambda: Admission(open=True))
    failures: list[Failure] = field(default_factory=list[Failure])
    met: list[int] = field(default_factory=list[int])

    def admit(self, content: object) -> dict[str, object]:
        """Open or close App Runner to accounts that want to create."""
        self.admission = Admission.model_validate(content)
        return self.admission.model_dump()

    def put_failures(self, rules: object) -> list[dict[str, object]]:
        """Replace the rules by which deployments fail; an empty list clears them."""
        parsed = _FAILURES.validate_python(rules)
        self.failures, self.met = parsed, [0] * len(parsed)
        return self.view()

    def view(self) -> list[dict[str, object]]:
        """The rules, and how often each was met."""
        return [
            dict[str, object](rule.model_dump()) | {"hits": self.met[index]} for index, rule in enumerate(self.failures)
        ]

    def pick(self, service: str, image: str, operation: str) -> str | None:
        """Why this operation is to fail, counting it; None if it is left alone."""
        for index, rule in enumerate(self.failures):
            if rule.meets(service, image, operation) and (rule.times is None or self.met[index] < rule.times):
                self.met[index] += 1
                return rule.reason
        return None

    def refuse_strangers(self, operation: str) -> None:
        """Raise the refusal of an account that may not create, for whatever creates."""
        if operation.startswith("Create") and not self.admission.open:
            message = "AWS App Runner is no longer open to new customers; this account has no access to it."
            raise AwsError(self.admission.code, message)

    def clear(self) -> None:
        """Nothing is ordered any more, and accounts may create."""
        self.admission = Admission(open=True)
        self.put_failures([])
