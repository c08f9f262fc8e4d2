"""Google Chat: clicks and commands in, cards and lines out."""

from handlers.google_chat.access import ServiceAccount
from handlers.google_chat.assemble import PATH, GoogleChat, assemble
from handlers.google_chat.connection import Connection, GoogleChatSettings, new_session
from handlers.google_chat.events import Dialect
from handlers.google_chat.pictures import Illustrate

__all__ = [
    "PATH",
    "Connection",
    "Dialect",
    "GoogleChat",
    "GoogleChatSettings",
    "Illustrate",
    "ServiceAccount",
    "assemble",
    "new_session",
]
