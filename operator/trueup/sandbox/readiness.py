"""Waiting until a started process answers that it is ready, or has ended instead."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

_ASK_EVERY_SECONDS = 0.05
_ANSWER_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class ClientTls:
    """The authority to trust and the certificate to show when asking a TLS server."""

    authority: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """An SSL context that trusts this authority and nothing else."""
        context = ssl.create_default_context(cafile=str(self.authority))
        context.load_cert_chain(self.certificate, self.key)
        return context


def answers(url: str, tls: ClientTls | None = None, *, any_status: bool = False) -> bool:
    """Whether GET `url` is answered now with status 200, or with `any_status` at all; proxies are never asked."""
    try:
        verify = tls.context() if tls is not None else True
        with httpx.Client(verify=verify, trust_env=False, timeout=_ANSWER_WITHIN_SECONDS) as client:
            return client.get(url).status_code == HTTPStatus.OK or any_status
    except (httpx.HTTPError, OSError):
        return False


def await_ready(url: str, tls: ClientTls | None, *, seconds: float, alive: Callable[[], bool]) -> bool:
    """Ask `url` until it answers 200 (True), the process has ended or `seconds` have passed (both False)."""
    verify = tls.context() if tls is not None else True
    with httpx.Client(verify=verify, trust_env=False, timeout=_ANSWER_WITHIN_SECONDS) as client:

        def ready() -> bool | None:
            try:
                if client.get(url).status_code == HTTPStatus.OK:
                    return True
            except httpx.HTTPError:
                pass
            return None if alive() else False

        asking = Retrying(
            wait=wait_fixed(_ASK_EVERY_SECONDS),
            stop=stop_after_delay(seconds),
            retry=retry_if_result(lambda result: result is None),
            retry_error_callback=lambda _: False,
        )
        return bool(asking(ready))
