"""Clicks in: a button or a dialog becomes one decision, committed before Slack is answered."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cards.drawing import draw
from bot.domain.commands.receipts import receipt_of
from bot.domain.decision import Surface, reason_of
from bot.domain.effects import ReleaseId
from bot.domain.errors import ReasonTooLongError, Refusal, RefusalKind
from bot.usecases.press_button import PressButton, Pressed, Presser, wanted_of
from bot.usecases.tell_history import TellHistory
from handlers.chats import refusals
from handlers.chats.errands import Errands
from handlers.chats.refusals import REFUSALS, why
from handlers.slack import receipts
from handlers.slack.calls import answer
from handlers.slack.cards import DETAILS, Block
from handlers.slack.dialogs import REASON, details, reason_dialog
from handlers.slack.payload import Click, Submission, click_of, submission_of
from handlers.slack.people import FAULTS, SlackPeople
from handlers.slack.private import Private

log = structlog.get_logger(__name__)

ANY = re.compile("")
"""Every button: one that is not ours is answered too, in words."""

DIALOG_SECONDS = 2.0
"""A trigger opens a dialog for three seconds; some have passed already."""

Ack = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    web: AsyncWebClient
    press: PressButton
    tell_history: TellHistory
    people: SlackPeople
    private: Private
    errands: Errands
    link: Callable[[ReleaseId], str]

    def listen(self, app: AsyncApp) -> None:
        """Take every button and dialog of ours.  Slack is answered last: what is told privately follows by itself."""

        @app.action(ANY)
        async def on_click(ack: Ack, body: dict[str, Any]) -> None:
            click = click_of(body)
            try:
                await self.pressed(click)
            except REFUSALS as refusal:
                self._tell(click, why(refusal))
            await ack()

        @app.view(REASON)
        async def on_submit(ack: Ack, body: dict[str, Any]) -> None:
            fault = await self.sent_off(submission_of(body))
            if fault is None:
                await ack()
            else:
                await ack(response_action="errors", errors={REASON: fault})

    async def pressed(self, click: Click) -> None:
        """Decide at once; or open the dialog that the decision needs first.

        Raises:
            Refusal, StrangerError, NotFoundError, RecordsUnavailableError: nothing was decided.
        """
        if click.action == DETAILS:
            await self._show_details(click)
            return
        wanted = wanted_of(click.action, click.subject)
        if wanted is None:
            self._tell(click, refusals.UNKNOWN_BUTTON)
            return
        seen, button = await self.press.button(wanted)
        if button is not None and button.needs_reason:
            about = f"{click.action}:{click.subject}"
            await self._open(click, reason_dialog(button, draw(seen), about=about, place=click.place))
            return
        pressed = await self.press(wanted, seen, presser=self._presser(click))
        self._tell(click, *_receipt(pressed), instead=click.on_answer)

    async def sent_off(self, submission: Submission) -> str | None:
        """Decide with the reason given.  Return what can be mended in the dialog; the rest is told privately."""
        action, _, subject = submission.about.partition(":")
        wanted = wanted_of(action, subject)
        if wanted is None:
            return refusals.UNKNOWN_BUTTON
        try:
            reason = reason_of(submission.said)
            seen = await self.press.seen(wanted)
            pressed = await self.press(wanted, seen, presser=self._presser(submission), reason=reason)
        except ReasonTooLongError as error:
            return str(error)
        except REFUSALS as refusal:
            if isinstance(refusal, Refusal) and refusal.kind is RefusalKind.NO_REASON:
                return str(refusal)
            self._tell(submission, why(refusal))
        else:
            self._tell(submission, *_receipt(pressed))
        return None

    async def _show_details(self, click: Click) -> None:
        await self.people.identify(click.place.user)  # For reading, too, one has to be a member.
        seen = await self.press.look(ReleaseId(click.subject))
        history = await self.tell_history(seen.release)
        await self._open(click, details(draw(seen), seen, history, link=self.link(seen.release.id)))

    async def _open(self, click: Click, view: Block) -> None:
        try:
            async with asyncio.timeout(DIALOG_SECONDS):
                await answer(self.web.views_open(trigger_id=click.trigger, view=view))
        except (*FAULTS, TimeoutError) as error:
            log.warning("slack_dialog_not_opened", user=click.place.user, why=str(error))
            self._tell(click, receipts.NO_DIALOG)

    def _presser(self, by: Click | Submission) -> Presser:
        user = by.place.user
        return Presser(surface=Surface.SLACK, user=user, identify=lambda: self.people.identify(user))

    def _tell(
        self, to: Click | Submission, text: str, blocks: list[Block] | None = None, *, instead: bool = False
    ) -> None:
        self.errands.start(self.private.say(to.place, text, blocks, instead=instead))


def _receipt(pressed: Pressed) -> tuple[str, list[Block]]:
    return receipts.drawn(receipt_of(pressed.seen, pressed.gate, pressed.verb, by=pressed.by))
