"""The spec of a Budget: a monthly limit, who hears of it when, and what it stops."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import Dollars, Email, Shape, whole_cents
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.rules import Change, Rule, keeps_adopted, unique
from trueup.kinds.common.spec import Criticality, Part, Spec

_TWICE = "An e-mail address comes twice. Name each address once."


class Threshold(Part, frozen=True):
    """A share of the limit at which people are told."""

    percent: int = Field(ge=1, le=1000, description="Percent of monthlyLimitUSD.")
    type: Literal["Actual", "Forecast"] = Field(
        default="Actual",
        description="Actual looks at what was spent, Forecast at what AWS expects by the end of the month.",
    )
    emails: tuple[Email, ...] = Field(
        min_length=1, max_length=10, strict=False, description="Who is told, 1 to 10 addresses."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (unique("emails", _TWICE),)


class Gate(Part, frozen=True):
    """Where the budget stops new things from being created."""

    percent: int = Field(
        ge=1,
        le=1000,
        description="Percent of monthlyLimitUSD; the larger of the estimate and of what was spent counts.",
    )
    block: Literal["NonCritical"] = Field(
        default="NonCritical",
        description="What is stopped: objects whose criticality is NonCritical. What lowers the cost is never stopped.",
    )


class Selector(Part, frozen=True):
    """Which objects of the namespace the budget counts."""

    match_labels: dict[str, Annotated[str, Field(max_length=63)]] = Field(
        min_length=1, max_length=16, description="Labels that an object must carry, all of them."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.matchLabels.all(k, size(k) >= 1 && size(k) <= 317)",
            message="A label has a key of 1 to 317 characters. Use the labels of the objects.",
            holds=lambda selector: all(1 <= len(key) <= 317 for key in selector.match_labels),
            at=".matchLabels",
        ),
    )


class AnomalyDetection(Part, frozen=True):
    """Mail about spending that AWS finds unusual, once a day."""

    enabled: bool = Field(default=True, description="Whether AWS looks for anomalies.")
    minimum_impact_usd: Dollars = Field(
        alias="minimumImpactUSD", description="Only anomalies of at least this many US dollars are told."
    )
    emails: tuple[Email, ...] = Field(
        min_length=1, max_length=10, strict=False, description="Who is told, 1 to 10 addresses."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        whole_cents("minimum_impact_usd", "minimumImpactUSD"),
        unique("emails", _TWICE),
    )


class AdoptBudget(Part, frozen=True):
    """An AWS budget that exists already."""

    name: Annotated[
        str,
        Field(max_length=100),
        Shape(r"^[^:\\]+$", "AWS takes neither : nor \\ in a budget's name. Give it as the console shows it."),
    ] = Field(
        description="Name of the budget in AWS. Once given it stays.",
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="!self.name.contains('/action/')",
            message="AWS takes no /action/ in a budget's name. Give the name as the console shows it.",
            holds=lambda adopt: "/action/" not in adopt.name,
            at=".name",
        ),
    )


def _thresholds_differ(spec: "BudgetSpec") -> bool:
    keys = [(threshold.type, threshold.percent) for threshold in spec.thresholds]
    return len(set(keys)) == len(keys)


class BudgetSpec(Spec, frozen=True):
    """A limit of cost a month, who is told when it comes near, and what it stops."""

    monthly_limit_usd: Dollars = Field(
        alias="monthlyLimitUSD", description="Limit of a calendar month in US dollars, to the cent."
    )
    thresholds: tuple[Threshold, ...] = Field(
        default=(), max_length=5, strict=False, description="When people are told, at most 5 times."
    )
    gate: Gate | None = Field(
        default=None, description="Stops the creation of what is not critical. Default: nothing is stopped."
    )
    selector: Selector | None = Field(default=None, description="Which objects count. Default: all of the namespace.")
    anomaly_detection: AnomalyDetection | None = Field(
        default=None, description="Mail about unusual spending. Default: none."
    )
    adopt: AdoptBudget | None = Field(default=None, description="Take over a budget that exists in AWS.")
    deletion_policy: Literal["Delete", "Retain"] = Field(
        default="Delete", description="What happens to the AWS budget when this object is deleted."
    )
    criticality: Criticality = Field(
        default="NonCritical", description="Whether the gate of another budget may stop this one."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        whole_cents("monthly_limit_usd", "monthlyLimitUSD"),
        Rule(
            cel="self.thresholds.all(a, self.thresholds.exists_one(b, a.type == b.type && a.percent == b.percent))",
            message="Two thresholds have the same type and percent. Join them into one with the e-mails of both.",
            holds=_thresholds_differ,
            at=".thresholds",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        keeps_adopted(
            "adopt cannot be changed or removed: this object stands for that budget. "
            "Create a new Budget for another one."
        ),
    )

    @property
    def adopted_name(self) -> str | None:
        """The name of the AWS budget that this object takes over."""
        return self.adopt.name if self.adopt else None


INFO = KindInfo(
    kind="Budget",
    plural="budgets",
    singular="budget",
    short_names=("bud",),
    spec=BudgetSpec,
    url_path=".status.outputs.url",
    description="A monthly limit of cost for the objects of a namespace: an AWS budget with its e-mails, "
    "and a gate that stops what is not critical.",
)
