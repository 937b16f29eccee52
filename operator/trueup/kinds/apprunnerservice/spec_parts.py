"""The pieces of an AppRunnerService's spec: where its code comes from, how it is sized, checked and reached."""

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from trueup.kinds.common.fields import ObjectName, Shape
from trueup.kinds.common.rules import Rule
from trueup.kinds.common.spec import Part

_PRIVATE: Final = r"[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.]amazonaws[.]com([.]cn)?/"
_PUBLIC: Final = "public[.]ecr[.]aws/"
_NAME: Final = "[a-z0-9]+([._/-]+[a-z0-9]+)*"
_BARE: Final = f"[a-z0-9]+([_-]+[a-z0-9]+)*(/{_NAME})?"
"""The name of a repository alone; with a dot in its first part it would be a registry."""

Repository = Annotated[
    str,
    Field(max_length=512),
    Shape(
        f"^(({_PRIVATE}|{_PUBLIC}){_NAME}|{_BARE})$",
        "This is not a repository that App Runner pulls from, which is ECR and ECR Public alone: write the name of one "
        "in this account and region, 123456789012.dkr.ecr.us-east-1.amazonaws.com/name or public.ecr.aws/alias/name.",
    ),
]
Tag = Annotated[
    str,
    Field(max_length=128),
    Shape("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", "This is not a tag of an image, such as v1.2.3."),
]
Digest = Annotated[
    str,
    Field(max_length=71),
    Shape("^sha256:[0-9a-f]{64}$", "This is not the digest of an image: sha256: and 64 digits, as ECR shows it."),
]
Command = Annotated[
    str,
    Field(max_length=1024),
    Shape(r"^[^\r\n]+$", "A command is one line of text. Join what belongs together with && or put it into a script."),
]
ConnectionArn = Annotated[
    str,
    Field(max_length=256),
    Shape(
        "^arn:aws[a-z-]*:apprunner:[a-z0-9-]+:[0-9]{12}:connection/[A-Za-z0-9_-]+/[0-9a-f]+$",
        "This is not the ARN of an App Runner connection. It looks like "
        "arn:aws:apprunner:us-east-1:123456789012:connection/name/id.",
    ),
]
ConnectionName = Annotated[
    str,
    Field(max_length=32),
    Shape(
        "^[A-Za-z0-9][A-Za-z0-9_-]{3,31}$",
        "The name of a connection has 4 to 32 letters, digits, - and _, and begins with a letter or digit.",
    ),
]
SecretArn = Annotated[
    str,
    Field(max_length=1024),
    Shape(
        "^arn:aws[a-z-]*:(secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^:]+(:[^:]*){0,3}|"
        "ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+)$",
        "This is the ARN of neither a secret in Secrets Manager nor a parameter in the Parameter Store.",
    ),
]
Domain = Annotated[
    str,
    Field(max_length=253),
    Shape(
        "^([*][.])?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
        "This is not a domain that a service can have: write it in lower case without a dot at its end, such as "
        "api.example.com or *.example.com.",
    ),
]
Runtime = Literal[
    "CORRETTO_11",
    "CORRETTO_8",
    "DOTNET_6",
    "GO_1",
    "NODEJS_12",
    "NODEJS_14",
    "NODEJS_16",
    "NODEJS_18",
    "NODEJS_22",
    "PHP_81",
    "PYTHON_3",
    "PYTHON_311",
    "RUBY_31",
]


class Image(Part, frozen=True):
    """An image in ECR or ECR Public, by tag or by digest."""

    repository: Repository = Field(
        description="Repository of ECR or ECR Public. A bare name is a repository of ECR in this account and region."
    )
    tag: Tag | None = Field(default=None, description="Tag of the image. Either this or digest.")
    digest: Digest | None = Field(default=None, description="Digest of the image. Either this or tag.")
    start_command: Command | None = Field(
        default=None, description="Command that starts the container. Default: the image's own."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.tag) != has(self.digest)",
            message="An image is named by tag or by digest: give one of the two.",
            holds=lambda image: (image.tag is None) != (image.digest is None),
        ),
    )

    @property
    def is_public(self) -> bool:
        """The image lies in ECR Public, for which no role is needed."""
        return re.match(_PUBLIC, self.repository) is not None

    @property
    def registry(self) -> re.Match[str] | None:
        """The registry that the repository names; None for one of this account, and for ECR Public."""
        return re.match(_PRIVATE, self.repository)

    @property
    def suffix(self) -> str:
        """What names the image within its repository."""
        return f"@{self.digest}" if self.digest else f":{self.tag}"


