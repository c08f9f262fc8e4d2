"""Flagger: hooks in, answers out; and a look at its Canaries, where a cluster is in sight.

`canaries` tells what the hooks mean, `hooks` and `loadtester` serve them.  `watching` sees that something changed,
`looking` reads it freshly, `sightings` tells what that means.
"""

from handlers.flagger.assemble import assemble
from handlers.flagger.canaries import KIND
from handlers.flagger.looking import Looking
from handlers.flagger.measures import Measures
from handlers.flagger.measuring import Readings
from handlers.flagger.operations import Allowed, Operations
from handlers.flagger.watching import CanaryWatch

__all__ = ["KIND", "Allowed", "CanaryWatch", "Looking", "Measures", "Operations", "Readings", "assemble"]
