"""What a card lets people do.  A button says the effect, not the word; its confirm names version, effect and delay."""

from dataclasses import replace

from bot.domain.card import Button, Confirm, Style
from bot.domain.cards.seen import Seen
from bot.domain.decision import Verb, Verdict
from bot.domain.decisions.afterwards import can_be_put_back, can_be_retried
from bot.domain.decisions.stopping import held
from bot.domain.gate import Gate, GateState
from bot.domain.policy import ReasonRule, Stage
from bot.domain.release import ReleaseState
from bot.domain.wording import version, version_before


def buttons(seen: Seen) -> tuple[Button, ...]:
    """Only what applies now; what nobody may do has no button."""
    release, gate = seen.release, seen.gate
    if not release.is_open:
        return _again(seen)
    found: list[Button] = []
    if release.state is ReleaseState.REFUSED:
        return _ask_again(seen)
    if gate is not None and gate.state is GateState.CLOSED:
        if seen.rights.of(gate.stage) is not None and not gate.halted and not seen.stale:
            found.append(_approve(seen, gate))
        found.append(_no(seen, gate))
        found += _analyse_again(seen)
    elif gate is not None and gate.undecided and not release.is_telling(gate):
        found.append(_no(seen, gate))
    elif release.state in {ReleaseState.WAITING, ReleaseState.PROGRESSING}:
        found.append(_roll_back(seen))
    if release.paused is not None or held(release):
        found.append(Button(verb=Verb.RESUME, subject=release.id, text="Resume"))
    return tuple(found)


def _again(seen: Seen) -> tuple[Button, ...]:
    """What came back can be tried again, and what everybody has be put back, where engine or settings allow it."""
    release = seen.release
    if release.run.awaited is not None:
        return ()
    if can_be_put_back(release, seen.rights):
        return (_put_back(seen),)
    can = Verb.RETRY in release.engine_kind.can or can_be_retried(release, seen.rights)
    if release.state is not ReleaseState.ROLLED_BACK or not can:
        return ()
    confirm = Confirm(
        title=f"Try {version(release)} again?", text="It begins at its first step, and asks at its gates.", yes="Retry"
    )
    return (Button(verb=Verb.RETRY, subject=release.id, text="Retry", confirm=confirm),)


def _put_back(seen: Seen) -> Button:
    """Say that it is no quick way back: the old version is released anew."""
    before = version_before(seen.release) or "the version before"
    text = f"The template of {before} is written again. That is a new release, which asks at its own gates."
    return replace(_roll_back(seen), confirm=Confirm(title=f"Roll back to {before}?", text=text, yes="Roll back"))


def _approve(seen: Seen, gate: Gate) -> Button:
    what = version(seen.release)
    name = seen.release.engine_kind.name
    effect = {
        Stage.START: _starts(seen),
        Stage.TRAFFIC: f"{name} gives {what} its next share of the traffic.",
        Stage.PROMOTION: f"Everybody gets {what}.",
        Stage.STEP: f"{what} goes on to its next step.",
        Stage.ANALYSIS: f"The inconclusive analysis is accepted, and {what} goes on.",
    }[gate.stage]
    return Button(
        verb=Verdict.APPROVE,
        subject=gate.id,
        text=f"Approve {what}",
        style=Style.PRIMARY,
        confirm=Confirm(title=f"Approve {what}?", text=f"{effect} {delay(seen)}", yes="Approve"),
        needs_reason=gate.terms.reason is ReasonRule.ALWAYS,
    )


def _starts(seen: Seen) -> str:
    engine = seen.release.engine_kind
    if engine.asks:
        return f"{engine.name} scales {version(seen.release)} up and begins its checks."
    return f"{engine.name} rolls {version(seen.release)} out to everybody."


def _analyse_again(seen: Seen) -> list[Button]:
    release = seen.release
    if release.inconclusive_gate is None or Verb.RETRY not in release.engine_kind.can:
        return []
    text = "It is measured anew; if it is inconclusive again, you are asked again."
    confirm = Confirm(title="Run the analysis again?", text=text, yes="Run again")
    return [Button(verb=Verb.RETRY, subject=release.id, text="Run analysis again", confirm=confirm)]


def _no(seen: Seen, gate: Gate) -> Button:
    needs_reason = gate.terms.reason is not ReasonRule.NEVER
    what = version(seen.release)
    if gate.stage is Stage.START:
        confirm = Confirm(title=f"Reject {what}?", text=f"Nothing starts. {_goes_on_asking(seen)}", yes="Reject")
        text = "Reject"
    else:
        stays = f"Its gates stay shut; without a rollback hook {seen.release.engine_kind.name} stays there."
        after = delay(seen) if seen.can_roll_back else stays
        confirm = Confirm(title=f"Roll back {what}?", text=f"{_users_return(seen)} {after}", yes="Roll back")
        text = _back_to(seen) if seen.can_roll_back else "Reject"
    return Button(
        verb=Verdict.REJECT,
        subject=gate.id,
        text=text,
        style=Style.DANGER,
        confirm=confirm,
        needs_reason=needs_reason,
        reason_optional=not needs_reason,
    )


def _roll_back(seen: Seen) -> Button:
    promotion = seen.rights.of(Stage.PROMOTION)
    needs_reason = promotion is None or promotion.policy.reason is not ReasonRule.NEVER
    return Button(
        verb=Verb.ROLL_BACK,
        subject=seen.release.id,
        text=_back_to(seen),
        style=Style.DANGER,
        confirm=_confirm_roll_back(seen),
        needs_reason=needs_reason,
        reason_optional=not needs_reason,
    )


def _confirm_roll_back(seen: Seen) -> Confirm:
    title = f"Roll back {version(seen.release)}?"
    if not seen.can_roll_back:
        name = seen.release.engine_kind.name
        text = f"Its gates stay shut. {name} was not heard to ask its rollback hook, so it will not roll back."
        return Confirm(title=title, text=text, yes="Reject")
    return Confirm(title=title, text=f"{_users_return(seen)} {delay(seen)}", yes="Roll back")


def _back_to(seen: Seen) -> str:
    before = version_before(seen.release)
    return f"Roll back to {before}" if before else "Roll back"


def _users_return(seen: Seen) -> str:
    return f"Users return to {version_before(seen.release) or 'the version before'}."


def _goes_on_asking(seen: Seen) -> str:
    engine = seen.release.engine_kind
    return f"{engine.name} goes on asking and hears no." if engine.asks else "It stays as it is."


def _ask_again(seen: Seen) -> tuple[Button, ...]:
    start = seen.release.newest(Stage.START)
    if start is None or seen.rights.of(Stage.START) is None:
        return ()
    confirm = Confirm(
        title="Ask again?", text="The start waits for approvals anew; none of before counts.", yes="Ask again"
    )
    return (Button(verb=Verdict.REOPEN, subject=start.id, text="Ask again", confirm=confirm),)


def delay(seen: Seen) -> str:
    """How long until the engine hears of it."""
    engine = seen.release.engine_kind
    if not engine.asks:
        return f"{engine.name} is told at once."
    if seen.usual_gap is None:
        return f"{engine.name} hears of it when it asks next."
    return f"{engine.name} hears of it when it asks next, within about {seen.usual_gap} s."
