"""What a look into the cluster shows, what it changes, and whether a yes still means what people saw."""
