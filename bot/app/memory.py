"""Memory, as the process settles."""

import gc


def settle() -> None:
    """Take what lives as long as the process out of the collector's sight.

    The libraries alone are 180,000 objects: each full collection would look at all of them, and keep every gate
    waiting for 0.2 s.
    """
    gc.collect()
    gc.freeze()
