"""What a service runs: images and code, with their commands and variables, as App Runner tells and takes them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from trueup.core.declaring import Difference
from trueup.core.values import Json, as_map

ENVIRONMENTS: Final = ("image_env", "image_secrets", "code_env", "code_secrets")
"""The fields of a service that hold variables."""
SECRETS_VERSION: Final = "TRUEUP_SECRETS_VERSION"
"""The variable that holds the ids of the current versions of the secrets that a service takes: by it the service is
deployed anew when one of them has another value."""
_VERSION: Final = "([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_VERSIONS: Final = re.compile(rf"{_VERSION}([.]{_VERSION})*")
_COMMANDS: Final = frozenset({"BuildCommand", "StartCommand"})


def told(found: Difference) -> Difference:
    """The difference, told more closely.

    Of an image, whether its repository differs, or only which of that repository's images it is. Where AWS shows
    versions of the secrets, and there are newer ones, nobody changed the service.
    """
    if found.attr == "image":
        want, have = (re.split("[@:]", str(image))[0] for image in (found.want, found.have))
        return replace(found, member="version" if want == have else "repository")
    named = found.member == SECRETS_VERSION and found.attr in ENVIRONMENTS
    older = named and isinstance(found.have, str) and _VERSIONS.fullmatch(found.have) is not None
    return replace(found, follows=True) if older else found


def spoken(params: Json) -> Json:
    """The parameters without empty commands: AWS takes none, and leaves out what is not said."""
    members = as_map(params)
    if members is None:
        return params
    return {key: spoken(value) for key, value in members.items() if not (key in _COMMANDS and value == "")}
