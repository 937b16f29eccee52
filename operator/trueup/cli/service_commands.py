"""The commands that go to the service behind an object, and the one that waits for what a commit leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import typer

from trueup.cli.arguments import Cluster, Form, Output

app = typer.Typer()

_OBJECT: Final = "kind/name or kind name; short names work."
Words = Annotated[list[str], typer.Argument(metavar="OBJECT", help=_OBJECT)]
Namespace = Annotated[
    str | None, typer.Option("--namespace", "-n", help="Its namespace.", show_default="the context's")
]
Own = Annotated[
    bool, typer.Option("--own-credentials", help="Use your AWS credentials as they are, not the object's role.")
]
Force = Annotated[bool, typer.Option("--force", help="Also while the object is held or in Report mode.")]
Follow = Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the operation to its end, or only begin it.")]
Timeout = Annotated[str, typer.Option("--timeout", help="Longest wait, such as 90s or 1h.")]


_CHANGES: Final = {
    "deploy": """Deploy what a service's tag or branch names now, and tell the truth about how it ended.

    Which tag or branch that is, the spec in Git decides: to deploy another one, commit it, and see `trueup wait`.
    What is under way already is waited for first. Exit code: 0 deployed, 1 rolled back, failed or not known in time.

    Example: trueup deploy ars/api -n staging
    """,
    "restart": """Start a service's instances anew, without an outage.

    App Runner has no restart of its own: the image is deployed once more. Where the spec names it by a tag that has
    moved since, the new image starts; a digest always starts the same. Exit code: 0 restarted, 1 rolled back or failed.

    Example: trueup restart ars/api -n staging
    """,
    "pause": """Take a service out of use: it answers nobody and costs nothing until it is resumed.

    A pause by hand holds until the schedule's next resume; without a schedule, until `trueup resume`. A paused service
    takes no change: what is committed meanwhile waits. Exit code: 0 paused, also when it was so already, 1 failed.

    Example: trueup pause ars/api -n staging
    """,
    "resume": """Put a paused service back into use, with the image that served before.

    It holds until the schedule's next pause; without a schedule, until `trueup pause`. Exit code: 0 serving, also when
    it was so already, 1 failed.

    Example: trueup resume ars/api -n staging
    """,
}
"""The commands that have App Runner do something, each with its help."""


def _changing(verb: str) -> Callable[..., None]:
    """The function of the command of that name: all of them take the same arguments."""

    def change(
        words: Words,
        namespace: Namespace = None,
        follow: Follow = True,
        timeout: Timeout = "20m",
        force: Force = False,
        own_credentials: Own = False,
        context: Cluster = None,
        output: Form = Output.TEXT,
    ) -> None:
        from trueup.cli.changing import ERRANDS, How
        from trueup.cli.changing import change as have_done
        from trueup.cli.durations import duration
        from trueup.cli.objects import now
        from trueup.cli.service import Whom

        how = How(now(), duration(timeout, "--timeout").total_seconds(), follow, force, output.value)
        raise typer.Exit(have_done(ERRANDS[verb], Whom(words, namespace, context, own_credentials), how))

    return change


for _verb, _help in _CHANGES.items():
    app.command(_verb, help=_help)(_changing(_verb))


@app.command()
def logs(
    words: Words,
    namespace: Namespace = None,
    service: Annotated[bool, typer.Option("--service", help="App Runner's own lines, not the application's.")] = False,
    deployment: Annotated[
        str | None, typer.Option(metavar="ID", help="Those of one deployment: its operation's id, or last.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Lines younger than this, or since a time.", show_default="1h; all of a deployment"),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines until interrupted.")] = False,
    tail: Annotated[int | None, typer.Option(min=0, help="Only so many of the last lines.", show_default="all")] = None,
    own_credentials: Own = False,
    context: Cluster = None,
    output: Form = Output.TEXT,
) -> None:
    """Show what a service writes, as CloudWatch Logs keeps it; with -o json one object for each line.

    Lines are shown as they are: a secret that an application writes is seen by whoever may read its log.

    Example: trueup logs ars/api -n staging --since 15m --follow

    Example: trueup logs ars/api --deployment last
    """
    from datetime import UTC, datetime

    from trueup.cli.durations import moment
    from trueup.cli.logs import Lines
    from trueup.cli.logs import logs as show
    from trueup.cli.objects import now
    from trueup.cli.service import Whom

    if since is None and deployment is not None:
        start = datetime.fromtimestamp(0, UTC)
    else:
        start = moment(since or "1h", "--since", now())
    lines = Lines(start, service, deployment, follow, tail, output.value)
    raise typer.Exit(show(Whom(words, namespace, context, own_credentials), lines))


@app.command()
def wait(
    words: Words,
    namespace: Namespace = None,
    files: Annotated[
        list[str] | None,
        typer.Option(
            "--filename", "-f", help="Manifests: wait until the object has their spec, too.", show_default=False
        ),
    ] = None,
    timeout: Timeout = "30m",
    context: Cluster = None,
    output: Form = Output.TEXT,
) -> None:
    """Wait until what an object declares has come true, or it is clear that it will not: for pipelines, after a commit.

    Works for every kind. With -f it first waits until the cluster has the spec of these manifests, which Argo CD or
    Flux bring there. Exit code: 0 it is so and ready, 1 rolled back, stalled, gated, held or not known in time.

    Example: trueup wait ars/api -n staging -f environments/staging --timeout 15m
    """
    from trueup.cli.durations import duration
    from trueup.cli.service import Whom
    from trueup.cli.waiting import wait as until

    seconds = duration(timeout, "--timeout").total_seconds()
    raise typer.Exit(until(Whom(words, namespace, context), files or (), seconds, output.value))
