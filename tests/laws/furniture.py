"""What stands in an AWS account before any object is applied, because examples refer to it: images and parameters."""

from __future__ import annotations

from tests.house import House
from tests.laws.neighbours import SPEC_VALUES
from tests.resources.pushed import push

ACCOUNT = "123456789012"
REGION = "us-east-1"
IMAGES = {"a": ("v1.2.3", "1.27"), "b": ("v1.2.10",)}
"""Content → the tags that lead to it."""
CONNECTIONS = {
    "gitlab": f"arn:aws:apprunner:{REGION}:{ACCOUNT}:connection/gitlab/0123456789abcdef0123456789abcdef",
    "another": str(SPEC_VALUES["connection/arn"][0]),
}


def furnish(house: House, region: str) -> None:
    """The images, parameters and connections that the examples name, and their neighbours, are there."""
    ecr = house.client("ecr", region)
    for repository in ("app", "another"):
        for content, tags in IMAGES.items():
            for tag in tags:
                push(ecr, tag, content, repository)
    parameters = house.client("ssm")
    for name in ("/jwt", "/jwt-else", "/email/api-key", "/email/another"):
        parameters.put_parameter(Name=name, Value="planted", Type="SecureString", Overwrite=True)
    apprunner = house.client("apprunner")
    for name in ("github", "github-else", *CONNECTIONS):
        apprunner.create_connection(ConnectionName=name, ProviderType="GITHUB")
    house.emulator.order("handshake", {})
    known = house.emulator.core.apprunner.region(ACCOUNT, REGION).connections
    for name, arn in CONNECTIONS.items():
        [made] = [one for one in known.values() if one.name == name]
        known[arn] = known.pop(made.arn)
        made.arn = arn
