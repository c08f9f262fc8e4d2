"""Plain Deployments: what they and their ReplicaSets show in, patches that carry out decisions out.

`watching` sees that something changed, `looking` reads it freshly, `sightings` tells what that means.  `operations`
carries out a decision, and `noticing` tells whether the controller has acted on it.
"""

from handlers.deployments.complete import Complete
from handlers.deployments.looking import Looking
from handlers.deployments.operations import Allowed, Operations
from handlers.deployments.reading import KIND
from handlers.deployments.watching import DeploymentWatch

__all__ = ["KIND", "Allowed", "Complete", "DeploymentWatch", "Looking", "Operations"]
