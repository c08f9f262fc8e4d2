"""What is one run of a release: how it begins and ends, what belongs to it, and how it comes to a gate."""
