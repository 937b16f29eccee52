"""Everything that is generated: each generator gives texts by their path from the root of the repository."""

from collections.abc import Callable

from trueup.gen import argocd, crds, errors, iam, rbac, reference

Generator = Callable[[], dict[str, str]]

GENERATORS: tuple[Generator, ...] = (
    crds.render_all,
    rbac.render_all,
    reference.render_all,
    errors.render_all,
    iam.render_all,
    argocd.render_all,
)


def render() -> dict[str, str]:
    """All generated texts by path. Raises ValueError when two generators claim one path."""
    texts: dict[str, str] = {}
    for generator in GENERATORS:
        made = generator()
        twice = sorted(texts.keys() & made.keys())
        if twice:
            raise ValueError(f"Two generators write {', '.join(twice)}.")
        texts |= made
    return texts
