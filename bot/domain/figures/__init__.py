"""What was, counted and told: insights, summaries, time lines, the auditor's report."""