class Connection(Part, frozen=True):
    """App Runner's connection to GitHub, whose handshake a person completes in the console."""

    arn: ConnectionArn | None = Field(default=None, description="ARN of a connection that exists.")
    name: ConnectionName | None = Field(
        default=None, description="Name of the connection; made when there is none. Either this or arn."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.arn) != has(self.name)",
            message="A connection is given by arn or by name: give one of the two.",
            holds=lambda connection: (connection.arn is None) != (connection.name is None),
        ),
    )


class Code(Part, frozen=True):
    """Source code in GitHub, which App Runner builds with one of its own runtimes."""

    repository: Annotated[
        str,
        Field(max_length=512),
        Shape(
            "^https://(github[.]com|bitbucket[.]org)/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$",
            "This is not a repository of GitHub or Bitbucket. It looks like https://github.com/owner/name.",
        ),
    ] = Field(description="URL of the repository, such as https://github.com/owner/name.")
    branch: Annotated[str, Field(min_length=1, max_length=255)] = Field(
        default="main", description="Branch whose newest commit is deployed."
    )
    directory: Annotated[
        str,
        Field(max_length=4096),
        Shape("^/.*$", "directory begins with a slash, which stands for the root of the repository."),
    ] = Field(default="/", description="Folder of the repository in which commands run.")
    connection: Connection = Field(description="Connection by which App Runner reads the repository.")
    runtime: Runtime = Field(description="App Runner's runtime that builds and runs it. Dockerfiles are not built.")
    build_command: Command | None = Field(default=None, description="Command that builds it, such as npm ci.")
    start_command: Command = Field(description="Command that starts it, such as node server.js.")


class Source(Part, frozen=True):
    """Where the service's code comes from: an image or a repository of source code."""

    image: Image | None = Field(default=None, description="Image in ECR or ECR Public. Either this or code.")
    code: Code | None = Field(default=None, description="Source code in GitHub. Either this or image.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.image) != has(self.code)",
            message="source is an image or code: give one of the two.",
            holds=lambda source: (source.image is None) != (source.code is None),
        ),
    )


class Scaling(Part, frozen=True):
    """How many instances serve, and how many requests each takes."""

    min: int = Field(default=1, ge=1, le=25, description="Instances that always stand by.")
    max: int = Field(default=3, ge=1, le=25, description="Most instances.")
    concurrency: int = Field(default=100, ge=1, le=200, description="Requests at the same time for each instance.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.min <= self.max",
            message="scaling.min is above scaling.max: lower min or raise max.",
            holds=lambda scaling: scaling.min <= scaling.max,
            at=".min",
        ),
    )


def _to_twenty(attribute: str, name: str) -> Rule:
    return Rule(
        cel=f"self.{name} >= 1 && self.{name} <= 20",
        message=f"healthCheck.{name} goes from 1 to 20: App Runner takes no other, so that a check every 30 seconds "
        "cannot be had. Write 20 or less.",
        holds=lambda check: 1 <= getattr(check, attribute) <= 20,
        at=f".{name}",
    )


