"""The laws of the queue: once at a time, people before sweeps, failures ever later, nothing lost."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from trueup.cluster.queue import BACK_OFF_LONGEST, IN_A_ROW, Queue


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """A queue with a clock that only the test moves, and chance that is always in the middle."""

    clock: Clock = field(default_factory=Clock)
    chance: float = 0.5

    def __post_init__(self) -> None:
        self.queue: Queue[str] = Queue(self.clock, lambda: self.chance)

    def taken(self) -> list[str]:
        """All that can be taken now, none given back."""
        found = []
        while (key := self.queue.take(wait=False)) is not None:
            found.append(key)
        return found


def test_a_key_added_twice_is_served_once() -> None:
    world = World()
    for _ in range(3):
        world.queue.add("a")
    assert world.taken() == ["a"]


def test_a_key_is_never_served_twice_at_a_time_but_again_when_asked_for_meanwhile() -> None:
    world = World()
    world.queue.add("a")
    assert world.taken() == ["a"]
    world.queue.add("a")
    assert world.taken() == []
    world.queue.done("a", 60)
    assert world.taken() == ["a"]
    world.queue.done("a", 60)
    assert world.taken() == []


def test_what_people_changed_comes_before_what_the_clock_says() -> None:
    world = World()
    world.queue.add("sweep-1", urgent=False)
    world.queue.add("sweep-2", urgent=False)
    world.queue.add("edited")
    world.queue.add("sweep-2", urgent=True)
    assert world.taken() == ["edited", "sweep-2", "sweep-1"]


def test_a_flood_of_edits_does_not_stop_the_sweep() -> None:
    world = World()
    world.queue.add("sweep", urgent=False)
    for number in range(2 * IN_A_ROW):
        world.queue.add(f"edit-{number}")
    assert world.taken().index("sweep") == IN_A_ROW


def test_done_comes_again_after_its_time_and_a_little_later_never_earlier() -> None:
    for chance, latest in ((0.0, 20.0), (0.5, 21.0), (1.0, 22.0)):
        world = World(chance=chance)
        world.queue.add("a")
        assert world.taken() == ["a"]
        world.queue.done("a", 20)
        world.clock.now += latest - 0.001
        assert world.taken() == []
        world.clock.now += 0.002
        assert world.taken() == ["a"]


def test_failures_come_later_and_later_until_success_or_a_change() -> None:
    world = World()
    waits = []
    world.queue.add("a")
    for _ in range(12):
        assert world.taken() == ["a"]
        waits.append(world.queue.failed("a"))
        assert world.taken() == []
        world.clock.now += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, *[BACK_OFF_LONGEST] * 3]
    world.queue.add("a", afresh=True)
    assert world.taken() == ["a"]
    assert world.queue.failed("a") == 1
    world.clock.now += 1
    assert world.taken() == ["a"]
    world.queue.done("a", 0)
    assert world.taken() == ["a"]
    assert world.queue.failed("a") == 1


def test_what_waits_out_a_failure_is_served_at_once_when_somebody_asks() -> None:
    world = World()
    world.queue.add("a")
    world.taken()
    world.queue.failed("a")
    world.queue.add("a")
    assert world.taken() == ["a"]


def test_a_forgotten_key_is_not_served_unless_it_came_back_meanwhile() -> None:
    world = World()
    world.queue.add("a")
    world.queue.forget("a")
    assert (world.taken(), len(world.queue)) == ([], 0)
    world.queue.add("b")
    assert world.taken() == ["b"]
    world.queue.add("b")
    world.queue.forget("b")
    assert world.taken() == ["b"]
    world.queue.forget("b")
    assert (world.taken(), len(world.queue)) == ([], 0)


def test_depth_counts_what_waits_now() -> None:
    world = World()
    for key in "abc":
        world.queue.add(key)
    assert world.queue.depth == 3
    world.queue.take(wait=False)
    world.queue.done("a", 60)
    assert (world.queue.depth, world.queue.active, len(world.queue)) == (2, 0, 3)
    world.clock.now += 70
    assert world.queue.depth == 3


def test_a_closed_queue_serves_nobody() -> None:
    world = World()
    world.queue.add("a")
    world.queue.close()
    assert world.queue.take() is None


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "calm", "take", "done", "fail", "forget", "drop", "wait"]), st.sampled_from("abc")
    ),
    max_size=60,
)


@given(_STEPS)
def test_nothing_asked_for_is_lost_and_nothing_is_served_twice_at_a_time(steps: list[tuple[str, str]]) -> None:
    world, active, wanted = World(), Counter[str](), set[str]()
    for step, key in steps:
        if step in ("add", "calm"):
            world.queue.add(key, urgent=step == "add")
            wanted.add(key)
        elif step == "take" and (got := world.queue.take(wait=False)) is not None:
            active[got] += 1
            wanted.discard(got)
        elif step in ("done", "fail", "forget") and active[key]:
            active[key] -= 1
            {
                "done": lambda k: world.queue.done(k, 5),
                "fail": world.queue.failed,
                "forget": world.queue.forget,
            }[step](key)
        elif step == "drop":
            world.queue.drop(key)
            wanted.discard(key)
        elif step == "wait":
            world.clock.now += 10
        assert max(active.values(), default=0) <= 1
        assert world.queue.active == sum(active.values())
    for key in [key for key in active if active[key]]:
        world.queue.done(key, 1000)
    assert wanted <= set(world.taken())


def test_a_key_dropped_while_it_is_served_is_not_served_twice_at_a_time_when_it_comes_back() -> None:
    world = World()
    world.queue.add("a")
    assert world.taken() == ["a"]
    world.queue.drop("a")
    world.queue.add("a")
    assert world.taken() == []
    world.queue.forget("a")
    assert world.taken() == ["a"]
    world.queue.drop("a")
    world.queue.done("a", 0)
    assert (world.taken(), len(world.queue)) == ([], 0)
