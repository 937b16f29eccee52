"""Charter: the way of a call through the emulator: recognise, fault, validate, answer, log. In process or over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Literal

from trueup.sandbox.emulator.acm.service import Acm
from trueup.sandbox.emulator.apprunner.service import AppRunner
from trueup.sandbox.emulator.billing.anomalies import CostExplorer
from trueup.sandbox.emulator.billing.budgets import Budgets
from trueup.sandbox.emulator.calls import CallLog, LogEntry
from trueup.sandbox.emulator.clock import Clock, Delays, Timeline
from trueup.sandbox.emulator.cloudfront.service import CloudFront
from trueup.sandbox.emulator.dns.service import Route53
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.faults import FaultRule, Faults, fault_error
from trueup.sandbox.emulator.identity import Identity
from trueup.sandbox.emulator.images import Images
from trueup.sandbox.emulator.models import service_model
from trueup.sandbox.emulator.moto_bridge import Answer, Moto, refusals
from trueup.sandbox.emulator.network.guard import Network
from trueup.sandbox.emulator.protocol import answer, error_answer, parse
from trueup.sandbox.emulator.rds.service import Rds
from trueup.sandbox.emulator.s3.service import S3
from trueup.sandbox.emulator.secretsmanager import SecretsManager
from trueup.sandbox.emulator.service import Call, Quotas, Service, World
from trueup.sandbox.emulator.validation import check
from trueup.sandbox.emulator.wire import WireRequest

Phase = Literal["before", "after"]
Watcher = Callable[[WireRequest, Phase], None]
"""Sees every call before it is carried out and after; what it raises reaches an in-process client as is."""

_UNLOCKED = {("sqs", "ReceiveMessage")}
"""Calls that may wait for long and therefore must not hold the emulator."""


class Lost(Exception):
    """The connection is to end without an answer: at once (`drop`) or after the client gave up (`hang`)."""

    def __init__(self, action: Literal["drop", "hang"], seconds: float) -> None:
        super().__init__(action)
        self.action: Literal["drop", "hang"] = action
        self.seconds = seconds


class Core:
    """All of the emulator but its doors. One per process: moto keeps its state in globals."""

    def __init__(
        self,
        clock: Clock,
        delays: object,
        sleep: Callable[[float], None] | None = None,
        *,
        managed_policies: bool = False,
    ) -> None:
        self.clock = clock
        self.timeline = Timeline(clock)
        self.delays = Delays(delays)
        self.quotas = Quotas()
        self.calls = CallLog()
        self.faults = Faults()
        self.moto = Moto(managed_policies)
        self.sleep: Callable[[float], None] = sleep or time.sleep
        self.watchers: list[Watcher] = []
        world = World(clock, self.timeline, self.delays, self.quotas)
        self.rds = Rds(world)
        self.budgets = Budgets(world)
        identity = Identity(world)
        self.apprunner = AppRunner(world, identity)
        self.route53 = Route53(world)
        acm = Acm(world)
        self._services: dict[str, Service] = {
            "acm": acm,
            "cloudfront": CloudFront(world, acm),
            "rds": self.rds,
            "ec2": Network(world, self.rds, self.apprunner),
            "apprunner": self.apprunner,
            "iam": identity,
            "budgets": self.budgets,
            "ce": CostExplorer(world),
            "ecr": Images(world),
            "route53": self.route53,
            "s3": S3(world),
            "secretsmanager": SecretsManager(world),
        }
        self._lock = threading.RLock()

    def warm(self) -> None:
        """Load what the first calls need, so that none of them waits for it."""
        self.moto.warm()
        for service in self._services:
            service_model(service)

    def reset(self) -> None:
        """Empty AWS, the log, the faults and the quotas. Clock and delays stay."""
        with self._lock:
            self.moto.reset()
            for service in self._services.values():
                service.reset()
            self.timeline.clear()
            self.faults.put([])
            self.quotas.reset()
            self.calls.clear()

    def run_maintenance(self) -> None:
        """Let every database's maintenance window pass."""
        with self._lock:
            self.timeline.settle()
            self.rds.run_maintenance()

    def order(self, door: str, content: object) -> object:
        """Let App Runner do what a test or a demo orders at one of its doors; None for a door that is not there."""
        with self._lock:
            self.timeline.settle()
            return self.apprunner.order(door, content)

    def told(self, door: str) -> object:
        """What one of App Runner's doors shows at this moment; None for a door that is not there."""
        with self._lock:
            self.timeline.settle()
            return self.apprunner.told(door)

    @contextmanager
    def held(self) -> Generator[None]:
        """Nothing else happens in AWS meanwhile."""
        with self._lock:
            yield

    def call(self, request: WireRequest) -> Answer:
        """Answer one AWS call. Raises `Lost` where a fault takes the answer away."""
        began = time.perf_counter()
        rule = self.faults.pick(request)
        status, error_code = 0, None
        try:
            self._watch(request, "before")
            result, error_code = self._with_fault(request, rule)
            status = result.status
            self._watch(request, "after")
            return result
        finally:
            self._log(request, rule, status, error_code, (time.perf_counter() - began) * 1000)

    def _watch(self, request: WireRequest, phase: Phase) -> None:
        for watcher in list(self.watchers):
            watcher(request, phase)

    def _with_fault(self, request: WireRequest, rule: FaultRule | None) -> tuple[Answer, str | None]:
        if rule is None:
            return self._answer(request)
        if rule.action == "delay" and rule.when == "before":
            self.sleep(rule.seconds)
        if rule.when == "after" or rule.action == "delay":
            result = self._answer(request)
            if rule.action == "delay":
                if rule.when == "after":
                    self.sleep(rule.seconds)
                return result
        if rule.action in ("drop", "hang"):
            raise Lost("drop" if rule.action == "drop" else "hang", rule.seconds)
        if rule.action == "unavailable":
            page = b"<html><body><h1>503 Service Unavailable</h1></body></html>"
            return Answer(rule.status or 503, (("Content-Type", "text/html"),), page), "503"
        error = fault_error(rule, request)
        return error_answer(request, error), error.code

    def _answer(self, request: WireRequest) -> tuple[Answer, str | None]:
        try:
            if (request.service, request.operation) in _UNLOCKED:
                return self.moto.call(request), None
            with self._lock:
                self.timeline.settle()
                result = self._serve(request)
        except AwsError as error:
            return error_answer(request, error), error.code
        code = None
        if result.status >= 400:
            code = next(
                (value for key, value in result.headers if key.lower() == "x-amzn-errortype"),
                str(result.status),
            )
        return result, code

    def _serve(self, request: WireRequest) -> Answer:
        service = self._services.get(request.service)
        if service is None:
            return self.moto.call(request)
        params = parse(request)
        check(request.service, request.operation, params)
        call = Call(request.service, request.operation, request.account, request.region, request.caller, params)
        with refusals():
            result = service.handle(call, lambda: self.moto.call(request))
        return result if isinstance(result, Answer) else answer(request, result)

    def _log(self, request: WireRequest, rule: FaultRule | None, status: int, error: str | None, ms: float) -> None:
        self.calls.record(
            LogEntry(
                self.calls.next_number(),
                self.clock.now(),
                request.service,
                request.operation,
                request.caller,
                request.region,
                status,
                round(ms, 2),
                rule.action if rule is not None else None,
                request.attempt,
                error,
                request.loggable(),
            )
        )
