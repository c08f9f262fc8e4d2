"""What to practise on without a cluster: an API server, and a practice engine for each kind of release."""
