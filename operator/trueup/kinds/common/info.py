"""What the world outside must know about a kind.

Its names and its spec. The CRD and the pages are made from it.
"""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from trueup import kinds
from trueup.kinds.common.spec import Spec

GROUP = "trueup.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
CATEGORY = "trueup"


@dataclass(frozen=True)
class KindInfo:
    """A kind as users meet it.

    `url_path` is the JSONPath of the address that a person would open or connect to, below the object;
    `description` is what `kubectl explain` says of the kind.
    """

    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...]
    spec: type[Spec]
    url_path: str
    description: str

    @property
    def crd_name(self) -> str:
        """The name of the CustomResourceDefinition, such as databases.trueup.dev."""
        return f"{self.plural}.{GROUP}"


def kind_infos() -> tuple[KindInfo, ...]:
    """Every kind that has a folder, by name: a folder is all that it takes to add one.

    Raises AttributeError when a folder's spec module exports no INFO.
    """
    names = sorted(module.name for module in iter_modules(kinds.__path__) if module.ispkg)
    found: list[KindInfo] = []
    for name in names:
        if name == "common":
            continue
        info: object = import_module(f"{kinds.__name__}.{name}.spec").INFO
        if not isinstance(info, KindInfo):
            raise TypeError(f"{kinds.__name__}.{name}.spec.INFO is not a KindInfo.")
        found.append(info)
    return tuple(sorted(found, key=lambda info: info.kind))


def info_of(kind: str) -> KindInfo:
    """The kind of this name. Raises KeyError for a name that is not one of ours."""
    return {info.kind: info for info in kind_infos()}[kind]
