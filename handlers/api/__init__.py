"""The API: programs' requests in, JSON out."""

from handlers.api.routes import assemble

__all__ = ["assemble"]
