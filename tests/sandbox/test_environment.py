"""What a shell gets from a sandbox, and what a sandbox's processes must never get from the shell."""

import subprocess
from pathlib import Path

import pytest

from trueup.sandbox.environment import Exports, for_children, path_with


def test_the_exports_are_six_lines_in_the_promised_order() -> None:
    exports = Exports(Path("/p/.sandbox/kubeconfig"), "http://127.0.0.1:1234", "/p/.sandbox/bin:/usr/bin")
    assert exports.lines() == [
        "export KUBECONFIG=/p/.sandbox/kubeconfig",
        "export AWS_ENDPOINT_URL=http://127.0.0.1:1234",
        "export AWS_ACCESS_KEY_ID=sandbox",
        "export AWS_SECRET_ACCESS_KEY=sandbox",
        "export AWS_DEFAULT_REGION=us-east-1",
        "export PATH=/p/.sandbox/bin:/usr/bin",
    ]


def test_a_shell_reads_back_what_was_exported_whatever_the_folder_is_called() -> None:
    odd = "/a folder/with 'quotes' and $HOME/kubeconfig"
    lines = Exports(Path(odd), "http://127.0.0.1:1", "/usr/bin:/bin").lines()
    script = "\n".join([*lines, 'printf %s "$KUBECONFIG"'])
    answer = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == odd


def test_children_see_nothing_that_leads_elsewhere() -> None:
    shell = {
        "HOME": "/h",
        "LANG": "C",
        "PYTHONPATH": "/src",
        "XDG_CACHE_HOME": "/c",
        "AWS_CA_BUNDLE": "x",
        "REQUESTS_CA_BUNDLE": "x",
        "CURL_CA_BUNDLE": "x",
        "SSL_CERT_FILE": "x",
        "HTTPS_PROXY": "x",
        "http_proxy": "x",
        "NO_PROXY": "x",
        "ALL_PROXY": "x",
        "AWS_PROFILE": "x",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_ENDPOINT_URL_RDS": "x",
        "KUBECONFIG": "x",
        "ETCD_DATA_DIR": "x",
        "GODEBUG": "x",
        "GOMAXPROCS": "x",
        "MAKEFLAGS": "x",
        "TRUEUP_SANDBOX_STATE": "x",
    }
    assert for_children(shell) == {"HOME": "/h", "LANG": "C", "PYTHONPATH": "/src", "XDG_CACHE_HOME": "/c"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/usr/bin:/bin", "/s/bin:/usr/bin:/bin", id="put first"),
        pytest.param("/s/bin:/usr/bin", "/s/bin:/usr/bin", id="not put twice"),
        pytest.param("/usr/bin:/s/bin", "/s/bin:/usr/bin", id="moved to the front"),
        pytest.param("", "/s/bin", id="alone"),
    ],
)
def test_the_kubectl_folder_comes_first_and_once(path: str, expected: str) -> None:
    assert path_with(Path("/s/bin"), path) == expected
