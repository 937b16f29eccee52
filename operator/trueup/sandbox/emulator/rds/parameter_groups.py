"""Charter: parameter groups of clusters and of instances. Defaults always exist, cannot be changed and cannot go.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds import catalogue, checks, listing
from trueup.sandbox.emulator.rds.parameters import Parameter, parameters
from trueup.sandbox.emulator.rds.store import ParameterGroup, Region, bare_name, tags_of
from trueup.sandbox.emulator.service import Call

_PER_CALL = 20


def default_name(engine: str, version: str) -> str:
    """The default group of a version, for clusters and for instances."""
    return "default." + catalogue.family(engine, version)


def is_default(name: str) -> bool:
    """Whether a group is one of AWS's own."""
    return name.startswith("default.")


class Kind:
    """Cluster groups and instance groups work alike; this is what tells them apart."""

    def __init__(self, cluster: bool) -> None:
        self.cluster = cluster
        self.arn = "cluster-pg" if cluster else "pg"
        self.name_key = "DBClusterParameterGroupName" if cluster else "DBParameterGroupName"
        self.shape = "DBClusterParameterGroup" if cluster else "DBParameterGroup"

    def groups(self, region: Region) -> dict[str, ParameterGroup]:
        """All groups of this kind; the defaults are made when first looked at."""
        groups = region.cluster_groups if self.cluster else region.instance_groups
        if not groups:
            for family in catalogue.FAMILIES:
                name = f"default.{family}"
                words = f"Default {'cluster ' if self.cluster else ''}parameter group for {family}"
                groups[name] = ParameterGroup(name, family, words, region.arn(self.arn, name))
        return groups

    def find(self, region: Region, name: str) -> ParameterGroup:
        """A group by name; DBParameterGroupNotFound if there is none."""
        found = self.groups(region).get(bare_name(name))
        if found is None:
            raise AwsError("DBParameterGroupNotFound", f"{self.shape} not found: {name}", 404)
        return found

    def shown(self, group: ParameterGroup) -> Document:
        """A group as listings show it."""
        return {
            self.name_key: group.name,
            "DBParameterGroupFamily": group.family,
            "Description": group.description,
            f"{self.shape}Arn": group.arn,
        }

    def users(self, region: Region, name: str) -> list[str]:
        """What uses the group."""
        if self.cluster:
            return [key for key, one in region.clusters.items() if one.doc["DBClusterParameterGroup"] == name]
        return [
            key
            for key, one in region.instances.items()
            if any(group["DBParameterGroupName"] == name for group in one.doc["DBParameterGroups"])
        ]


CLUSTER, INSTANCE = Kind(cluster=True), Kind(cluster=False)


def cluster_group_for(region: Region, engine: str, version: str, asked: str | None) -> str:
    """The cluster group that a cluster of this version gets."""
    if asked is not None and bare_name(asked) not in CLUSTER.groups(region):
        raise AwsError("DBClusterParameterGroupNotFound", f"DBClusterParameterGroup not found: {asked}", 404)
    return _fitting(CLUSTER, region, engine, version, asked)


def instance_group_for(region: Region, engine: str, version: str, asked: str | None) -> str:
    """The instance group that an instance of this version gets."""
    return _fitting(INSTANCE, region, engine, version, asked)


def _fitting(kind: Kind, region: Region, engine: str, version: str, asked: str | None) -> str:
    group = kind.find(region, asked or default_name(engine, version))
    family = catalogue.family(engine, version)
    if group.family != family:
        raise checks.conflict(
            f"The Parameter Group {group.name} with DBParameterGroupFamily {group.family} cannot be used for this "
            f"instance. Please use a Parameter Group with DBParameterGroupFamily {family}"
        )
    return group.name


