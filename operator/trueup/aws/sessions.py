"""Clients by service and place, with the credentials of the place: made once, shared by all threads.

A place without a role uses the process's own credentials (environment, profile, web identity, instance); a place with
a role assumes it, and refreshes on its own. `AWS_ENDPOINT_URL` works as in every AWS SDK.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import RLock
from typing import Final

from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, DataNotFoundError
from botocore.loaders import JSONFileLoader
from botocore.session import Session

from trueup.aws.calling import method
from trueup.aws.errors import fault_of
from trueup.aws.wholeness import refuse_what_is_no_answer
from trueup.core.faults import Fault, ObservationFailed
from trueup.core.values import Json, Place, Pseudo, Retry, as_list, as_map

READ_ATTEMPTS: Final = 3
ROLE_SESSION: Final = "trueup"
TOKENS_REMEMBERED: Final = 1000
_READ: Final = "clientContextParams"
"""The one part of a model whose documentation botocore itself reads."""
MEMORY_OF_FAILURE: Final = timedelta(seconds=5)
"""A failed look-up of the account is not repeated within this time: every object would ask at once."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose credentials a place has."""

    id: str
    partition: str
    arn: str
    """The principal that makes our calls."""


def configured_region() -> str | None:
    """The region that AWS's own settings (environment, profile) name, as AWS's clients take it; None without one."""
    try:
        region = Session().get_config_variable("region")
    except BotoCoreError:  # a profile that is not there, a file that cannot be read: credentials will say so
        return None
    return str(region) if region else None


