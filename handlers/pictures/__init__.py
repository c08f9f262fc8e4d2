"""Pictures of figures and of releases, as PNG.  Whoever shows one says the same in words beside it."""

from handlers.pictures.links import PictureLinks
from handlers.pictures.picture import Picture, picture_of, timeline_of
from handlers.pictures.serving import Pictures
from handlers.pictures.theme import Scheme
from handlers.pictures.words import in_words

__all__ = ["Picture", "PictureLinks", "Pictures", "Scheme", "in_words", "picture_of", "timeline_of"]
