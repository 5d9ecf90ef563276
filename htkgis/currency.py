"""Money: codes of ISO 4217, and what columns of money are called where people and programs read.

Inside, a column of money says nothing of the currency, for a study has one; outside, its name does:
``budget_mio`` is ``budget_mio_dkk`` in files of a study in kroner.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

KRONER = "DKK"
"""What a study is in that states no currency."""
_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CODES = frozenset(_CODES.split())
"""Codes of ISO 4217 that money is counted in: no metals, no funds, none for tests."""


def _money(code: str) -> str:
    if code in CODES:
        return code
    meant = f"; did you mean {code.upper()!r}?" if code.upper() in CODES else ""
    raise PydanticCustomError(
        "currency",
        "is no currency of ISO 4217: allowed are its codes of three capitals, such as 'DKK', "
        "'EUR' or 'SEK'{meant}",
        {"meant": meant},
    )


Currency = Annotated[
    str,
    AfterValidator(_money),
    Field(default=KRONER, exclude_if=lambda code: bool(code == KRONER)),
]
"""What money is counted in; kroner leave no trace, being what a silent study says."""
BUDGET = "budget_mio"
_NAMES = {
    BUDGET: "budget_mio_{code}",
    "price_mio": "price_mio_{code}",
    "saved_person_min_per_mio": "saved_person_min_per_mio_{code}",
    "person_min_per_mio": "person_min_per_mio_{code}",
    "person_min_per_mio_alone": "person_min_per_mio_{code}_alone",
    "money_per_gainer": "{code}_per_gainer",
    "money_per_gainer_alone": "{code}_per_gainer_alone",
    "money_per_reach": "{code}_per_reach",
    "money_per_reach_alone": "{code}_per_reach_alone",
    "per_mio": "per_mio_{code}",
}


def told_in(name: str, currency: str) -> str:
    """Call a column, or a key, as files of a study in that currency call it.

    Parameters
    ----------
    name
        Ours; what is not of money keeps its name.
    currency
        Code of ISO 4217.

    Examples
    --------
    >>> told_in("budget_mio", "EUR"), told_in("money_per_gainer", "DKK"), told_in("name", "EUR")
    ('budget_mio_eur', 'dkk_per_gainer', 'name')
    """
    return _NAMES[name].format(code=currency.lower()) if name in _NAMES else name
