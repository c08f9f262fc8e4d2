"""What else may work on a Deployment."""

from handlers.cluster import Resource

CANARIES = Resource("flagger.app", "v1beta1", "canaries", "Canary")
ROLLOUTS = Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout")
