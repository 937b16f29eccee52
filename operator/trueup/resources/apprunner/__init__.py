"""App Runner: services and their domains, scaling and tracing configurations, VPC connectors."""

from trueup.resources.apprunner.connections import Connection
from trueup.resources.apprunner.domains import CustomDomain
from trueup.resources.apprunner.revisions import AutoScalingConfiguration, ObservabilityConfiguration, VpcConnector
from trueup.resources.apprunner.services import Service

__all__ = [
    "AutoScalingConfiguration",
    "Connection",
    "CustomDomain",
    "ObservabilityConfiguration",
    "Service",
    "VpcConnector",
]
