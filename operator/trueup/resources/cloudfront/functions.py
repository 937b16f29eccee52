"""Functions at the edge: small scripts that see each request before anything else does.

A function has a version that is worked on and one that serves. What is declared is compared with what serves; it is
written first and published next, because to publish takes the ETag of what was written:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/managing-functions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core.cost import Line, PriceBook
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Lookup, Mutability, Phase
from trueup.resources.cloudfront import pricing
from trueup.resources.cloudfront.base import HOME, SERVICE, tagging, tags_of

_DRAFT: Final = {"Name": "{Name}", "Stage": "DEVELOPMENT"}
_SERVING: Final = {"Name": "{Name}", "Stage": "LIVE"}


@dataclass(frozen=True, kw_only=True)
class Function(Resource):
    """A function, which can be used once it was published."""

    TYPE: ClassVar[str] = "AWS::CloudFront::Function"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = Listing(
        "ListFunctions", "FunctionList.Items", params={"Stage": "DEVELOPMENT"}, by="Name"
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("DescribeFunction", _DRAFT, "ETag", into="ETag"),
        Deep("GetFunction", _DRAFT, "FunctionCode", into="Draft"),
        Deep("GetFunction", _SERVING, "FunctionCode", into="FunctionCode", absent=("NoSuchFunctionExists",)),
        tags_of("FunctionMetadata.FunctionARN"),
    )
    ID: ClassVar[str] = "Name"
    ARN: ClassVar[str] = "FunctionMetadata.FunctionARN"
    CREATE: ClassVar[str] = "CreateFunction"
    ANSWER: ClassVar[str] = "FunctionSummary"
    UPDATE: ClassVar[str] = "UpdateFunction"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"Name": "Name", "IfMatch": "ETag"}
    WHOLE: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DeleteFunction"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"Name": "Name", "IfMatch": "ETag"}
    ALSO: ClassVar[tuple[str, ...]] = ("PublishFunction",)
    TAGGING: ClassVar[Tagging | None] = tagging("Tags.Items")
    TAKES_CHANGES: ClassVar[bool] = True

    function_name: Annotated[str, Attr("Name", mutability=Mutability.REPLACE)]
    comment: Annotated[str, Attr("FunctionConfig.Comment")] = ""
    runtime: Annotated[str, Attr("FunctionConfig.Runtime")] = "cloudfront-js-2.0"
    code: Annotated[str, Attr("FunctionCode")]

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """There is nothing to use of one that was never published."""
        return Phase.CREATING if doc.get("FunctionCode", MISSING) is None else Phase.READY

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """What is worked on becomes as declared; what is so already is published."""
        drafted = get(doc, "Draft") == self.code and all(d.attr == "code" for d in found)
        if not drafted:
            return super().patch(doc, found, lookup)
        return (Call(self.SERVICE, "PublishFunction", self.selected(self.UPDATE_BY, doc, lookup)),)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What its runs cost."""
        return pricing.function(prices)
