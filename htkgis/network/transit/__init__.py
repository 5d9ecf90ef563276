"""Public transport: timetables scanned with all departures of a window side by side.

A service day is cut into connections (:mod:`.connections`), streets and stops are joined by
walks (:mod:`.pairs`, :mod:`.footpaths`), and one pass over the connections of a window finds the
arrivals of 64 departures (:mod:`.scan`), where much is asked of several origins at once
(:mod:`.many_origins`). What frequencies leave open is drawn evenly (:mod:`.frequencies`); of many
draws, what each departure of a stop leads to is worked out once for all origins
(:mod:`.stop_profiles`, :mod:`.many_draws`). What a departure means is one of three senses
(:mod:`.semantics`), and a journey can be read leg by leg (:mod:`.itinerary`).
"""

from .answering import (
    Prepared,
    answers_of_parts,
    blocks_of_all,
    prepared,
    ranked_of_parts,
    recounted_of_parts,
)
from .answers import WindowTimes, steps_of
from .beyond import at_best
from .connections import Connections, connections_of, turned_round
from .destinations import at_places, of_origins, with_walks
from .footpaths import footpaths
from .frequencies import drawn, even_offsets, frequencies_of
from .itinerary import TransitLeg, itinerary
from .journeys import (
    Doors,
    JourneyRules,
    Journeys,
    Riding,
    from_door_to_door,
    journeys_between,
    timetables_of,
    ways_between,
)
from .many_times import percentile_times
from .pairs import Pairs, as_one, later, pairs_of, sooner, walks_from, walks_to
from .rankings import Ranked, Ranking
from .reached_streets import streets_of_departures
from .recounts import Counted
from .semantics import Semantics, window_times
from .transit_times import (
    answers_of_blocks,
    departure_times,
    transit_answers,
    transit_opportunities,
    transit_times,
)
from .windows import Block, every_minute

__all__ = [
    "Block",
    "Connections",
    "Counted",
    "Doors",
    "JourneyRules",
    "Journeys",
    "Pairs",
    "Prepared",
    "Ranked",
    "Ranking",
    "Riding",
    "Semantics",
    "TransitLeg",
    "WindowTimes",
    "answers_of_blocks",
    "answers_of_parts",
    "as_one",
    "at_best",
    "at_places",
    "blocks_of_all",
    "connections_of",
    "departure_times",
    "drawn",
    "even_offsets",
    "every_minute",
    "footpaths",
    "frequencies_of",
    "from_door_to_door",
    "itinerary",
    "journeys_between",
    "later",
    "of_origins",
    "pairs_of",
    "percentile_times",
    "prepared",
    "ranked_of_parts",
    "recounted_of_parts",
    "sooner",
    "steps_of",
    "streets_of_departures",
    "timetables_of",
    "transit_answers",
    "transit_opportunities",
    "transit_times",
    "turned_round",
    "walks_from",
    "walks_to",
    "ways_between",
    "window_times",
    "with_walks",
]
