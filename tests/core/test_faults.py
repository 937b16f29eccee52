"""How failures are retried, and when a person is asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core.faults import TREATMENTS, Consequence, Fault, ObservationFailed, needs_person, retry_after, treatment


def fault(consequence: Consequence) -> Fault:
    return Fault(consequence, "Code", "what AWS said", "rds", "CreateDBCluster", "Do this.")


def test_every_consequence_is_treated() -> None:
    assert set(TREATMENTS) == set(Consequence)
    reasons = [t.reason for t in TREATMENTS.values()]
    assert len(set(reasons)) == len(reasons)


@given(st.sampled_from(Consequence), st.integers(-3, 100))
def test_waits_never_shorten(consequence: Consequence, attempts: int) -> None:
    failed = fault(consequence)
    wait, longer = retry_after(failed, attempts), retry_after(failed, attempts + 1)
    assert 0 < wait <= longer <= 1800
    assert retry_after(failed, 1000) == treatment(failed).curve[-1]


@given(st.sampled_from(Consequence), st.integers(1, 100))
def test_who_needs_a_person_still_does_after_one_more_failure(consequence: Consequence, attempts: int) -> None:
    failed = fault(consequence)
    assert not needs_person(failed, attempts) or needs_person(failed, attempts + 1)
    assert treatment(failed).person or not needs_person(failed, attempts)


@pytest.mark.parametrize(
    ("consequence", "attempts", "person"),
    [
        (Consequence.DENIED, 1, True),
        (Consequence.INVALID, 1, True),
        (Consequence.CREDENTIALS, 1, False),
        (Consequence.CREDENTIALS, 2, True),
        (Consequence.THROTTLED, 1000, False),
        (Consequence.CONFLICT, 1000, False),
        (Consequence.UNREACHABLE, 9, False),
        (Consequence.UNREACHABLE, 10, True),
    ],
)
def test_patience(consequence: Consequence, attempts: int, person: bool) -> None:
    assert needs_person(fault(consequence), attempts) is person


@pytest.mark.parametrize("said", ["what AWS said", "what AWS said.", "what AWS said. "])
def test_a_fault_ends_once(said: str) -> None:
    failed = replace(fault(Consequence.DENIED), message=said)
    assert failed.sentences == "rds.CreateDBCluster failed with Code: what AWS said. Do this."


def test_a_fault_in_words() -> None:
    assert str(ObservationFailed(fault(Consequence.DENIED))) == "rds.CreateDBCluster failed with Code: what AWS said"
