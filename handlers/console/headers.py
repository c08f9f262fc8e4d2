"""What every answer of the console tells the browser: trust nothing but what comes from here."""

SAFE = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with it, browsers hide the origin of our own forms as well.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

FRESH = SAFE | {"Cache-Control": "no-store"}
"""For pages: what is shown here is never shown again from a cache, nor after the person has signed out."""