def _create(kind: Kind, region: Region, call: Call) -> Document:
    name = str(call.params[kind.name_key]).lower()
    if not re.fullmatch(r"[a-z](-?[a-z0-9.])*", name) or len(name) > 255 or is_default(name):
        raise checks.invalid(f"The parameter {kind.name_key} {name} is not valid.")
    groups, family = kind.groups(region), call.params["DBParameterGroupFamily"]
    if family not in catalogue.FAMILIES:
        raise checks.invalid(f"ParameterGroupFamily {family} is not a valid parameter group family")
    if name in groups:
        raise AwsError("DBParameterGroupAlreadyExists", f"Parameter group {name} already exists")
    own = [one for one in groups if not is_default(one)]
    region.world.quotas.refuse_if_reached(
        "rds.parameter-groups",
        len(own),
        "DBParameterGroupQuotaExceeded",
        "DB parameter group quota exceeded.",
    )
    tags = tags_of(call.params)
    groups[name] = ParameterGroup(name, family, call.params["Description"], region.arn(kind.arn, name))
    region.group_tags[groups[name].arn] = tags
    return {kind.shape: kind.shown(groups[name])}


def _delete(kind: Kind, region: Region, call: Call) -> Document:
    group = kind.find(region, call.params[kind.name_key])
    users = kind.users(region, group.name)
    if is_default(group.name):
        raise AwsError("InvalidDBParameterGroupState", "The default parameter group cannot be deleted.")
    if users:
        raise AwsError(
            "InvalidDBParameterGroupState",
            f"One or more database {'clusters' if kind.cluster else 'instances'} are still members of this parameter "
            f"group {group.name}, so the group cannot be deleted",
        )
    del kind.groups(region)[group.name]
    region.group_tags.pop(group.arn, None)
    return {}


def _describe(kind: Kind, region: Region, call: Call) -> Document:
    listing.wanted(call, {})
    groups, name = kind.groups(region), call.get(kind.name_key)
    names = [kind.find(region, name).name] if name else list(groups)
    return listing.page(call, f"{kind.shape}s", names, lambda key: kind.shown(groups[key]))


def _modify(kind: Kind, region: Region, call: Call) -> Document:
    group = _changeable(kind, region, call)
    known, changes = parameters(group.family), dict[str, tuple[str, str]]()
    if len(call.params["Parameters"]) > _PER_CALL:
        raise checks.invalid(f"At most {_PER_CALL} parameters can be modified in one call.")
    for entry in call.params["Parameters"]:
        parameter = _known(known, entry)
        value, method = entry.get("ParameterValue"), entry.get("ApplyMethod")
        if value is None or method not in ("immediate", "pending-reboot"):
            raise checks.invalid(f"Parameter {parameter.name} needs ParameterValue and ApplyMethod.")
        if not parameter.modifiable:
            raise checks.invalid(f"The parameter {parameter.name} cannot be modified.")
        if not parameter.allows(value):
            raise checks.invalid(
                f"Invalid parameter value: {value} for: {parameter.name} allowed values are: {parameter.allowed}"
            )
        _check_method(parameter, method)
        changes[parameter.name] = (value, method)
    _apply(kind, region, group, known, dict[str, tuple[str, str] | None](changes))
    return {kind.name_key: group.name}


def _reset(kind: Kind, region: Region, call: Call) -> Document:
    group = _changeable(kind, region, call)
    known: Mapping[str, Parameter] = parameters(group.family)
    asked: list[Mapping[str, Any]] = call.get("Parameters") or []
    if bool(call.get("ResetAllParameters")) == bool(asked):
        raise checks.conflict("Give either ResetAllParameters or Parameters.")
    names = list(group.values)
    if asked:
        for entry in asked:
            _check_method(_known(known, entry), entry.get("ApplyMethod"))
        names = [entry["ParameterName"] for entry in asked]
    _apply(kind, region, group, known, dict.fromkeys(names))
    return {kind.name_key: group.name}


def _changeable(kind: Kind, region: Region, call: Call) -> ParameterGroup:
    group = kind.find(region, call.params[kind.name_key])
    if is_default(group.name):
        raise AwsError("InvalidDBParameterGroupState", f"The default parameter group {group.name} cannot be modified.")
    return group


def _known(known: Mapping[str, Parameter], entry: Mapping[str, Any]) -> Parameter:
    found = known.get(entry.get("ParameterName", ""))
    if found is None:
        raise checks.invalid(f"Could not find parameter with name: {entry.get('ParameterName')}")
    return found


def _check_method(parameter: Parameter, method: str | None) -> None:
    if parameter.static and method == "immediate":
        raise checks.conflict(f"cannot use immediate apply method for static parameter {parameter.name}")


