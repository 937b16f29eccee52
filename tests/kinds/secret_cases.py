"""Secrets that are right and secrets that are wrong, with what is said of them."""

from tests.kinds.case import Case, ChangeCase

SECRET = "appsecret-minimal"
URL = "appsecret-connection"
EXTERNAL = "appsecret-external"

SECRETS = (
    Case(SECRET, {"external": {}}, "A value has one source"),
    Case(SECRET, {"generate": None}, "A value has one source"),
    Case(SECRET, {"generate": None, "external": {}}),
    Case(SECRET, {"connection": {"databaseRef": {"name": "postgres"}}}, "A value has one source"),
    Case(SECRET, {"rotation": {"everyDays": 90}}),
    Case(EXTERNAL, {"rotation": {"everyDays": 90}}, "rotation is for generated values alone"),
    Case(URL, {"rotation": {"everyDays": 90}}, "rotation is for generated values alone"),
    Case(SECRET, {"adopt": {"name": "payments/key"}}, "adopt goes with external"),
    Case(EXTERNAL, {"adopt": {"name": "payments/key"}}),
    Case(EXTERNAL, {"adopt": {"name": "payments/key"}, "secretName": "a"}, "Give one of them"),
    Case(EXTERNAL, {"secretName": "lego/email api key"}, "This is not a name for a secret", "spec.secretName"),
    Case(EXTERNAL, {"secretName": "lego/email-api-key"}),
    Case(EXTERNAL, {"kmsKeyArn": "alias/mine"}, "This is not the ARN of a KMS key", "spec.kmsKeyArn"),
    Case(
        URL,
        {"connection": {"databaseRef": {"name": "postgres"}, "parameters": {"1x": "y"}}},
        "A parameter has 1 to 64 letters",
        "spec.connection.parameters",
    ),
    Case(
        URL,
        {"connection": {"databaseRef": {"name": "postgres"}, "database": "1st"}},
        "This is not the name of a database",
        "spec.connection.database",
    ),
    Case(URL, {"connection": {"databaseRef": {"name": "mongo"}, "parameters": {"readPreference": "primary"}}}),
)

SECRET_CHANGES = (
    ChangeCase(SECRET, {"generate": {"length": 64}}),
    ChangeCase(SECRET, {"generate": None, "external": {}}, "The source of a value cannot change"),
    ChangeCase(SECRET, {"secretName": "lego/token"}, "secretName cannot be set"),
    ChangeCase(EXTERNAL, {"adopt": {"name": "payments/key"}}),
    ChangeCase(
        EXTERNAL, {"adopt": {"name": "payments/other"}}, "adopt cannot be changed", {"adopt": {"name": "payments/key"}}
    ),
)

MALFORMED_SECRETS = (
    Case(SECRET, {"deletionPolicy": "Snapshot"}, "'Retain' or 'Delete'"),
    Case(SECRET, {"generate": {"length": 15}}, "greater than or equal to 16"),
    Case(SECRET, {"generate": {"characters": "Emoji"}}, "'Printable'"),
    Case(SECRET, {"recoveryWindowDays": 6}, "greater than or equal to 7"),
    Case(SECRET, {"rotation": {"everyDays": 0}}, "greater than or equal to 1"),
)
