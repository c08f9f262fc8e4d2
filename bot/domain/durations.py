"""Durations as people write them: `90s`, `15m`, `2h`, `3d`, `1h30m`."""

import re
from datetime import timedelta

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
FORM = re.compile("".join(rf"(?:(?P<{name}>[0-9]{{1,9}}){unit})?" for unit, name in UNITS.items()))
SCHEMA_FORM = "".join(f"(?:[0-9]{{1,9}}{unit})?" for unit in UNITS)  # Without names: those are Python's own.
LONGEST = timedelta(days=365)


def duration(text: str) -> timedelta:
    """Read a duration; larger units stand before smaller ones.

    Raises:
        ValueError: It is none, or nothing, or longer than a year; the message says which.
    """
    form = FORM.fullmatch(text)
    if not text or form is None:
        raise ValueError("must be a duration with its unit, such as 90s, 15m, 2h, 3d or 1h30m")
    try:
        length = timedelta(**{name: int(number) for name, number in form.groupdict(default="0").items()})
    except OverflowError:
        length = timedelta.max
    if not length:
        raise ValueError("must be longer than nothing")
    if length > LONGEST:
        raise ValueError(f"must be {LONGEST.days}d or less")
    return length
