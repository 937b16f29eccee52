"""The catalogue of AWS's error codes: what is known of a code, by service.

The modelled errors of the services that we call are all here (a test walks botocore's models); EC2 models none, so
its naming rules catch what its list of codes leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trueup.aws.codes.apprunner import APP_RUNNER
from trueup.aws.codes.billing import BILLING
from trueup.aws.codes.common import COMMON
from trueup.aws.codes.databases import DATABASES
from trueup.aws.codes.edge import EDGE
from trueup.aws.codes.entry import Entry
from trueup.aws.codes.identity import IDENTITY
from trueup.aws.codes.names import NAMES
from trueup.aws.codes.network import NETWORK
from trueup.aws.codes.storage import STORAGE

ENTRIES: Final = (*COMMON, *DATABASES, *NETWORK, *BILLING, *IDENTITY, *APP_RUNNER, *NAMES, *STORAGE, *EDGE)

# EC2 names its hundreds of codes by rule ("Error codes for the Amazon EC2 API").
_EC2_RULES: Final = (
    (re.compile(r"^Invalid\w+\.NotFound$"), "InvalidVpcID.NotFound"),
    (re.compile(r"\.Duplicate$"), "InvalidGroup.Duplicate"),
    (re.compile(r"\.InUse$"), "DependencyViolation"),
    (re.compile(r"LimitExceeded$"), "VpcLimitExceeded"),
    (re.compile(r"\.Malformed$|Malformed$|\.Range$"), "InvalidVpc.Range"),
)


def _indexed() -> Mapping[tuple[str, str], Entry]:
    found: dict[tuple[str, str], Entry] = {}
    for entry in (one for one in ENTRIES if not one.says):
        for service in entry.services or ("",):
            for code in entry.codes:
                if (service, code) in found:
                    raise ValueError(f"{service or 'every service'}: {code} stands in the catalogue twice")
                found[service, code] = entry
    return found


_INDEX: Final = _indexed()


_BY_MESSAGE: Final = tuple(one for one in ENTRIES if one.says)


def entry_for(service: str, code: str, message: str = "") -> Entry | None:
    """What the catalogue says of a service's error code and message; None when it does not know the code."""
    for one in _BY_MESSAGE:
        if service in one.services and code in one.codes and one.says in message:
            return one
    found = _INDEX.get((service, code)) or _INDEX.get(("", code))
    if found is None and service == "ec2":
        for rule, model in _EC2_RULES:
            if rule.search(code):
                return _INDEX["ec2", model]
    return found
