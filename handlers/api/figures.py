"""Figures and summaries as JSON.  Lengths of time are whole seconds; null: too few to say."""

from typing import Any

from bot.domain.audit import stamp
from bot.domain.commands.figure_replies import summary_text
from bot.domain.commands.plain import plain
from bot.domain.figures.insights import Day, Insights, Outcomes, Period, Share, Spread
from bot.domain.figures.summary import Summary


def insights_json(now: Insights, before: Insights) -> dict[str, Any]:
    return _figures(now) | {"before": _figures(before)}


def summary_json(summary: Summary) -> dict[str, Any]:
    sections = [
        {"title": section.title, "lines": [plain(line) for line in section.lines]} for section in summary.sections
    ]
    return {
        "text": summary_text(summary),
        "title": summary.title,
        "lead": [plain(line) for line in summary.lead],
        "sections": sections,
        "head": str(summary.head),
        "figures": insights_json(summary.figures, summary.before),
    }


def _figures(insights: Insights) -> dict[str, Any]:
    waiting = insights.waiting
    return {
        "period": _period(insights.period),
        "outcomes": _outcomes(insights.outcomes),
        "promoted_per_day": round(insights.per_day, 3),
        "lead_time": _spread(insights.lead_time),
        "failures": _share(insights.failures),
        "restore": _spread(insights.restore),
        "rework": _share(insights.rework),
        "waiting": {
            "all": _spread(waiting.all),
            "by_stage": {stage: _spread(spread) for stage, spread in waiting.by_stage.items()},
            "by_team": {team: _spread(spread) for team, spread in waiting.by_team.items()},
            "by_hour": {str(hour): _spread(spread) for hour, spread in waiting.by_hour.items()},
        },
        "decisions": dict(insights.decisions),
        "refused": insights.refused,
        "unasked": insights.unasked,
        "days": [_day(day) for day in insights.days],
    }


def _period(period: Period) -> dict[str, str]:
    return {"start": stamp(period.start), "end": stamp(period.end), "zone": period.zone}


def _outcomes(outcomes: Outcomes) -> dict[str, int]:
    return {
        "promoted": outcomes.promoted,
        "rolled_back": outcomes.rolled_back,
        "failed": outcomes.failed,
        "superseded": outcomes.superseded,
        "ended": outcomes.ended,
    }


def _spread(spread: Spread) -> dict[str, int | None]:
    return {
        "count": spread.count,
        "median": None if spread.median is None else int(spread.median.total_seconds()),
        "p90": None if spread.p90 is None else int(spread.p90.total_seconds()),
    }


def _share(share: Share) -> dict[str, int | None]:
    return {"part": share.part, "of": share.of, "percent": share.percent}


def _day(day: Day) -> dict[str, Any]:
    return {"day": day.day.isoformat(), "outcomes": _outcomes(day.outcomes), "waiting": _spread(day.waiting)}