class _AssumedRole(CredentialProvider):
    """The only credentials of a session that works under a role."""

    METHOD = "assume-role"

    def __init__(self, refresh: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._refresh = refresh

    def load(self) -> DeferredRefreshableCredentials:
        """Credentials that are fetched at first use and again before they expire."""
        return DeferredRefreshableCredentials(self._refresh, self.METHOD)


class _Undocumented(JSONFileLoader):
    """Reads botocore's models without their documentation, which is most of their size and which no call needs."""

    def load_file(self, file_path: str) -> Json:
        """The model, or None where there is no such file."""
        return _without_documentation(super().load_file(file_path))


def _without_documentation(model: Json) -> Json:
    members, items = as_map(model), as_list(model)
    if members is not None:
        kept = {key: value for key, value in members.items() if key != "documentation" or not isinstance(value, str)}
        return {key: value if key == _READ else _without_documentation(value) for key, value in kept.items()}
    return model if items is None else [_without_documentation(item) for item in items]


@cache
def _loader() -> object:
    """Botocore's models, read and kept once for all sessions: EC2's alone takes a second and many megabytes."""
    loader: Json = Session().get_component("data_loader")
    loader.file_loader = _Undocumented()
    return loader


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class Sessions:
    """Every AWS client of the process."""

    def __init__(
        self,
        *,
        user_agent_appid: str = "trueup",
        endpoint: str | None = None,
        connect_timeout: float = 5,
        read_timeout: float = 30,
        pool: int = 16,
        install: Callable[[BaseClient], None] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._app = user_agent_appid
        self._endpoint = endpoint
        self._timeouts = (connect_timeout, read_timeout)
        self._pool = pool
        self._install = install
        self._clock = clock
        self._sessions: dict[str | None, Session] = {}
        self._clients: dict[tuple[str, Place, bool], BaseClient] = {}
        self._accounts: dict[str | None, Account] = {}
        self._failures: dict[str | None, tuple[datetime, Fault]] = {}
        self._shown: deque[str] = deque(maxlen=TOKENS_REMEMBERED)
        # Making clients is not thread-safe in botocore; using them is. Calls are made under no lock that making
        # clients needs: refreshing a role's credentials asks for a client of its own.
        self._lock = RLock()
        self._asking = RLock()

    def client(self, service: str, place: Place, *, retries: bool = True) -> BaseClient:
        """The client of a service in a place; without `retries` for calls that must not be sent twice."""
        key = (service, place, retries)
        found = self._clients.get(key)
        if found is not None:
            return found
        with self._lock:
            return self._clients.get(key) or self._make(key)

    def account(self, place: Place) -> Account:
        """Whose account the place is. Raises ObservationFailed; a failure is remembered for 5 s."""
        known = self._accounts.get(place.role_arn)
        if known is not None:
            return known
        with self._asking:
            known = self._accounts.get(place.role_arn)
            return known or self._ask_account(place)

    def pseudo(self, place: Place) -> Mapping[Pseudo, str]:
        """The values that belong to the place. Raises ObservationFailed when AWS does not say whose it is."""
        account = self.account(place)
        return {
            Pseudo.ACCOUNT: account.id,
            Pseudo.PARTITION: account.partition,
            Pseudo.REGION: place.region,
        }

    def pagination(self, service: str, place: Place, operation: str) -> Mapping[str, Json] | None:
        """How botocore pages through an operation; None where it has no paginator for it."""
        with self._lock:
            try:
                model = self._session(place).get_paginator_model(service)
                return model.get_paginator(operation)
            except (DataNotFoundError, ValueError):
                return None

    def fault(
        self,
        error: Exception,
        service: str,
        operation: str,
        *,
        params: Mapping[str, Json] | None = None,
        retry: Retry = Retry.UNIQUE,
    ) -> Fault:
        """What an exception of a call means, without credentials of ours that whoever answered may have quoted."""
        return fault_of(error, service, operation, params=params, retry=retry, secrets=tuple(self._shown))

    def forget(self) -> None:
        """Clients, credentials and accounts are made and asked for anew."""
        with self._lock:
            self._sessions.clear()
            self._clients.clear()
            self._accounts.clear()
            self._failures.clear()

    def _make(self, key: tuple[str, Place, bool]) -> BaseClient:
        service, place, retries = key
        connect, read = self._timeouts
        options: dict[str, Json] = {
            "retries": {"mode": "standard", "total_max_attempts": READ_ATTEMPTS if retries else 1},
            "user_agent_appid": self._app,
            "connect_timeout": connect,
            "read_timeout": read,
            "max_pool_connections": self._pool,
            **({"s3": {"addressing_style": "path"}} if self._is_elsewhere() else {}),
        }
        config = Config(**options)
        session = self._session(place)
        client = session.create_client(service, region_name=place.region, endpoint_url=self._endpoint, config=config)
        client.meta.events.register("before-parse", refuse_what_is_no_answer)
        client.meta.events.register("before-send", self._remember_token)
        if self._install is not None:
            self._install(client)
        self._clients[key] = client
        return client

    def _remember_token(self, request: AWSPreparedRequest, **_: object) -> None:
        """The session token that a request carries: the one part of our credentials that AWS is shown."""
        token = request.headers.get("X-Amz-Security-Token")
        text = token.decode() if isinstance(token, bytes) else token
        if text and text not in self._shown:
            self._shown.append(text)

    def _is_elsewhere(self) -> bool:
        """Calls go to an endpoint that is not AWS's own: a bucket's name in its host name would lead nowhere."""
        return bool(self._endpoint or os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT_URL_S3"))

    def _session(self, place: Place) -> Session:
        session = self._sessions.get(place.role_arn)
        if session is None:
            session = Session()
            session.register_component("data_loader", _loader())
            if place.role_arn is not None:
                role = _AssumedRole(lambda: self._assume(place))
                session.register_component("credential_provider", CredentialResolver([role]))
            self._sessions[place.role_arn] = session
        return session

    def _assume(self, place: Place) -> Mapping[str, str]:
        assume = method(self.client("sts", Place(place.region)), "AssumeRole")
        given = assume(RoleArn=place.role_arn, RoleSessionName=ROLE_SESSION)["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    def _ask_account(self, place: Place) -> Account:
        failed = self._failures.get(place.role_arn)
        if failed is not None and self._clock() - failed[0] < MEMORY_OF_FAILURE:
            raise ObservationFailed(failed[1])
        try:
            said = method(self.client("sts", place), "GetCallerIdentity")()
        except Exception as error:
            fault = self.fault(error, "sts", "GetCallerIdentity")
            self._failures[place.role_arn] = (self._clock(), fault)
            raise ObservationFailed(fault) from None
        account = Account(str(said["Account"]), str(said["Arn"]).split(":")[1], str(said["Arn"]))
        self._accounts[place.role_arn] = account
        return account
