"""Slack: clicks and commands in, cards and lines out."""

from handlers.slack.assemble import Slack, assemble
from handlers.slack.connection import Connection, SlackSettings, new_session

__all__ = ["Connection", "Slack", "SlackSettings", "assemble", "new_session"]
