"""Owner strings, names and tokens: the same for every try, different for every owner, within AWS's limits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core.naming import TAG_VALUE_LIMIT, Identity, client_token

LABEL = st.from_regex(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", fullmatch=True)
IDENTITIES = st.builds(Identity, st.just("trueup"), st.sampled_from(["Database", "Budget"]), LABEL, LABEL)


def test_the_owner_is_readable() -> None:
    assert Identity("trueup", "Database", "staging", "orders").owner == "trueup/Database/staging/orders"


def test_an_owner_beyond_the_limit_is_hashed_whole() -> None:
    long, other = (Identity("trueup", "Database", "n" * 200, f"{'x' * 60}{end}") for end in "ab")
    assert re.fullmatch(r"trueup/Database/sha256:[0-9a-f]{64}", long.owner)
    assert long.owner != other.owner
    exact = Identity("trueup", "Database", "n" * 200, "x" * (TAG_VALUE_LIMIT - 217))
    assert len(exact.owner) == TAG_VALUE_LIMIT
    assert exact.owner.endswith("x")


@given(IDENTITIES)
def test_an_owner_fits_a_tag(identity: Identity) -> None:
    assert len(identity.owner) <= TAG_VALUE_LIMIT


@given(IDENTITIES, st.integers(10, 100))
def test_a_derived_name_is_one_that_aws_takes(identity: Identity, limit: int) -> None:
    name = identity.derived(limit)
    assert len(name) <= limit
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
    assert name == identity.derived(limit)


@given(IDENTITIES, IDENTITIES)
def test_other_owners_have_other_names(one: Identity, other: Identity) -> None:
    assert (one.derived(30) == other.derived(30)) is (one == other)


@pytest.mark.parametrize(
    ("namespace", "name", "derived"),
    [
        ("staging", "orders", r"staging-orders-[0-9a-f]{6}"),
        ("1st", "a.b", r"t-1st-a-b-[0-9a-f]{6}"),
        ("n" * 60, "x", r"n{43}-[0-9a-f]{6}"),
    ],
)
def test_derived(namespace: str, name: str, derived: str) -> None:
    assert re.fullmatch(derived, Identity("trueup", "Database", namespace, name).derived())


def test_a_token_is_the_same_for_one_attempt_only() -> None:
    token = client_token("owner", "Test::Box/a", "2026-11-23T12:00:00Z")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert token == client_token("owner", "Test::Box/a", "2026-11-23T12:00:00Z")
    others = {
        client_token("another", "Test::Box/a", "2026-11-23T12:00:00Z"),
        client_token("owner", "Test::Box/b", "2026-11-23T12:00:00Z"),
        client_token("owner", "Test::Box/a", "2026-11-24T12:00:00Z"),
    }
    assert len(others - {token}) == 3
