"""A folder for each outside system, both ways.  None knows another."""
