"""A practice controller for Rollouts: reads and writes the objects of a practice cluster as Argo Rollouts 1.9.1 does.

Its honesty is held by recordings of the real one: the same story makes it write the same things in the same order.
That includes its faults: a pause written in two steps, conditions that flicker, decisions that it never sees.
"""
