"""Every way in which a call can fail, as a `Fault`: AWS's error codes by catalogue, the client's own errors by family.

A bare HTTP error without an AWS code is never "not found": it may come from a proxy, a load balancer or a wrong path.
Messages leave here without values that the call carried under secret names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from trueup.aws.catalogue import ENTRIES, entry_for
from trueup.aws.codes.entry import Entry
from trueup.core.faults import TREATMENTS, Consequence, Fault
from trueup.core.values import Json, Retry, as_list, as_map

SECRET_NAME: Final = re.compile(
    r"password|passphrase|secretstring|secretbinary|secretaccesskey|authtoken|privatekey", re.IGNORECASE
)
LONGEST_MESSAGE: Final = 500
SHORTEST_SECRET: Final = 3
_PARAMETER: Final = re.compile(r'parameter (?:in )?([\w.\[\]]+)(?:: "([^"]+)")?')

REMEDIES: Final[Mapping[Consequence, str]] = {
    Consequence.CREDENTIALS: "Give the operator valid AWS credentials (or the role the right trust policy).",
    Consequence.DENIED: "Allow the operator's principal this action in its IAM policy.",
    Consequence.INVALID: "Report this: the call does not fit AWS's model of the operation.",
    Consequence.UNREACHABLE: "Check the network, DNS, proxy and AWS_ENDPOINT_URL between the operator and AWS.",
    Consequence.UNAVAILABLE: "Nothing to do: it is tried again. If it lasts, look at the AWS Health Dashboard.",
    Consequence.UNKNOWN_OUTCOME: "Nothing to do: AWS is searched for the result before the call is made again.",
    Consequence.UNIMPLEMENTED: "Use an endpoint that implements this operation.",
    Consequence.THROTTLED: "Nothing to do: it is tried again, more slowly.",
    Consequence.UNEXPECTED: "Look at the message; if it is not clear, report it with the code and the operation.",
}

_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.UnknownCredentialError,
    boto.NoAuthTokenError,
    boto.TokenRetrievalError,
    boto.ProfileNotFound,
    boto.ConfigParseError,
    boto.ConfigNotFound,
    boto.MetadataRetrievalError,
    boto.RefreshWithMFAUnsupportedError,
    boto.SSOError,
)
_NEVER_SENT = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.SSLError,
    boto.ProxyConnectionError,
    boto.InvalidProxiesConfigError,
    boto.BaseEndpointResolverError,
    boto.EndpointProviderError,
    boto.InvalidEndpointConfigurationError,
)
_ANSWER_LOST = (boto.HTTPClientError, boto.ConnectionError, boto.IncompleteReadError)


def fault_of(
    error: Exception,
    service: str,
    operation: str,
    *,
    params: Mapping[str, Json] | None = None,
    retry: Retry = Retry.UNIQUE,
    secrets: Collection[str] = (),
) -> Fault:
    """What an exception of a call means, without the call's secrets and those given. Every exception has a fault.

    `retry` says whether a second call would do it twice: then an answer that was lost is an unknown outcome.
    """
    unsafe = retry is Retry.UNSAFE
    if isinstance(error, boto.ClientError):
        fault = _of_answer(error, service, operation, unsafe)
    else:
        fault = _of_client(error, service, operation, unsafe)
    return _without_secrets(fault, {*secrets, *_secrets(params or {}, False)})


def _of_answer(error: boto.ClientError, service: str, operation: str, unsafe: bool) -> Fault:
    answer = as_map(error.response) or {}
    said = as_map(answer.get("Error")) or {}
    status = (as_map(answer.get("ResponseMetadata")) or {}).get("HTTPStatusCode")
    http = int(status) if isinstance(status, int) else 0
    code, message = str(said.get("Code") or ""), str(said.get("Message") or "")
    if error.operation_name == "AssumeRole" and operation != "AssumeRole":
        service, operation = "sts", error.operation_name
    entry = entry_for(service, code, message) if code and not code.isdigit() else None
    if entry is not None and operation == "AssumeRole" and entry.consequence is Consequence.DENIED:
        remedy = "Let the role's trust policy name the operator's principal, and allow it sts:AssumeRole."
        return Fault(Consequence.CREDENTIALS, code, message, service, operation, remedy)
    if entry is None:
        return _unknown_code(code or str(http or "NoCode"), message, http, service, operation, unsafe)
    if unsafe and entry.consequence in {Consequence.UNAVAILABLE, Consequence.UNEXPECTED}:
        return _lost(code, message, service, operation)
    return Fault(entry.consequence, code, message, service, operation, entry.remedy)


def _unknown_code(code: str, message: str, http: int, service: str, operation: str, unsafe: bool) -> Fault:
    """An answer that the catalogue does not know, often with no AWS code at all: only its HTTP status speaks."""
    bare = code.isdigit() or code == "NoCode"
    text = message or ("The answer carries no AWS error code." if bare else "")
    if http == 429 or "throttl" in code.lower():
        consequence = Consequence.THROTTLED
    elif http >= 500 or (bare and code.startswith("5")):
        if unsafe:
            return _lost(code, text, service, operation)
        consequence = Consequence.UNAVAILABLE
    else:
        consequence = Consequence.UNEXPECTED
    return Fault(consequence, code, text, service, operation, REMEDIES[consequence])


def _of_client(error: Exception, service: str, operation: str, unsafe: bool) -> Fault:
    name = type(error).__name__
    if isinstance(error, (boto.ParamValidationError, boto.MissingParametersError)):
        text = f"The call does not fit AWS's model in: {', '.join(_parameters(error)) or 'its parameters'}."
        return _own(Consequence.INVALID, name, text, service, operation)
    if isinstance(error, _CREDENTIALS):
        return _own(Consequence.CREDENTIALS, name, str(error), service, operation)
    if isinstance(error, boto.LoginError):
        return _own(Consequence.CREDENTIALS, name, str(error), service, operation)
    if isinstance(error, _NEVER_SENT):
        return _own(Consequence.UNREACHABLE, name, str(error), service, operation)
    if isinstance(error, _ANSWER_LOST):
        if unsafe:
            return _lost(name, str(error), service, operation)
        return _own(Consequence.UNREACHABLE, name, str(error), service, operation)
    if isinstance(error, ResponseParserError):
        text = "The answer is not one of AWS's: it cannot be parsed."
        if unsafe:
            return _lost(name, text, service, operation)
        return _own(Consequence.UNAVAILABLE, name, text, service, operation)
    if isinstance(error, (boto.UnknownServiceError, boto.OperationNotPageableError)):
        return _own(Consequence.UNIMPLEMENTED, name, str(error), service, operation)
    # The text of a foreign exception may hold anything, the call's parameters included.
    text = str(error) if isinstance(error, boto.BotoCoreError) else "The call failed inside the operator."
    return _own(Consequence.UNEXPECTED, name, text, service, operation)


def _own(consequence: Consequence, code: str, message: str, service: str, operation: str) -> Fault:
    return Fault(consequence, code, message, service, operation, REMEDIES[consequence])


def _lost(code: str, message: str, service: str, operation: str) -> Fault:
    remedy = REMEDIES[Consequence.UNKNOWN_OUTCOME]
    return Fault(Consequence.UNKNOWN_OUTCOME, code, message, service, operation, remedy, outcome_unknown=True)


def _parameters(error: Exception) -> list[str]:
    """The names of the parameters that botocore complains of; its own text also holds their values."""
    named: list[str] = []
    for where, which in _PARAMETER.findall(str(error)):
        named.append(which if which and where == "input" else f"{where}.{which}" if which else where)
    return list(dict.fromkeys(named))


def _without_secrets(fault: Fault, secrets: Collection[str]) -> Fault:
    message = fault.message
    if fault.consequence is Consequence.CREDENTIALS:
        message = message.split("\n", 1)[0]  # a refused signature quotes the request with its headers
    for secret in sorted({*secrets, *(quote(secret, safe="") for secret in secrets)}, key=len, reverse=True):
        message = message.replace(secret, "(secret)")
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[: LONGEST_MESSAGE - 1]}…"
    return Fault(
        fault.consequence,
        fault.code,
        message,
        fault.service,
        fault.operation,
        fault.remedy,
        fault.outcome_unknown,
    )


def _secrets(value: Json, secret: bool) -> Iterator[str]:
    if (members := as_map(value)) is not None:
        for key, member in members.items():
            yield from _secrets(member, secret or bool(SECRET_NAME.search(key)))
    elif (items := as_list(value)) is not None:
        for item in items:
            yield from _secrets(item, secret)
    elif secret and isinstance(value, str) and len(value) >= SHORTEST_SECRET:
        yield value


def catalogue_markdown() -> str:
    """The catalogue as a page: what each consequence means and does, then every code with cause and remedy."""
    lines = [
        "# AWS errors",
        "",
        (
            "What Trueup makes of every error that AWS can answer. A code that is not listed is `Unexpected`, "
            "or `Unavailable` when its HTTP status is 5xx; an answer without an AWS code is never taken for "
            "`NotFound`."
        ),
        "",
        "## Consequences",
        "",
        "| Consequence | Meaning | Tried again after | A person must act | Condition reason | Event |",
        "|---|---|---|---|---|---|",
    ]
    for consequence, how in TREATMENTS.items():
        waits = ", ".join(f"{seconds} s" for seconds in how.curve)
        person = {None: "no", 1: "at once"}.get(how.patience, f"after {how.patience} failures in a row")
        event = "yes" if how.event else "no"
        lines.append(f"| {consequence.value} | {how.meaning} | {waits} | {person} | `{how.reason}` | {event} |")
    for consequence in TREATMENTS:
        entries = [entry for entry in ENTRIES if entry.consequence is consequence]
        if entries:
            lines += ["", f"## {consequence.value}", "", "| Codes | Cause | What to do |", "|---|---|---|"]
            lines += [_row(entry) for entry in entries]
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> str:
    codes = " ".join(f"`{code}`" for code in entry.codes)
    where = f" ({', '.join(entry.services)})" if entry.services else ""
    said = f', saying "{entry.says}"' if entry.says else ""
    return f"| {codes}{where}{said} | {entry.cause} | {entry.remedy} |"
