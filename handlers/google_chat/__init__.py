"""Google Chat: clicks and commands in, cards and lines out."""
