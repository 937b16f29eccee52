"""Services of App Runner as declared, as AWS shows them, and with which calls one becomes the other."""

from __future__ import annotations

from typing import Any

from tests.resources.validated import lookup, sent
from trueup.core.values import Json, Key, Ref
from trueup.resources.apprunner import AutoScalingConfiguration, Service

ARN = "arn:aws:apprunner:us-east-1:123456789012:service/shop/0123456789abcdef0123456789abcdef"
SCALING = "arn:aws:apprunner:us-east-1:123456789012:autoscalingconfiguration/shop/1/00000000000000000000000000000002"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app"


def service(**more: Any) -> Service:
    given: dict[str, Any] = {
        "service_name": "shop",
        "image": f"{IMAGE}:v1",
        "image_type": "ECR",
        "image_port": "9000",
        "image_env": {"MODE": "live"},
        "automatic": False,
        "cpu": "256",
        "memory": "512",
        "scaling": Ref(Key(AutoScalingConfiguration.TYPE, "scaling"), "AutoScalingConfigurationArn"),
        **more,
    }
    return Service(name="service", **given)


FILLED = lookup({Ref(Key(AutoScalingConfiguration.TYPE, "scaling"), "AutoScalingConfigurationArn"): SCALING})


def document(**service_members: Any) -> dict[str, Any]:
    """A running service as lists and reads show it."""
    configuration = {
        "SourceConfiguration": {
            "ImageRepository": {
                "ImageIdentifier": f"{IMAGE}:v1",
                "ImageRepositoryType": "ECR",
                "ImageConfiguration": {"Port": "9000", "RuntimeEnvironmentVariables": {"MODE": "live"}},
            },
            "AutoDeploymentsEnabled": False,
        },
        "InstanceConfiguration": {"Cpu": "256", "Memory": "512"},
        "AutoScalingConfigurationSummary": {"AutoScalingConfigurationArn": SCALING},
        "HealthCheckConfiguration": {"Protocol": "TCP", "Path": "/", "Interval": 5},
        "NetworkConfiguration": {
            "EgressConfiguration": {"EgressType": "DEFAULT"},
            "IngressConfiguration": {"IsPubliclyAccessible": True},
            "IpAddressType": "IPV4",
        },
        "ObservabilityConfiguration": {"ObservabilityEnabled": False},
    }
    return {
        "ServiceName": "shop",
        "ServiceArn": ARN,
        "Status": "RUNNING",
        "Service": {**configuration, **service_members},
    }


def put_right(wanted: Service, doc: dict[str, Any]) -> list[tuple[str, Json]]:
    return [*sent(wanted.update(doc, wanted.differences(doc, FILLED), FILLED))]


def operation(kind: str, status: str, id: str = "1") -> dict[str, Any]:
    return {"Id": id, "Type": kind, "Status": status}
