"""The sandbox is there and empty; what the platform will cost; a Git clone whose commits will be applied."""

from __future__ import annotations

from trueup.sandbox import lifecycle
from trueup.sandbox.demo.account import ACCOUNT
from trueup.sandbox.demo.facts import GONE, price
from trueup.sandbox.demo.stage import Side, Stage, Unmet

_CHANGES = 2


def environment(stage: Stage) -> None:
    """Every process is ready, the API server holds nothing of ours, and AWS neither."""
    name = stage.sandbox.state.name
    parts = lifecycle.status(name, root=stage.root)
    stage.tell(f"running: {', '.join(part.name for part in parts)}")
    conditions = {part.name: part.condition for part in parts}
    stage.found(Side.API, "every process of the sandbox", conditions, dict.fromkeys(lifecycle.PARTS, "ready"))
    stage.found(Side.API, "objects of ours", stage.kubectl.run("get", "trueup", "-A", "-o=name"), "")
    clusters = stage.account.call("rds", "DescribeDBClusters")["DBClusters"]
    stage.found(Side.AWS, "database clusters", clusters, [])


def prices(stage: Stage) -> None:
    """Each environment's plan says what it costs in a month, of which day the prices are, and what is assumed."""
    for name in ("staging", "production"):
        code, text = stage.trueup("plan", "-f", f"environments/{name}", "--offline", offline=True)
        stage.found(Side.API, f"exit code and words of the plan of {name}", (code, said(code, text)), (_CHANGES, ""))
        found = price(text)
        if found is None or not found.lines:
            raise Unmet(Side.API, f"the price in the plan of {name}", "a sum with its date and assumptions", text)
        stage.prices[name] = found
        bounds = f"from ${found.low} to ${found.high}"
        stage.tell(f"{name}: ${found.monthly} a month ({bounds}), list prices of {found.date}; the largest parts:")
        for item, usd, assumption in sorted(found.lines, key=lambda line: -float(line[1]))[:3]:
            stage.tell(f"  ${usd:>6}  {item}  # {assumption}", "dim")
    budgets = stage.account.call("budgets", "DescribeBudgets", AccountId=ACCOUNT)
    stage.found(Side.AWS, "budgets after planning", budgets.get("Budgets", []), [])


def said(code: int, text: str) -> str:
    """The words of a command that ended otherwise than with a plan."""
    return "" if code == _CHANGES else text.strip()


def clone(stage: Stage) -> None:
    """A clone holds the project's environments, and its commit renders to what the project's folder renders to."""
    commit = stage.repository.begin(stage.root, "Describe the platform and its environments")
    stage.tell(f"git clone … && git log -1    # {commit}", "cyan")
    folder = stage.repository.checkout(commit) / "environments"
    for name in ("staging", "production"):
        rendered = stage.kubectl.run("kustomize", str(folder / name))
        own = stage.kubectl.run("kustomize", str(stage.root / "environments" / name))
        stage.found(Side.API, f"what the commit's {name} renders to", rendered, own)
    stage.in_cluster("staging's network before anything is applied", lambda: _network(stage), GONE)


def _network(stage: Stage) -> str:
    return GONE if not stage.mirror.get("staging/Network/main") else "there"
