"""Charter: what a spec means to a distribution: how each path is answered, and what runs before that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from trueup.core.values import Json
from trueup.kinds.staticsite.spec import CacheRule, StaticSiteSpec, redirected
from trueup.resources.cloudfront.base import SECURITY_HEADERS

ORIGIN: Final = "bucket"
ROOT: Final = "index.html"
YEAR: Final = 31_536_000
_REDIRECTING: Final = """\
var domains = %s;
function handler(event) {
  var request = event.request;
  var domain = domains[request.headers.host.value];
  if (!domain) {
    return request;
  }
  var pairs = [];
  for (var name in request.querystring) {
    var parameter = request.querystring[name];
    var values = parameter.multiValue || [parameter];
    values.forEach(function (one) {
      pairs.push(one.value === '' ? name : name + '=' + one.value);
    });
  }
  var query = pairs.length ? '?' + pairs.join('&') : '';
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: 'https://' + domain + request.uri + query } },
  };
}
"""


def redirect(domains: tuple[str, ...]) -> str:
    """The function that leads from each name with www to its domain, path and query kept."""
    return _REDIRECTING % json.dumps(redirected(domains), sort_keys=True)


def default(function: Json) -> Mapping[str, Json]:
    """How what no rule fits is answered: kept as long as its own header says, and without one not at all."""
    return _answered((0, YEAR), function)


def ruled(rule: CacheRule, function: Json) -> Mapping[str, Json]:
    """How what fits a rule is answered: kept as long as the rule says, unless its own header says less."""
    answered = _answered((rule.max_age_seconds, rule.max_age_seconds), function)
    return {"PathPattern": rule.pattern, "ViewerProtocolPolicy": "redirect-to-https", **answered}


def _answered(kept: tuple[int, int], function: Json) -> dict[str, Json]:
    usual, most = kept
    runs = [] if function is None else [{"FunctionARN": function, "EventType": "viewer-request"}]
    return {
        "TargetOriginId": ORIGIN,
        "AllowedMethods": ["GET", "HEAD"],
        "Compress": True,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        "MinTTL": 0,
        "DefaultTTL": usual,
        "MaxTTL": most,
        "ResponseHeadersPolicyId": SECURITY_HEADERS,
        "FunctionAssociations": runs,
    }


def errors(spec: StaticSiteSpec) -> tuple[Mapping[str, Json], ...]:
    """For a site of one page, what is not there is that page: S3 says 403 of it to who may not list the bucket."""
    if not spec.spa:
        return ()
    page = {"ResponsePagePath": f"/{ROOT}", "ResponseCode": "200", "ErrorCachingMinTTL": 0}
    return tuple({"ErrorCode": code, **page} for code in (403, 404))
