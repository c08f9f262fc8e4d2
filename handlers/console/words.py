"""How states are shown: a symbol and words, so that colour is never needed."""

from dataclasses import dataclass

from bot.domain.audit import Action
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
APPROVED, DECIDED = Sign("✓", "", Tone.GOOD), Sign("✗", "", Tone.BAD)
"""A decision by what it was: an approval, or any other."""

RECORDS = {
    Action.DECISION_REFUSED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.GATE_REACHED: Sign("◆", "", Tone.ASKS),
    Action.GATE_REFUSED: Sign("✗", "", Tone.BAD),
    Action.GATE_EXPIRED: Sign("✗", "", Tone.BAD),
    Action.RELEASE_PROMOTED: Sign("✓", "", Tone.GOOD),
    Action.RELEASE_ROLLED_BACK: Sign("✗", "", Tone.BAD),
    Action.RELEASE_FAILED: Sign("✗", "", Tone.BAD),
    Action.RELEASE_UNGATED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.OUTSIDE_NAMED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.OPERATION_UNANSWERED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.OPERATION_REFUSED: Sign("✗", "", Tone.BAD),
    Action.HOOK_REFUSED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.EVENT_REFUSED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.REQUEST_REFUSED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
    Action.SIGN_IN_REFUSED: Sign("⚠\N{VARIATION SELECTOR-15}", "", "caution"),
}
"""What else a record tells, by its action; its sentence says the same in words."""
