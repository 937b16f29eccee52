"""What the API server speaks: documents of any shape that a schema allows, ours and its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
"""A document, or a part of one, that we have made or that was just received."""
Fields = Mapping[str, Any]
"""A document, or a part of one, that is only read."""
