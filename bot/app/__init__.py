"""The one place that knows every part: makes them, joins them, runs them, and closes them in reverse order."""

from bot.app.serving import serve
from bot.app.start import StartError

__all__ = ["StartError", "serve"]
