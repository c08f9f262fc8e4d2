"""The shapes of figures and summaries, as JSON Schema."""

from bot.domain.decision import Surface
from bot.domain.policy import Stage
from handlers.api.forms import PERIOD
from handlers.api.shapes import TEXT, TIME, Schema, exactly, named

_COUNT: Schema = {"type": "integer", "minimum": 0}
_SECONDS: Schema = {"type": ["integer", "null"], "minimum": 0, "description": "Seconds; null: too few to say."}
_PERCENT: Schema = {"type": ["integer", "null"], "minimum": 0, "maximum": 100, "description": "Null: too few to say."}

PERIOD_PARAMETER: Schema = {"type": "string", "pattern": PERIOD, "examples": ["7d"]}


def figure_schemas() -> dict[str, Schema]:
    figures = _figures()
    return {
        "Outcomes": exactly(dict.fromkeys(("promoted", "rolled_back", "failed", "superseded", "ended"), _COUNT)),
        "Spread": exactly({"count": _COUNT, "median": _SECONDS, "p90": _SECONDS}, description="By nearest rank."),
        "Share": exactly({"part": _COUNT, "of": _COUNT, "percent": _PERCENT}),
        "Figures": exactly(figures, description="The figures of one period; docs/insights.md defines each."),
        "Insights": exactly(figures | {"before": named("Figures")}, description="With those of the period before."),
        "Summary": _summary(),
    }


def _figures() -> dict[str, Schema]:
    spread = named("Spread")
    return {
        "period": exactly({"start": TIME, "end": TIME, "zone": TEXT}),
        "outcomes": named("Outcomes"),
        "promoted_per_day": {"type": "number", "minimum": 0},
        "lead_time": spread,
        "failures": named("Share"),
        "restore": spread,
        "rework": named("Share"),
        "waiting": exactly(
            {
                "all": spread,
                "by_stage": _by(spread, list(Stage)),
                "by_team": {"type": "object", "additionalProperties": spread, "description": "By namespace."},
                "by_hour": _by(spread, [str(hour) for hour in range(24)]),
            }
        ),
        "decisions": _by(_COUNT, list(Surface)),
        "refused": _COUNT,
        "unasked": _COUNT,
        "days": {
            "type": "array",
            "items": exactly(
                {
                    "day": {"type": "string", "format": "date"},
                    "outcomes": named("Outcomes"),
                    "waiting": spread,
                }
            ),
        },
    }


def _summary() -> Schema:
    lines: Schema = {"type": "array", "items": TEXT}
    return exactly(
        {
            "text": TEXT | {"description": "All of it as lines of plain text, for people."},
            "title": TEXT,
            "lead": lines,
            "sections": {"type": "array", "items": exactly({"title": TEXT, "lines": lines})},
            "head": TEXT | {"description": "The head of the record, SEQ:HASH."},
            "figures": named("Insights"),
        }
    )


def _by(value: Schema, keys: list[str]) -> Schema:
    """Some of these keys; one without anything to tell is left out."""
    return exactly(dict.fromkeys(keys, value), optional=tuple(keys))
