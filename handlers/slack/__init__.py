"""Slack: clicks and commands in, cards and lines out."""
