"""Charter: the one exception by which any part of the emulator answers a call with an AWS error."""

from __future__ import annotations


class AwsError(Exception):
    """An answer that AWS would give as an error: its code, its sentence and its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
