"""Pictures of figures and of releases, as PNG.  Whoever shows one says the same in words beside it."""

from handlers.pictures.picture import Picture, picture_of, timeline_of
from handlers.pictures.theme import Scheme

__all__ = ["Picture", "Scheme", "picture_of", "timeline_of"]
