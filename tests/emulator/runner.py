"""App Runner in the emulator with what its tests say again and again; every answer is held against AWS's model."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from tests.emulator.conftest import Aws

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def trust(principal: str) -> str:
    """The trust policy that lets an AWS service assume a role."""
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def held_to_the_model(parsed: Any, model: Any, http_response: Any, **_: Any) -> None:
    """Fail where an answer lacks what AWS always sends, or has a value that AWS's model does not know."""
    if http_response.status_code < 300 and model.output_shape is not None:
        document = {key: value for key, value in parsed.items() if key != "ResponseMetadata"}
        report = ParamValidator().validate(document, model.output_shape)
        assert not report.has_errors(), report.generate_report()


@dataclass
class Runner:
    """A repository `app` with an image `v1`, the two roles, and a client."""

    aws: Aws
    client: Any
    access: str = ""
    role: str = ""
    digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def on(cls, aws: Aws) -> Runner:
        client = aws.client("apprunner")
        client.meta.events.register("after-call.apprunner", held_to_the_model, unique_id="held to the model")
        runner = cls(aws, client)
        runner.access = runner.made_role("access", "build.apprunner.amazonaws.com")
        runner.role = runner.made_role("instance", "tasks.apprunner.amazonaws.com")
        aws.client("ecr").create_repository(repositoryName="app")
        runner.push("v1")
        return runner

    def made_role(self, name: str, principal: str) -> str:
        made = self.aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal))
        return made["Role"]["Arn"]

    def push(self, tag: str, content: str = "a") -> str:
        """An image of its own for each content; the tag moves to it."""
        layers = [{"digest": f"sha256:{content:0>64}"}]
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "layers": layers, "config": {"size": 1}})
        put = self.aws.client("ecr").put_image
        return put(repositoryName="app", imageTag=tag, imageManifest=manifest)["image"]["imageId"]["imageDigest"]

    def source(self, image: str = "app:v1", *, automatic: bool = False, **configuration: Any) -> dict[str, Any]:
        repository = {"ImageIdentifier": f"{REGISTRY}/{image}", "ImageRepositoryType": "ECR"}
        return {
            "ImageRepository": {**repository, "ImageConfiguration": configuration},
            "AutoDeploymentsEnabled": automatic,
            "AuthenticationConfiguration": {"AccessRoleArn": self.access},
        }

    def create(self, name: str = "shop", **more: Any) -> str:
        """A service, on its way; with delays `none` it is there at the next look."""
        given = {"SourceConfiguration": self.source(), **more}
        return self.client.create_service(ServiceName=name, **given)["Service"]["ServiceArn"]

    def shown(self, arn: str) -> dict[str, Any]:
        return self.client.describe_service(ServiceArn=arn)["Service"]

    def status(self, arn: str) -> str:
        return self.shown(arn)["Status"]

    def operations(self, arn: str) -> list[tuple[str, str]]:
        """Type and status of each operation, the newest first."""
        listed = self.client.list_operations(ServiceArn=arn)["OperationSummaryList"]
        return [(one["Type"], one["Status"]) for one in listed]

    def serving(self, arn: str) -> str | None:
        """The digest that serves."""
        shown: Any = self.aws.emulator.core.told("apprunner/serving")
        return shown[arn]["digest"]

    def private_subnets(self, cidr: str = "10.7") -> tuple[str, list[str]]:
        """A VPC with private subnets in two zones."""
        vpc, subnets = self.aws.subnets(cidr)
        return vpc, subnets[:2]

    def connector(self, subnets: list[str], name: str = "egress", **more: Any) -> str:
        made = self.client.create_vpc_connector(VpcConnectorName=name, Subnets=subnets, **more)
        return made["VpcConnector"]["VpcConnectorArn"]


def through(connector: str) -> dict[str, Any]:
    """The network configuration that sends a service's own traffic through a connector."""
    return {"EgressConfiguration": {"EgressType": "VPC", "VpcConnectorArn": connector}}
