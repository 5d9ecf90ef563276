"""Words for a study whose money is in another currency than Danish kroner."""

from __future__ import annotations

from htkgis.currency import BUDGET, told_in

from .text import Text

MONEY = "money."
"""Section of what is said otherwise."""
UNITS = "unit."
COLUMN = "qgis.column."


def in_currency(text: Text, currency: str) -> Text:
    """Give words that say of money that it is in a currency.

    Parameters
    ----------
    currency
        Code of ISO 4217. Kroner have words of their own ("kr."), other money has its code.

    Examples
    --------
    >>> from htkgis.maps import load_text
    >>> words = load_text("da")
    >>> words("table.budget"), in_currency(words, "EUR")("table.budget")
    ('Budget, mio. kr.', 'Budget, mio. EUR')
    """
    if currency == text.currency:
        return text
    column = told_in(BUDGET, currency)
    said = {
        # an indicator may be in kroner wherever the study is: its unit keeps its words
        key: words if key.startswith((MONEY, UNITS)) else text.otherwise(words, MONEY)
        for key, words in text.words.items()
    }
    said[f"{COLUMN}{column}"] = said.pop(f"{COLUMN}{told_in(BUDGET, text.currency)}")
    said[f"{UNITS}{currency}"] = text(f"{MONEY}each")
    said[f"{UNITS}{currency}/m"] = text(f"{MONEY}metre")
    told = {
        key: words.replace("<currency>", currency).replace("<budget>", column)
        for key, words in said.items()
        if not key.startswith(MONEY)
    }
    return Text(text.language, told, currency)
