"""Charter: names and values as Route 53 takes and shows them.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html and
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Final

_LABEL: Final = re.compile(r"(?:[^.\\]|\\[0-7]{3}){1,63}")
_TEXTS: Final = re.compile(r'"(?:[^"\\]|\\.){0,255}"(?: "(?:[^"\\]|\\.){0,255}")*')
_HOST: Final = r"[A-Za-z0-9_*\\.-]{1,255}"


def shown(name: str) -> str:
    """The name as it is listed: lower-case, a dot at the end, octal codes for all but letters, digits, - and _."""
    lowered = name.lower()
    dotted = lowered if lowered.endswith(".") else f"{lowered}."
    return re.sub(r"[^a-z0-9._\\-]", lambda found: f"\\{ord(found.group()):03o}", dotted)


def is_name(name: str) -> bool:
    """The name has labels of at most 63 characters and at most 255 in all."""
    plain = name.removesuffix(".")
    return 0 < len(plain) <= 255 and all(_LABEL.fullmatch(label) for label in plain.split("."))


def order(name: str) -> tuple[str, ...]:
    """What lists are sorted by: the labels from the right."""
    return tuple(reversed(name.rstrip(".").split(".")))


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _address(kind: type[IPv4Address | IPv6Address]) -> Callable[[str], bool]:
    def is_one(value: str) -> bool:
        try:
            kind(value)
        except ValueError:
            return False
        return True

    return is_one


VALID: Final[Mapping[str, Callable[[str], bool]]] = {
    "A": _address(IPv4Address),
    "AAAA": _address(IPv6Address),
    "CAA": _matches(r'\d{1,3} [a-zA-Z0-9]+ "[^"]*"'),
    "CNAME": _matches(_HOST),
    "MX": _matches(rf"\d{{1,5}} {_HOST}"),
    "NS": _matches(_HOST),
    "PTR": _matches(_HOST),
    "SRV": _matches(rf"\d{{1,5}} \d{{1,5}} \d{{1,5}} {_HOST}"),
    "TXT": lambda value: _TEXTS.fullmatch(value) is not None,
}
"""Type → whether a value is one of it; other types are taken as they come."""
