"""Charter: CloudFront as its clients call it. What is not there says so; nothing is left to moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from trueup.sandbox.emulator.acm.service import Acm
from trueup.sandbox.emulator.acm.store import Certificate
from trueup.sandbox.emulator.cloudfront import distributions, functions, named
from trueup.sandbox.emulator.cloudfront.store import Account, Accounts, Distribution
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World


class CloudFront:
    """CloudFront of every account; it answers in every region."""

    def __init__(self, world: World, acm: Acm) -> None:
        self._accounts = Accounts(world)
        self._acm = acm
        acm.users.append(self._users)
        self._operations: Mapping[str, Callable[[Account, Call], Document]] = {
            **distributions.OPERATIONS,
            **functions.OPERATIONS,
            **{name: answer for kind in named.KINDS for name, answer in named.operations(kind)},
        }

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer one call."""
        del forward
        account = self._accounts.of(call.account)
        guarded = distributions.GUARDED.get(call.operation)
        if guarded is not None:
            return guarded(account, call, self)
        operation = self._operations.get(call.operation)
        if operation is None:
            message = f"cloudfront.{call.operation} is not there; see docs/emulator.md."
            raise AwsError("MotoNotImplemented", message, 501)
        return operation(account, call)

    def reset(self) -> None:
        """Forget everything."""
        self._accounts.clear()

    def certificate(self, arn: str) -> Certificate | None:
        """The certificate of an ARN as it is by now, whosever it is."""
        return self._acm.find(arn)

    def holder(self, name: str) -> Distribution | None:
        """The distribution, of whatever account, that has an alternate name."""
        return next((one for one in self._accounts.distributions() if name in one.names), None)

    def _users(self, arn: str) -> Iterator[str]:
        """The distributions that show a certificate."""
        for one in self._accounts.distributions():
            if one.config["ViewerCertificate"].get("ACMCertificateArn") == arn:
                yield one.arn