def _apply(
    kind: Kind,
    region: Region,
    group: ParameterGroup,
    known: Mapping[str, Parameter],
    changes: Mapping[str, tuple[str, str] | None],
) -> None:
    """Set or unset parameters; what cannot take effect at once leaves the users `pending-reboot`."""
    waiting = False
    for name, new in changes.items():
        old = group.values.get(name)
        if new == old:
            continue
        waiting = waiting or known[name].static or (new is not None and new[1] == "pending-reboot")
        if new is None:
            group.values.pop(name, None)
        else:
            group.values[name] = new
    if not waiting:
        return
    for user in kind.users(region, group.name):
        if kind.cluster:
            cluster = region.clusters[user]
            members = [
                {**one, "DBClusterParameterGroupStatus": "pending-reboot"} for one in cluster.doc["DBClusterMembers"]
            ]
            cluster.record.put(DBClusterMembers=members)
        else:
            status = {"DBParameterGroupName": group.name, "ParameterApplyStatus": "pending-reboot"}
            region.instances[user].put(DBParameterGroups=[status])


def _shown_parameter(parameter: Parameter, values: Mapping[str, tuple[str, str]]) -> Document:
    own = values.get(parameter.name)
    value = own[0] if own is not None else parameter.default
    doc: Document = {
        "ParameterName": parameter.name,
        "Description": f"Sets {parameter.name}.",
        "Source": "user" if own is not None else ("system" if parameter.default is not None else "engine-default"),
        "ApplyType": "static" if parameter.static else "dynamic",
        "DataType": parameter.kind,
        "IsModifiable": parameter.modifiable,
        "ApplyMethod": own[1] if own is not None else "pending-reboot",
        "SupportedEngineModes": ["provisioned"],
    }
    if value is not None:
        doc["ParameterValue"] = value
    if parameter.allowed:
        doc["AllowedValues"] = parameter.allowed
    return doc


def _list_parameters(kind: Kind, region: Region, call: Call) -> Document:
    group = kind.find(region, call.params[kind.name_key])
    return _page_of(call, parameters(group.family), group.values)


def _page_of(call: Call, known: Mapping[str, Parameter], values: Mapping[str, tuple[str, str]]) -> Document:
    source = call.get("Source")
    if source not in (None, "user", "system", "engine-default"):
        raise checks.invalid(f"Invalid source: {source}")
    shown = {name: _shown_parameter(parameter, values) for name, parameter in known.items()}
    names: Sequence[str] = [name for name, doc in shown.items() if source in (None, doc["Source"])]
    return listing.page(call, "Parameters", names, shown.__getitem__)


def _engine_defaults(_region: Region, call: Call) -> Document:
    family = call.params["DBParameterGroupFamily"]
    if family not in catalogue.FAMILIES:
        raise checks.invalid(f"ParameterGroupFamily {family} is not a valid parameter group family")
    page = _page_of(call, parameters(family), {})
    return {"EngineDefaults": {"DBParameterGroupFamily": family, **page}}


def _of(kind: Kind, operation: Callable[[Kind, Region, Call], Document]) -> Callable[[Region, Call], Document]:
    return lambda region, call: operation(kind, region, call)


OPERATIONS: Mapping[str, Callable[[Region, Call], Document]] = {
    "CreateDBClusterParameterGroup": _of(CLUSTER, _create),
    "DeleteDBClusterParameterGroup": _of(CLUSTER, _delete),
    "DescribeDBClusterParameterGroups": _of(CLUSTER, _describe),
    "ModifyDBClusterParameterGroup": _of(CLUSTER, _modify),
    "ResetDBClusterParameterGroup": _of(CLUSTER, _reset),
    "DescribeDBClusterParameters": _of(CLUSTER, _list_parameters),
    "CreateDBParameterGroup": _of(INSTANCE, _create),
    "DeleteDBParameterGroup": _of(INSTANCE, _delete),
    "DescribeDBParameterGroups": _of(INSTANCE, _describe),
    "ModifyDBParameterGroup": _of(INSTANCE, _modify),
    "ResetDBParameterGroup": _of(INSTANCE, _reset),
    "DescribeDBParameters": _of(INSTANCE, _list_parameters),
    "DescribeEngineDefaultClusterParameters": _engine_defaults,
    "DescribeEngineDefaultParameters": _engine_defaults,
}
