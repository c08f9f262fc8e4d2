"""Clicks in: a button or a dialog becomes one decision, committed before Slack is answered."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.audit import Entry
from bot.domain.card import Button, Card
from bot.domain.decision import Principal, Surface, Verb, Verdict
from bot.domain.drawing import draw
from bot.domain.effects import ReleaseId
from bot.domain.errors import NotFoundError, Refusal, RefusalKind, UnavailableError
from bot.domain.gate import GateId
from bot.ports import OpenRecords, Reader
from bot.usecases.decide_on_gate import DecideOnGate
from bot.usecases.decide_on_release import DecideOnRelease
from bot.usecases.look import Look
from handlers.slack import receipts
from handlers.slack.calls import answer
from handlers.slack.cards import DETAILS
from handlers.slack.dialogs import REASON, details, reason_dialog
from handlers.slack.payload import Click, Place, click_of, submission_of
from handlers.slack.people import FAULTS, SlackPeople, StrangerError
from handlers.slack.private import Private

ANY = re.compile("")
"""Every button: one that is not ours is answered too, in words."""

Later = Callable[[Awaitable[None]], None]
"""Do this after Slack was answered; its faults are its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    web: AsyncWebClient
    people: SlackPeople
    private: Private
    look: Look
    reader: Reader
    open_records: OpenRecords
    decide_on_gate: DecideOnGate
    decide_on_release: DecideOnRelease
    link: Callable[[ReleaseId], str]
    later: Later

    def listen(self, app: AsyncApp) -> None:
        """Take every button and dialog of ours."""

        @app.action(ANY)
        async def on_click(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
            await self.pressed(click_of(body))
            await ack()

        @app.view(REASON)
        async def on_submit(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
            submission = submission_of(body)
            fault = await self._decide(submission.about, submission.said, submission.place, in_dialog=True)
            if fault is None:
                await ack()
            else:
                await ack(response_action="errors", errors={REASON: fault})

    async def pressed(self, click: Click) -> None:
        """Decide at once; or open the dialog that the decision needs first."""
        if click.action == DETAILS:
            await self._show_details(click)
            return
        about = f"{click.action}:{click.subject}"
        try:
            asked = None if click.on_receipt else await self._button(click)
        except (NotFoundError, UnavailableError) as error:
            self.later(self.private.say(click.place, _fault_of(error)))
            return
        if asked is not None and asked[1].needs_reason:
            await self._open(click, reason_dialog(asked[1], asked[0], about=about, place=click.place))
            return
        await self._decide(about, "", click.place, instead=click.on_receipt)

    async def _button(self, click: Click) -> tuple[Card, Button] | None:
        """The button as it stands on the card now; None: it is not there any more, and the decision says why not."""
        kind, _, verb = click.action.partition(".")
        release = (
            await self.reader.release_of(GateId(click.subject))
            if kind == "gate"
            else await self.reader.release(ReleaseId(click.subject))
        )
        card = draw(await self.look.at(release))
        found = (b for b in card.buttons if b.verb == verb and b.subject == click.subject)
        return next(((card, button) for button in found), None)

    async def _show_details(self, click: Click) -> None:
        try:
            seen = await self.look(ReleaseId(click.subject))
        except (NotFoundError, UnavailableError) as error:
            self.later(self.private.say(click.place, _fault_of(error)))
            return
        await self._open(click, details(draw(seen), seen.release, link=self.link(seen.release.id)))

    async def _open(self, click: Click, view: dict[str, Any]) -> None:
        try:
            await answer(self.web.views_open(trigger_id=click.trigger, view=view))
        except FAULTS:
            self.later(self.private.say(click.place, receipts.EXPIRED))

    async def _decide(
        self, about: str, said: str, place: Place, *, in_dialog: bool = False, instead: bool = False
    ) -> str | None:
        """Take the decision.  Return a fault that can be mended in the dialog; everything else is told privately."""
        kind, _, rest = about.partition(".")
        verb, _, subject = rest.partition(":")
        try:
            by = await self.people.identify(place.user)
            text, blocks = await self._take(kind, verb, subject, by=by, said=said, place=place)
        except StrangerError as error:
            await self._record_stranger(place, verb, str(error))
            self.later(self.private.say(place, str(error)))
        except Refusal as refusal:
            if in_dialog and refusal.kind is RefusalKind.NO_REASON:
                return str(refusal)
            self.later(self.private.say(place, str(refusal)))
        except (NotFoundError, UnavailableError) as error:
            self.later(self.private.say(place, _fault_of(error)))
        except ValueError:
            self.later(self.private.say(place, receipts.UNKNOWN_BUTTON))
        else:
            self.later(self.private.say(place, text, blocks, instead=instead))
        return None

    async def _take(
        self, kind: str, verb: str, subject: str, *, by: Principal, said: str, place: Place
    ) -> tuple[str, list[dict[str, Any]]]:
        if kind == "gate":
            verdict = Verdict(verb)
            release, gate = await self.decide_on_gate(
                GateId(subject), verdict=verdict, by=by, surface=Surface.SLACK, reason=said, platform_user=place.user
            )
            made = receipts.made_at_gate(verdict, gate, by)
            return receipts.receipt(verdict, release.label, made=made, back=receipts.taken_back_by(verdict, gate))
        command = Verb(verb)
        release = await self.decide_on_release(
            ReleaseId(subject), verb=command, by=by, surface=Surface.SLACK, reason=said, platform_user=place.user
        )
        return receipts.receipt(command, release.label, made=receipts.made_on_release(command, release))

    async def _record_stranger(self, place: Place, verb: str, why: str) -> None:
        entry = Entry(
            actor=Principal(f"unknown:{place.user}"),
            action="decision.refused",
            surface=Surface.SLACK,
            decision=verb,
            reason=why,
            details={"platform_user": place.user},
        )
        async with self.open_records() as records:
            await records.append(entry)


def _fault_of(error: Exception) -> str:
    return receipts.GONE if isinstance(error, NotFoundError) else receipts.UNAVAILABLE
