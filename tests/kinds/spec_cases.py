"""Specs that are right and specs that are wrong, with what is said of them.

The table is read twice: by the models here, and by a real API server with the generated CRDs. Both must agree.
A case is an example file and a merge patch (RFC 7386) on its spec.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> dict[str, Any]:
    """The manifest in examples/<name>.yaml."""
    return yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))


def example_names() -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def merged(document: Any, patch: Any) -> Any:
    """The document after the merge patch."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(document) if isinstance(document, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


@dataclass(frozen=True)
class Case:
    """An example, patched. `refused` is a part of the sentence that refuses it; empty where it is right."""

    example: str
    patch: Mapping[str, Any]
    refused: str = ""
    at: str = "spec"

    @property
    def manifest(self) -> dict[str, Any]:
        return merged(example(self.example), {"spec": self.patch})

    def __str__(self) -> str:
        return f"{self.example} {dict(self.patch)}"


@dataclass(frozen=True)
class ChangeCase:
    """An example patched to `old`, and then changed by `new`."""

    example: str
    new: Mapping[str, Any]
    refused: str = ""
    old: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def before(self) -> dict[str, Any]:
        return merged(example(self.example), {"spec": self.old})

    @property
    def after(self) -> dict[str, Any]:
        return merged(self.before, {"spec": self.new})

    def __str__(self) -> str:
        return f"{self.example} {dict(self.old)} -> {dict(self.new)}"


_PG = "database-minimal"
_DOC = "database-documentdb"
_DOC_SL = "database-documentdb-serverless"
_NET = "network-full"
_BUD = "budget-minimal"
_ZONE = "dnszone-minimal"
_BKT = "bucket-minimal"
_KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
_MAIL = ["dev@example.com"]


def _record(name: str, type_: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "values": list(values), **more}


def _records(*records: Mapping[str, Any]) -> dict[str, Any]:
    return {"records": list(records)}


_WWW = _record("www", "A", "192.0.2.1")
_BOTH = {"backup": {"window": "03:00-03:30"}}

