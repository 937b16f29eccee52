"""Services that are right and services that are wrong, with what is said of them."""

from tests.kinds.case import Case, ChangeCase

SERVICE = "apprunnerservice-minimal"
FULL = "apprunnerservice-full"
CODE = "apprunnerservice-code"
ADOPTED = "apprunnerservice-adopted"
_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:jwt-AbCdEf"
_DIGEST = f"sha256:{'0' * 64}"


def _image(**more: object) -> dict[str, object]:
    return {"source": {"image": more}}


SERVICES = (
    # Source
    Case(SERVICE, _image(digest=_DIGEST), "named by tag or by digest", "spec.source.image"),
    Case(SERVICE, _image(tag=None), "named by tag or by digest", "spec.source.image"),
    Case(SERVICE, _image(tag=None, digest=_DIGEST)),
    Case(SERVICE, _image(repository="nginx:1.27"), "ECR and ECR Public alone", "spec.source.image.repository"),
    Case(SERVICE, _image(repository="docker.io/library/nginx"), "ECR and ECR Public alone"),
    Case(SERVICE, _image(repository="lego/api-service")),
    Case(SERVICE, _image(repository="123456789012.dkr.ecr.eu-west-1.amazonaws.com/lego/api")),
    Case(SERVICE, _image(tag="a b"), "This is not a tag", "spec.source.image.tag"),
    Case(SERVICE, {"source": {"image": None}}, "source is an image or code", "spec.source"),
    Case(CODE, {"source": {"image": {"repository": "a", "tag": "b"}}}, "source is an image or code", "spec.source"),
    Case(
        CODE,
        {"source": {"code": {"connection": {"arn": "arn:aws:apprunner:us-east-1:123456789012:connection/a/0a"}}}},
        "A connection is given by arn or by name",
        "spec.source.code.connection",
    ),
    Case(CODE, {"source": {"code": {"repository": "git@github.com:a/b"}}}, "This is not a repository of GitHub"),
    Case(CODE, {"source": {"code": {"directory": "service"}}}, "begins with a slash", "spec.source.code.directory"),
    Case(SERVICE, {"autoDeploy": True}, "autoDeploy is impossible for images of ECR Public", "spec.autoDeploy"),
    Case(SERVICE, {**_image(repository="api"), "autoDeploy": True}),
    Case(ADOPTED, {"autoDeploy": True}, "autoDeploy has nothing to wait for", "spec.autoDeploy"),
    # Size
    Case(SERVICE, {"cpu": "0.25", "memory": "2Gi"}, "cpu 0.25 goes with 512Mi or 1Gi", "spec.memory"),
    Case(SERVICE, {"cpu": "0.5"}, "cpu 0.5 goes with 1Gi", "spec.memory"),
    Case(SERVICE, {"cpu": "1", "memory": "1Gi"}, "cpu 1 goes with 2Gi, 3Gi or 4Gi", "spec.memory"),
    Case(SERVICE, {"cpu": "2", "memory": "8Gi"}, "cpu 2 goes with 4Gi or 6Gi", "spec.memory"),
    Case(SERVICE, {"cpu": "4", "memory": "4Gi"}, "cpu 4 goes with 8Gi, 10Gi or 12Gi", "spec.memory"),
    *(
        Case(SERVICE, {"cpu": cpu, "memory": memory})
        for cpu, memory in (
            ("0.25", "0.5Gi"),
            ("250m", "1Gi"),
            ("0.5", "1024Mi"),
            ("1", "2Gi"),
            ("1", "3Gi"),
            ("1000m", "4Gi"),
            ("2", "4Gi"),
            ("2", "6Gi"),
            ("4", "8Gi"),
            ("4", "10Gi"),
            ("4096", "12288"),
        )
    ),
    Case(SERVICE, {"cpu": "3"}, "cpu is a size that App Runner has", "spec.cpu"),
    Case(SERVICE, {"memory": "5Gi"}, "memory is a size that App Runner has", "spec.memory"),
    Case(SERVICE, {"scaling": {"min": 4}}, "scaling.min is above scaling.max", "spec.scaling.min"),
    # Health checks
    Case(SERVICE, {"healthCheck": {"intervalSeconds": 30}}, "a check every 30 seconds", "spec.healthCheck"),
    Case(SERVICE, {"healthCheck": {"timeoutSeconds": 0}}, "healthCheck.timeoutSeconds goes from 1", "spec.healthCheck"),
    Case(SERVICE, {"healthCheck": {"healthyThreshold": 21}}, "healthCheck.healthyThreshold goes", "spec.healthCheck"),
    Case(SERVICE, {"healthCheck": {"unhealthyThreshold": 0}}, "healthCheck.unhealthyThreshold goes"),
    Case(SERVICE, {"healthCheck": {"intervalSeconds": 20, "timeoutSeconds": 1}}),
    Case(SERVICE, {"healthCheck": {"path": "/health"}}, "over HTTP alone", "spec.healthCheck"),
    Case(SERVICE, {"healthCheck": {"protocol": "HTTP", "path": "health"}}, "begins with a slash"),
    # Variables
    Case(SERVICE, {"env": {"1A": "x"}}, "A variable in env has a name", "spec.env"),
    Case(SERVICE, {"env": {"PORT": "1"}}, "names a variable that is taken", "spec.env"),
    Case(SERVICE, {"env": {"AWSAPPRUNNER_X": "1"}}, "names a variable that is taken", "spec.env"),
    Case(SERVICE, {"env": {"TRUEUP_SECRETS_VERSION": "1"}}, "names a variable that is taken", "spec.env"),
    Case(SERVICE, {"secrets": {"a-b": {"arn": _ARN}}}, "A variable in secrets has a name", "spec.secrets"),
    Case(SERVICE, {"secrets": {"PORT": {"arn": _ARN}}}, "secrets names a variable that is taken", "spec.secrets"),
    Case(SERVICE, {"env": {"A": "x"}, "secrets": {"A": {"arn": _ARN}}}, "stands in env and in secrets"),
    Case(SERVICE, {"secrets": {"A": {}}}, "A secret is given by secretRef or by arn", "spec.secrets"),
    Case(SERVICE, {"secrets": {"A": {"arn": _ARN, "secretRef": {"name": "a"}}}}, "A secret is given by secretRef"),
    Case(SERVICE, {"secrets": {"A": {"arn": f"{_ARN}:password::"}}}),
    Case(SERVICE, {"secrets": {"A": {"arn": "arn:aws:s3:::a"}}}, "the ARN of neither a secret"),
    Case(SERVICE, {"buckets": [{"name": "a"}, {"name": "a"}]}, "A Bucket comes twice", "spec.buckets"),
    # Domains
    Case(SERVICE, {"domains": ["api.example.com", "*.example.com"]}),
    Case(SERVICE, {"domains": [f"{n}.example.com" for n in range(5)]}),
    Case(SERVICE, {"domains": [f"{n}.example.com" for n in range(6)]}, "five domains at most", "spec.domains"),
    Case(SERVICE, {"domains": ["a.example.com"] * 2}, "A domain comes twice", "spec.domains"),
    Case(SERVICE, {"domains": ["https://a.example.com"]}, "This is not a domain", "spec.domains"),
    Case(SERVICE, {"zoneRef": {"name": "home"}}, "name domains, or leave zoneRef out"),
    # Schedule, names
    Case(SERVICE, {"schedule": {"timezone": "UTC", "pause": "22:00", "resume": "0 7 * * *"}}, "not a cron expression"),
    Case(
        SERVICE, {"schedule": {"timezone": "+01:00", "pause": "0 22 * * *", "resume": "0 7 * * *"}}, "not a time zone"
    ),
    Case(SERVICE, {"schedule": {"timezone": "UTC", "pause": "0 22 * * *", "resume": "0 7 * * MON-FRI"}}),
    Case(
        SERVICE,
        {"schedule": {"timezone": "UTC", "pause": "0 22 * * *", "resume": "0 22 * * *"}},
        "at the same times",
        "spec.schedule",
    ),
    Case(SERVICE, {"serviceName": "api"}, "has 4 to 40 letters", "spec.serviceName"),
    Case(SERVICE, {"serviceName": "api-"}),
    Case(ADOPTED, {"serviceName": "another"}, "serviceName names a new service and adopt one that exists"),
    Case(ADOPTED, {"adopt": {"name": None}}, "adopt takes either the name of a service or its ARN", "spec.adopt"),
)

SERVICE_CHANGES = (
    ChangeCase(SERVICE, _image(tag="1.28")),
    ChangeCase(SERVICE, {"cpu": "1", "memory": "2Gi", "env": {"A": "b"}, "networkRef": None}),
    ChangeCase(SERVICE, {"serviceName": "another"}, "serviceName cannot be set, changed or removed later"),
    ChangeCase(FULL, {"serviceName": None}, "serviceName cannot be set, changed or removed later"),
    ChangeCase(
        SERVICE,
        {
            "source": {
                "image": None,
                "code": {
                    "repository": "https://github.com/a/b",
                    "connection": {"name": "github"},
                    "runtime": "GO_1",
                    "startCommand": "./main",
                },
            }
        },
        "source cannot change between image and code",
    ),
    ChangeCase(ADOPTED, {"adopt": {"name": "another"}}, "adopt cannot be changed or removed"),
    ChangeCase(ADOPTED, {"adopt": None}, "adopt cannot be changed or removed"),
)
