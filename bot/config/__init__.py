"""Settings: one YAML file becomes frozen, checked values."""

from bot.config.cautions import warnings
from bot.config.loading import digest, load, parse
from bot.config.mistakes import Mistake, SettingsError
from bot.config.models import Settings
from bot.config.schema import schema
from bot.config.secret import Secret

__all__ = ["Mistake", "Secret", "Settings", "SettingsError", "digest", "load", "parse", "schema", "warnings"]