class HealthCheck(Part, frozen=True):
    """How App Runner finds out whether an instance serves."""

    protocol: Literal["TCP", "HTTP"] = Field(
        default="TCP", description="TCP is content with an open port; HTTP wants an answer of 200 from path."
    )
    path: Annotated[
        str, Field(max_length=512), Shape("^/[^ ]*$", "path begins with a slash and holds no spaces, such as /health.")
    ] = Field(default="/", description="Path that is asked for over HTTP.")
    interval_seconds: int = Field(default=5, description="Seconds between two checks, 1 to 20.")
    timeout_seconds: int = Field(default=2, description="Seconds after which a check counts as failed, 1 to 20.")
    healthy_threshold: int = Field(default=1, description="Checks in a row that make an instance healthy, 1 to 20.")
    unhealthy_threshold: int = Field(default=5, description="Checks in a row that make it unhealthy, 1 to 20.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        _to_twenty("interval_seconds", "intervalSeconds"),
        _to_twenty("timeout_seconds", "timeoutSeconds"),
        _to_twenty("healthy_threshold", "healthyThreshold"),
        _to_twenty("unhealthy_threshold", "unhealthyThreshold"),
        Rule(
            cel="self.protocol == 'HTTP' || self.path == '/'",
            message="healthCheck.path is asked for over HTTP alone: set protocol to HTTP, or leave path out.",
            holds=lambda check: check.protocol == "HTTP" or check.path == "/",
        ),
    )


class SecretRef(Part, frozen=True):
    """An AppSecret in the same namespace."""

    name: ObjectName = Field(description="Name of the AppSecret.")


class SecretSource(Part, frozen=True):
    """Where the value of an environment variable is kept."""

    secret_ref: SecretRef | None = Field(
        default=None, description="An AppSecret of this namespace. Either this or arn."
    )
    arn: SecretArn | None = Field(
        default=None,
        description="ARN of a secret in Secrets Manager, or of a parameter in the Parameter Store. Either this or "
        "secretRef.",
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.secretRef) != has(self.arn)",
            message="A secret is given by secretRef or by arn: give one of the two.",
            holds=lambda source: (source.secret_ref is None) != (source.arn is None),
        ),
    )


class BucketRef(Part, frozen=True):
    """A Bucket in the same namespace."""

    name: ObjectName = Field(description="Name of the Bucket.")


Expression = Annotated[
    str,
    Field(max_length=100),
    Shape(
        "^[0-9A-Za-z*,/-]+( +[0-9A-Za-z*,/-]+){4}$",
        'This is not a cron expression: it has five fields, such as "0 22 * * *" for ten at night or "0 7 * * 1-5".',
    ),
]


class Schedule(Part, frozen=True):
    """When the service is paused and resumed. Missed times are made up."""

    timezone: Annotated[
        str,
        Field(max_length=64),
        Shape("^[A-Za-z][A-Za-z0-9_+/-]*$", "This is not a time zone. Use its name, such as Europe/Berlin or UTC."),
    ] = Field(description="Time zone of both expressions, such as Europe/Berlin; it changes to summer time with it.")
    pause: Expression = Field(description='Cron expression of when the service is paused, such as "0 22 * * *".')
    resume: Expression = Field(description='Cron expression of when it is resumed, such as "0 7 * * 1-5".')

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.pause != self.resume",
            message="schedule.pause and schedule.resume fire at the same times, so that the service would never be "
            "paused: choose another time for one of them.",
            holds=lambda schedule: schedule.pause != schedule.resume,
        ),
    )


RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]  # fmt: skip


_SERVICE_ARN: Final = "^arn:aws[a-z-]*:apprunner:[a-z0-9-]+:[0-9]{12}:service/[A-Za-z0-9_-]{4,40}/[0-9a-f]{32}$"

ServiceName = Annotated[
    str,
    Field(max_length=40),
    Shape(
        "^[A-Za-z0-9][A-Za-z0-9_-]{3,39}$",
        "The name of a service has 4 to 40 letters, digits, - and _, and begins with a letter or digit.",
    ),
]


class AdoptService(Part, frozen=True):
    """A service that exists already, in the object's own region."""

    name: ServiceName | None = Field(default=None, description="Name of the service. Once given it stays.")
    arn: (
        Annotated[
            str,
            Field(max_length=256),
            Shape(_SERVICE_ARN, "This is not the ARN of an App Runner service. Give it as the console shows it."),
        ]
        | None
    ) = Field(default=None, description="ARN of the service, in place of its name.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.name) != has(self.arn)",
            message="adopt takes either the name of a service or its ARN, one of the two.",
            holds=lambda adopt: (adopt.name is None) != (adopt.arn is None),
        ),
    )

    @property
    def service(self) -> str:
        """The service's name, whichever way it was given."""
        return self.name or str(self.arn).split("/")[1]
