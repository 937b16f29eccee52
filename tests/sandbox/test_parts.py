"""How the sandbox starts the emulator and the operator: on loopback, and towards no account but its own."""

import sys
from pathlib import Path

from trueup.sandbox.controlplane import ControlPlane
from trueup.sandbox.controlplane.parts import Ports
from trueup.sandbox.lifecycle import emulator_part, operator_part

PLANE = ControlPlane(Path("/p/.sandbox"), Ports(1, 2, 3, 4))


def test_the_operator_logs_in_as_itself_and_talks_to_the_emulator_alone() -> None:
    part = operator_part(PLANE.operator_kubeconfig, "http://127.0.0.1:5", 6, "trueup-system")
    assert part.argv == (
        *(sys.executable, "-P", "-m", "trueup.cluster"),
        *("--kubeconfig=/p/.sandbox/operator.kubeconfig", "--health-host=127.0.0.1", "--health-port=6"),
        *("--lease-namespace=trueup-system", "--interval=5", "--aws-rate=100"),
    )
    assert part.ready_url == "http://127.0.0.1:6/readyz"
    assert part.environment == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5",
        "AWS_ACCESS_KEY_ID": "sandbox-operator",
        "AWS_SECRET_ACCESS_KEY": "sandbox-operator",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_emulator_takes_delays_only_when_asked() -> None:
    plain, slow = emulator_part(5, None), emulator_part(5, "short")
    assert plain.argv == (sys.executable, "-P", "-m", "trueup.sandbox.emulator", "--host=127.0.0.1", "--port=5")
    assert slow.argv == (*plain.argv, "--delays=short")
    assert plain.digest != slow.digest
