"""Clicks in: a button or a dialog becomes one decision, committed before Google Chat is answered.

Chat has no confirm of its own: a button that asks once more, or for a reason, opens a dialog.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.cards.drawing import draw
from bot.domain.commands.reply import Reply, receipt
from bot.domain.decision import Surface, reason_of
from bot.domain.effects import ReleaseId
from bot.usecases.press_button import PressButton, Pressed, Presser, Wanted, wanted_of
from bot.usecases.tell_history import TellHistory
from handlers.chats.errands import Errands
from handlers.chats.refusals import REFUSALS, UNKNOWN_BUTTON, why
from handlers.google_chat.answers import Answer, Body, CloseDialog, Nothing, Notice, OpenDialog, Redraw, Say
from handlers.google_chat.dialogs import REASON, confirm_dialog, details
from handlers.google_chat.events import Dialog, Event
from handlers.google_chat.people import ChatPeople
from handlers.google_chat.private import Private
from handlers.google_chat.widgets import DETAILS


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """Answers clicks.

    Args:
        function: what the dialog's own button calls.
        draw: writes an answer as a message.
        link: where the console shows a release.
    """

    press: PressButton
    tell_history: TellHistory
    people: ChatPeople
    private: Private
    errands: Errands
    function: str
    draw: Callable[[Reply], Body]
    link: Callable[[ReleaseId], str]

    async def __call__(self, event: Event) -> Answer:
        try:
            return await self._answer(event)
        except REFUSALS as refusal:
            return self._words(event, why(refusal))

    async def _answer(self, event: Event) -> Answer:
        if event.dialog is Dialog.CANCELLED:
            return Nothing()
        if event.verb == DETAILS:
            return await self._details(event)
        wanted = wanted_of(event.verb, event.subject)
        if wanted is None:
            return self._words(event, UNKNOWN_BUTTON)
        if event.dialog is Dialog.SUBMITTED:
            return await self._submitted(event, wanted)
        return await self._clicked(event, wanted)

    async def _details(self, event: Event) -> Answer:
        await self.people.identify(event.person, space=event.place.space)  # For reading, too, one has to be of us.
        seen = await self.press.look(ReleaseId(event.subject))
        link = self.link(seen.release.id)
        if event.dialog is not Dialog.REQUESTED:
            return self._words(event, link)
        return OpenDialog(details(draw(seen), seen, await self.tell_history(seen.release), link=link))

    async def _clicked(self, event: Event, wanted: Wanted) -> Answer:
        """Open the dialog that the decision needs first; or decide at once."""
        seen, button = await self.press.button(wanted)
        if event.dialog is Dialog.REQUESTED and button is not None:
            return OpenDialog(confirm_dialog(button, draw(seen), function=self.function))
        # What the card does not offer any more is refused by the rules, and that is on record.
        reply = _receipt(await self.press(wanted, seen, presser=self._presser(event)))
        if event.dialog is Dialog.REQUESTED:
            return Notice(text=reply.text, opened=False)
        message = self.draw(reply)
        return Redraw(message) if event.on_answer else Say(message=message, to=event.place.viewer)

    async def _submitted(self, event: Event, wanted: Wanted) -> Answer:
        """Decide with the reason given; the receipt follows privately."""
        reason = reason_of("\n".join(event.form.get(REASON, ())))
        seen = await self.press.seen(wanted)
        reply = _receipt(await self.press(wanted, seen, presser=self._presser(event), reason=reason))
        self.errands.start(self.private.say(event.place, self.draw(reply), to=event.place.viewer))
        return CloseDialog(reply.text.partition("\n")[0])

    def _words(self, event: Event, text: str) -> Answer:
        """Say something privately, where the person looks: in the dialog if there is one."""
        if event.dialog is not None:
            return Notice(text=text, opened=event.dialog is Dialog.SUBMITTED)
        return Say(message=self.draw(Reply(text=text)), to=event.place.viewer)

    def _presser(self, event: Event) -> Presser:
        return Presser(
            surface=Surface.GOOGLE_CHAT,
            user=event.person.id,
            identify=lambda: self.people.identify(event.person, space=event.place.space),
        )


def _receipt(pressed: Pressed) -> Reply:
    return receipt(pressed.seen, pressed.gate, pressed.verb, by=pressed.by)
