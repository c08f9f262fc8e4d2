"""A summary and the figures as answers to whoever asks for them: plain lines."""

from bot.domain.commands.plain import plain
from bot.domain.commands.reply import Reply
from bot.domain.figures.in_words import deciding_lines, figure_lines, waiting_lines
from bot.domain.figures.insights import Insights
from bot.domain.figures.summary import Section, Summary
from bot.domain.figures.summing_up import span


def summary_text(summary: Summary) -> str:
    lines = [summary.title, *map(plain, summary.lead)]
    for section in summary.sections:
        lines += _section(section)
    return "\n".join((*lines, "", plain(summary.footer)))


def told_summary(summary: Summary) -> Reply:
    return Reply(text=summary_text(summary))


def told_insights(now: Insights, before: Insights) -> Reply:
    sections = (
        Section(title="Delivery", lines=figure_lines(now, before)),
        Section(title="Waiting for people", lines=waiting_lines(now, before)),
        Section(title="Deciding", lines=deciding_lines(now)),
    )
    lines = [f"Figures · {span(now.period)}"]
    for section in sections:
        if section.lines:
            lines += _section(section)
    return Reply(text="\n".join(lines))


def _section(section: Section) -> list[str]:
    return ["", section.title, *map(plain, section.lines)]
