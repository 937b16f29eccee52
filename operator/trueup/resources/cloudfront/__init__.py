"""CloudFront: distributions, the controls by which they read private buckets, and functions at the edge."""

from trueup.resources.cloudfront.controls import OriginAccessControl
from trueup.resources.cloudfront.distributions import Distribution
from trueup.resources.cloudfront.functions import Function

__all__ = ["Distribution", "Function", "OriginAccessControl"]
