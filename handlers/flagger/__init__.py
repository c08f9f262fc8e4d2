"""Flagger: hooks in, answers out.  `canaries` tells what they mean, `hooks` and `loadtester` serve them."""

from handlers.flagger.assemble import assemble

__all__ = ["assemble"]
