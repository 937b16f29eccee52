"""Charter: AWS on this machine: moto made honest, with services of our own, a call log, faults and a clock.

What it differs in from AWS is written down in docs/emulator.md.
"""

from trueup.sandbox.emulator.emulator import Emulator
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.faults import FaultRule

__all__ = ["AwsError", "Emulator", "FaultRule"]
