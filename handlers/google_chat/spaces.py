"""From which spaces anything counts.  Anybody can write to the app, and add it to a space of their own."""

from dataclasses import dataclass

from handlers.google_chat.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaces:
    """The spaces that may use the bot.

    Args:
        named: `spaces/…`.
        direct: direct messages count too.
    """

    named: frozenset[str]
    direct: bool

    def allow(self, event: Event) -> bool:
        """Whether it happened in one of them, and on a message of that very one."""
        place = event.place
        return not event.of_another_space and (place.space in self.named or (self.direct and place.direct))

    def greeting(self, event: Event) -> str:
        """What is said where the bot was added; who sets it up reads the space's name there."""
        if self.allow(event):
            return "Releases that wait for a decision are shown here. To see what can be typed, write to me: help"
        space = event.place.space
        return (
            f"This is {space}, which the settings do not name, so nothing counts that is said here."
            f" A route to google_chat:{space} changes that."
        )
