"""Charter: a service's configuration as App Runner keeps it: refused, filled up with defaults, in its own spelling.

Sources: https://docs.aws.amazon.com/apprunner/latest/api/API_CreateService.html,
https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html (the pairs of CPU and memory),
https://docs.aws.amazon.com/apprunner/latest/dg/manage-configure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trueup.sandbox.emulator.apprunner import connectors, revisions
from trueup.sandbox.emulator.apprunner.store import Region, invalid
from trueup.sandbox.emulator.apprunner.surroundings import Image
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

PAIRS: Mapping[int, tuple[int, ...]] = {
    256: (512, 1024),
    512: (1024,),
    1024: (2048, 3072, 4096),
    2048: (4096, 6144),
    4096: (8192, 10240, 12288),
}
"""Megabytes of memory that go with each number of CPU units."""

_HEALTH: Document = {
    "Protocol": "TCP", "Path": "/", "Interval": 5, "Timeout": 2, "HealthyThreshold": 1, "UnhealthyThreshold": 5
}  # fmt: skip
_RESERVED = "AWSAPPRUNNER"
BUILDER, RUNNER = "build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com"
"""The service principals that pull images and that run them."""

Part = Callable[[Region, Mapping[str, Any]], Any]


def first(region: Region, call: Call) -> Document:
    """The configuration of a new service."""
    config: Document = {name: part(region, call.get(name) or {}) for name, part in _PARTS.items()}
    config["AutoScalingConfigurationArn"] = _scaling(region, call)
    if call.get("EncryptionConfiguration"):
        config["EncryptionConfiguration"] = call.params["EncryptionConfiguration"]
    return _completed(config)


def changed(region: Region, call: Call, before: Mapping[str, Any], *, failed: bool) -> Document:
    """The configuration after an update: each structure that is given replaces the one before, whole."""
    given = {name: part(region, call.params[name]) for name, part in _PARTS.items() if name in call.params}
    if call.get("AutoScalingConfigurationArn"):
        given["AutoScalingConfigurationArn"] = _scaling(region, call)
    if not given:
        raise invalid("No configurations provided in the UpdateService request.")
    after = {**before, **given}
    _refuse_switch(before["SourceConfiguration"], after["SourceConfiguration"], failed=failed)
    return _completed(after)


def _scaling(region: Region, call: Call) -> str:
    wanted = str(call.get("AutoScalingConfigurationArn") or region.default_scaling)
    return revisions.SCALING.active(region, wanted).arn


def _completed(config: Document) -> Document:
    """What concerns several parts at once: secrets need a role that may read them."""
    secrets = runtime(config["SourceConfiguration"]).get("RuntimeEnvironmentSecrets")
    if secrets and not config["InstanceConfiguration"].get("InstanceRoleArn"):
        raise invalid("An instance role is required to reference secrets as environment variables.")
    return config


def _refuse_switch(before: Mapping[str, Any], after: Mapping[str, Any], *, failed: bool) -> None:
    if ("CodeRepository" in before) != ("CodeRepository" in after):
        raise invalid("You can't switch a service between a source code repository and an image repository.")
    if failed and "CodeRepository" in before:
        old, new = (one["CodeRepository"]["CodeConfiguration"]["ConfigurationSource"] for one in (before, after))
        if old != new:
            raise invalid(f"ConfigurationSource cannot be changed from {old} to {new} for CREATE_FAILED services.")


# Source --------------------------------------------------------------------------------------------------------


def runtime(source: Mapping[str, Any]) -> Mapping[str, Any]:
    """Port, start command and environment of a source, of whichever sort it is."""
    if "ImageRepository" in source:
        return source["ImageRepository"].get("ImageConfiguration") or {}
    return source["CodeRepository"]["CodeConfiguration"].get("CodeConfigurationValues") or {}


def _source(region: Region, given: Mapping[str, Any]) -> Document:
    if ("ImageRepository" in given) == ("CodeRepository" in given):
        raise invalid("Provide either ImageRepository or CodeRepository in SourceConfiguration.")
    access = given.get("AuthenticationConfiguration") or {}
    kept = {"AuthenticationConfiguration": access} if access else {}
    if "ImageRepository" in given:
        repository, automatic = _image(region, given, access)
        return {"ImageRepository": repository, "AutoDeploymentsEnabled": automatic, **kept}
    automatic = bool(given.get("AutoDeploymentsEnabled", True))
    return {"CodeRepository": _code(region, given, access), "AutoDeploymentsEnabled": automatic, **kept}


def _image(region: Region, given: Mapping[str, Any], access: Mapping[str, Any]) -> tuple[Document, bool]:
    repository = given["ImageRepository"]
    image = Image.read(repository["ImageIdentifier"])
    private = repository["ImageRepositoryType"] == "ECR"
    if private != (image is not None):
        raise invalid(f"ImageIdentifier {repository['ImageIdentifier']} does not fit its ImageRepositoryType.")
    own = image is not None and image.account == region.account
    automatic = bool(given.get("AutoDeploymentsEnabled", own))
    if automatic and not own:
        raise invalid("Automatic deployments are not supported for ECR Public or for ECR of another account.")
    if private:
        role = access.get("AccessRoleArn")
        if not role:
            raise invalid("Authentication configuration is invalid.")
        if not region.identity.trusts(role, BUILDER):
            raise invalid(f"Error in assuming access role {role}")
    return {**repository, "ImageConfiguration": _values(repository.get("ImageConfiguration") or {})}, automatic


def _code(region: Region, given: Mapping[str, Any], access: Mapping[str, Any]) -> Document:
    repository = given["CodeRepository"]
    connection = region.connections.get(str(access.get("ConnectionArn")))
    if connection is None:
        raise invalid("Authentication configuration is invalid.")
    if connection.status != "AVAILABLE":
        raise invalid(f"Connection {connection.name} is {connection.status}: complete its handshake in the console.")
    configuration = repository.get("CodeConfiguration")
    if not configuration:
        raise invalid("CodeConfiguration is required.")
    values = configuration.get("CodeConfigurationValues")
    if configuration["ConfigurationSource"] == "API":
        if not values:
            raise invalid("CodeConfigurationValues is required where ConfigurationSource is API.")
        configuration = {**configuration, "CodeConfigurationValues": _values(values)}
    return {"SourceDirectory": "/", **repository, "CodeConfiguration": configuration}


def _values(given: Mapping[str, Any]) -> Document:
    port = str(given.get("Port") or "8080")
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise invalid(f"Port {port} is not valid.")
    for name in ("RuntimeEnvironmentVariables", "RuntimeEnvironmentSecrets"):
        reserved = [key for key in given.get(name) or {} if key.startswith(_RESERVED) or key == "PORT"]
        if reserved:
            raise invalid(f"The name {reserved[0]} is reserved by App Runner.")
    return {**given, "Port": port}


# Instances, health, network, tracing ---------------------------------------------------------------------------


def _instance(region: Region, given: Mapping[str, Any]) -> Document:
    cpu, memory = _units(str(given.get("Cpu", "1024"))), _units(str(given.get("Memory", "2048")))
    if memory not in PAIRS[cpu]:
        raise invalid(f"Invalid combination of CPU and memory: {cpu} CPU units with {memory} MB.")
    role = given.get("InstanceRoleArn")
    if role and not region.identity.trusts(role, RUNNER):
        raise invalid(f"Error in assuming instance role {role}")
    return {"Cpu": str(cpu), "Memory": str(memory)} | ({"InstanceRoleArn": role} if role else {})


def _units(text: str) -> int:
    number, _, unit = text.partition(" ")
    return int(float(number) * 1024) if unit else int(number)


def _health(_region: Region, given: Mapping[str, Any]) -> Document:
    return {**_HEALTH, **given}


def _network(region: Region, given: Mapping[str, Any]) -> Document:
    egress = given.get("EgressConfiguration") or {}
    kind, connector = egress.get("EgressType", "DEFAULT"), egress.get("VpcConnectorArn")
    if (kind == "VPC") != bool(connector):
        raise invalid("VpcConnectorArn goes with EgressType VPC, and with it alone.")
    if connector:
        connectors.active(region, connector)
    ingress = given.get("IngressConfiguration") or {}
    return {
        "EgressConfiguration": {"EgressType": kind} | ({"VpcConnectorArn": connector} if connector else {}),
        "IngressConfiguration": {"IsPubliclyAccessible": bool(ingress.get("IsPubliclyAccessible", True))},
        "IpAddressType": given.get("IpAddressType", "IPV4"),
    }


def _observability(region: Region, given: Mapping[str, Any]) -> Document:
    arn = given.get("ObservabilityConfigurationArn")
    if not given.get("ObservabilityEnabled", False):
        if arn:
            raise invalid("ObservabilityConfigurationArn goes with ObservabilityEnabled alone.")
        return {"ObservabilityEnabled": False}
    wanted = arn or region.arn("observabilityconfiguration", revisions.DEFAULT_NAME)
    found = revisions.OBSERVABILITY.active(region, wanted)
    return {"ObservabilityEnabled": True, "ObservabilityConfigurationArn": found.arn}


_PARTS: Mapping[str, Part] = {
    "SourceConfiguration": _source,
    "InstanceConfiguration": _instance,
    "HealthCheckConfiguration": _health,
    "NetworkConfiguration": _network,
    "ObservabilityConfiguration": _observability,
}
