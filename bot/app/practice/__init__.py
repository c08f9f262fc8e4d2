"""The bot for people who try: a practice engine in the place of a cluster, for `demo` and `simulate`."""
