"""`trueup deploy`, `restart`, `pause`, `resume` and `logs` over HTTP: what they say, and their exit codes."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer, Command
from tests.cli.shop import Shop, aws_on_loopback, opened, plain
from tests.emulator.conftest import Aws
from tests.emulator.runner import REGISTRY
from trueup.cli import objects

pytestmark = [pytest.mark.emulator, pytest.mark.slow, pytest.mark.xdist_group("service-commands")]

Golden = Callable[[str, str], None]
BUSY = "service staging-api: operation OPERATION ({}) is IN_PROGRESS\n"
SERVES = f"Service staging-api serves image {REGISTRY}/app:v1 at https://HOST.us-east-1.awsapprunner.com"


@pytest.fixture(scope="module")
def _aws() -> Iterator[Aws]:
    with aws_on_loopback() as aws:
        yield aws


@pytest.fixture
def shop(_aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(_aws, tmp_path, monkeypatch) as shop:
        yield shop


@pytest.fixture
def said(trueup: Command) -> Command:
    """What the command says, ids aside."""

    def run(*arguments: str) -> Answer:
        answer = trueup(*arguments)
        return Answer(answer.code, plain(answer.out), plain(answer.err))

    return run


def test_a_deploy_is_followed_to_its_end(said: Command, shop: Shop) -> None:
    moved = shop.runner.push("v1", "b")
    answer = said("deploy", "ars/api")
    assert answer == Answer(0, f"Deployed: {SERVES} after 4 s.\n", BUSY.format("START_DEPLOYMENT"))
    assert shop.runner.serving(shop.arn) == moved


def test_a_deploy_that_rolls_back_is_said_to_and_is_exit_code_1(said: Command, shop: Shop) -> None:
    shop.fails("START_DEPLOYMENT", reason="Health check failed.")
    answer = said("deploy", "ars/api")
    told = (
        "RolledBack: The deployment failed and was rolled back: operation OPERATION (START_DEPLOYMENT) ended "
        "ROLLBACK_SUCCEEDED after 7 s. AWS says: Deployment was rolled back. Health check failed. It serves image "
        f"{REGISTRY}/app:v1 as it did before.\n"
    )
    rolling = BUSY.format("START_DEPLOYMENT").replace("IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
    assert answer == Answer(1, told, BUSY.format("START_DEPLOYMENT") + rolling)


@pytest.mark.parametrize("fate", ["deployed", "rolled-back", "started"])
def test_a_deploy_as_json(said: Command, golden: Golden, shop: Shop, fate: str) -> None:
    if fate == "rolled-back":
        shop.fails()
    answer = said("deploy", "ars/api", "-o", "json", *(["--no-wait"] if fate == "started" else []))
    golden(f"deploy-{fate}.json", answer.out)
    assert answer.code == (1 if fate == "rolled-back" else 0)


def test_what_is_under_way_is_waited_for_first(said: Command, shop: Shop) -> None:
    shop.runner.client.update_service(ServiceArn=shop.arn, SourceConfiguration=shop.runner.source("app:v1", Port="90"))
    answer = said("deploy", "ars/api")
    first = "waiting for service staging-api: operation OPERATION (UPDATE_SERVICE) is under way\n"
    assert (answer.code, answer.err) == (0, first + BUSY.format("START_DEPLOYMENT"))
    assert shop.runner.operations(shop.arn)[:2] == [("START_DEPLOYMENT", "SUCCEEDED"), ("UPDATE_SERVICE", "SUCCEEDED")]


def test_what_is_under_way_is_named_where_nobody_is_to_wait(said: Command, shop: Shop) -> None:
    shop.runner.aws.emulator.order("maintenance", {"seconds": 60})
    sentence = (
        "error: service staging-api takes nothing now: AWS is at work on it (maintenance). Leave out --no-wait to wait "
        "for its end.\n"
    )
    assert said("deploy", "ars/api", "--no-wait") == Answer(1, "", sentence)


def test_what_does_not_end_in_time_goes_on_in_aws(said: Command, shop: Shop) -> None:
    sentence = (
        "error: operation OPERATION (START_DEPLOYMENT) of service staging-api had not ended after 0 s: it goes on in "
        "AWS, and `trueup logs ars/api -n staging --deployment OPERATION` shows how.\n"
    )
    answer = said("deploy", "ars/api", "--timeout", "0s")
    assert answer == Answer(1, "", BUSY.format("START_DEPLOYMENT") + sentence)


def test_a_restart_is_a_deployment_of_the_same(said: Command, shop: Shop) -> None:
    answer = said("restart", "ars", "api")
    assert answer == Answer(0, f"Restarted: {SERVES} after 4 s.\n", BUSY.format("START_DEPLOYMENT"))
    assert shop.runner.operations(shop.arn)[0] == ("START_DEPLOYMENT", "SUCCEEDED")


def test_a_service_is_paused_once_and_resumed_once(said: Command, shop: Shop) -> None:
    paused = "Paused: Service staging-api is paused after 2 s. It stays so until `trueup resume ars/api -n staging`.\n"
    assert said("pause", "ars/api") == Answer(0, paused, BUSY.format("PAUSE_SERVICE"))
    again = (
        "Unchanged: service staging-api is paused already: nothing was to be done. It stays so until `trueup resume "
        "ars/api -n staging`.\n"
    )
    assert said("pause", "ars/api") == Answer(0, again, "")
    resumed = f"Resumed: {SERVES} after 4 s. It stays so until it is paused.\n"
    assert said("resume", "ars/api") == Answer(0, resumed, BUSY.format("RESUME_SERVICE"))
    again = (
        "Unchanged: service staging-api is running already: nothing was to be done. It stays so until it is paused.\n"
    )
    assert said("resume", "ars/api") == Answer(0, again, "")
    assert [type for type, _ in shop.runner.operations(shop.arn)] == [
        *["RESUME_SERVICE", "PAUSE_SERVICE", "CREATE_SERVICE"]
    ]


def test_a_schedule_ends_what_was_done_by_hand(said: Command, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "now", lambda: datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    shop.only["spec"]["schedule"] = {"timezone": "Europe/Berlin", "pause": "0 20 * * 1-5", "resume": "0 7 * * 1-5"}
    paused = (
        "Paused: Service staging-api is paused after 2 s. It stays so until its schedule's next resume on 2026-11-24 "
        "at 07:00 (Europe/Berlin).\n"
    )
    assert said("pause", "ars/api").out == paused
    resumed = (
        f"Resumed: {SERVES} after 4 s. It stays so until its schedule's next pause on 2026-11-23 at 20:00 "
        "(Europe/Berlin).\n"
    )
    assert said("resume", "ars/api").out == resumed


def test_a_pause_that_somebody_else_began_is_followed(said: Command, shop: Shop) -> None:
    shop.runner.client.pause_service(ServiceArn=shop.arn)
    assert said("pause", "ars/api").out.startswith("Paused: Service staging-api is paused after 2 s.")
    assert [type for type, _ in shop.runner.operations(shop.arn)] == ["PAUSE_SERVICE", "CREATE_SERVICE"]


def test_a_paused_service_takes_no_deployment(said: Command, shop: Shop) -> None:
    shop.runner.client.pause_service(ServiceArn=shop.arn)
    sentence = (
        "error: service staging-api is paused and takes no deployment: `trueup resume ars/api -n staging` first.\n"
    )
    answer = said("deploy", "ars/api")
    assert (answer.code, answer.out, answer.err.splitlines(True)[-1]) == (1, "", sentence)


def test_a_service_that_cannot_be_resumed_says_why(said: Command, shop: Shop) -> None:
    shop.runner.client.pause_service(ServiceArn=shop.arn)
    shop.sleep(5)
    shop.fails("RESUME_SERVICE", reason="Health check failed.")
    told = (
        "Failed: Service staging-api could not resume: operation OPERATION (RESUME_SERVICE) ended FAILED after 4 s. "
        "AWS says: Service resume failed. Health check failed. It is PAUSED now.\n"
    )
    assert said("resume", "ars/api") == Answer(1, told, BUSY.format("RESUME_SERVICE"))


HELD = {"trueup.dev/hold-until": "2999-01-01T00:00:00Z", "trueup.dev/hold-reason": "migration"}


@pytest.mark.parametrize(
    ("spec", "annotations", "sentence"),
    [
        (
            {},
            HELD,
            "is held until 2999-01-01T00:00:00Z (migration): wait, or add --force to go on all the same.",
        ),
        (
            {},
            {"trueup.dev/hold-until": "tomorrow"},
            (
                "is held. The annotation trueup.dev/hold-until is 'tomorrow': write a time with a zone, such as "
                "2026-12-24T18:00:00Z. To go on all the same, add --force."
            ),
        ),
        (
            {"driftPolicy": {"mode": "Report"}},
            {},
            (
                "is in Report mode, so that AWS is left as it is: set driftPolicy.mode to Correct, or add --force to "
                "go on all the same."
            ),
        ),
    ],
)
def test_what_is_to_be_left_alone_is_changed_by_force_alone(
    said: Command, shop: Shop, spec: dict[str, Any], annotations: dict[str, str], sentence: str
) -> None:
    shop.only["spec"].update(spec)
    shop.only["metadata"]["annotations"] = annotations
    assert said("pause", "ars/api") == Answer(1, "", f"error: AppRunnerService staging/api {sentence}\n")
    assert shop.status() == "RUNNING"
    assert said("pause", "ars/api", "--force").code == 0
    assert shop.status() == "PAUSED"


def test_objects_without_a_service_of_their_own(said: Command, shop: Shop) -> None:
    budget = {**shop.only, "kind": "Budget", "metadata": {"name": "money", "namespace": "staging"}}
    shop.objects.append(budget)
    sentence = "error: `trueup pause` works for objects of the kind AppRunnerService (ars), and not for a Budget.\n"
    assert said("pause", "bud/money") == Answer(1, "", sentence)
    del shop.only["status"]["resources"][0]["arn"]
    sentence = (
        "error: AppRunnerService staging/api has no service in AWS yet: `trueup explain ars/api -n staging` says why.\n"
    )
    assert said("logs", "ars/api") == Answer(1, "", sentence)


def test_credentials_of_another_account_are_said_to_be(said: Command, shop: Shop) -> None:
    shop.only["status"]["resources"][0]["arn"] = shop.arn.replace("123456789012", "210987654321")
    sentence = (
        "error: service staging-api is in account 210987654321 and your credentials are for 123456789012: log in to "
        "210987654321, or assume a role there.\n"
    )
    assert said("deploy", "ars/api") == Answer(1, "", sentence)


def test_a_right_that_is_missing_is_named(said: Command, shop: Shop) -> None:
    denied = {"code": "AccessDeniedException", "message": "User may not do this.", "status": 400}
    shop.runner.aws.emulator.put_faults(
        [{"service": "apprunner", "operation": "PauseService", "action": "error", **denied}]
    )
    answer = said("pause", "ars/api")
    shop.runner.aws.emulator.put_faults([])
    sentence = (
        "error: apprunner.PauseService failed with AccessDeniedException: User may not do this. Ask for the right to "
        "apprunner:PauseService; docs/iam.md lists what commands need.\n"
    )
    assert answer == Answer(1, "", sentence)


# Logs ----------------------------------------------------------------------------------------------------------


def test_the_application_log(said: Command, shop: Shop) -> None:
    assert said("logs", "ars/api", "--since", "2027-01-01T00:00:00Z") == Answer(
        0, "2027-01-15T08:00:00.000Z listening on port 8080\n", ""
    )


def test_a_log_without_lines_is_a_note(said: Command, shop: Shop) -> None:
    shop.runner.aws.client("logs").delete_log_group(
        logGroupName=f"/aws/apprunner/staging-api/{shop.arn.rsplit('/', 1)[1]}/application"
    )
    note = "note: /aws/apprunner/staging-api/SERVICE/application holds no line since 2027-01-01 00:00 UTC.\n"
    assert said("logs", "ars/api", "--since", "2027-01-01T00:00:00Z") == Answer(0, "", note)


def test_a_deployment_that_was_none_has_no_log(said: Command, shop: Shop) -> None:
    sentence = (
        "error: service staging-api has had no deployment nope: `trueup logs ars/api -n staging --deployment last` "
        "shows the newest one.\n"
    )
    assert said("logs", "ars/api", "--deployment", "nope") == Answer(1, "", sentence)


def test_a_deployment_that_has_written_nothing_since_is_a_note(said: Command, shop: Shop) -> None:
    id = shop.runner.client.list_operations(ServiceArn=shop.arn)["OperationSummaryList"][0]["Id"]
    note = "note: /aws/apprunner/staging-api/SERVICE/service holds no line since 2028-01-01 00:00 UTC.\n"
    assert said("logs", "ars/api", "--deployment", id, "--since", "2028-01-01T00:00:00Z") == Answer(0, "", note)


def test_the_last_lines_of_app_runner_itself(said: Command, golden: Golden, shop: Shop) -> None:
    answer = said("logs", "ars/api", "--service", "--since", "2027-01-01T00:00:00Z", "--tail", "2")
    golden("logs-service.txt", answer.out)
    assert (answer.code, answer.err) == (0, "")


def test_the_last_deployment_as_json(said: Command, golden: Golden, shop: Shop) -> None:
    shop.fails("START_DEPLOYMENT", reason="Health check failed.")
    assert said("deploy", "ars/api").code == 1
    answer = said("logs", "ars/api", "--deployment", "last", "-o", "json")
    golden("logs-deployment.jsonl", answer.out)
    assert (answer.code, answer.err) == (0, "")
    id = shop.runner.client.list_operations(ServiceArn=shop.arn)["OperationSummaryList"][0]["Id"]
    assert said("logs", "ars/api", "--deployment", id, "-o", "json") == answer


def test_new_lines_are_shown_as_they_come_until_somebody_interrupts(said: Command, shop: Shop) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    shop.meanwhile += [lambda: shop.runner.client.start_deployment(ServiceArn=shop.arn)]
    shop.meanwhile += [lambda: None, lambda: None, interrupt]
    answer = said("logs", "ars/api", "--follow", "--since", "2027-01-01T00:00:00Z", "--tail", "0")
    assert (answer.code, answer.err) == (130, "")
    assert answer.out == "2027-01-15T08:00:06.000Z listening on port 8080\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["deploy", "--timeout", "soon"],
            "--timeout 'soon' is no length of time: write a number with s, m, h or d, such as 15m or 1h30m.",
        ),
        (
            ["logs", "--since", "5"],
            "--since '5' is no length of time: write a number with s, m, h or d, such as 15m or 1h30m.",
        ),
    ],
)
def test_lengths_of_time_that_are_none(said: Command, arguments: list[str], sentence: str) -> None:
    command, *options = arguments
    assert said(command, "ars/api", *options) == Answer(1, "", f"error: {sentence}\n")


def test_json_of_a_pause_names_no_image_that_serves(said: Command, shop: Shop) -> None:
    answer = json.loads(said("pause", "ars/api", "-o", "json").out)
    assert (answer["verdict"], answer["serving"]) == ("Paused", None)