CASES = (
    # What every kind has
    Case(_BUD, {"tags": {"aws:x": "1"}}, "reserved", "spec.tags"),
    Case(_BUD, {"tags": {"trueup.dev/owner": "1"}}, "reserved", "spec.tags"),
    Case(_BUD, {"tags": {"a#b": "1"}}, "reserved", "spec.tags"),
    Case(_BUD, {"tags": {"a\tb": "1"}}, "reserved", "spec.tags"),
    Case(_BUD, {"tags": {"k" * 129: "1"}}, "reserved", "spec.tags"),
    Case(_BUD, {"tags": {"k" * 128: "v" * 256, "Größe/x": "café @1"}}),
    Case(_BUD, {"region": "us-gov-west-1"}),
    # Capacity and version
    Case(_PG, {"capacity": {"min": 2, "max": 1}}, "capacity.min is above", "spec.capacity.min"),
    Case(_PG, {"capacity": {"min": 1, "max": 1}}),
    Case(_PG, {"capacity": {"pauseAfter": "5m"}}, "works only with capacity.min 0", "spec.capacity"),
    Case(_PG, {"capacity": {"min": 0, "pauseAfter": "299s"}}, "from 300s", "spec.capacity"),
    Case(_PG, {"capacity": {"min": 0, "pauseAfter": "25h"}}, "from 300s", "spec.capacity"),
    Case(_PG, {"capacity": {"min": 0, "pauseAfter": "24h"}}),
    Case(_PG, {"capacity": {"min": 0, "pauseAfter": "300s"}}),
    Case(_PG, {"capacity": {"min": 0}}),
    Case(_PG, {"instanceClass": "db.r6g.large"}, "one of the two"),
    Case(_PG, {"capacity": None}, "one of the two"),
    Case(_PG, {"capacity": None, "instanceClass": "db.r6g.large"}),
    Case(_PG, {"capacity": {"min": 0}, "version": "16.2"}, "needs a version that can pause"),
    Case(_PG, {"capacity": {"min": 0}, "version": "16.3"}),
    Case(_PG, {"capacity": {"min": 0}, "version": "16"}),
    Case(_PG, {"capacity": {"min": 0}, "version": "15.6"}, "needs a version that can pause"),
    Case(_PG, {"capacity": {"min": 0}, "version": "15.10"}),
    Case(_PG, {"capacity": {"min": 0}, "version": "14.11"}, "needs a version that can pause"),
    Case(_PG, {"capacity": {"min": 0}, "version": "13.15"}),
    Case(_PG, {"capacity": {"min": 0}, "version": "17.4"}),
    Case(_PG, {"version": "5.0.0"}, "version is not one of the engine", "spec.version"),
    Case(_PG, {"version": "12.4"}, "version is not one of the engine", "spec.version"),
    Case(_DOC, {"version": "16.11"}, "version is not one of the engine", "spec.version"),
    Case(_DOC, {"version": "4.0"}),
    Case(_DOC_SL, {"capacity": {"min": 0}}, "DocumentDB cannot pause"),
    Case(_DOC_SL, {"version": "4.0.0"}, "Serverless DocumentDB needs"),
    Case(_DOC_SL, {"version": "5.0.0"}),
    Case(_DOC, {"databaseName": "auth"}, "Leave databaseName out"),
    Case(_PG, {"masterUsername": "admin"}, "AWS keeps these names"),
    Case(_PG, {"masterUsername": "rdsproxy"}, "AWS keeps these names"),
    Case(_PG, {"masterUsername": "administrator"}),
    # Windows
    Case(_PG, {"backup": {"window": "03:00-03:29"}}, "backup.window must last"),
    Case(_PG, {"backup": {"window": "23:50-00:20"}}),
    Case(_PG, {"backup": {"window": "23:50-00:19"}}, "backup.window must last"),
    Case(_PG, {"maintenanceWindow": "sun:23:45-mon:00:15"}),
    Case(_PG, {"maintenanceWindow": "sun:23:45-mon:00:14"}, "maintenanceWindow must last"),
    Case(_PG, {"maintenanceWindow": "wed:08:09-wed:08:38"}, "maintenanceWindow must last"),
    Case(_PG, {**_BOTH, "maintenanceWindow": "tue:03:29-tue:04:00"}, "overlap, which AWS refuses"),
    Case(_PG, {**_BOTH, "maintenanceWindow": "tue:03:30-tue:04:00"}),
    Case(_PG, {**_BOTH, "maintenanceWindow": "tue:02:00-tue:03:00"}),
    Case(_PG, {**_BOTH, "maintenanceWindow": "tue:02:00-tue:03:01"}, "overlap, which AWS refuses"),
    Case(_PG, {**_BOTH, "maintenanceWindow": "tue:04:00-thu:02:00"}, "overlap, which AWS refuses"),
    Case(_PG, {**_BOTH, "maintenanceWindow": "sun:23:00-mon:03:10"}, "overlap, which AWS refuses"),
    # Peers
    Case(_PG, {"allowFrom": [{"cidr": "10.0.1.0/24"}, {"kind": "Database", "name": "reports"}]}),
    Case(_PG, {"allowFrom": [{"cidr": "10.0.1.0/24", "name": "x"}]}, "either {kind, name} or {cidr}"),
    Case(_PG, {"allowFrom": [{"name": "x"}]}, "either {kind, name} or {cidr}", "spec.allowFrom[0]"),
    Case(_PG, {"allowFrom": [{}]}, "either {kind, name} or {cidr}", "spec.allowFrom[0]"),
    Case(_PG, {"allowFrom": [{"cidr": "10.0.1.7/24"}]}, "bits set beyond its prefix", "spec.allowFrom[0]"),
    Case(_PG, {"allowFrom": [{"cidr": "0.0.0.0/0"}]}, "as good as everyone", "spec.allowFrom[0]"),
    Case(_PG, {"allowFrom": [{"cidr": "10.0.0.0/8"}]}),
    Case(_PG, {"allowFrom": [{"cidr": "10.0.1.7/32"}] * 2}, "comes twice", "spec.allowFrom"),
    # Parameters, restore, adopt
    Case(_PG, {"parameters": {"Max-Connections": "1"}}, "name in lower case", "spec.parameters"),
    Case(_PG, {"parameters": {"rds.force_ssl": "1"}}),
    Case(_PG, {"restore": {}}, "restore needs either", "spec.restore"),
    Case(_PG, {"restore": {"snapshotIdentifier": "a", "sourceCluster": "b", "pointInTime": "latest"}}, "either"),
    Case(_PG, {"restore": {"sourceCluster": "b"}}, "come together", "spec.restore"),
    Case(_PG, {"restore": {"snapshotIdentifier": "a", "pointInTime": "latest"}}, "come together"),
    Case(_PG, {"restore": {"sourceCluster": "b", "pointInTime": "2026-11-20T12:00:00Z"}}),
    Case(_PG, {"restore": {"sourceCluster": "b", "pointInTime": "2026-02-31T12:00:00Z"}}, "not a day since 2000"),
    Case(_PG, {"restore": {"sourceCluster": "b", "pointInTime": "yesterday"}}, 'neither "latest" nor a time'),
    Case(_PG, {"restore": {"snapshotIdentifier": "rds:lego-2026-11-20-03-05"}}),
    Case(_PG, {"restore": {"snapshotIdentifier": "a"}, "adopt": {"name": "b"}}, "Give one of them"),
    # Networks
    Case(_NET, {"cidr": "10.0.1.0/16"}, "bits set beyond its prefix", "spec.cidr"),
    Case(_NET, {"zones": ["us-east-1a", "us-east-1a"]}, "A zone comes twice", "spec.zones"),
    Case(_NET, {"zones": ["us-east-1a", "us-east-2b"], "region": None}, "must be of one region", "spec.zones"),
    Case(_NET, {"region": "us-east-2"}, "must be of one region", "spec.zones"),
    Case(_NET, {"region": None}),
    Case(_NET, {"privateSubnets": ["10.0.10.0/24"]}, "one subnet for each zone"),
    Case(_NET, {"publicSubnets": ["10.0.1.0/24"]}, "one subnet for each zone"),
    Case(_NET, {"publicSubnets": [], "nat": "None"}),
    Case(_NET, {"publicSubnets": []}, "stands in a public subnet", "spec.nat"),
    Case(_NET, {"privateSubnets": []}, "stands in a public subnet", "spec.nat"),
    Case(_NET, {"privateSubnets": ["10.0.10.1/24", "10.0.11.0/24"]}, "A subnet has bits set"),
    Case(_NET, {"privateSubnets": ["10.0.10.0/24", "10.1.11.0/24"]}, "lies outside cidr"),
    Case(_NET, {"cidr": "10.0.0.0/24"}, "lies outside cidr"),
    Case(_NET, {"privateSubnets": ["10.0.10.0/24", "10.0.10.128/25"]}, "Two subnets overlap"),
    Case(_NET, {"privateSubnets": ["10.0.1.0/24", "10.0.11.0/24"]}, "Two subnets overlap"),
    Case(_NET, {"privateSubnets": ["10.0.0.0/20", "10.0.16.0/24"]}, "Two subnets overlap"),
    Case(_NET, {"privateSubnets": ["10.0.128.0/18", "10.0.192.0/18"]}),
    Case(_NET, {"endpoints": ["s3", "s3"]}, "An endpoint comes twice", "spec.endpoints"),
    # Budgets
    Case(_BUD, {"monthlyLimitUSD": 0.29}),
    Case(_BUD, {"monthlyLimitUSD": 1234567.89}),
    Case(_BUD, {"thresholds": [{"percent": 50, "emails": _MAIL}] * 2}, "Join them", "spec.thresholds"),
    Case(
        _BUD,
        {"thresholds": [{"percent": 50, "emails": _MAIL}, {"percent": 50, "type": "Actual", "emails": ["a@b.c"]}]},
        "Join them",
        "spec.thresholds",
    ),
    Case(
        _BUD,
        {"thresholds": [{"percent": 50, "emails": _MAIL}, {"percent": 50, "type": "Forecast", "emails": _MAIL}]},
    ),
    Case(_BUD, {"thresholds": [{"percent": 50, "emails": _MAIL * 2}]}, "comes twice", "spec.thresholds[0].emails"),
    Case(_BUD, {"gate": {"percent": 120}}),
    Case(_BUD, {"selector": {"matchLabels": {"": "v"}}}, "A label has", "spec.selector.matchLabels"),
    Case(_BUD, {"anomalyDetection": {"minimumImpactUSD": 1, "emails": _MAIL * 2}}, "comes twice"),
    Case(_BUD, {"adopt": {"name": "a/action/b"}}, "no /action/", "spec.adopt.name"),
    # Zones and records
    Case(_ZONE, {"domain": "Example.com"}, "This is not a domain name", "spec.domain"),
    Case(_ZONE, {"domain": "example.com."}, "This is not a domain name", "spec.domain"),
    Case(_ZONE, {"domain": "com"}, "This is not a domain name", "spec.domain"),
    Case(_ZONE, {"domain": "xn--bcher-kva.example"}),
    Case(_ZONE, {"adopt": {"name": "example.com"}}),
    Case(_ZONE, {"adopt": {"name": "example.org"}}, "adopt.name is not the domain", "spec.adopt"),
    Case(_ZONE, {"adopt": {"id": "Z0"}}),
    Case(_ZONE, {"adopt": {"id": "/hostedzone/Z0"}}, "This is not the id of a hosted zone", "spec.adopt.id"),
    Case(_ZONE, {"adopt": {"id": "Z0", "name": "example.com"}}, "either name or id", "spec.adopt"),
    Case(_ZONE, {"adopt": {}}, "either name or id", "spec.adopt"),
    Case(_ZONE, _records(_WWW, _record("www", "AAAA", "2001:db8::1"), _record("@", "TXT", "v=spf1 -all"))),
    Case(_ZONE, _records(_record("*.apps", "CNAME", "a.example.net."), _record("sub", "NS", "ns1.example.net"))),
    Case(_ZONE, _records(_record("_sip._tcp", "SRV", "1 10 5060 sip.example.com"))),
    Case(_ZONE, _records(_record("@", "CAA", '0 issue "amazon.com"'), _record("@", "MX", "10 mail.example.com."))),
    Case(_ZONE, _records(_record("www.example.com", "A", "192.0.2.1", adopt=True))),
    Case(_ZONE, _records(_record("WWW", "A", "192.0.2.1")), "This is not the name of a record"),
    Case(_ZONE, _records(_record("a.*", "A", "192.0.2.1")), "This is not the name of a record"),
    Case(_ZONE, _records(_record("_trueup-a.www", "TXT", "x")), "Names that begin with _trueup-"),
    Case(_ZONE, _records(_record("@", "CNAME", "example.net")), "The zone itself (@) has no CNAME"),
    Case(_ZONE, _records(_record("@", "NS", "ns1.example.net")), "The zone itself (@) has no CNAME"),
    Case(_ZONE, _records(_record("a", "CNAME", "b.example.net", "c.example.net")), "A CNAME has one value"),
    Case(_ZONE, _records(_record("a", "A", "192.0.2.1", "192.0.2.1")), "A value of the record comes twice"),
    Case(_ZONE, _records(_record("a", "A", "www.example.com")), "IPv4 addresses"),
    Case(_ZONE, _records(_record("a", "A", "2001:db8::1")), "IPv4 addresses"),
    Case(_ZONE, _records(_record("a", "AAAA", "192.0.2.1")), "IPv6 addresses"),
    Case(_ZONE, _records(_record("a", "CAA", "0 issue amazon.com")), "A value of a CAA record"),
    Case(_ZONE, _records(_record("a", "CNAME", "https://example.net")), "The value of a CNAME is a host name"),
    Case(_ZONE, _records(_record("a", "MX", "mail.example.com")), "A value of an MX record"),
    Case(_ZONE, _records(_record("a", "NS", "10 ns1.example.net")), "The values of NS records are host names"),
    Case(_ZONE, _records(_record("a", "SRV", "10 5060 sip.example.com")), "A value of an SRV record"),
    Case(_ZONE, _records(_record("a", "TXT", '"quoted"')), "A text has only printable ASCII"),
    Case(_ZONE, _records(_record("a", "TXT", "Größe")), "A text has only printable ASCII"),
    Case(_ZONE, _records(_WWW, _WWW), "Two records have the same name and type", "spec.records"),
    Case(_ZONE, _records(_WWW, _record("www", "CNAME", "a.example.net")), "A CNAME stands alone", "spec.records"),
    # Buckets
    Case(_BKT, {"bucketName": "lego-moc-uploads", "encryption": {"kmsKeyArn": _KEY}, "versioning": True}),
    Case(_BKT, {"bucketName": "a.b"}, "This is not a name for a bucket", "spec.bucketName"),
    Case(_BKT, {"bucketName": "Uploads"}, "This is not a name for a bucket", "spec.bucketName"),
    Case(_BKT, {"bucketName": "xn--uploads"}, "S3 keeps for itself"),
    Case(_BKT, {"bucketName": "uploads-s3alias"}, "S3 keeps for itself"),
    Case(_BKT, {"bucketName": "one", "adopt": {"name": "two"}}, "Give one of them"),
    Case(_BKT, {"adopt": {}}, "one of the two", "spec.adopt"),
    Case(_BKT, {"adopt": {"name": "a-b", "arn": "arn:aws:s3:::a-b"}}, "one of the two", "spec.adopt"),
    Case(_BKT, {"adopt": {"arn": "arn:aws:s3:::legacy.files"}}),
    Case(_BKT, {"cors": [{"allowedOrigins": ["https://*.example.com:8443"], "allowedMethods": ["GET"]}]}),
    Case(_BKT, {"cors": [{"allowedOrigins": ["*", "*"], "allowedMethods": ["GET"]}]}, "An origin comes twice"),
    Case(_BKT, {"cors": [{"allowedOrigins": ["*"], "allowedMethods": ["GET", "GET"]}]}, "A method comes twice"),
    # Texts that do not have their shape
    Case(_BKT, {"adopt": {"arn": "arn:aws:s3:us-east-1::a"}}, "This is not the ARN of a bucket"),
    Case(_BKT, {"adopt": {"name": "-a"}}, "This is not the name of a bucket"),
    Case(_BKT, {"encryption": {"kmsKeyArn": "alias/key"}}, "This is not the ARN of a KMS key"),
    Case(_BKT, {"cors": [{"allowedOrigins": ["example.com"], "allowedMethods": ["GET"]}]}, "This is not an origin"),
    Case(_BKT, {"cors": [{"allowedOrigins": ["*.*"], "allowedMethods": ["GET"]}]}, "This is not an origin"),
    Case(
        _BKT,
        {"cors": [{"allowedOrigins": ["*"], "allowedMethods": ["GET"], "allowedHeaders": ["x y"]}]},
        "This is not the name of a header",
    ),
    Case(_BUD, {"monthlyLimitUSD": 1.005}, "at most two decimals"),
    Case(_BUD, {"thresholds": [{"percent": 50, "emails": ["nobody"]}]}, "This is not an e-mail address"),
    Case(_BUD, {"driftPolicy": {"ignore": ["backup"]}}, "This is not a JSON pointer"),
    Case(_BUD, {"driftPolicy": {"ignore": ["/backup/retentionDays"]}}, "names a field that this spec does not have"),
    Case(_PG, {"driftPolicy": {"ignore": ["/backup/retention"]}}, "names a field that this spec does not have"),
    Case(_PG, {"driftPolicy": {"ignore": ["/version/minor"]}}, "names a field that this spec does not have"),
    Case(_PG, {"driftPolicy": {"ignore": ["/backup", "/backup/window", "/tags/a~1b", "/parameters", "/allowFrom/0"]}}),
    Case(_BUD, {"region": "Virginia"}, "This is not an AWS region"),
    Case(_BUD, {"roleArn": "arn:aws:iam::12:role/x"}, "This is not the ARN of an IAM role"),
    Case(_BUD, {"tags": {"a": "x#y"}}, "A tag's value has only"),
    Case(_PG, {"version": "latest"}, "version is not one of the engine"),
    Case(_PG, {"capacity": {"min": 0.3}}, "steps of 0.5"),
    Case(_PG, {"capacity": {"pauseAfter": "5"}}, "This is not a duration"),
    Case(_PG, {"instanceClass": "db.serverless"}, "for serverless give capacity"),
    Case(_PG, {"backup": {"window": "3:00-4:00"}}, "This is not a daily window"),
    Case(_PG, {"maintenanceWindow": "Sun:04:00-Sun:05:00"}, "This is not a weekly window"),
    Case(_PG, {"allowFrom": [{"cidr": "10.0.0.256/32"}]}, "This is not an IPv4 network"),
    Case(_PG, {"adopt": {"name": "Lego--1"}}, "This is not a cluster's identifier"),
    Case(_NET, {"cidr": "10.0.0.0/15"}, "takes for a VPC or a subnet"),
    Case(_NET, {"cidr": "10.0.0/16"}, "takes for a VPC or a subnet"),
    Case(_NET, {"zones": ["use1-az1"]}, "This is not an availability zone"),
)
"""What is wrong is said by a rule, in the rule's own words, by the model and by the API server alike."""

