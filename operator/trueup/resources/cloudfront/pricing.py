"""What a site costs in a month at the edge: nothing for most, because much is free for ever.

https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from trueup.core.cost import Line, PriceBook

_BEYOND_GB: Final = Decimal(200)
_BEYOND_10K: Final = Decimal(1000)
_BEYOND_MILLIONS: Final = Decimal(8)
"""The most beyond what is free: gigabytes, tens of thousands of requests, millions of runs of a function."""


def site(prices: PriceBook) -> tuple[Line, ...]:
    """Traffic and requests of a distribution."""
    gigabyte, requests = prices.usd("cloudfront-egress-gb"), prices.usd("cloudfront-https-10k")
    free = "the account's first 1 TB and 10 million requests a month are free"
    return (
        Line(
            "traffic to visitors",
            Decimal(0),
            Decimal(0),
            gigabyte * _BEYOND_GB,
            f"{free}; at most {_BEYOND_GB} GB beyond them at ${gigabyte}",
        ),
        Line(
            "requests of visitors",
            Decimal(0),
            Decimal(0),
            requests * _BEYOND_10K,
            f"{free}; at most 10 million beyond them at ${requests} for 10,000",
        ),
    )


def function(prices: PriceBook) -> tuple[Line, ...]:
    """Runs of a function, one for each request that reaches it."""
    million = prices.usd("cloudfront-function-million")
    said = f"the account's first 2 million a month are free; at most {_BEYOND_MILLIONS} million beyond at ${million}"
    return (Line("runs at the edge", Decimal(0), Decimal(0), million * _BEYOND_MILLIONS, said),)
