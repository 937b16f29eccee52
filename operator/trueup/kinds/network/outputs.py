"""What a Network gives to those who use it: the ids that AWS assigned, each as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.values import MISSING, Json, Key
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
from trueup.kinds.network.spec import NetworkSpec


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """Ids, zones and public addresses that are known already; what is not there yet is left out.

    Lists are in the order of the spec's zones.
    """
    spec: NetworkSpec = ctx.spec
    publics = [names.public_subnet(place) for place in range(len(spec.public_subnets))]
    privates = [names.private_subnet(place) for place in range(len(spec.private_subnets))]
    addresses = [names.nat_address(0)] if spec.nat == "One" else []
    zones = _all(observed, [*publics, *privates], "AvailabilityZone")
    found: dict[str, Json] = {
        "vpcId": _one(observed, names.VPC, "VpcId"),
        "publicSubnetIds": _all(observed, publics, "SubnetId"),
        "privateSubnetIds": _all(observed, privates, "SubnetId"),
        "availabilityZones": list(dict.fromkeys(zones)),
        "natPublicIps": _all(observed, addresses, "PublicIp"),
        "s3EndpointId": _one(observed, names.S3_ENDPOINT, "VpcEndpointId"),
    }
    return {name: value for name, value in found.items() if value not in (MISSING, [])}


def _one(observed: Observed, key: Key, path: str) -> Json:
    seen = observed.seen.get(key)
    return get(seen.doc, path) if seen is not None and seen.owned else MISSING


def _all(observed: Observed, keys: Iterable[Key], path: str) -> list[Json]:
    found = [_one(observed, key, path) for key in keys]
    return [value for value in found if value is not MISSING]
