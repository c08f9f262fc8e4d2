"""Argo Rollouts: what its objects mean in, patches that carry out decisions out."""
