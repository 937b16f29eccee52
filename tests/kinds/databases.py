"""Small databases of either engine, and a Network that they can live in, for tests of what stands beside them."""

from typing import Any, Final

NETWORK: Final[dict[str, Any]] = {
    "cidr": "10.0.0.0/16",
    "zones": ["us-east-1a", "us-east-1b"],
    "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
}
POSTGRES: Final[dict[str, Any]] = {
    "engine": "aurora-postgresql",
    "version": "16.11",
    "capacity": {"min": 0.5, "max": 1},
}
MONGO: Final[dict[str, Any]] = {"engine": "documentdb", "version": "5.0.0", "instanceClass": "db.t4g.medium"}
