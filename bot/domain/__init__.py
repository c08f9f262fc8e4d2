"""What is decided, and nothing else: frozen values, and functions that return what follows."""
