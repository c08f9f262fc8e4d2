"""A practice controller for Deployments: writes to a practice cluster what that of Kubernetes 1.36 does.

Its honesty is held by recordings of the real one: the same story makes it tell the same things in the same order.
That includes what it tells wrongly: a template that it has a ReplicaSet of already may be called complete before any
of its pods serve, and be said to have missed a deadline that another one missed.
"""
