"""A practice engine for Canaries: it asks the hooks over HTTP as Flagger does, and needs no cluster."""
