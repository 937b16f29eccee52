"""The spec of an AppSecret: where its value comes from, how often another takes its place, and what becomes of it."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import ObjectName, Shape
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.rules import Change, Rule, immutable_optional, keeps_adopted, not_both
from trueup.kinds.common.spec import Criticality, Part, Spec

Characters = Literal["Alphanumeric", "Hex", "Printable"]

_SOURCES = "generate", "external", "connection"
_PARAMETER = "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"

SecretName = Annotated[
    str,
    Field(max_length=512),
    Shape(
        "^[A-Za-z0-9/_+=.@-]{1,512}$",
        "This is not a name for a secret: use letters, digits and /_+=.@-, without spaces.",
    ),
]
KeyArn = Annotated[
    str,
    Field(max_length=256),
    Shape(
        "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
        "This is not the ARN of a KMS key. It looks like arn:aws:kms:us-east-1:123456789012:key/id.",
    ),
]
DatabaseName = Annotated[
    str,
    Field(max_length=63),
    Shape("^[A-Za-z_][A-Za-z0-9_-]{0,62}$", "This is not the name of a database: begin with a letter."),
]
ParameterValue = Annotated[str, Field(max_length=256)]


class Generate(Part, frozen=True):
    """A value that is drawn at random, once, in AWS's stead: nobody is shown it."""

    length: int = Field(default=48, ge=16, le=4096, description="Characters of the value.")
    characters: Characters = Field(
        default="Alphanumeric",
        description="What the value is drawn from: letters and digits, hexadecimal digits, or these and punctuation "
        "that needs no quoting.",
    )


class External(Part, frozen=True):
    """A value that somebody puts into the secret, outside of Git. It is waited for and never written over."""


class DatabaseRef(Part, frozen=True):
    """A Database in the same namespace."""

    name: ObjectName = Field(description="Name of the Database.")


class Connection(Part, frozen=True):
    """A connection string for a Database, as the user that AWS keeps the password of; it follows both."""

    database_ref: DatabaseRef = Field(description="The Database, in the same namespace and region.")
    database: DatabaseName | None = Field(
        default=None,
        description="Name of the database to connect to. Default: the Database's databaseName, else postgres for "
        "Aurora PostgreSQL and none for DocumentDB.",
    )
    parameters: dict[str, ParameterValue] = Field(
        default={},
        max_length=20,
        description="Parameters of the connection string beside, or in the place of, those that TLS and the engine "
        "ask for.",
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel=f"self.parameters.all(k, k.matches('{_PARAMETER}'))",
            message="A parameter has 1 to 64 letters, digits, _, . and -, and begins with a letter.",
            holds=lambda connection: all(re.search(_PARAMETER, key) for key in connection.parameters),
            at=".parameters",
        ),
    )


class Rotation(Part, frozen=True):
    """How often another value takes the place of the current one."""

    every_days: int = Field(ge=1, le=1000, description="Days that a value is used for. Missed times make one.")


class AdoptSecret(Part, frozen=True):
    """A secret that exists already, in the object's own region."""

    name: SecretName = Field(description="Name of the secret. Once given it stays.")


class AppSecretSpec(Spec, frozen=True):
    """A value that services are given by Secrets Manager."""

    secret_name: SecretName | None = Field(
        default=None,
        description="Name of the secret in Secrets Manager. Default: made of namespace and name. Cannot change.",
    )
    description: str | None = Field(
        default=None, max_length=512, description="What the value is for. Default: the object's name."
    )
    generate: Generate | None = Field(
        default=None, description="Draw the value at random. Another length or other characters make another value."
    )
    external: External | None = Field(
        default=None, description="Wait for somebody to put the value there: it is created empty and never written to."
    )
    connection: Connection | None = Field(default=None, description="Compose a connection string for a Database.")
    rotation: Rotation | None = Field(
        default=None, description="Draw another value every so many days. Default: never."
    )
    kms_key_arn: KeyArn | None = Field(
        default=None,
        description="Key of KMS that encrypts it. Default: for a new secret AWS's own, which costs nothing; else the "
        "key that it has.",
    )
    recovery_window_days: int = Field(
        default=30, ge=7, le=30, description="Days for which a deleted secret can be had back."
    )
    adopt: AdoptSecret | None = Field(
        default=None, description="Take over a secret that exists in AWS, with the value that it has."
    )
    deletion_policy: Literal["Retain", "Delete"] = Field(
        default="Retain",
        description="What happens to the secret when this object is deleted. Delete lets AWS keep it for "
        "recoveryWindowDays; the object created again has it back until then.",
    )
    criticality: Criticality = Field(default="NonCritical", description="Whether a budget's gate may stop it.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="[has(self.generate), has(self.external), has(self.connection)].filter(x, x).size() == 1",
            message="A value has one source: give exactly one of generate, external and connection.",
            holds=lambda spec: sum(getattr(spec, source) is not None for source in _SOURCES) == 1,
        ),
        Rule(
            cel="!has(self.rotation) || has(self.generate)",
            message="rotation is for generated values alone: a connection string follows its Database, and a value "
            "from outside is changed there.",
            holds=lambda spec: spec.rotation is None or spec.generate is not None,
        ),
        Rule(
            cel="!has(self.adopt) || has(self.external)",
            message="adopt goes with external: a generated or composed value would take the place of the one that is "
            "there.",
            holds=lambda spec: spec.adopt is None or spec.external is not None,
        ),
        not_both(
            "secret_name",
            "adopt",
            "secretName names a new secret and adopt one that exists. Give one of them.",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable_optional(
            "secret_name",
            "secretName cannot be set, changed or removed later: a secret keeps its name. Create a new AppSecret.",
        ),
        Change(
            cel="has(self.generate) == has(oldSelf.generate) && has(self.connection) == has(oldSelf.connection)",
            message="The source of a value cannot change, or one that somebody brought could be lost. Create a new "
            "AppSecret with the other source.",
            holds=lambda new, old: all(
                (getattr(new, source) is None) == (getattr(old, source) is None) for source in _SOURCES
            ),
        ),
        keeps_adopted(
            "adopt cannot be changed or removed: this object stands for that secret. Create a new AppSecret for "
            "another one."
        ),
    )

    @property
    def adopted_name(self) -> str | None:
        """The name of the secret that this object takes over."""
        return self.adopt.name if self.adopt else None


INFO = KindInfo(
    kind="AppSecret",
    plural="appsecrets",
    singular="appsecret",
    short_names=("asec",),
    spec=AppSecretSpec,
    url_path=".status.outputs.secretName",
    description="A secret for services in Secrets Manager: generated, composed for a Database, or brought by somebody; "
    "its value is in no manifest and no status.",
)
