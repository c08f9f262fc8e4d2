"""What is remembered: state, record and effects, in one transaction."""
