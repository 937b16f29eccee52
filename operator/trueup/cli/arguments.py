"""The arguments that several commands take, with their help."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Output(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


Namespace = Annotated[str | None, typer.Option("--namespace", "-n", help="Only this namespace.", show_default=False)]
Cluster = Annotated[str | None, typer.Option("--context", help="Context of the kubeconfig.", show_default=False)]
Form = Annotated[Output, typer.Option("--output", "-o", help="text or json.")]
