"""What cannot be is refused at apply, with a sentence that says what to do."""

from __future__ import annotations

from trueup.sandbox.demo.facts import GONE, refusal, standing
from trueup.sandbox.demo.stage import Side, Stage, Unmet
from trueup.sandbox.errors import SandboxError

_WHO = "staging/Database/nonsense"
_MANIFEST = """\
apiVersion: trueup.dev/v1alpha1
kind: Database
metadata: {name: nonsense, namespace: staging}
spec: {region: us-east-1, engine: documentdb, version: "5.0.0", networkRef: {name: main}, %s}
"""
_CASES = (
    ("capacity: {min: 4, max: 1}", "capacity.min is above capacity.max. Lower min or raise max."),
    ("capacity: {min: 0, max: 1}", "DocumentDB cannot pause: capacity.min starts at 0.5. Set min to 0.5 or more."),
    ("instanceClass: medium", "This is not a class of instances. It looks like db.t4g.medium"),
    ("capcity: {min: 1, max: 1}", 'unknown field "spec.capcity"'),
    ("capacity: {min: much, max: 1}", "spec.capacity.min in body must be of type number"),
)


def nonsense(stage: Stage) -> None:
    """Each of these is refused with its sentence, and neither Kubernetes nor AWS has anything of it."""
    mark = stage.account.mark()
    for spec, sentence in _CASES:
        said = refusal(_refused(stage, spec))
        stage.tell(f"{spec}", "cyan")
        stage.tell(f"  → {said}")
        stage.found(Side.API, f"what kubectl says to `{spec}`", sentence if sentence in said else said, sentence)
    stage.found(Side.API, _WHO, standing(stage.mirror.get(_WHO)), GONE)
    named = [call for call in stage.account.operators_calls(mark) if "nonsense" in str(call["params"])]
    stage.found(Side.AWS, "calls about what was refused", named, [])


def _refused(stage: Stage, spec: str) -> str:
    """What kubectl says to a dry run of this spec; a spec that is taken is a failure of the story."""
    file = stage.repository.work.with_name("nonsense.yaml")
    file.write_text(_MANIFEST % spec)
    try:
        taken = stage.kubectl.run("apply", "--dry-run=server", f"--filename={file}")
    except SandboxError as refused:
        return str(refused)
    raise Unmet(Side.API, f"`{spec}`", "a refusal", taken)
