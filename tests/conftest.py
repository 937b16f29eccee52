"""What holds for every test: no way out to a real AWS, repeatable examples, goldens on request."""

import os

import pytest
from hypothesis import HealthCheck, settings

# Quick while one works; the whole run asks for `--hypothesis-profile=ci`: more examples, always the same.
settings.register_profile("default", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`, which writes goldens instead of comparing them."""
    parser.addoption("--update", action="store_true", help="write golden files anew; review them as a diff")


def pytest_configure(config: pytest.Config) -> None:
    """Forget the shell's AWS: a test that lacks an endpoint fails instead of reaching somebody's account."""
    del config
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    loopback = ["127.0.0.1", "localhost", "::1"]
    for name in ("NO_PROXY", "no_proxy"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, *loopback]))


@pytest.fixture(scope="session")
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether goldens are to be written (`pytest --update`) rather than compared."""
    return bool(request.config.getoption("--update"))
