"""The command line: `pointsman COMMAND`.  A mistake is one clear line and a non-zero exit, never a traceback."""

from bot.cli.root import pointsman

__all__ = ["pointsman"]
