"""The study: every planning decision, read once from ``study.toml`` and checked whole.

A number is written as ``{ value = 4.5, unit = "km/h", source = "..." }``; attribute names
carry the unit (``speed_kph``), so that no later code has to ask.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from .currency import Currency
from .effect_rules import EffectRules
from .errors import ConfigError, first
from .gap_rules import GapRules
from .isolation_rules import Isolation
from .job_rules import JobRules
from .link_rules import LinkRules
from .page_rules import Background, ComparisonRules, PageSizes
from .quantities import (
    ADULT,
    BikeCosts,
    BikeLens,
    CriteriaRules,
    Decision,
    Delay,
    Differences,
    DisclosureRules,
    Distance,
    Duration,
    Explorer,
    Isochrone,
    Limits,
    Part,
    PlaceCount,
    Speed,
    SpeedTable,
    WalkCosts,
    WalkLens,
    Year,
)
from .robustness_rules import Robustness
from .toml_file import lists_as_tuples, read_toml, validation_message
from .transit_rules import Transit
from .update_rules import EditionRules, UpdateRules

Name = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]
Words = Annotated[tuple[str, ...], Field(min_length=1)]


def _four_digits(value: Any) -> Any:
    """Fill up a Danish code that Excel or a number without quotes took the zeros of.

    Codes of other countries are longer or hold letters, and stay as they are.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    text = value.strip() if isinstance(value, str) else ""
    return text.zfill(4) if text.isdecimal() else value


MunicipalityCode = Annotated[
    str,
    BeforeValidator(_four_digits),
    Field(pattern=r"^([0-9]|[A-Za-z]{1,3}[0-9:_-])[0-9A-Za-z:_-]{3,}$"),
]


