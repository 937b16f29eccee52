"""Which environment variables look like credentials: by their names, or by what their values begin with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_NAMED: Final = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PWD|SECRET|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|AUTH|SIGNING|ENCRYPTION)_?KEY)(_|$)",
    re.IGNORECASE,
)
_SHORT: Final = 8
"""A value of fewer characters is a switch or a number rather than a credential."""
_ADDRESS: Final = re.compile(r"^(arn:|https?://|/)")
_SAID: Final = re.compile(
    r"^(AKIA|ASIA)[0-9A-Z]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY|^gh[pousr]_[0-9A-Za-z]{20,}|^github_pat_|^sk_live_"
    r"|^xox[abprs]-|^eyJ[\w-]{10,}[.]eyJ|^[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"
)


def suspicious(env: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the variables whose values look like credentials."""
    return tuple(name for name, value in env.items() if _SAID.search(value) or _is_named_so(name, value))


def _is_named_so(name: str, value: str) -> bool:
    return len(value) >= _SHORT and not _ADDRESS.match(value) and _NAMED.search(name) is not None
