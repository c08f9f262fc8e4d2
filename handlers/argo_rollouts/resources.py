"""The kinds of Argo Rollouts."""

from handlers.cluster import Resource

ROLLOUTS = Resource("argoproj.io", "v1alpha1", "rollouts", "Rollout")
ANALYSIS_RUNS = Resource("argoproj.io", "v1alpha1", "analysisruns", "AnalysisRun")
POD_TEMPLATES = Resource("", "v1", "podtemplates", "PodTemplate")
