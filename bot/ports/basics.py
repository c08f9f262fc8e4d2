"""What is neither read nor written: time, identity, keys."""

from collections.abc import Awaitable, Callable
from datetime import datetime

Now = Callable[[], datetime]
"""The time of this process, aware and in UTC.  What is stored or compared is the database's."""


NewId = Callable[[], str]
"""A new ULID."""


SigningKey = Callable[[], Awaitable[bytes]]
"""The key that links are signed with, the same in every replica.  Raises: RecordsUnavailableError."""
