"""The commands with their arguments and help. Each hands over to the module that does it, imported only then."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from trueup.cli.arguments import Cluster, Form, Namespace, Output
from trueup.cli.failures import ERROR, Failure
from trueup.cli.service_commands import app as service_commands

app = typer.Typer(
    name="trueup",
    help="Keeps AWS true to what Git says.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PASSED_ON: Final = {"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False}
"""The command's arguments are another command's: they are handed on as they are, --help included."""


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"trueup {version('trueup')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Keeps AWS true to what Git says: plans, looks, explains, and runs the operator."""
    del version
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


class PlanOutput(StrEnum):
    """How a plan is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command()
def plan(
    files: Annotated[
        list[str], typer.Option("--filename", "-f", help="Folder, kustomization or file of manifests; - reads stdin.")
    ],
    offline: Annotated[
        bool, typer.Option("--offline/--live", help="Take AWS as empty, without credentials; or look at AWS.")
    ] = False,
    output: Annotated[PlanOutput, typer.Option("--output", "-o", help="text, json or markdown.")] = PlanOutput.TEXT,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="For objects that name none.", show_default="default")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(help="For objects that name none.", envvar=["TRUEUP_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"]),
    ] = None,
    scope: Annotated[str, typer.Option(help="The operator's --scope: whose resources are ours.")] = "trueup",
    at: Annotated[
        str | None, typer.Option(help="For schedules: as of this time instead of now, such as 2026-12-24T18:00:00Z.")
    ] = None,
) -> None:
    """Show what applying manifests would do to AWS, field by field, and what it costs before and after.

    Exit code: 0 nothing to do, 2 changes, 1 an error or something that a person must put right first.

    Example: trueup plan -f environments/staging --offline

    Example: trueup plan -f environments/staging -o markdown > comment.md
    """
    from trueup.cli.ground import Ground, moment
    from trueup.cli.plan import plan as show

    raise typer.Exit(show(files, Ground(offline, region, scope, moment(at)), output.value, namespace))


@app.command()
def status(namespace: Namespace = None, context: Cluster = None, output: Form = Output.TEXT) -> None:
    """Show every object in the cluster: ready or not, in sync or not, and what it costs.

    Example: trueup status -n staging
    """
    from trueup.cli.objects import everything, now
    from trueup.cli.status import status as show

    raise typer.Exit(show(everything(namespace, context), output.value, now()))


@app.command()
def drift(namespace: Namespace = None, context: Cluster = None, output: Form = Output.TEXT) -> None:
    """Show every field that differs between AWS and the manifests, since when, and what is done about it.

    Exit code: 0 none, 2 drift, 1 an error. Fields that driftPolicy.ignore names are shown and do not count.

    Example: trueup drift -o json
    """
    from trueup.cli.objects import everything
    from trueup.cli.status import drift as show

    raise typer.Exit(show(everything(namespace, context), output.value))


@app.command()
def explain(
    words: Annotated[list[str], typer.Argument(metavar="OBJECT", help="kind/name or kind name; short names work.")],
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="Its namespace.", show_default="the context's")
    ] = None,
    context: Cluster = None,
    output: Form = Output.TEXT,
) -> None:
    """Tell all about one object: conditions, drift, next writes, resources, outputs and cost.

    Example: trueup explain db/postgres -n staging
    """
    from trueup.cli.explain import explain as show
    from trueup.cli.objects import named

    raise typer.Exit(show(named(words, namespace, context), output.value))


site_commands = typer.Typer(help="Put the files of a StaticSite where they are served from.", no_args_is_help=True)
app.add_typer(site_commands, name="site")


@site_commands.command("sync")
def site_sync(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that the build has written.")],
    words: Annotated[list[str], typer.Argument(metavar="OBJECT", help="kind/name or kind name, such as site/web.")],
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="Its namespace.", show_default="the context's")
    ] = None,
    context: Cluster = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Delete nothing that DIR does not have.")] = False,
    output: Form = Output.TEXT,
) -> None:
    """Upload what changed, with the Cache-Control of the site's rules; delete what is gone; invalidate what is needed.

    Works with the caller's own AWS credentials. What pages refer to is uploaded before them, and index.html last.

    Exit code: 0 done or nothing to do, 1 an error; with --dry-run 2 where there is something to do.

    Example: trueup site sync dist site/web -n staging
    """
    from trueup.cli.objects import named
    from trueup.cli.site import Wanted, sync

    raise typer.Exit(sync(folder, named(words, namespace, context), Wanted(dry_run, keep, output.value)))


app.add_typer(service_commands)


@app.command()
def gen(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a file differs.")] = False,
    root: Annotated[Path, typer.Option(help="Root of the repository.")] = Path(),
) -> None:
    """Write the files that are made from declarations: CRDs, rights, reference pages.

    Example: trueup gen --check
    """
    from trueup.gen.files import differences, write
    from trueup.gen.registry import render

    try:
        texts = render()
    except FileNotFoundError as missing:
        raise Failure(f"{missing}.") from missing
    if not check:
        for path in write(root, texts):
            typer.echo(path)
        return
    found = differences(root, texts)
    for sentence in found:
        typer.echo(sentence)
    if found:
        typer.echo("Run `trueup gen` and commit the result.")
        raise typer.Exit(ERROR)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def run(context: typer.Context) -> None:
    """Run the operator against the cluster of KUBECONFIG, or the one that it runs in; `trueup run --help` says how.

    Example: trueup run --scope production
    """
    from trueup.cluster.__main__ import main

    raise typer.Exit(main(context.args))


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def sandbox(context: typer.Context) -> None:
    """Run a whole Trueup on this machine: API server, AWS emulator, operator; `trueup sandbox --help` lists how.

    Example: trueup sandbox up
    """
    try:
        from trueup.sandbox.command import app as commands
    except ModuleNotFoundError as missing:
        raise Failure(f"the sandbox needs {missing.name}: install it with `pip install 'trueup[sandbox]'`") from missing
    code = commands(args=context.args or ["--help"], prog_name="trueup sandbox", standalone_mode=False)
    raise typer.Exit(code if isinstance(code, int) else 0)
