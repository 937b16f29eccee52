"""Charter: making and listing clusters. What RDS checks before it starts, and what it says a new cluster is."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import catalogue, checks, listing
from trueup.sandbox.emulator.rds.parameter_groups import cluster_group_for
from trueup.sandbox.emulator.rds.store import Cluster, Region, bare_name, document, tags_of
from trueup.sandbox.emulator.rds.subnet_groups import group_or_default
from trueup.sandbox.emulator.service import Call
from trueup.sandbox.emulator.vault.managed import ManagedSecret

_EXTENDED_SUPPORT = ("open-source-rds-extended-support", "open-source-rds-extended-support-disabled")
_UNSUPPORTED = (
    "ReplicationSourceIdentifier", "GlobalClusterIdentifier", "ScalingConfiguration", "RdsCustomClusterConfiguration",
    "DBClusterInstanceClass", "Domain", "EnableLimitlessDatabase", "WithExpressConfiguration", "BacktrackWindow",
)  # fmt: skip
_HOSTED_ZONE = "Z2R2ITUGPM61AM"


def create_db_cluster(region: Region, call: Call) -> Document:
    """CreateDBCluster."""
    refuse_unsupported(call, _UNSUPPORTED)
    name = checks.identifier(call.params["DBClusterIdentifier"], "DBClusterIdentifier")
    refuse_duplicate(region, name)
    engine = catalogue.known_engine(call.params["Engine"])
    version = catalogue.resolve_version(engine, call.get("EngineVersion"))
    user, secret_wanted = _credentials(call)
    new = base_document(region, call.params, name, engine, version)
    new["MasterUsername"] = user
    if call.get("DatabaseName") is not None:
        new["DatabaseName"] = call.params["DatabaseName"]
    cluster = admit(region, name, new)
    if secret_wanted:
        attach_secret(region, cluster, call.get("MasterUserSecretKmsKeyId"))
    return {"DBCluster": cluster.record}


def refuse_unsupported(call: Call, names: tuple[str, ...]) -> None:
    """Say plainly that the emulator has not got a feature, rather than ignore the parameter."""
    for name in names:
        if call.get(name) not in (None, False):
            raise AwsError("MotoNotImplemented", f"The emulator does not do {call.operation} with {name}.", 501)


def refuse_duplicate(region: Region, name: str) -> None:
    """A cluster's name is unique; the account's number of clusters is limited."""
    if name in region.clusters:
        raise AwsError("DBClusterAlreadyExistsFault", f"DB Cluster already exists: {name}")
    region.world.quotas.refuse_if_reached(
        "rds.clusters", len(region.clusters), "DBClusterQuotaExceededFault",
        "Cluster quota exceeded: the account has reached its limit of DB clusters in this region.",
    )  # fmt: skip


def _credentials(call: Call) -> tuple[str, bool]:
    managed, given = bool(call.get("ManageMasterUserPassword")), call.get("MasterUserPassword")
    if not call.get("MasterUsername"):
        raise checks.invalid("The parameter MasterUsername must be provided and must not be blank.")
    if managed and given is not None:
        raise checks.conflict("You can't specify MasterUserPassword when ManageMasterUserPassword is on.")
    if not managed and given is None:
        raise checks.invalid("The parameter MasterUserPassword must be provided and must not be blank.")
    if not managed and call.get("MasterUserSecretKmsKeyId"):
        raise checks.conflict("MasterUserSecretKmsKeyId needs ManageMasterUserPassword.")
    if given is not None:
        checks.password(given)
    return checks.username(call.params["MasterUsername"]), managed


def admit(region: Region, name: str, new: Document) -> Cluster:
    """Put a new cluster among the others; it is `available` after its delay."""
    cluster = Cluster(Record(new))
    region.clusters[name] = cluster

    def ready() -> None:
        if cluster.doc["Status"] == "creating":
            cluster.record.put(Status="available")

    region.world.later("rds.cluster.create", ready)
    return cluster


def attach_secret(region: Region, cluster: Cluster, key: str | None) -> None:
    """Let Secrets Manager hold the cluster's master password."""
    doc = cluster.doc
    cluster.secret = ManagedSecret.create(
        region.world.secrets,
        region.world.clock.moment,
        (region.account, region.name),
        str(doc["MasterUsername"]),
        "cluster",
        str(doc["DBClusterArn"]),
    )
    shown = {
        "SecretArn": cluster.secret.arn,
        "SecretStatus": "creating",
        "KmsKeyId": key or region.default_key("secretsmanager"),
    }
    cluster.record.put(MasterUserSecret=shown)

    def ready() -> None:
        present = cluster.doc.get("MasterUserSecret")
        if present is not None and present["SecretStatus"] == "creating":
            cluster.record.put(MasterUserSecret={**present, "SecretStatus": "active"})

    region.world.later("rds.cluster.create", ready)


