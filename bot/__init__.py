"""The bot: what it decides (`domain`), what it does (`usecases`), and the process (`app`, `cli`)."""
