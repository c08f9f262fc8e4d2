"""Canary manifests: what is wrong with one, and how it is put right.  Pure: no cluster, no file, no clock."""