MALFORMED = (
    Case(_BUD, {"selector": {"matchLabels": {"a": "v" * 64}}}, "at most 63 characters"),
    Case(_BUD, {"selector": {"matchLabels": {}}}, "at least 1 item"),
    Case(_PG, {"parameters": {"x": "v" * 1025}}, "at most 1024 characters"),
    Case(_BUD, {"monthlyLimitUSD": 0}, "greater than 0"),
    Case(_BUD, {"monthlyLimitUSD": -5}, "greater than 0"),
    Case(_BUD, {"monthlyLimitUSD": "50"}, "number of US dollars"),
    Case(_BUD, {"monthlyLimitUSD": True}, "number of US dollars"),
    Case(_BUD, {"monthlyLimitUSD": None}, "This field is required"),
    Case(_BUD, {"monthlyLimitUsd": 3}, "Did you mean monthlyLimitUSD?"),
    Case(_BUD, {"thresholds": [{"percent": 0, "emails": _MAIL}]}, "greater than or equal to 1"),
    Case(_BUD, {"thresholds": [{"percent": 1001, "emails": _MAIL}]}, "less than or equal to 1000"),
    Case(_BUD, {"thresholds": [{"percent": 50, "emails": []}]}, "at least 1 item"),
    Case(_BUD, {"thresholds": [{"percent": i, "emails": _MAIL} for i in range(1, 7)]}, "at most 5 items"),
    Case(_BUD, {"gate": {"percent": 120, "block": "Critical"}}, "NonCritical"),
    Case(_BUD, {"deletionPolicy": "Snapshot"}, "'Delete' or 'Retain'"),
    Case(_BUD, {"driftPolicy": {"mode": "Ignore"}}, "'Correct' or 'Report'"),
    Case(_PG, {"engine": "mysql"}, "'aurora-postgresql' or 'documentdb'"),
    Case(_PG, {"version": 16.11}, "valid string"),
    Case(_PG, {"instances": 0}, "greater than or equal to 1"),
    Case(_PG, {"instances": 17}, "less than or equal to 16"),
    Case(_PG, {"instances": "2"}, "valid integer"),
    Case(_PG, {"capacity": {"max": 0.5}}, "greater than or equal to 1"),
    Case(_PG, {"capacity": {"minimum": 1}}, "Did you mean min?"),
    Case(_PG, {"networkRef": None}, "This field is required"),
    Case(_PG, {"networkRef": {"name": None}}, "This field is required"),
    Case(_PG, {"backup": {"retentionDays": 0}}, "greater than or equal to 1"),
    Case(_PG, {"backup": {"retentionDays": 36}}, "less than or equal to 35"),
    Case(_PG, {"port": 80}, "greater than or equal to 1150"),
    Case(_PG, {"allowFrom": [{"kind": "Bucket", "name": "x"}]}, "'AppRunnerService' or 'Database'"),
    Case(_PG, {"publiclyAccessible": True}, "There is no such field"),
    Case(_ZONE, {"deletionPolicy": "Snapshot"}, "'Retain' or 'Delete'"),
    Case(_ZONE, _records(_record("a", "A")), "at least 1 item"),
    Case(_ZONE, _records(_record("a", "SPF", "x")), "'TXT'"),
    Case(_ZONE, _records(_record("a", "A", "192.0.2.1", ttl=0)), "greater than or equal to 1"),
    Case(_NET, {"zones": []}, "at least 1 item"),
    Case(_NET, {"nat": "PerZone"}, "'None' or 'One'"),
    Case(_NET, {"endpoints": ["sqs"]}, "'s3'"),
    Case(_NET, {"adopt": {"name": "x"}}, "There is no such field"),
)
"""A type, a bound, an enum or a name is wrong: the API server says so in its own words."""

