"""What a person's decision changes, and what must be done outside for it."""
