"""Maps on paper at an exact scale, in the study's own projection."""

from __future__ import annotations

from .content import PaperTables, credits_of
from .papers import PAPERS
from .sheet import FORMATS, Order, PrintedSheet, print_sheets

__all__ = [
    "FORMATS",
    "PAPERS",
    "Order",
    "PaperTables",
    "PrintedSheet",
    "credits_of",
    "print_sheets",
]
