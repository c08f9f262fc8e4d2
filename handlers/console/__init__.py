"""The console: pages and a live stream for a browser out, forms in."""

from handlers.console.assemble import Console, assemble

__all__ = ["Console", "assemble"]
