"""The region by train and bus: every stop within the commuting limits."""

from __future__ import annotations

from .access import LIMIT
from .kinds import Schema, flag, listed, maybe, number, record, share, spread, text, whole

PARTS: dict[str, Schema] = {
    "region": maybe(
        record(
            "Stops within each limit in the first window of the day, door to platform.",
            window=text("Id of the window."),
            percentile=number("Per cent of the departures that are at least as quick.", "%"),
            origins=whole("Origins that the medians are of.", "origins"),
            within=listed(
                "How many stops, by limit.",
                record(
                    "A limit.",
                    limit_min=LIMIT,
                    stops=whole("All whose median is within.", "stops"),
                    stations=whole("Those of them on rails.", "stops"),
                ),
            ),
            beyond=whole("Stops beyond the largest limit, those not reached included.", "stops"),
            rows=listed(
                "Each stop within the largest limit, nearest first.",
                record(
                    "A stop.",
                    id=text("Its id."),
                    name=maybe(text("Its name."), "it has none"),
                    on_rails=flag("Whether anything on rails calls there."),
                    limit_min=number("Least limit that holds its median.", "min", least=0),
                    **spread("minutes that so many departures keep to.", "min", "not reached"),
                    share=share("Median of the share of departures that get there."),
                ),
            ),
        ),
        "nothing is measured by public transport",
    )
}
