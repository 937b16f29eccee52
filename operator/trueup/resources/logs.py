"""CloudWatch's log groups, as far as App Runner fills them: how long lines are kept.

A group appears with its first line and stays when what wrote it is gone; made before that, it is used all the same:
https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cwl.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core.resource import Attr, Listing, Ownership, Resource
from trueup.core.values import Json, Mutability

SERVICE: Final = "logs"
APP_RUNNER: Final = "/aws/apprunner/"
"""How the names of App Runner's groups begin."""


@dataclass(frozen=True, kw_only=True)
class LogGroup(Resource):
    """A log group by its name. It is never deleted: what was written is a record of what happened."""

    TYPE: ClassVar[str] = "AWS::Logs::LogGroup"
    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = Listing(
        "DescribeLogGroups",
        "logGroups",
        params={"logGroupNamePrefix": APP_RUNNER},
        page={"limit": 50},
        by="logGroupName",
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("logGroupName",)
    ID: ClassVar[str] = "logGroupName"
    ARN: ClassVar[str] = "logGroupArn"
    OWNED: ClassVar[Ownership] = Ownership.NAME
    CREATE: ClassVar[str] = "CreateLogGroup"
    UPDATE: ClassVar[str] = "PutRetentionPolicy"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"logGroupName": "logGroupName"}

    group_name: Annotated[Json, Attr("logGroupName", mutability=Mutability.REPLACE, update="")]
    retention: Annotated[int, Attr("", read="retentionInDays", update="retentionInDays")]
    """Days; one of the numbers that CloudWatch takes."""
