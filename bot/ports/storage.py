"""Everything that is kept, together."""

from dataclasses import dataclass

from bot.ports.basics import SigningKey
from bot.ports.chats import Outbox, Schedules
from bot.ports.keeping import Answers, Sessions
from bot.ports.records import Figures, OpenRecords, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What one database keeps, and every way to read and write it."""

    open_records: OpenRecords
    reader: Reader
    figures: Figures
    outbox: Outbox
    schedules: Schedules
    answers: Answers
    sessions: Sessions
    signing_key: SigningKey
