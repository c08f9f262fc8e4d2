"""What an engine's message changes, what it is told, and what silence means."""
