"""The kind AppSecret: a value that services are given, generated, composed, or brought by somebody."""

from trueup.kinds.appsecret.compose import compose
from trueup.kinds.appsecret.outputs import outputs
from trueup.kinds.appsecret.spec import INFO, AppSecretSpec
from trueup.kinds.common.kind import Kind
from trueup.resources.secretsmanager import ManagedSecret, Secret


def _peers(spec: AppSecretSpec) -> tuple[tuple[str, str], ...]:
    return (("Database", spec.connection.database_ref.name),) if spec.connection else ()


KIND = Kind(info=INFO, types=(ManagedSecret, Secret), compose=compose, outputs=outputs, peers=_peers)
"""AppSecret as the engine takes it."""
