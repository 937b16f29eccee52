"""The kind AppRunnerService: a web service on App Runner with all that it needs."""

from trueup.kinds.apprunnerservice.compose import compose
from trueup.kinds.apprunnerservice.outputs import notes, outputs
from trueup.kinds.apprunnerservice.peers import peers
from trueup.kinds.apprunnerservice.spec import INFO
from trueup.kinds.common.kind import Kind
from trueup.resources.apprunner import (
    AutoScalingConfiguration,
    Connection,
    CustomDomain,
    ObservabilityConfiguration,
    Service,
    VpcConnector,
)
from trueup.resources.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress
from trueup.resources.iam import Role, RoleAttachment, RolePolicy
from trueup.resources.logs import LogGroup
from trueup.resources.route53 import RecordSet

KIND = Kind(
    info=INFO,
    types=(
        Role,
        RolePolicy,
        RoleAttachment,
        SecurityGroup,
        SecurityGroupIngress,
        SecurityGroupEgress,
        AutoScalingConfiguration,
        ObservabilityConfiguration,
        VpcConnector,
        Connection,
        Service,
        LogGroup,
        CustomDomain,
        RecordSet,
    ),
    compose=compose,
    outputs=outputs,
    peers=peers,
    notes=notes,
)
"""AppRunnerService as the engine takes it."""
