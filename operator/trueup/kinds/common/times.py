"""Durations and the weekly windows of AWS, as specs write them.

A daily window is "hh:mm-hh:mm", a weekly one "ddd:hh:mm-ddd:hh:mm", both in UTC; one may run past midnight,
the other past Sunday. Each computation stands here in Python and, for the rules of a CRD, as CEL text over
the path of a field.
"""

DAY = 24 * 60
WEEK = 7 * DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = f"({'|'.join(DAYS)})"
DAILY_WINDOW = f"^{_CLOCK}-{_CLOCK}$"
WEEKLY_WINDOW = f"^{_DAY}:{_CLOCK}-{_DAY}:{_CLOCK}$"

_UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(duration: str) -> int:
    """The seconds in a duration of one number and one unit (s, m, h), such as "5m"."""
    return int(duration[:-1]) * _UNITS[duration[-1]]


def daily_minutes(window: str) -> tuple[int, int]:
    """Start of a daily window as minute of the day, and its length in minutes."""
    start, end = (_minute(part) for part in window.split("-"))
    return start, (end - start) % DAY


def weekly_minutes(window: str) -> tuple[int, int]:
    """Start of a weekly window as minute of the week (from Monday), and its length in minutes."""
    start, end = (DAYS.index(part[:3]) * DAY + _minute(part[4:]) for part in window.split("-"))
    return start, (end - start) % WEEK


def windows_overlap(daily: str, weekly: str) -> bool:
    """Whether the daily window and the weekly one share a minute on any day."""
    daily_start, daily_length = daily_minutes(daily)
    weekly_start, weekly_length = weekly_minutes(weekly)
    starts_inside = (weekly_start - daily_start) % DAY < daily_length
    reached_by = (daily_start - weekly_start) % DAY < weekly_length
    return starts_inside or reached_by


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])


def cel_daily_length(window: str) -> str:
    """CEL for the length in minutes of the daily window at this path."""
    return _cel_difference(_cel_minute(window, 6), _cel_minute(window, 0), DAY)


def cel_weekly_length(window: str) -> str:
    """CEL for the length in minutes of the weekly window at this path."""
    return _cel_difference(_cel_week_minute(window, 10), _cel_week_minute(window, 0), WEEK)


def cel_windows_overlap(daily: str, weekly: str) -> str:
    """CEL for `windows_overlap` of the windows at these two paths."""
    daily_start, weekly_start = _cel_minute(daily, 0), _cel_minute(weekly, 4)
    starts_inside = f"{_cel_difference(weekly_start, daily_start, DAY)} < {cel_daily_length(daily)}"
    reached_by = f"{_cel_difference(daily_start, weekly_start, DAY)} < {cel_weekly_length(weekly)}"
    return f"{starts_inside} || {reached_by}"


def _cel_minute(text: str, start: int) -> str:
    hours, minutes = (f"int({text}.substring({at}, {at + 2}))" for at in (start, start + 3))
    return f"({hours} * 60 + {minutes})"


def _cel_week_minute(text: str, start: int) -> str:
    days = ", ".join(f"'{day}': {number}" for number, day in enumerate(DAYS))
    # A map, because the API server counts indexOf on a list as if its strings were endless.
    day = f"{{{days}}}[{text}.substring({start}, {start + 3})]"
    return f"({day} * {DAY} + {_cel_minute(text, start + 4)})"


def _cel_difference(end: str, start: str, cycle: int) -> str:
    return f"(({end} - {start} + {cycle}) % {cycle})"
