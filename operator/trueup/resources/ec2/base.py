"""What all tagged EC2 resources share: one way of tagging, by id, and states that are words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from trueup.core.paths import get
from trueup.core.resource import Difference, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Lookup, Phase, Pseudo

PAGE: Final = {"MaxResults": 1000}
"""The largest page of most lists: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html."""


def tagging(resource_type: str) -> Tagging:
    """EC2's tags: in the tag specification of the create call, then by id; types are named by `resource_type`."""
    return Tagging(
        read="Tags",
        create="TagSpecifications",
        add="CreateTags",
        remove="DeleteTags",
        who="Resources[]",
        keys="Tags",
        resource_type=resource_type,
    )


def phase_by(doc: Doc, path: str, words: Mapping[str, Phase | None]) -> Phase | None:
    """The phase that AWS's word at the path stands for, whatever its case.

    No word means usable: some documents show a state only while there is something to say. A word that is not in
    `words` means that AWS is changing something, so that nothing is written on a guess.
    """
    word = get(doc, path)
    if word is MISSING:
        return Phase.READY
    return words.get(str(word).lower(), Phase.BUSY)


@dataclass(frozen=True, kw_only=True)
class TaggedResource(Resource):
    """An EC2 resource with tags of its own. EC2 tags by id, even where the document shows an ARN."""

    SERVICE: ClassVar[str] = "ec2"

    @classmethod
    def full_arn(cls, doc: Doc, lookup: Lookup) -> str | None:
        """The ARN; where EC2 shows none it is put together as the service authorization reference says.

        https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
        """
        shown = cls.arn_of(doc)
        place = [lookup(part) for part in (Pseudo.PARTITION, Pseudo.REGION, Pseudo.ACCOUNT)]
        if shown is not None or cls.TAGGING is None or MISSING in place:
            return shown
        partition, region, account = place
        return f"arn:{partition}:ec2:{region}:{account}:{cls.TAGGING.resource_type}/{cls.id_of(doc)}"

    def retag(self, doc: Doc, found: tuple[Difference, ...]) -> tuple[Call, ...]:
        """The calls that set and remove tags, naming the resource by its id."""
        if self.TAGGING is None or not found:
            return ()
        wanted = {d.member or "": str(d.want) for d in found if d.want is not MISSING}
        unwanted = tuple(d.member or "" for d in found if d.want is MISSING)
        return self.TAGGING.calls(self.SERVICE, self.id_of(doc), wanted, unwanted)
