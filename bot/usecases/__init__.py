"""What the bot does, a file for each: load, decide, save."""
