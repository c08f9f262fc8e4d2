"""How states are shown: a symbol and words, so that colour is never needed."""

from dataclasses import dataclass

from bot.domain.card import Mark, Tone
from bot.domain.decision import Surface
from bot.domain.gate import GateState
from bot.domain.policy import Stage


@dataclass(frozen=True, slots=True)
class Sign:
    """A symbol for the eye, words for everybody, and what the style sheet colours it by."""

    symbol: str
    words: str
    tone: str


TONES = {
    Tone.ASKS: Sign("◆", "Needs a decision", Tone.ASKS),
    Tone.MOVES: Sign("→", "In progress", Tone.MOVES),
    Tone.GOOD: Sign("✓", "Went well", Tone.GOOD),
    Tone.BAD: Sign("✗", "Went badly", Tone.BAD),
    Tone.OVER: Sign("–", "Over", Tone.OVER),
}

GATES = {
    GateState.CLOSED: Sign("◆", "Waits for people", Tone.ASKS),
    GateState.OPEN: Sign("✓", "Approved", Tone.GOOD),
    GateState.REFUSED: Sign("✗", "Refused", Tone.BAD),
    GateState.EXPIRED: Sign("✗", "Expired", Tone.BAD),
    GateState.WITHDRAWN: Sign("–", "Withdrawn", Tone.OVER),
}

MARKS = {
    Mark.GOOD: Sign("✓", "Passed:", Tone.GOOD),
    Mark.BAD: Sign("✗", "Failed:", Tone.BAD),
    Mark.CAUTION: Sign("⚠\N{VARIATION SELECTOR-15}", "Caution:", "caution"),
    Mark.PLAIN: Sign("·", "", Tone.OVER),
}

STAGES = {
    Stage.START: "Start",
    Stage.TRAFFIC: "More traffic",
    Stage.PROMOTION: "Promotion",
    Stage.STEP: "Step",
    Stage.ANALYSIS: "Analysis",
}

SURFACES = {
    Surface.SLACK: "Slack",
    Surface.GOOGLE_CHAT: "Google Chat",
    Surface.CONSOLE: "console",
    Surface.API: "API",
    Surface.CLI: "command line",
    Surface.HOOK: "hook",
    Surface.WATCH: "cluster",
    Surface.SCHEDULE: "schedule",
}

QUIET = Sign("·", "", Tone.OVER)
RECORDS = {
    "decision.approve": Sign("✓", "", Tone.GOOD),
    "decision.taken": Sign("✗", "", Tone.BAD),
    "decision.refused": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    "gate.reached": Sign("◆", "", Tone.ASKS),
    "gate.refused": Sign("✗", "", Tone.BAD),
    "gate.expired": Sign("✗", "", Tone.BAD),
    "release.promoted": Sign("✓", "", Tone.GOOD),
    "release.rolled_back": Sign("✗", "", Tone.BAD),
    "release.failed": Sign("✗", "", Tone.BAD),
    "release.ungated": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    "outside.named": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    "operation.unanswered": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    "operation.refused": Sign("✗", "", Tone.BAD),
    "hook.refused": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    "event.refused": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    "sign_in.refused": Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
}
"""By the action of a record; its sentence says the same in words."""
