"""CloudFront and ACM in the emulator with what their tests say again and again; answers are held to AWS's models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.emulator.runner import held_to_the_model

if TYPE_CHECKING:
    from tests.emulator.conftest import Aws

OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
SECURITY = "67f7725c-6f97-4210-82d7-5512b31e9d03"


def some(*values: object) -> dict[str, Any]:
    """A list with its quantity, as requests have it."""
    return {"Quantity": len(values), **({"Items": list(values)} if values else {})}


@dataclass
class Edge:
    """Clients of both services, and a zone that proves domains."""

    aws: Aws
    client: Any
    acm: Any

    @classmethod
    def on(cls, aws: Aws) -> Edge:
        edge = cls(aws, aws.client("cloudfront"), aws.client("acm"))
        for name in ("cloudfront", "acm"):
            events = aws.client(name).meta.events
            events.register(f"after-call.{name}", held_to_the_model, unique_id="held to the model")
        return edge

    # ---- certificates -----------------------------------------------------------------------------------------

    def zone(self, name: str = "example.com", **more: Any) -> str:
        made = self.aws.client("route53").create_hosted_zone(Name=name, CallerReference=name, **more)
        return made["HostedZone"]["Id"]

    def write(self, zone: str, name: str, kind: str, value: str) -> None:
        record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        self.aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)

    def requested(self, *names: str, region: str = "us-east-1", **more: Any) -> str:
        given = {"DomainName": names[0], "ValidationMethod": "DNS", **more}
        if names[1:]:
            given["SubjectAlternativeNames"] = list(names[1:])
        return self.aws.client("acm", region).request_certificate(**given)["CertificateArn"]

    def shown(self, arn: str) -> dict[str, Any]:
        return self.aws.client("acm", arn.split(":")[3]).describe_certificate(CertificateArn=arn)["Certificate"]

    def prove(self, zone: str, arn: str) -> None:
        """Every record that the certificate asks for stands in the zone."""
        for option in self.shown(arn)["DomainValidationOptions"]:
            record = option["ResourceRecord"]
            self.write(zone, record["Name"], record["Type"], record["Value"])

    def issued(self, *names: str, zone: str | None = None, region: str = "us-east-1") -> str:
        arn = self.requested(*names, region=region)
        self.prove(zone or self.zone(), arn)
        self.shown(arn)
        assert self.shown(arn)["Status"] == "ISSUED"
        return arn

    # ---- distributions ----------------------------------------------------------------------------------------

    def control(self, name: str = "site") -> str:
        config = {
            "Name": name,
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
        made = self.client.create_origin_access_control(OriginAccessControlConfig=config)
        return made["OriginAccessControl"]["Id"]

    def config(self, reference: str = "one", **more: Any) -> dict[str, Any]:
        origin = {
            "Id": "bucket",
            "DomainName": "example-site.s3.us-east-1.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        behavior = {
            "TargetOriginId": "bucket",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": OPTIMIZED,
        }
        given = {"CallerReference": reference, "Comment": "", "Enabled": True}
        return {**given, "Origins": some(origin), "DefaultCacheBehavior": behavior, **more}

    def create(self, reference: str = "one", **more: Any) -> str:
        made = self.client.create_distribution(DistributionConfig=self.config(reference, **more))
        return made["Distribution"]["Id"]

    def change(self, id: str, **more: Any) -> dict[str, Any]:
        """The distribution is updated as AWS wants it: read, changed, sent whole."""
        read = self.client.get_distribution_config(Id=id)
        config = {**read["DistributionConfig"], **more}
        return self.client.update_distribution(Id=id, IfMatch=read["ETag"], DistributionConfig=config)

    def status(self, id: str) -> str:
        return self.client.get_distribution(Id=id)["Distribution"]["Status"]

    def remove(self, id: str) -> None:
        self.change(id, Enabled=False)
        etag = self.client.get_distribution(Id=id)["ETag"]
        self.client.delete_distribution(Id=id, IfMatch=etag)
