"""From a release to what people see of it: the same words and buttons on every surface."""
