"""A view that follows a list change by change shows what one shows that looks at all of it."""

import random
from datetime import timedelta

from hypothesis import given, settings, strategies

from tests.aws.conftest import HERE, Clock
from tests.aws.declared import Vpc, VpcSettings
from trueup.aws.sources import MOVES, DeepKey, Slot, Source, deep_reads, source_key
from trueup.aws.views import View


def vpc(number: int, cidr: int) -> dict[str, str]:
    return {"VpcId": f"vpc-{number}", "CidrBlock": f"10.{cidr}.0.0/16"}


def step(source: Source, chance: random.Random, clock: Clock) -> None:
    """One thing that happens to a list: read whole, one document read, gone or written to, one deep read made."""
    clock.forward(1)
    number = chance.randrange(6)
    raw = f"vpc-{number}"
    match chance.randrange(8):
        case 0:
            listed = [vpc(member, chance.randrange(9)) for member in range(6) if chance.random() < 0.7]
            source.replaced(listed, clock.now)
        case 1:
            source.replaced_one(raw, None, clock.now)
        case 2:
            source.wrote(raw, clock.now, [read for _, read in deep_reads(VpcSettings)])
        case 3 | 4 if raw in source.docs:
            (_, read), *_ = deep_reads(VpcSettings)
            source.keep(DeepKey(raw, read), Slot(chance.random(), clock.now, source.docs[raw].fingerprint, 300))
        case _:
            source.replaced_one(raw, vpc(number, chance.randrange(9)), clock.now, clock.now + timedelta(seconds=9))


def shown(view: View) -> dict[str, tuple[object, bool]]:
    return {item.id: (item.doc, item.deep) for item in view.inventory.all(VpcSettings)}


@settings(deadline=None, max_examples=50)
@given(chance=strategies.randoms(use_true_random=False))
def test_following_changes_shows_the_same_as_looking_at_all(chance: random.Random) -> None:
    clock = Clock()
    source = Source(source_key(Vpc, HERE), Vpc.LISTING)
    source.replaced([vpc(number, 0) for number in range(6)], clock.now)
    following = View(HERE)
    for _ in range(20):
        for _ in range(chance.randrange(4)):
            step(source, chance, clock)
        following.show(VpcSettings, source)
        fresh = View(HERE)
        fresh.show(VpcSettings, source)
        assert shown(following) == shown(fresh)


def test_whoever_missed_too_much_looks_at_all() -> None:
    clock = Clock()
    source = Source(source_key(Vpc, HERE), Vpc.LISTING)
    source.replaced([vpc(0, 0), vpc(1, 0)], clock.now)
    began = source.version
    source.replaced_one("vpc-0", vpc(0, 1), clock.now)
    assert source.since(began) == (began + 1, ("vpc-0",))
    assert source.since(None) == (began + 1, None)
    for _ in range(MOVES):
        source.wrote("vpc-1", clock.now, ())
    assert source.since(began) == (began + 1 + MOVES, None)
    assert source.since(began + 1) == (began + 1 + MOVES, ("vpc-1",) * MOVES)
    source.replaced([], clock.now)
    assert source.since(source.version - 1) == (source.version, None)
