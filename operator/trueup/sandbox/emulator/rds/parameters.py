"""Charter: the parameters of each family, a realistic selection with defaults, types and allowed values.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html,
https://docs.aws.amazon.com/documentdb/latest/developerguide/cluster_parameter_groups-list_of_parameters.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_SWITCH = "0,1"
_WHOLE = "0-2147483647"
_AUDITED = "ddl,function,misc,read,role,write,none,all,-ddl,-function,-misc,-read,-role,-write"
_LEVELS = "disabled,debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic"
_LIBRARIES = (
    "auto_explain,pg_cron,pg_hint_plan,pg_stat_statements,pgaudit,pglogical,apg_plan_mgmt,orafce,plprofiler,"
    "pg_similarity,pg_prewarm"
)
_MAINTENANCE_MEMORY = "GREATEST({DBInstanceClassMemory/63963136*1024},65536)"
_FORCE_SSL_FROM = 17


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family. `default` None means that AWS shows no value."""

    name: str
    default: str | None
    static: bool
    kind: str
    allowed: str
    modifiable: bool = True

    def allows(self, value: str) -> bool:
        """Whether a user may set this value: a number in the range, or a word of the list."""
        if not self.allowed:
            return True
        if self.kind in ("integer", "float"):
            return any(_in_range(part, value) for part in self.allowed.split(","))
        words = self.allowed.split(",")
        if self.kind == "list":
            return all(word.strip() in words for word in value.split(","))
        return value in words


def _in_range(part: str, value: str) -> bool:
    if "{" in value:  # a formula over the instance's memory, which AWS evaluates on the instance
        return True
    try:
        number = float(value)
    except ValueError:
        return False
    sign = -1.0 if part.startswith("-") else 1.0
    low, _, high = part.removeprefix("-").partition("-")
    return sign * float(low) <= number <= (float(high) if high else sign * float(low))


_POSTGRES: tuple[tuple[str, str | None, bool, str, str, bool], ...] = (
    ("apg_plan_mgmt.capture_plan_baselines", None, False, "string", "off,automatic,manual", True),
    ("authentication_timeout", None, False, "integer", "1-600", True),
    ("autovacuum", "1", False, "boolean", _SWITCH, True),
    ("autovacuum_max_workers", "GREATEST({DBInstanceClassMemory/64371566592},3)", True, "integer", "1-262143", True),
    ("autovacuum_naptime", "5", False, "integer", "1-2147483", True),
    ("autovacuum_vacuum_scale_factor", "0.1", False, "float", "0-100", True),
    ("checkpoint_timeout", "60", False, "integer", "30-86400", False),
    ("client_encoding", None, False, "string", "", True),
    ("deadlock_timeout", None, False, "integer", "1-2147483647", True),
    ("default_statistics_target", None, False, "integer", "1-10000", True),
    ("effective_cache_size", "SUM({DBInstanceClassMemory/12038},-50003)", False, "integer", "1-2147483647", True),
    ("fsync", None, False, "boolean", _SWITCH, False),
    ("idle_in_transaction_session_timeout", "86400000", False, "integer", _WHOLE, True),
    ("lock_timeout", None, False, "integer", _WHOLE, True),
    ("log_autovacuum_min_duration", None, False, "integer", "-1-2147483647", True),
    ("log_connections", None, False, "boolean", _SWITCH, True),
    ("log_disconnections", None, False, "boolean", _SWITCH, True),
    ("log_lock_waits", None, False, "boolean", _SWITCH, True),
    ("log_min_duration_statement", None, False, "integer", "-1-2147483647", True),
    ("log_rotation_age", "60", False, "integer", "1-1440", True),
    ("log_statement", None, False, "string", "none,ddl,mod,all", True),
    ("log_temp_files", None, False, "integer", "-1-2147483647", True),
    ("maintenance_work_mem", _MAINTENANCE_MEMORY, False, "integer", "1024-2147483647", True),
    ("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", True, "integer", "6-262143", True),
    ("max_locks_per_transaction", "64", True, "integer", "10-2147483647", True),
    ("max_replication_slots", "20", True, "integer", "5-262143", True),
    ("max_standby_streaming_delay", "14000", False, "integer", "1000-30000", True),
    ("max_wal_senders", "20", True, "integer", "5-100", True),
    ("max_worker_processes", "GREATEST(${DBInstanceVCPU*2},8)", True, "integer", "0-262143", True),
    ("pg_stat_statements.track", None, False, "string", "none,top,all", True),
    ("pgaudit.log", None, False, "list", _AUDITED, True),
    ("random_page_cost", None, False, "float", "0-1.79769e+308", True),
    ("rds.force_autovacuum_logging_level", "warning", False, "string", _LEVELS, True),
    ("rds.force_ssl", "0", False, "boolean", _SWITCH, True),
    ("rds.log_retention_period", "4320", False, "integer", "1440-10080", True),
    ("rds.logical_replication", "0", True, "boolean", _SWITCH, True),
    ("shared_buffers", "SUM({DBInstanceClassMemory/12038},-50003)", True, "integer", "16-1073741823", True),
    ("shared_preload_libraries", "pg_stat_statements", True, "list", _LIBRARIES, True),
    ("statement_timeout", None, False, "integer", _WHOLE, True),
    ("synchronous_commit", "on", False, "string", "local,on,off", True),
    ("timezone", "UTC", False, "string", "", True),
    ("track_activity_query_size", "4096", True, "integer", "100-1048576", True),
    ("wal_buffers", None, True, "integer", "-1-262143", True),
    ("work_mem", None, False, "integer", "64-2147483647", True),
)  # fmt: skip

_DOCDB: tuple[tuple[str, str | None, bool, str, str, bool], ...] = (
    ("audit_logs", "disabled", False, "string", "enabled,disabled,ddl,dml_read,dml_write,all,none", True),
    ("change_stream_log_retention_duration", "10800", False, "integer", "3600-604800", True),
    ("profiler", "disabled", False, "string", "enabled,disabled", True),
    ("profiler_sampling_rate", "1.0", False, "float", "0.0-1.0", True),
    ("profiler_threshold_ms", "100", False, "integer", "50-2147483646", True),
    ("tls", "enabled", True, "string", "enabled,disabled,fips-140-3,tls1.2+,tls1.3+", True),
    ("ttl_monitor", "enabled", False, "string", "enabled,disabled", True),
)
_DOCDB_5 = ("default_collection_compression", "disabled", False, "string", "enabled,disabled", True)
_DOCDB_8 = ("planner_version", "3.0", False, "string", "1.0,2.0,3.0", True)
_DOCDB_PLANNER = ("planner_version", "1.0", False, "string", "1.0,2.0", True)


@cache
def parameters(family: str) -> dict[str, Parameter]:
    """The parameters of a family by name."""
    if family.startswith("aurora-postgresql"):
        rows = _POSTGRES
        if int(family.removeprefix("aurora-postgresql")) >= _FORCE_SSL_FROM:
            rows = tuple((row[0], "1", *row[2:]) if row[0] == "rds.force_ssl" else row for row in rows)
    else:
        rows = _DOCDB
        if family == "docdb5.0":
            rows = (*rows, _DOCDB_5, _DOCDB_PLANNER)
        if family == "docdb8.0":
            rows = (*rows, ("default_collection_compression", "enabled", *_DOCDB_5[2:]), _DOCDB_8)
    return {row[0]: Parameter(*row) for row in sorted(rows)}
