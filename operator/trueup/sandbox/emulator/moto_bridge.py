"""Charter: the only door to moto. Calls go in as wire requests; what moto lacks comes out as a proper AWS error.

moto keeps its state in module globals, so there is one AWS per process.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.models import service_model
from trueup.sandbox.emulator.wire import WireRequest

MOTO_VERSION = "5.2.5"
ACCOUNT = "123456789012"
WARM_SERVICES = ("sts", "iam", "ec2", "secretsmanager", "kms", "s3")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, headers and body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def module(name: str) -> Any:
    """A module of moto, untyped as moto is."""
    return cast(Any, importlib.import_module(name))


def backend(service: str, account: str, region: str) -> Any:
    """State of moto for one service, account and region."""
    return module("moto.backends").get_backend(service)[account][region]


@contextmanager
def refusals() -> Generator[None]:
    """What moto's state refuses when it is used without moto's own server is an AWS error all the same."""
    try:
        yield
    except module("moto.core.exceptions").ServiceException as error:
        raise AwsError(str(error.code), str(error.message)) from error


class Moto:
    """moto behind a call: `call` answers or raises `AwsError`."""

    def __init__(self, managed_policies: bool = False) -> None:
        """Load moto. AWS's managed IAM policies cost seconds at every reset, so only a server has them."""
        self._managed_policies = managed_policies
        self._say_managed_policies()
        version = str(module("moto").__version__)
        if version != MOTO_VERSION:
            raise RuntimeError(
                f"the emulator is written for moto {MOTO_VERSION}, not {version}: install the pinned one"
            )
        server = module("moto.moto_server.werkzeug_app")
        self._application = server.DomainDispatcherApplication(server.create_backend_app)
        module("moto.ec2.models.amis").AmiBackend._load_amis = _no_images
        responses = module("moto.core.responses")  # it looks through its classes for every request anew
        responses.method_names_from_class = cache(module("moto.core.utils").method_names_from_class)
        self._modules = frozenset(module("moto.backends").list_of_moto_modules())
        self._application.get_backend_for_host = self._backend_of
        logging.getLogger("moto").setLevel(logging.ERROR)

    def _backend_of(self, host: str | None) -> str | None:
        """As moto's own search, but fast, and an unknown service is an error rather than a line on stdout."""
        if host is None or host == "moto_api" or host in self._modules:
            return host
        for name, pattern in self._application.backend_url_patterns:
            if pattern.match(f"http://{host}"):
                return str(name)
        raise NotImplementedError(host)

    def warm(self) -> None:
        """Load the services that are used first, so that no call pays for imports."""
        server = module("moto.moto_server.werkzeug_app")
        for service in WARM_SERVICES:
            regions = module("moto.backends").get_backend(service)[ACCOUNT]
            _ = regions["us-east-1" if "us-east-1" in regions.regions else "aws"]
            self._application.app_instances[service] = server.create_backend_app(service)
            service_model(service)

    def _say_managed_policies(self) -> None:
        os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true" if self._managed_policies else "false"

    def reset(self) -> None:
        """Empty every account and region."""
        self._say_managed_policies()  # another emulator of this process may have said otherwise
        module("moto.moto_api._internal.models").moto_api_backend.reset()

    def call(self, request: WireRequest) -> Answer:
        """Let moto answer. Raises AwsError `MotoNotImplemented` or `MotoCrash` where it cannot."""
        environ = request.environ()
        answered: list[tuple[int, tuple[tuple[str, str], ...]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], None]:
            answered[:] = [(int(status.split(" ", 1)[0]), tuple(headers))]
            return lambda _chunk: None

        try:
            chunks: Iterable[bytes] = self._application(environ, start_response)
            body = b"".join(chunks)
        except NotImplementedError as error:
            raise _not_implemented(request) from error
        except Exception as error:
            raise _crash(request, error) from error
        status, headers = answered[0]
        if status >= 400 and body[:64].lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise _not_implemented(request)
        return Answer(status, headers, body)


def _no_images(_backend: object) -> None:
    """Leave out moto's 1,300 machine images: nobody here starts machines, and they cost half a second per reset."""


def _not_implemented(request: WireRequest) -> AwsError:
    call = f"{request.service}.{request.operation}"
    return AwsError("MotoNotImplemented", f"The emulator has no {call}; see docs/emulator.md.", 501)


def _crash(request: WireRequest, error: Exception) -> AwsError:
    _LOG.warning("moto failed on %s.%s", request.service, request.operation, exc_info=error)
    call = f"{request.service}.{request.operation}"
    return AwsError("MotoCrash", f"moto failed on {call}: {type(error).__name__}: {error}", 500)
