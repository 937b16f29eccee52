"""Charter: configurations in immutable revisions: auto scaling and observability, alike but for their settings.

Sources: https://docs.aws.amazon.com/apprunner/latest/dg/manage-autoscaling.html,
https://docs.aws.amazon.com/apprunner/latest/api/API_AutoScalingConfiguration.html,
https://docs.aws.amazon.com/apprunner/latest/api/API_ObservabilityConfiguration.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trueup.sandbox.emulator.apprunner.store import (
    FIRST_ID,
    LINGERING,
    Region,
    Revision,
    invalid,
    new_id,
    not_found,
    page,
    tags_of,
)
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

DEFAULT_NAME = "DefaultConfiguration"


@dataclass(frozen=True)
class Family:
    """One sort of configuration: the words of its API, where it is kept, its quotas and what goes into a revision."""

    word: str
    kind: str
    quota: str
    kept: Callable[[Region], list[Revision]]
    settings: Callable[[Mapping[str, Any]], Document]
    used: Callable[[Mapping[str, Any]], str | None]
    standing: Callable[[Region, Revision], Document]
    reserved: bool

    # What there is -------------------------------------------------------------------------------------------

    def found_there(self, region: Region) -> Revision:
        """The configuration that AWS puts into every account."""
        arn = region.arn(self.kind, f"{DEFAULT_NAME}/1/{FIRST_ID}")
        settings = self.settings({"TraceConfiguration": {"Vendor": "AWSXRAY"}})
        made = Revision(DEFAULT_NAME, 1, arn, settings, region.world.clock.moment())
        self.kept(region).append(made)
        return made

    def living(self, region: Region, name: str | None = None) -> list[Revision]:
        """The active revisions, of one name or of all."""
        return [one for one in self.kept(region) if one.deleted is None and name in (None, one.name)]

    def find(self, region: Region, arn: str) -> Revision:
        """A revision by its ARN, whole or ending in `/name` (the latest active one) or `/name/revision`."""
        prefix = region.arn(self.kind, "")
        pieces = arn.removeprefix(prefix).split("/")
        if not arn.startswith(prefix) or len(pieces) > 3:
            raise invalid(f"{arn} is not the ARN of an {self.word}.")
        if len(pieces) == 3:
            found = [one for one in self.kept(region) if one.arn == arn]
        else:
            found = [one for one in self.living(region, pieces[0]) if pieces[1:] in ([], [str(one.number)])]
        if not found:
            raise not_found(self.word, arn)
        return max(found, key=lambda one: one.number)

    def active(self, region: Region, arn: str) -> Revision:
        """A revision that a service may take; what is not there or deleted is an invalid request."""
        try:
            found = self.find(region, arn)
        except AwsError as error:
            raise invalid(f"{self.word} {arn} does not exist.") from error
        if found.deleted is not None:
            raise invalid(f"{self.word} {arn} is inactive.")
        return found

    def users(self, region: Region, revision: Revision) -> list[str]:
        """The ARNs of services that have the revision, or would return to it."""
        return [one.arn for one in region.uses(lambda config: self.used(config) == revision.arn)]

    def summary(self, region: Region, revision: Revision) -> Document:
        """A revision as lists show it."""
        named: Document = {
            f"{self.word}Arn": revision.arn,
            f"{self.word}Name": revision.name,
            f"{self.word}Revision": revision.number,
        }
        return named | self.standing(region, revision)

    def view(self, region: Region, revision: Revision) -> Document:
        """A revision as its description shows it."""
        numbers = [one.number for one in self.living(region, revision.name)]
        more: Document = {
            "Status": "ACTIVE" if revision.deleted is None else "INACTIVE",
            "Latest": revision.deleted is None and revision.number == max(numbers),
            "CreatedAt": revision.created,
            "DeletedAt": revision.deleted,
        }
        return self.summary(region, revision) | revision.settings | more

    # Operations ----------------------------------------------------------------------------------------------

    def create(self, region: Region, call: Call) -> Document:
        """Create…Configuration: the next revision of the name, also where nothing differs from the last one."""
        name = str(call.params[f"{self.word}Name"])
        if self.reserved and name == DEFAULT_NAME:
            raise invalid(f"The name {DEFAULT_NAME} is reserved.")
        settings = self.settings(call.params)
        names = {one.name for one in self.living(region)} - {DEFAULT_NAME}
        if name != DEFAULT_NAME and name not in names:
            self._refuse_if_full(region, "names", len(names))
        self._refuse_if_full(region, f"revisions of {name}", len(self.living(region, name)))
        number = 1 + max((one.number for one in self.kept(region) if one.name == name), default=0)
        arn = region.arn(self.kind, f"{name}/{number}/{new_id()}")
        made = Revision(name, number, arn, settings, region.world.clock.moment(), tags=tags_of(call.get("Tags")))
        self.kept(region).append(made)
        return {self.word: self.view(region, made)}

    def _refuse_if_full(self, region: Region, what: str, have: int) -> None:
        quota = f"apprunner.{self.quota}-{what.split(' ', 1)[0]}"
        message = f"The quota for {self.word} {what} has been reached."
        region.world.quotas.refuse_if_reached(quota, have, "ServiceQuotaExceededException", message)

    def describe(self, region: Region, call: Call) -> Document:
        """Describe…Configuration, of an inactive revision, too."""
        return {self.word: self.view(region, self.find(region, call.params[f"{self.word}Arn"]))}

    def list(self, region: Region, call: Call) -> Document:
        """List…Configurations: active revisions, of each name the latest alone unless LatestOnly is false."""
        living = self.living(region, call.get(f"{self.word}Name"))
        if call.get("LatestOnly", True):
            living = list({one.name: one for one in sorted(living, key=lambda one: one.number)}.values())
        ordered = sorted(living, key=lambda one: (one.name, one.number))
        return page(call, f"{self.word}SummaryList", [self.summary(region, one) for one in ordered])

    def delete(self, region: Region, call: Call) -> Document:
        """Delete…Configuration: one revision, or all of a name; none that is the default or in use."""
        arn = str(call.params[f"{self.word}Arn"])
        found = self.find(region, arn)
        whole = bool(call.get("DeleteAllRevisions"))
        if whole and arn != region.arn(self.kind, found.name):
            raise invalid("DeleteAllRevisions takes an ARN that ends with the configuration's name.")
        if found.deleted is not None:
            raise not_found(self.word, arn)
        going = self.living(region, found.name) if whole else [found]
        for one in going:
            if region.default_scaling == one.arn:
                raise invalid(f"{self.word} {one.arn} is the default and can't be deleted.")
            if self.users(region, one):
                raise invalid(f"{self.word} {one.arn} is used by one or more services and can't be deleted.")
        for one in going:
            one.deleted = region.world.clock.moment()
        gone = {one.arn for one in going}
        region.world.timeline.after(LINGERING, lambda: _forget(self.kept(region), gone))
        return {self.word: self.view(region, found) | {"Latest": False}}


def _forget(kept: list[Revision], arns: set[str]) -> None:
    # The highest number stays known, so that no number is ever given twice.
    last = {one.name: one.number for one in kept}
    kept[:] = [one for one in kept if one.arn not in arns or one.number == last[one.name]]


def _scaling_settings(given: Mapping[str, Any]) -> Document:
    least, most = int(given.get("MinSize", 1)), int(given.get("MaxSize", 25))
    if most < least:
        raise invalid(f"MaxSize ({most}) must not be less than MinSize ({least}).")
    return {"MaxConcurrency": int(given.get("MaxConcurrency", 100)), "MinSize": least, "MaxSize": most}


def _tracing_settings(given: Mapping[str, Any]) -> Document:
    trace = given.get("TraceConfiguration")
    return {"TraceConfiguration": trace} if trace else {}


def _scaling_standing(region: Region, revision: Revision) -> Document:
    return {
        "Status": "ACTIVE" if revision.deleted is None else "INACTIVE",
        "CreatedAt": revision.created,
        "HasAssociatedService": bool(SCALING.users(region, revision)),
        "IsDefault": region.default_scaling == revision.arn,
    }


SCALING = Family(
    "AutoScalingConfiguration",
    "autoscalingconfiguration",
    "autoscaling",
    lambda region: region.scalings,
    _scaling_settings,
    lambda config: config.get("AutoScalingConfigurationArn"),
    _scaling_standing,
    reserved=False,
)
OBSERVABILITY = Family(
    "ObservabilityConfiguration",
    "observabilityconfiguration",
    "observability",
    lambda region: region.observabilities,
    _tracing_settings,
    lambda config: config["ObservabilityConfiguration"].get("ObservabilityConfigurationArn"),
    lambda _region, _revision: {},
    reserved=True,
)


def update_default_scaling(region: Region, call: Call) -> Document:
    """UpdateDefaultAutoScalingConfiguration."""
    found = SCALING.find(region, call.params["AutoScalingConfigurationArn"])
    region.default_scaling = found.arn
    return {"AutoScalingConfiguration": SCALING.view(region, found)}


def list_services_for_scaling(region: Region, call: Call) -> Document:
    """ListServicesForAutoScalingConfiguration."""
    found = SCALING.find(region, call.params["AutoScalingConfigurationArn"])
    return page(call, "ServiceArnList", SCALING.users(region, found))