_ROLE = "arn:aws:iam::123456789012:role/"
_MORE_ZONES = {
    "zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
    "publicSubnets": ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"],
    "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24", "10.0.12.0/24"],
}

CHANGES = (
    ChangeCase(_BUD, {"region": "us-east-1"}, "region cannot be set"),
    ChangeCase(_BUD, {"region": "us-east-1"}, "", {"region": "us-east-1"}),
    ChangeCase(_BUD, {"region": "us-east-2"}, "region cannot be set", {"region": "us-east-1"}),
    ChangeCase(_BUD, {"region": None}, "region cannot be set", {"region": "us-east-1"}),
    ChangeCase(_BUD, {"roleArn": f"{_ROLE}a"}, "roleArn cannot be set"),
    ChangeCase(_BUD, {"roleArn": None}, "roleArn cannot be set", {"roleArn": f"{_ROLE}a"}),
    ChangeCase(_BUD, {"roleArn": f"{_ROLE}b"}, "", {"roleArn": f"{_ROLE}a"}),
    ChangeCase(_BUD, {"roleArn": "arn:aws:iam::999999999999:role/a"}, "another account", {"roleArn": f"{_ROLE}a"}),
    ChangeCase(_BUD, {"monthlyLimitUSD": 60, "tags": {"a": "b"}, "gate": {"percent": 100}}),
    ChangeCase(_BUD, {"adopt": {"name": "a"}}),
    ChangeCase(_BUD, {"adopt": {"name": "b"}}, "adopt cannot be changed", {"adopt": {"name": "a"}}),
    ChangeCase(_BUD, {"adopt": None}, "adopt cannot be changed", {"adopt": {"name": "a"}}),
    ChangeCase(_ZONE, {"domain": "example.org"}, "domain cannot change"),
    ChangeCase(_ZONE, {"adopt": {"name": "example.com"}}),
    ChangeCase(_ZONE, {"adopt": None}, "adopt cannot be changed", {"adopt": {"name": "example.com"}}),
    ChangeCase(_ZONE, {"adopt": {"id": "Z1", "name": None}}, "adopt cannot be changed", {"adopt": {"id": "Z0"}}),
    ChangeCase(_ZONE, {"comment": "ours", "records": [_WWW], "deletionPolicy": "Delete"}),
    ChangeCase(_BKT, {"bucketName": "other"}, "bucketName cannot be set"),
    ChangeCase(_BKT, {"bucketName": "other"}, "bucketName cannot be set", {"bucketName": "one-name"}),
    ChangeCase(_BKT, {"bucketName": None}, "bucketName cannot be set", {"bucketName": "one-name"}),
    ChangeCase(_BKT, {"versioning": True, "lifecycle": {"deleteAfterDays": 1}}, "", {"bucketName": "one-name"}),
    ChangeCase(_BKT, {"adopt": {"name": "one-name"}}),
    ChangeCase(_BKT, {"adopt": {"name": "other"}}, "adopt cannot be changed", {"adopt": {"name": "one-name"}}),
    ChangeCase(_BKT, {"adopt": None}, "adopt cannot be changed", {"adopt": {"name": "one-name"}}),
    ChangeCase(_NET, {"cidr": "10.0.0.0/17"}, "cidr cannot change"),
    ChangeCase(_NET, _MORE_ZONES),
    ChangeCase(_NET, {"zones": ["us-east-1b", "us-east-1a"]}, "zones can only be added to"),
    ChangeCase(
        _NET,
        {"zones": ["us-east-1a"], "publicSubnets": ["10.0.1.0/24"], "privateSubnets": ["10.0.10.0/24"]},
        "zones can only be added to",
    ),
    ChangeCase(_NET, {"privateSubnets": ["10.0.10.0/24", "10.0.12.0/24"]}, "privateSubnets can only"),
    ChangeCase(_NET, {"publicSubnets": [], "nat": "None"}, "publicSubnets can only"),
    ChangeCase("network-minimal", {"publicSubnets": ["10.0.1.0/24", "10.0.2.0/24"], "nat": "One"}),
    ChangeCase(_NET, {"nat": "None", "endpoints": []}),
    ChangeCase(_PG, {"engine": "documentdb", "version": "16.11"}, "version is not one of the engine"),
    ChangeCase(_DOC, {"engine": "aurora-postgresql", "version": "16.11"}, "engine cannot change"),
    ChangeCase(_PG, {"version": "15.10"}),
    ChangeCase(_PG, {"version": "17.4"}),
    ChangeCase(_PG, {"version": "16.12"}),
    ChangeCase(_PG, {"version": "16"}),
    ChangeCase(_PG, {"version": "16.3"}, "", {"version": "16"}),
    ChangeCase(_DOC, {"version": "5.0"}),
    ChangeCase(_DOC, {"version": "4.0.0"}),
    ChangeCase(_PG, {"networkRef": {"name": "other"}}, "networkRef cannot change"),
    ChangeCase(_PG, {"databaseName": "app"}, "databaseName cannot be set"),
    ChangeCase(_PG, {"databaseName": None}, "databaseName cannot be set", {"databaseName": "app"}),
    ChangeCase(_PG, {"databaseName": "b"}, "databaseName cannot be set", {"databaseName": "app"}),
    ChangeCase(_PG, {"masterUsername": "b"}, "masterUsername cannot be set", {"masterUsername": "app"}),
    ChangeCase(_PG, {"masterUsername": "b"}, "masterUsername cannot be set"),
    ChangeCase(_PG, {"restore": {"snapshotIdentifier": "a"}}, "restore counts only"),
    ChangeCase(_DOC_SL, {"restore": {"snapshotIdentifier": "a"}}, "restore counts only"),
    ChangeCase(_DOC_SL, {"restore": None}, "restore counts only"),
    ChangeCase(_PG, {"adopt": {"name": "lego"}}),
    ChangeCase(_DOC, {"adopt": {"name": "other"}}, "adopt cannot be changed"),
    ChangeCase(
        _PG,
        {
            "capacity": {"min": 0, "max": 8, "pauseAfter": "1h"},
            "instances": 3,
            "port": 5433,
            "deletionProtection": True,
            "deletionPolicy": "Retain",
            "criticality": "NonCritical",
            "backup": {"retentionDays": 1, "window": "01:00-02:00"},
            "parameters": {"max_connections": "10"},
            "allowFrom": [{"cidr": "10.0.0.0/16"}],
        },
    ),
    ChangeCase(_PG, {"capacity": None, "instanceClass": "db.r6g.large"}),
)