class General(Decision):
    """Name, place and state of the study."""

    id: Name
    name: str
    municipality: str
    municipality_code: MunicipalityCode
    crs: Annotated[str, Field(pattern=r"^EPSG:\d+$")]
    language: Literal["da", "en"]
    state: Year
    baseline: Year
    currency: Currency

    @property
    def decimal(self) -> Literal["comma", "point"]:
        """How its language writes numbers, and so its CSV files where nobody asks otherwise."""
        return "comma" if self.language == "da" else "point"

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the states that are measured, the baseline first."""
        return tuple(dict.fromkeys((self.baseline.value, self.state.value)))


class Quarter(Decision):
    """A quarter, the housing area in it, and its station where it has one."""

    id: Name
    area: Name
    station: Annotated[
        str | None, Field(min_length=1, exclude_if=lambda station: station is None)
    ] = None


class Functions(Decision):
    """Functions that are measured, and those that are only drawn."""

    measured: Words
    drawn: tuple[str, ...]
    source: str
    source_en: str | None = None


class LimitTable(Decision):
    """Minute limits of the measures."""

    catchment: Limits
    jobs: Limits
    choice: PlaceCount


def _not_adult(lens: str) -> str:
    if lens == ADULT:
        raise PydanticCustomError("twice", "adult is who the mode itself decides on")
    return lens


LensName = Annotated[Name, AfterValidator(_not_adult)]
# what a study leaves out leaves no trace in it, so that its fingerprint is that of before
WalkExtras = Annotated[WalkCosts | None, Field(exclude_if=lambda costs: costs is None)]
BikeExtras = Annotated[BikeCosts | None, Field(exclude_if=lambda costs: costs is None)]
WalkLenses = Annotated[
    dict[LensName, WalkLens], Field(default_factory=dict, exclude_if=lambda lenses: not lenses)
]
BikeLenses = Annotated[
    dict[LensName, BikeLens], Field(default_factory=dict, exclude_if=lambda lenses: not lenses)
]
ProfileLenses = Annotated[tuple[LensName, ...], Field(default=(), exclude_if=lambda own: not own)]


class Travel(Decision):
    """What the study decides of every mode: how far points and searches reach."""

    max_snap: Distance
    min_part: Distance
    search: Duration


class ModeDecisions(Travel):
    """What the study decides of every mode that has streets of its own."""

    closed_kinds: tuple[str, ...]
    closed_access: tuple[str, ...]
    closed_barriers: tuple[str, ...] = ()
    closed_marks: tuple[str, ...] = ()


class Walk(ModeDecisions):
    """How people walk, and what they can walk on."""

    speed: Speed
    costs: WalkExtras = None
    lenses: WalkLenses
    open_foot: tuple[str, ...]
    closed_foot: tuple[str, ...]


class Bike(ModeDecisions):
    """How people cycle, what they can cycle on, and when against the traffic."""

    speed: Speed
    costs: BikeExtras = None
    lenses: BikeLenses
    open_bicycle: tuple[str, ...]
    closed_bicycle: tuple[str, ...]
    oneway: bool
    contraflow: tuple[str, ...]


class Ebike(Travel):
    """How people ride electric bicycles, which go wherever bicycles may."""

    speed: Speed
    costs: BikeExtras = None
    lenses: BikeLenses


class Car(ModeDecisions):
    """How people drive: what part of the limit, and what a trip takes besides driving."""

    speeds: SpeedTable
    share: Part
    access_time: Delay
    parking_time: Delay
    open_car: tuple[str, ...]
    closed_car: tuple[str, ...]


class Modes(Decision):
    """Modes of the study: walking, and those of cycling and driving that it decides on."""

    walk: Walk
    bike: Bike | None = None
    ebike: Annotated[Ebike | None, Field(exclude_if=lambda ebike: ebike is None)] = None
    car: Car | None = None

    @model_validator(mode="after")
    def _ebikes_go_where_bikes_may(self) -> Self:
        if self.ebike is not None and self.bike is None:
            raise PydanticCustomError(
                "twice", "modes.ebike needs modes.bike: it goes where bikes may"
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Modes that the study decides on, walking first."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)

    def __getitem__(self, name: str) -> Travel:
        """Give the decisions on a mode.

        Raises
        ------
        ConfigError
            If the study decides on no such mode.
        """
        if name not in self.names:
            msg = (
                f"study.toml: decides on no mode {name!r}; there are {', '.join(self.names)}. "
                f"Add [modes.{name}], or choose one of them."
            )
            raise ConfigError(msg)
        decisions: Travel = getattr(self, name)
        return decisions


class PlaceRules(Decision):
    """What is measured of the places."""

    max_position_accuracy: Distance
    entrance_tolerance: Distance | None = None


class ProfileRules(Decision):
    """What stands first on a profile, and who is measured on foot besides adults."""

    key_functions: Words
    lenses: ProfileLenses
    everyday: Duration
    commute: Duration
    listed: Distance


class Study(Decision):
    """All decisions of one study; see ``study.toml`` for what each means."""

    study: General
    quarters: Annotated[tuple[Quarter, ...], Field(min_length=1)]
    functions: Functions
    limits: LimitTable
    modes: Modes
    transit: Annotated[Transit | None, Field(exclude_if=lambda transit: transit is None)] = None
    robustness: Annotated[Robustness | None, Field(exclude_if=lambda own: own is None)] = None
    isochrone: Isochrone
    isolation: Annotated[Isolation | None, Field(exclude_if=lambda rules: rules is None)] = None
    places: PlaceRules
    profile: ProfileRules
    gaps: Annotated[GapRules | None, Field(exclude_if=lambda gaps: gaps is None)] = None
    jobs: JobRules
    disclosure: DisclosureRules
    explorer: Annotated[Explorer | None, Field(exclude_if=lambda rules: rules is None)] = None
    pages: Annotated[PageSizes | None, Field(exclude_if=lambda sizes: sizes is None)] = None
    background: Annotated[Background | None, Field(exclude_if=lambda own: own is None)] = None
    differences: Annotated[Differences | None, Field(exclude_if=lambda own: own is None)] = None
    comparison: Annotated[ComparisonRules | None, Field(exclude=True)] = None
    updates: Annotated[UpdateRules | None, Field(exclude=True)] = None
    editions: Annotated[EditionRules | None, Field(exclude=True)] = None
    links: Annotated[LinkRules | None, Field(exclude=True)] = None
    effects: Annotated[EffectRules | None, Field(exclude=True)] = None
    criteria: Annotated[CriteriaRules | None, Field(exclude_if=lambda own: own is None)] = None
    words: Annotated[
        dict[Literal["da", "en"], dict[str, str]],
        Field(default_factory=dict, exclude_if=lambda words: not words),
    ]

    @model_validator(mode="after")
    def _names_stand_once(self) -> Self:
        for what, names in (
            ("quarters.id", [quarter.id for quarter in self.quarters]),
            ("quarters.area", [quarter.area for quarter in self.quarters]),
            ("functions", [*self.functions.measured, *self.functions.drawn]),
            ("profile.lenses", self.profile.lenses),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise PydanticCustomError(
                    "twice",
                    "{what}: {count} names stand twice: {twice}; each may stand once",
                    {"what": what, "count": len(twice), "twice": first(twice)},
                )
        return self

    @property
    def _least(self) -> tuple[str, ...]:
        """Windows of the day that departures are counted in."""
        rules = None if self.gaps is None else self.gaps.departures
        return () if rules is None else tuple(rules.least.value)

    @model_validator(mode="after")
    def _profile_uses_what_is_measured(self) -> Self:
        for key, chosen, allowed in (
            ("profile.key_functions", self.profile.key_functions, self.functions.measured),
            ("profile.everyday", (self.profile.everyday.value,), self.limits.catchment.value),
            ("profile.commute", (self.profile.commute.value,), self.limits.jobs.value),
            ("profile.lenses", self.profile.lenses, self.modes.walk.lenses),
            ("gaps.limits", self.gaps.limits.value if self.gaps else (), self.functions.measured),
            (
                "links.functions",
                self.links.functions if self.links else (),
                self.functions.measured,
            ),
            ("gaps.departures.least", self._least, self.transit.windows if self.transit else ()),
        ):
            strangers = [value for value in chosen if value not in allowed]
            if strangers:
                raise PydanticCustomError(
                    "twice",
                    "{key} holds {count} unknown to the study: {strangers}; {allowed} are allowed",
                    {
                        "key": key,
                        "count": len(strangers),
                        "strangers": first(strangers),
                        "allowed": ", ".join(map(repr, allowed)),
                    },
                )
        return self

    @model_validator(mode="after")
    def _prices_are_in_its_currency(self) -> Self:
        if self.links is not None:
            self.links.check_currency(self.study.currency)
        return self

    @model_validator(mode="after")
    def _search_reaches_every_limit(self) -> Self:
        longest = max(*self.limits.catchment.value, *self.limits.jobs.value)
        for name in self.modes.names:
            search = self.modes[name].search.value
            if search < longest:
                raise PydanticCustomError(
                    "twice",
                    "modes.{name}.search is {value}: at least {longest}, the longest limit, "
                    "is needed",
                    {"name": name, "value": search, "longest": longest},
                )
        return self


def read_study(path: Path) -> Study:
    """Read ``study.toml``.

    Raises
    ------
    ConfigError
        Names the file, every key that is unknown, missing, of the wrong type or without a
        unit, and what is allowed.
    """
    try:
        return Study.model_validate(lists_as_tuples(read_toml(path)))
    except ValidationError as error:
        raise ConfigError(validation_message(path, error, Study)) from error