def base_document(region: Region, params: Mapping[str, Any], name: str, engine: str, version: str) -> Document:
    """A new cluster as DescribeDBClusters shows it, from the parameters that create and restore share."""
    subnets = group_or_default(region, params.get("DBSubnetGroupName"))
    group = cluster_group_for(region, engine, version, params.get("DBClusterParameterGroupName"))
    doc: Document = {
        **_identity(region, name, engine, version),
        "AvailabilityZones": sorted({str(one["SubnetAvailabilityZone"]["Name"]) for one in subnets.doc["Subnets"]})[:3],
        "BackupRetentionPeriod": checks.retention(params.get("BackupRetentionPeriod", 1)),
        "DBClusterParameterGroup": group,
        "DBSubnetGroup": subnets.doc["DBSubnetGroupName"],
        "Port": checks.port(params.get("Port", catalogue.PORT[engine])),
        "VpcSecurityGroups": security_groups(region, params.get("VpcSecurityGroupIds"), str(subnets.doc["VpcId"])),
        "DeletionProtection": bool(params.get("DeletionProtection", False)),
        "CopyTagsToSnapshot": bool(params.get("CopyTagsToSnapshot", False)),
        "NetworkType": params.get("NetworkType", "IPV4"),
        "TagList": tags_of(params),
    }
    doc.update(_windows(params, name))
    doc.update(_encryption(region, params))
    doc.update(_options(params, engine, version))
    if engine == catalogue.AURORA:
        doc.update(_aurora_options(region, params))
    return doc


def _identity(region: Region, name: str, engine: str, version: str) -> Document:
    """What follows from a new cluster's name, engine and hour of birth."""
    moment = region.world.clock.moment()
    domain = f"{region.suffix()}.{region.name}.{'docdb' if engine == catalogue.DOCDB else 'rds'}.amazonaws.com"
    return {
        "AllocatedStorage": 1,
        "DBClusterIdentifier": name,
        "Status": "creating",
        "EarliestRestorableTime": moment,
        "Endpoint": f"{name}.cluster-{domain}",
        "ReaderEndpoint": f"{name}.cluster-ro-{domain}",
        "MultiAZ": False,
        "Engine": engine,
        "EngineVersion": version,
        "LatestRestorableTime": moment,
        "ReadReplicaIdentifiers": [],
        "DBClusterMembers": [],
        "HostedZoneId": _HOSTED_ZONE,
        "DbClusterResourceId": "cluster-" + uuid.uuid4().hex.upper()[:26],
        "DBClusterArn": region.arn("cluster", name),
        "AssociatedRoles": [],
        "ClusterCreateTime": moment,
    }


def _windows(params: Mapping[str, Any], name: str) -> Document:
    """The windows asked for; else ones that AWS would pick, here by the name so that they are always the same."""
    seed = hashlib.sha256(name.encode()).digest()
    picked = f"{3 + seed[0] % 8:02d}:{seed[1] % 2 * 30:02d}"
    finish = f"{picked[:2]}:30" if picked.endswith("00") else f"{int(picked[:2]) + 1:02d}:00"
    backup = checks.backup_window(params.get("PreferredBackupWindow", f"{picked}-{finish}"))
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[seed[2] % 7]
    asked = params.get("PreferredMaintenanceWindow")
    weekly = checks.maintenance_window(asked or f"{day}:12:00-{day}:12:30")
    if asked is not None or params.get("PreferredBackupWindow") is None:
        checks.windows_apart(backup, weekly)
    return {"PreferredBackupWindow": backup, "PreferredMaintenanceWindow": weekly}


def _encryption(region: Region, params: Mapping[str, Any]) -> Document:
    encrypted, key = bool(params.get("StorageEncrypted", False)), params.get("KmsKeyId")
    if key and not encrypted:
        raise checks.conflict("StorageEncrypted must be on when KmsKeyId is given.")
    if not encrypted:
        return {"StorageEncrypted": False}
    return {"StorageEncrypted": True, "KmsKeyId": key or region.default_key("rds")}


def _options(params: Mapping[str, Any], engine: str, version: str) -> Document:
    doc: Document = {}
    if params.get("ServerlessV2ScalingConfiguration"):
        asked = params["ServerlessV2ScalingConfiguration"]
        doc["ServerlessV2ScalingConfiguration"] = checks.scaling(engine, version, asked, {})
        doc["ServerlessV2PlatformVersion"] = "3"
    logs = checks.log_types(engine, params.get("EnableCloudwatchLogsExports") or [])
    if logs:
        doc["EnabledCloudwatchLogsExports"] = logs
    storage = storage_type(engine, params.get("StorageType"))
    if storage is not None:
        doc["StorageType"] = storage
    return doc


