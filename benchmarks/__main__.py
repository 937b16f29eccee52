"""`python -m benchmarks [FIGURE…]`: measure all figures, or those that are named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Final

import typer

from benchmarks import moving, steady, web
from benchmarks.figures import Figure, dumped, machine, show
from benchmarks.fleet import Fleet
from benchmarks.offline import offline
from benchmarks.stage import Missed, stage
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.progress import say, step


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many databases each figure is measured on, and how long the soak lasts."""

    ready: int = 100
    soak: int = 200
    idle: int = 1000
    minutes: float = 30.0
    services: int = 200
    sites: int = 100


QUICK: Final = Sizes(ready=20, soak=30, idle=100, minutes=2.0, services=20, sites=10)
FULL: Final = Sizes()


class Output(StrEnum):
    """How figures are printed."""

    TEXT = "text"
    JSON = "json"


def staged(sizes: Sizes) -> Mapping[str, Callable[[Fleet], Figure]]:
    """The figures that are measured on a stage, in the order in which their fleet grows."""
    return {
        "web": lambda fleet: web.web(fleet, sizes.services, sizes.sites),
        "ready": lambda fleet: moving.ready(fleet, sizes.ready),
        "soak": lambda fleet: moving.soak(fleet, max(sizes.soak, fleet.size), sizes.minutes),
        "restart": lambda fleet: steady.restart(fleet, max(sizes.idle, fleet.size)),
        "memory": lambda fleet: steady.memory(fleet, max(sizes.idle, fleet.size)),
        "reads": lambda fleet: steady.reads(fleet, max(sizes.idle, fleet.size)),
        "quiet": lambda fleet: steady.quiet(fleet, max(sizes.idle, fleet.size)),
    }


NAMES: Final = ("offline", *staged(FULL))
Figures = Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(NAMES)}; default: all.")]
Quick = Annotated[bool, typer.Option(help="Small and short: shows that it works, proves no figure.")]
Minutes = Annotated[float | None, typer.Option("--soak", min=0.5, help="Minutes of the soak; default 30, quick 2.")]
Objects = Annotated[int | None, typer.Option(min=1, help="Idle databases instead of 1000.")]
Format = Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")]


def main(
    figures: Figures = None,
    quick: Quick = False,
    soak: Minutes = None,
    objects: Objects = None,
    output: Format = Output.TEXT,
) -> None:
    """Measure figures and print each with its goal. Exit 0 when all were kept, 2 when one was missed, 1 on failure."""
    wanted = figures or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        raise typer.BadParameter(f"no figure is called {unknown[0]}: choose from {', '.join(NAMES)}")
    plain = QUICK if quick else FULL
    sizes = replace(plain, idle=objects or plain.idle, minutes=soak or plain.minutes)
    about = {**machine(), "mode": "quick" if quick else "full"}
    found: list[Figure] = []
    with _told():
        found.extend(_measured(wanted, sizes))
    if output is Output.JSON:
        typer.echo(dumped(found, about))
    else:
        show(found, about)
    if len(found) < len(wanted):
        raise typer.Exit(1)
    raise typer.Exit(0 if all(figure.kept for figure in found) else 2)


def _measured(wanted: list[str], sizes: Sizes) -> Iterator[Figure]:
    if "offline" in wanted:
        with step("offline"):
            yield offline()
    chosen = {name: measure for name, measure in staged(sizes).items() if name in wanted}
    if not chosen:
        return
    with stage() as place:
        fleet = Fleet(place)
        for name, measure in chosen.items():
            with step(name):
                yield measure(fleet)


@contextmanager
def _told() -> Generator[None]:
    """What stopped the measuring is one sentence; the figures before it are printed all the same."""
    try:
        yield
    except (Missed, SandboxError) as error:
        say(f"error: {error}")
    except KeyboardInterrupt:
        say("interrupted: these figures were measured before")


if __name__ == "__main__":
    typer.run(main)
    sys.exit(0)
