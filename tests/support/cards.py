"""Cards to draw: one as the design has it, with everything that a card can hold, and the worst that can be sent."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.card import Button, Card, Confirm, Evidence, Mark, Progress, Style, Tone
from bot.domain.decision import Verb, Verdict
from bot.domain.effects import Moment, ReleaseId
from bot.domain.newest import Newest

GATE, RELEASE = "01KTA0G8V3J3D5ZK6Y8T9QW2EX", ReleaseId("01KTA0FZ5M9R7C2N4B6V8X0S1D")


def moment(hour: int, minute: int) -> Moment:
    return Moment(datetime(2026, 11, 24, hour, minute, tzinfo=UTC))


FULL = Card(
    release=RELEASE,
    label="shop/checkout#142",
    tone=Tone.ASKS,
    push="Approve? checkout 1.8.2 to everybody, prod-eu. Has 1 of 2, until 04:00 UTC",
    title="checkout 1.8.2 · prod-eu · ready for promotion",
    effect=(("50 % of users have 1.8.2, the rest 1.8.1. A yes gives it to everybody. This is the last question.",),),
    progress=Progress(part=0.5, words="50 % of the traffic"),
    evidence=(
        Evidence(mark=Mark.GOOD, line=("success 99.7 % (≥ 99)",)),
        Evidence(mark=Mark.GOOD, line=("p99 212 ms (≤ 400)",)),
        Evidence(mark=Mark.CAUTION, line=("1 of 5 checks failed; at 5 Flagger rolls back by itself",)),
    ),
    warnings=(("A newer revision waits behind this one.",),),
    who=(
        ("Needs 1 more of @sre or bob. ann approved ", moment(1, 58), "."),
        ("No answer by ", moment(4, 0), ": rolled back."),
    ),
    buttons=(
        Button(
            verb=Verdict.APPROVE,
            subject=GATE,
            text="Approve 1.8.2",
            style=Style.PRIMARY,
            confirm=Confirm(
                title="Approve 1.8.2?",
                text="Everybody gets 1.8.2. Flagger hears of it when it asks next, within about 30 s.",
                yes="Approve",
            ),
        ),
        Button(
            verb=Verdict.REJECT,
            subject=GATE,
            text="Roll back to 1.8.1",
            style=Style.DANGER,
            confirm=Confirm(title="Roll back 1.8.2?", text="Users return to 1.8.1.", yes="Roll back"),
            needs_reason=True,
        ),
    ),
    changes=(
        ("“Fix tax rounding” by lea · SHOP-412",),
        ("app: shop/checkout:1.8.1 → shop/checkout:1.8.2 · configuration unchanged",),
    ),
    footer=("shop/checkout#142 · rule shop-prod · Flagger asks every 30 s or so",),
    mentions=("group:sre", "bob@example.com"),
)

ENDED = replace(
    FULL,
    tone=Tone.BAD,
    push="Rolled back by Flagger: checkout 1.8.2, prod-eu, 02:07. Users are on 1.8.1",
    title="checkout 1.8.2 · prod-eu · rolled back by Flagger",
    effect=(
        ("Everybody is on 1.8.1 again since ", moment(2, 7), ". Up to 50 % had 1.8.2 for 41 min."),
        ("Why: success 97.9 % (≥ 99), 5 of 5 checks failed. Nobody decided this; the approval of ann is void.",),
        ("Git may still say 1.8.2. Flagger will not try it again until the pod template changes.",),
    ),
    progress=None,
    evidence=(),
    warnings=(),
    who=(),
    buttons=(),
)

BARE = Card(release=RELEASE, label="shop/checkout#142", tone=Tone.MOVES, push="In progress: checkout", title="checkout")


HISTORY = Newest(
    lines=(
        (moment(1, 20), " it began"),
        (moment(1, 55), " the promotion gate asked"),
        (moment(1, 58), " ann approved the promotion"),
    ),
)


def stuffed_history(text: str, *, many: int = 60) -> Newest:
    """Put a text into every line of a time line."""
    return Newest(lines=((moment(2, 0), f" {text}"),) * many, left_out=many, uncounted=True)


def stuffed(text: str, *, many: int = 60) -> Card:
    """Put a text into every place of a card, many times."""
    line = (text, moment(2, 0), text)
    button = Button(
        verb=Verb.ROLL_BACK,
        subject=RELEASE,
        text=text,
        style=Style.DANGER,
        confirm=Confirm(title=text, text=text, yes=text),
    )
    return Card(
        release=RELEASE,
        label=text,
        tone=Tone.ASKS,
        push=text,
        title=text,
        effect=(line,) * many,
        progress=Progress(part=0.3, words=text),
        evidence=(Evidence(mark=Mark.BAD, line=line),) * many,
        warnings=((text,),) * many,
        who=(line,) * many,
        buttons=(button,) * many,
        changes=(line,) * many,
        footer=(text,),
        mentions=(text,) * many,
    )