def storage_type(engine: str, asked: str | None) -> str | None:
    """The storage type as RDS shows it: nothing for the standard one."""
    if asked in (None, catalogue.STANDARD_STORAGE[engine]):
        return None
    if asked != catalogue.OPTIMIZED_STORAGE[engine]:
        raise checks.invalid(f"Invalid storage type for DB engine {engine}: {asked}")
    return asked


def _aurora_options(region: Region, params: Mapping[str, Any]) -> Document:
    support = params.get("EngineLifecycleSupport", _EXTENDED_SUPPORT[0])
    doc: Document = {
        "EngineMode": "provisioned",
        "IAMDatabaseAuthenticationEnabled": bool(params.get("EnableIAMDatabaseAuthentication", False)),
        "HttpEndpointEnabled": bool(params.get("EnableHttpEndpoint", False)),
        "CrossAccountClone": False,
        "DomainMemberships": [],
        "AutoMinorVersionUpgrade": bool(params.get("AutoMinorVersionUpgrade", True)),
        "ActivityStreamStatus": "stopped",
        "MonitoringInterval": params.get("MonitoringInterval", 0),
        "MonitoringRoleArn": params.get("MonitoringRoleArn"),
        "EngineLifecycleSupport": lifecycle_support(support),
    }
    doc.update(insights(region, params, {}))
    return document(**doc)


def lifecycle_support(value: str) -> str:
    """Whether the cluster goes into paid extended support."""
    if value not in _EXTENDED_SUPPORT:
        raise checks.invalid(
            f"Invalid EngineLifecycleSupport: {value}. Valid values are {', '.join(_EXTENDED_SUPPORT)}."
        )
    return value


def insights(region: Region, params: Mapping[str, Any], present: Mapping[str, Any]) -> Document:
    """Performance and Database Insights after a call, over what is there; None removes a member."""
    enabled = bool(params.get("EnablePerformanceInsights", present.get("PerformanceInsightsEnabled", False)))
    mode = params.get("DatabaseInsightsMode", present.get("DatabaseInsightsMode", "standard"))
    days = params.get("PerformanceInsightsRetentionPeriod")
    if days is not None and not enabled:
        raise checks.conflict("PerformanceInsightsRetentionPeriod needs EnablePerformanceInsights.")
    kept = days or present.get("PerformanceInsightsRetentionPeriod") or (465 if mode == "advanced" else 7)
    checks.insights_retention(kept)
    if mode not in ("standard", "advanced"):
        raise checks.invalid(f"Invalid DatabaseInsightsMode: {mode}")
    if mode == "advanced" and (not enabled or kept < 465):
        raise checks.conflict(
            "To enable the Advanced mode of Database Insights, Performance Insights must be on with a retention "
            "period of at least 465 days."
        )
    key = params.get("PerformanceInsightsKMSKeyId") or present.get("PerformanceInsightsKMSKeyId")
    return {
        "PerformanceInsightsEnabled": enabled,
        "DatabaseInsightsMode": mode,
        "PerformanceInsightsRetentionPeriod": kept if enabled else None,
        "PerformanceInsightsKMSKeyId": (key or region.default_key("rds")) if enabled else None,
    }


def security_groups(region: Region, asked: list[str] | None, vpc: str) -> list[dict[str, str]]:
    """The groups asked for, which must be in the subnets' VPC; else the VPC's default group."""
    network = region.ec2()
    if not asked:
        default = network.default_security_group(vpc)
        asked = [default] if default else []
    for group in asked:
        home = network.security_group_vpc(group)
        if home is None:
            raise checks.invalid(f"Invalid security group , groupId= {group}, groupName=.")
        if home != vpc:
            raise checks.conflict(
                "The DB instance and EC2 security group are in different VPCs. "
                f"The DB instance is in {vpc} and the EC2 security group is in {home}"
            )
    return [{"VpcSecurityGroupId": group, "Status": "active"} for group in dict.fromkeys(asked)]


FILTERS: Mapping[str, listing.Filter] = {
    "db-cluster-id": listing.by_name_or_arn("DBClusterIdentifier", "DBClusterArn"),
    "db-cluster-resource-id": listing.by_member("DbClusterResourceId"),
    "engine": listing.by_member("Engine"),
    "clone-group-id": listing.by_member("CloneGroupId"),
    "domain": lambda _doc, _values: False,
}


def describe_db_clusters(region: Region, call: Call) -> Document:
    """DescribeDBClusters."""
    wanted = listing.wanted(call, FILTERS)
    name = call.get("DBClusterIdentifier")
    if name:
        region.cluster(name)
    names = [
        key for key, cluster in region.clusters.items() if (not name or key == bare_name(name)) and wanted(cluster.doc)
    ]
    return listing.page(call, "DBClusters", names, lambda key: region.clusters[key].record)
