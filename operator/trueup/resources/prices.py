"""The list prices that estimates are made of: a dated table, in US dollars, on demand, before taxes and discounts.

Each price says where it was read and when. Prices of a region that has no book are taken from us-east-1, and said so.
Where AWS's own page of a service differs from its price list, the page is what is billed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from trueup.core.cost import Price, PriceBook

FALLBACK: Final = "us-east-1"
"""The region whose prices stand in for those of a region without a book."""

_LIST: Final = "AWS Price List"


def _price(usd: str, unit: str, source: str, as_of: date, *, verified: bool = True) -> Price:
    return Price(Decimal(usd), unit, source, as_of, verified)


_NETWORK: Final = {
    "nat-gateway-hour": _price("0.045", "h", f"{_LIST}, AmazonEC2 NatGateway-Hours", date(2026, 9, 29)),
    "nat-gateway-gb": _price("0.045", "GB", f"{_LIST}, AmazonEC2 NatGateway-Bytes", date(2026, 9, 29)),
    "public-ipv4-hour": _price("0.005", "h", f"{_LIST}, AmazonVPC PublicIPv4:InUseAddress", date(2026, 9, 20)),
    "vpc-interface-endpoint-hour": _price(
        "0.01", "h per zone", f"{_LIST}, AmazonVPC VpcEndpoint-Hours", date(2026, 9, 20)
    ),
    "vpc-interface-endpoint-gb": _price("0.01", "GB", f"{_LIST}, AmazonVPC VpcEndpoint-Bytes", date(2026, 9, 20)),
    "vpc-gateway-endpoint-hour": _price(
        "0", "h", "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html", date(2026, 11, 1)
    ),
    "internet-egress-gb": _price("0.09", "GB after 100 GB", f"{_LIST}, DataTransfer-Out-Bytes", date(2026, 9, 1)),
    "cross-zone-gb": _price("0.01", "GB each way", f"{_LIST}, DataTransfer-Regional-Bytes", date(2026, 9, 1)),
}

_AURORA: Final = {
    "aurora-acu-hour": _price("0.12", "ACU-h", f"{_LIST}, AmazonRDS Aurora:ServerlessV2Usage", date(2026, 7, 28)),
    "aurora-acu-hour:io-optimized": _price(
        "0.16", "ACU-h", f"{_LIST}, AmazonRDS Aurora:ServerlessV2IOOptimizedUsage", date(2026, 7, 28)
    ),
    "aurora-storage-gb-month": _price("0.10", "GB-month", f"{_LIST}, AmazonRDS Aurora:StorageUsage", date(2026, 9, 1)),
    "aurora-storage-gb-month:io-optimized": _price(
        "0.225", "GB-month", f"{_LIST}, AmazonRDS Aurora:IO-OptimizedStorageUsage", date(2026, 9, 1)
    ),
    "aurora-io-million": _price(
        "0.20", "million requests", f"{_LIST}, AmazonRDS Aurora:StorageIOUsage", date(2026, 9, 1)
    ),
    "aurora-backup-gb-month": _price("0.021", "GB-month", f"{_LIST}, AmazonRDS Aurora:BackupUsage", date(2026, 9, 1)),
}

_DOCUMENTDB: Final = {
    "docdb-dcu-hour": _price("0.0822", "DCU-h", "usage.ai, third party", date(2026, 6, 1), verified=False),
    "docdb-dcu-hour:io-optimized": _price("0.0905", "DCU-h", "usage.ai, third party", date(2026, 6, 1), verified=False),
    "docdb-instance-hour:db.t3.medium": _price("0.078", "h", "Infracost golden files", date(2024, 7, 1)),
    "docdb-instance-hour:db.t4g.medium": _price(
        "0.0757", "h", "not confirmed by a price list", date(2026, 11, 1), verified=False
    ),
    "docdb-storage-gb-month": _price("0.10", "GB-month", "Infracost golden files", date(2024, 7, 1)),
    "docdb-io-million": _price("0.20", "million requests", "Infracost golden files", date(2024, 7, 1)),
    "docdb-backup-gb-month": _price(
        "0.021", "GB-month", "third parties say 0.02 to 0.021", date(2026, 6, 1), verified=False
    ),
    "docdb-cpu-credit-hour": _price("0.09", "vCPU-h", "Infracost golden files", date(2024, 7, 1)),
}

_APP_RUNNER: Final = {
    "apprunner-vcpu-hour": _price("0.064", "vCPU-h", f"{_LIST}, AppRunner-vCPU-hours", date(2026, 8, 24)),
    "apprunner-gb-hour": _price("0.007", "GB-h", f"{_LIST}, AppRunner-Provisioned-GB-hours", date(2026, 8, 24)),
    "apprunner-auto-deploy-month": _price(
        "1.00", "application-month", "https://aws.amazon.com/apprunner/pricing/", date(2026, 8, 24)
    ),
}

_SECRETS: Final = {
    "secret-month": _price("0.40", "secret-month", f"{_LIST}, AWSSecretsManager-Secrets", date(2026, 8, 24)),
    "secret-calls-10k": _price("0.05", "10,000 calls", f"{_LIST}, AWSSecretsManager APIRequest", date(2026, 8, 24)),
}

_DNS: Final = {
    "hosted-zone-month": _price(
        "0.50", "zone-month, the first 25", "Infracost golden files, AmazonRoute53 HostedZone", date(2024, 7, 1)
    ),
    "dns-queries-million": _price(
        "0.40", "million", "Infracost golden files, AmazonRoute53 DNS-Queries", date(2024, 7, 1)
    ),
}

_STORAGE: Final = {
    "s3-standard-gb-month": _price(
        "0.023", "GB-month, first 50 TB", f"{_LIST}, AmazonS3 TimedStorage", date(2026, 9, 29)
    ),
    "s3-put-1k": _price("0.005", "1,000 PUT, POST, LIST", f"{_LIST}, AmazonS3 Requests-Tier1", date(2026, 9, 29)),
    "s3-get-1k": _price("0.0004", "1,000 GET", f"{_LIST}, AmazonS3 Requests-Tier2", date(2026, 9, 29)),
    "s3-intelligent-tiering-1k": _price(
        "0.0025", "1,000 objects watched", f"{_LIST}, AmazonS3 Monitoring-Automation-INT", date(2026, 9, 29)
    ),
}

_EDGE: Final = {
    "cloudfront-egress-gb": _price(
        "0.085", "GB after 1 TB a month", f"{_LIST}, AmazonCloudFront DataTransfer-Out-Bytes", date(2026, 9, 29)
    ),
    "cloudfront-https-10k": _price(
        "0.010", "10,000 after 10 million a month", f"{_LIST}, AmazonCloudFront Requests-Tier2-HTTPS", date(2026, 9, 29)
    ),
    "cloudfront-function-million": _price(
        "0.10", "million runs after 2 million a month", "Infracost golden files", date(2024, 7, 1)
    ),
}

_BILLING: Final = {
    "budget-month": _price(
        "0", "budget-month", "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/", date(2026, 9, 11)
    ),
    "budget-action-day": _price(
        "0.10", "day with an action, after 62 a month", f"{_LIST}, AWSBudgets", date(2026, 9, 11)
    ),
    "budget-report": _price("0.01", "report", f"{_LIST}, AWSBudgets", date(2026, 9, 11)),
    "anomaly-monitor-month": _price(
        "0",
        "monitor-month",
        "https://aws.amazon.com/aws-cost-management/aws-cost-anomaly-detection/",
        date(2026, 9, 11),
    ),
    "cost-explorer-request": _price(
        "0.01", "request", "https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/", date(2026, 9, 11)
    ),
}

BOOKS: Final[Mapping[str, PriceBook]] = MappingProxyType(
    {
        FALLBACK: PriceBook(
            FALLBACK,
            MappingProxyType(
                _NETWORK | _AURORA | _DOCUMENTDB | _APP_RUNNER | _SECRETS | _DNS | _STORAGE | _EDGE | _BILLING
            ),
        )
    }
)
"""Region → its price book."""


def book_of(region: str) -> PriceBook:
    """The region's own book, else that of us-east-1, whose `region` then says whose prices they are."""
    return BOOKS.get(region, BOOKS[FALLBACK])


def assumption_of(region: str) -> str | None:
    """What an estimate for the region assumes of its prices; None where they are the region's own."""
    if region in BOOKS:
        return None
    return f"prices of {FALLBACK}: those of {region} are not in the table"
