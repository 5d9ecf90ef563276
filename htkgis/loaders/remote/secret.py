"""Keys and passwords: read from the environment, and never said."""

from __future__ import annotations

import os
from urllib.parse import quote, quote_plus

from htkgis.errors import ConfigError
from htkgis.services import Service

HIDDEN = "***"


def key_of(service: Service, name: str) -> str:
    """Read the key of a service; empty where it needs none.

    Raises
    ------
    ConfigError
        If the environment does not hold it. The message names the variable.
    """
    if service.key is None:
        return ""
    value = os.environ.get(service.key.env, "").strip()
    if not value:
        msg = (
            f"{name} ({service.url}): asks for a key, and the environment variable "
            f"{service.key.env} is not set. Get one from {service.operator} and set it."
        )
        raise ConfigError(msg)
    return value


def redacted(text: str, secret: str) -> str:
    """Take a secret out of a text, also where it is written as in an address.

    Examples
    --------
    >>> redacted("https://x.dk/wfs?apikey=a%2Fb&bbox=1", "a/b")
    'https://x.dk/wfs?apikey=***&bbox=1'
    """
    if not secret:
        return text
    spellings = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    if ":" in secret:
        spellings |= {part for part in secret.split(":", 1) if len(part) > 3}  # noqa: PLR2004
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, HIDDEN)
    return text
