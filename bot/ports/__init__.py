"""What the core needs from outside, in its own words.  Adapters fit by shape; nobody inherits."""

from bot.ports.basics import NewId, Now, SigningKey
from bot.ports.chats import ChatPlatform, Delivery, Outbox, Schedules
from bot.ports.clusters import Clusters, ReleaseEngine, Trouble, Witness
from bot.ports.keeping import Answers, Kept, Once, Session, Sessions
from bot.ports.records import Figures, Groups, Habits, OpenRecords, Page, Reader, Records, ReleaseFilter, Waiting
from bot.ports.storage import Storage

__all__ = [
    "Answers",
    "ChatPlatform",
    "Clusters",
    "Delivery",
    "Figures",
    "Groups",
    "Habits",
    "Kept",
    "NewId",
    "Now",
    "Once",
    "OpenRecords",
    "Outbox",
    "Page",
    "Reader",
    "Records",
    "ReleaseEngine",
    "ReleaseFilter",
    "Schedules",
    "Session",
    "Sessions",
    "SigningKey",
    "Storage",
    "Trouble",
    "Waiting",
    "Witness",
]
