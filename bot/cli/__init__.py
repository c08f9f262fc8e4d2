"""The command line: `pointsman COMMAND`.  A mistake is one clear line and a non-zero exit, never a traceback."""

from bot.cli.audit import audit
from bot.cli.config import config
from bot.cli.database import db
from bot.cli.demo import demo
from bot.cli.frame import pointsman
from bot.cli.serve import serve
from bot.cli.version import version

for _command in (serve, demo, config, db, audit, version):
    pointsman.add_command(_command)

__all__ = ["pointsman"]
