"""The command line: `pointsman COMMAND`.  A mistake is one clear line and a non-zero exit, never a traceback."""

from bot.cli.frame import pointsman

__all__ = ["pointsman"]
