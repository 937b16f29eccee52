"""From a pydantic model to a structural schema, the dialect of OpenAPI v3 that a CRD takes.

The dialect has no references, no null type, no tuples and boolean exclusive bounds:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

from pydantic import BaseModel

from trueup.core.values import Json, as_map

Schema: TypeAlias = Mapping[str, Json]

_REFUSED = ("prefixItems", "oneOf", "allOf", "not", "patternProperties", "uniqueItems", "if")


class NotStructural(ValueError):
    """A model uses what a structural schema cannot say."""


def structural(model: type[BaseModel]) -> dict[str, Json]:
    """The model as a structural schema: camelCase names, descriptions, defaults, bounds and CEL rules.

    Raises NotStructural where the model cannot be said so.
    """
    schema = model.model_json_schema(by_alias=True)
    return _convert(schema, schema.get("$defs", {}), model.__name__)


def _convert(node: Schema, definitions: Mapping[str, Schema], where: str) -> dict[str, Json]:
    node = _flatten(node, definitions, where)
    refused = [key for key in _REFUSED if key in node]
    if refused:
        raise NotStructural(f"{where} uses {', '.join(refused)}, which a CRD cannot say.")
    result: dict[str, Json] = {}
    for key, value in node.items():
        if key in ("title", "$defs") or (key == "default" and value is None):
            continue
        if key == "properties":
            result[key] = {name: _convert(child, definitions, f"{where}.{name}") for name, child in value.items()}
        elif key == "items":
            result[key] = _convert(value, definitions, f"{where}[]")
        elif key == "additionalProperties":
            if value is not False:
                result[key] = _convert(value, definitions, f"{where}{{}}")
        elif key == "default":
            result[key] = _without_nulls(value)
        else:
            result[key] = value
    return _with_default_in_words(_openapi_words(result))


def _flatten(node: Schema, definitions: Mapping[str, Schema], where: str) -> Schema:
    """The node with its reference put in place and `T or null` read as T.

    What stands beside them goes first.
    """
    while "$ref" in node or "anyOf" in node:
        beside = {key: value for key, value in node.items() if key not in ("$ref", "anyOf")}
        if "$ref" in node:
            target = definitions[str(node["$ref"]).removeprefix("#/$defs/")]
        else:
            choices = [choice for choice in node["anyOf"] if choice.get("type") != "null"]
            if len(choices) != 1:
                raise NotStructural(f"{where} may be of several types, which a CRD cannot say.")
            target = choices[0]
        node = {**target, **beside}
    return node


def _openapi_words(node: Schema) -> dict[str, Json]:
    """The node in the words of OpenAPI 3.0, which differ from those of JSON Schema 2020-12."""
    result = dict(node)
    if "const" in result:
        result["enum"] = [result.pop("const")]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if exclusive in result and not isinstance(result[exclusive], bool):
            result[bound] = result[exclusive]
            result[exclusive] = True
    return result


def _with_default_in_words(node: Schema) -> dict[str, Json]:
    """The node with a plain default in its description too: `kubectl explain` shows descriptions only."""
    default = node.get("default")
    if "description" not in node or not isinstance(default, str | int | float):
        return dict(node)
    words = default if isinstance(default, str) else json.dumps(default)
    return {**node, "description": f"{node['description']} Default: {words}."}


def _without_nulls(value: Json) -> Json:
    members = as_map(value)
    if members is None:
        return value
    return {key: _without_nulls(member) for key, member in members.items() if member is not None}
