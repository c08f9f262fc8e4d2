"""What is remembered: state, record and effects, in one transaction."""

from storage.assemble import assemble

__all__ = ["assemble"]
