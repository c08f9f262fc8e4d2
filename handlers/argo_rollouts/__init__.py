"""Argo Rollouts: what its objects show in, patches that carry out decisions out.

`watching` sees that something changed, `looking` reads it freshly, `sightings` tells what that means.  `operations`
sends what `patches` make of a decision, and `noticing` tells whether the controller has acted on it.  `argo_cd`
tells who did something there in its place.
"""

from handlers.argo_rollouts.argo_cd import InArgoCd
from handlers.argo_rollouts.looking import Looking
from handlers.argo_rollouts.operations import Allowed, Operations
from handlers.argo_rollouts.rollouts import KIND
from handlers.argo_rollouts.watching import RolloutWatch

__all__ = ["KIND", "Allowed", "InArgoCd", "Looking", "Operations", "RolloutWatch"]
