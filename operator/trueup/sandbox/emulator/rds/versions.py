"""Charter: what RDS says about engines: versions, orderable classes, and lists that are empty here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds import catalogue, listing
from trueup.sandbox.emulator.rds.store import Region
from trueup.sandbox.emulator.service import Call

_FILTERS: Mapping[str, listing.Filter] = {
    "engine": listing.by_member("Engine"),
    "engine-version": listing.by_member("EngineVersion"),
    "db-parameter-group-family": listing.by_member("DBParameterGroupFamily"),
    "status": lambda _doc, values: "available" in values,
    "engine-mode": lambda _doc, values: "provisioned" in values,
}


def _version(engine: str, version: str) -> Document:
    span = catalogue.serverless_range(engine, version)
    doc: Document = {
        "Engine": engine,
        "MajorEngineVersion": catalogue.major(engine, version),
        "EngineVersion": version,
        "DBParameterGroupFamily": catalogue.family(engine, version),
        "DBEngineDescription": "Aurora PostgreSQL" if engine == catalogue.AURORA else "Amazon DocumentDB",
        "DBEngineVersionDescription": f"{engine} {version}",
        "ExportableLogTypes": list(catalogue.LOG_TYPES[engine]),
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportedEngineModes": ["provisioned"],
        "Status": "available",
        "ValidUpgradeTarget": [
            {
                "Engine": engine,
                "EngineVersion": target,
                "AutoUpgrade": False,
                "IsMajorVersionUpgrade": catalogue.major(engine, target) != catalogue.major(engine, version),
            }
            for target in catalogue.upgrade_targets(engine, version)
        ],
    }
    if span is not None:
        doc["ServerlessV2FeaturesSupport"] = {"MinCapacity": span[0], "MaxCapacity": span[1]}
    return doc


def describe_db_engine_versions(_region: Region, call: Call) -> Document:
    """DescribeDBEngineVersions."""
    wanted = listing.wanted(call, _FILTERS)
    engine, version = call.get("Engine"), call.get("EngineVersion")
    found: dict[str, Document] = {}
    for name, versions in catalogue.VERSIONS.items():
        for one in versions:
            if engine not in (None, name) or not (version is None or one == version or one.startswith(f"{version}.")):
                continue
            if call.get("DBParameterGroupFamily") not in (None, catalogue.family(name, one)):
                continue
            if call.get("DefaultOnly") and one != catalogue.DEFAULT_VERSION[name]:
                continue
            doc = _version(name, one)
            if wanted(doc):
                found[f"{name}/" + ".".join(f"{piece:04d}" for piece in catalogue.parts(one))] = doc
    return listing.page(call, "DBEngineVersions", list(found), found.__getitem__)


def describe_orderable_db_instance_options(region: Region, call: Call) -> Document:
    """DescribeOrderableDBInstanceOptions."""
    engine = catalogue.known_engine(call.params["Engine"])
    zones = [{"Name": str(zone)} for zone in sorted(region.ec2().ec2.subnets)] or [{"Name": f"{region.name}a"}]
    found: dict[str, Document] = {}
    for version in catalogue.VERSIONS[engine]:
        if call.get("EngineVersion") not in (None, version):
            continue
        for name in catalogue.classes(engine, version):
            if call.get("DBInstanceClass") in (None, name):
                found[f"{name}/{version}"] = {
                    "Engine": engine,
                    "EngineVersion": version,
                    "DBInstanceClass": name,
                    "AvailabilityZones": zones,
                    "Vpc": True,
                    "SupportedEngineModes": ["provisioned"],
                }
    return listing.page(call, "OrderableDBInstanceOptions", list(found), found.__getitem__, most=1000)


def nothing(key: str) -> Any:
    """An operation that lists what the emulator never has."""

    def operation(_region: Region, _call: Call) -> Document:
        return {key: []}

    return operation
