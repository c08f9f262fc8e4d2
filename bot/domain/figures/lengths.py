"""How long, in words."""

from datetime import timedelta

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def in_words(length: timedelta) -> str:
    """The two largest units: `41 s`, `3 min 20 s`, `2 h`, `4 d 7 h`."""
    left = max(int(length.total_seconds()), 0)
    parts = []
    for name, size in _UNITS:
        number, left = divmod(left, size)
        parts.append(f"{number} {name}" if number else "")
    first = next((place for place, part in enumerate(parts) if part), None)
    return "0 s" if first is None else " ".join(filter(None, parts[first : first + 2]))
