"""The spec of a StaticSite: where it is found, what is kept for how long at the edges, and who forgets it when."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import BucketName, Shape
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.rules import Rule, immutable_optional, unique
from trueup.kinds.common.spec import Criticality, Part, Spec, ZoneRef

MOST_NAMES = 10
"""Names of one certificate, by ACM's quota: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html."""
_MOST_REDIRECTED = MOST_NAMES // 2
_WWW = "www."
_WILD = "*."

Domain = Annotated[
    str,
    Field(max_length=128),
    Shape(
        "^([*][.])?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?[.])+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$",
        "This is not a domain name. Write it in lower case and without a dot at the end, such as www.example.com.",
    ),
]

Pattern = Annotated[
    str,
    Field(max_length=255),
    Shape(
        "^[A-Za-z0-9_.*$/~@:+&?-]*[A-Za-z0-9_.$~@:+&-][A-Za-z0-9_.*$/~@:+&?-]*$",
        "This is not a pattern of paths that CloudFront takes. Write it such as index.html, *.js or assets/*; what no "
        "pattern fits is kept as long as its own Cache-Control header says.",
    ),
]


class CacheRule(Part, frozen=True):
    """How long what is found under some paths is kept at the edges and in browsers."""

    pattern: Pattern = Field(description="Paths, such as index.html, *.js or assets/*; the first that fits counts.")
    max_age_seconds: int = Field(
        ge=0, le=31_536_000, description="Seconds for which it is kept; 0: it is asked for anew each time."
    )


def hosts(domains: tuple[str, ...], *, www: bool) -> tuple[str, ...]:
    """Every name that a distribution answers to: the domains, and those with www that lead to them."""
    return tuple(dict.fromkeys((*domains, *(redirected(domains) if www else ()))))


def redirected(domains: tuple[str, ...]) -> dict[str, str]:
    """Each name with www that leads to one of the domains, with that domain."""
    return {f"{_WWW}{name}": name for name in domains if not name.startswith((_WWW, _WILD))}


class StaticSiteSpec(Spec, frozen=True):
    """A site of files that CloudFront serves from a private bucket."""

    bucket_name: BucketName | None = Field(
        default=None,
        description="Name of the bucket, which nobody else in the world may have. Default: made of namespace, "
        "name and the account's number. Cannot change.",
    )
    domains: tuple[Domain, ...] = Field(
        default=(),
        max_length=MOST_NAMES,
        strict=False,
        description="Names under which the site is found, the first of them in its URL. Default: CloudFront's own.",
    )
    zone_ref: ZoneRef | None = Field(
        default=None,
        description="DnsZone in which the records of these names, and those that prove them to ACM, are kept. Default: "
        "none; status.outputs shows what to write elsewhere.",
    )
    www_redirect: bool = Field(
        default=False, description="Whether www before each of the domains leads there too, by a redirect."
    )
    spa: bool = Field(
        default=False,
        description="Whether the site is one page that knows its own paths: what is not there is answered with "
        "/index.html, and with 200.",
    )
    cache: tuple[CacheRule, ...] = Field(
        default=(),
        max_length=24,
        strict=False,
        description="How long files are kept, by their paths. What no rule fits is kept as its own headers say.",
    )
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        default="PriceClass_100",
        description="From where it is served: 100, the cheapest, is North America, Europe and Israel.",
    )
    minimum_tls: Literal["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"] = Field(
        default="TLSv1.2_2021",
        description="Oldest TLS that the domains are served with, as CloudFront's policies are called. Its own name "
        "takes what CloudFront decides.",
    )
    invalidate: (
        Annotated[
            str,
            Field(min_length=1, max_length=128),
            Shape(
                "^[A-Za-z0-9_.:/=+@-]+$",
                "This is not a value for invalidate: write a version, a commit or a time, of letters, digits and "
                "_.:/=+@-.",
            ),
        ]
        | None
    ) = Field(default=None, description="A new value, such as a commit, lets every edge forget everything once.")
    deletion_policy: Literal["Delete", "Retain"] = Field(
        default="Delete",
        description="What happens when this object is deleted. Delete empties the bucket: its content is built anew.",
    )
    criticality: Criticality = Field(default="NonCritical", description="Whether a budget's gate may stop it.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        unique("domains", "A domain comes twice. Name each once."),
        Rule(
            cel="self.cache.all(a, self.cache.exists_one(b, a.pattern == b.pattern))",
            message="Two cache rules have the same pattern, and only the first would count. Take one out.",
            holds=lambda spec: len({rule.pattern for rule in spec.cache}) == len(spec.cache),
            at=".cache",
        ),
        Rule(
            cel="!self.wwwRedirect || self.domains.exists(x, !x.startsWith('www.') && !x.startsWith('*.'))",
            message="wwwRedirect leads from www.<domain> to <domain>, and no such domain is named. Name one in "
            "domains, without www.",
            holds=lambda spec: not spec.www_redirect or bool(redirected(spec.domains)),
            at=".wwwRedirect",
        ),
        Rule(
            cel=f"!self.wwwRedirect || size(self.domains) <= {_MOST_REDIRECTED}",
            message=f"A certificate has at most {MOST_NAMES} names, and wwwRedirect doubles them: name at most "
            f"{_MOST_REDIRECTED} domains.",
            holds=lambda spec: not spec.www_redirect or len(spec.domains) <= _MOST_REDIRECTED,
            at=".domains",
        ),
        Rule(
            cel="!has(self.zoneRef) || size(self.domains) > 0",
            message="zoneRef says where the records of the domains are kept, and there are none. Name domains, or take "
            "zoneRef out.",
            holds=lambda spec: spec.zone_ref is None or bool(spec.domains),
            at=".zoneRef",
        ),
    )
    CHANGES = (
        immutable_optional(
            "bucket_name",
            "bucketName cannot be set, changed or removed later: a bucket keeps its name. Create a new StaticSite.",
        ),
    )


INFO = KindInfo(
    kind="StaticSite",
    plural="staticsites",
    singular="staticsite",
    short_names=("site",),
    spec=StaticSiteSpec,
    url_path=".status.outputs.url",
    description="A site of files in a private bucket, served by CloudFront under its own names and certificate.",
)
