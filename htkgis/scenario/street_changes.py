"""Streets of a layer that a scenario moves, changes or closes."""

from __future__ import annotations

import difflib
from collections.abc import Container
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.errors import FIRST, SchemaError, first
from htkgis.scenario_rules import ChangeStreet, CloseStreet, RerouteStreet
from htkgis.schema.street_pieces import ADDITIVE, DELAY, PIECE_FROM, PIECE_TO, whole_name

from .street_joints import AT_JUNCTION_M, Joining, Joints, drawn_line, reaching

MODES = ("walk", "bike", "car")


def rerouted(streets: gpd.GeoDataFrame, edit: RerouteStreet) -> gpd.GeoDataFrame:
    """Give a street another line; its ends stay where they were, or join what lies there.

    Raises
    ------
    SchemaError
        If there is no such street, the line is the old one, or an end meets no street.
    """
    what = f"reroute_street {edit.street!r}"
    own = streets["id"].eq(edit.street).to_numpy(dtype=bool)
    if not own.any():
        near = difflib.get_close_matches(edit.street, streets["id"].astype(str), n=FIRST)
        msg = (
            f"scenario, {what}: none of {len(streets)} streets has this id; ids of the layer are "
            f"allowed, such as {first(near or streets['id'])}. Correct it."
        )
        raise SchemaError(msg)
    old = streets[own].iloc[0].to_dict()
    joints = Joints(streets[~own])
    before = shapely.get_coordinates(old["geometry"])
    coordinates = drawn_line(edit.line, streets.crs)
    if shapely.hausdorff_distance(old["geometry"], shapely.LineString(coordinates)) < AT_JUNCTION_M:
        msg = f"scenario, {what}: the line is the one it has; nothing changes. Leave it out."
        raise SchemaError(msg)
    modes = tuple(mode for mode in MODES if mode in streets.columns and old[mode])
    who = Joining(what, f"{edit.street}@{edit.from_year}", modes, edit.within_m)
    for place, side in ((0, "from"), (-1, "to")):
        if np.hypot(*(coordinates[place] - before[place])) <= edit.within_m:
            joint = shapely.Point(before[place])
        else:
            old[f"{side}_node"], joint = joints.joined(shapely.Point(coordinates[place]), who)
            old |= {name: None for name in (f"barrier_{side}",) if name in old}
        coordinates = reaching(coordinates, joint, at_start=place == 0)
    line = shapely.LineString(coordinates)
    # rises and falls of the old line say nothing of the new one
    unknown = {name: np.nan for name in ("gain_m", "loss_m") if name in old}
    joints.rows.append(old | unknown | {"length_m": float(line.length), "geometry": line})
    return joints.table()


def changed(
    streets: gpd.GeoDataFrame, edit: ChangeStreet, *, read: Container[str] | None
) -> gpd.GeoDataFrame:
    """Give streets the facts that an edit states.

    Parameters
    ----------
    streets
        Contract ``STREETS``.
    edit
        Any change.
    read
        Columns that times rest on (:attr:`htkgis.network.Mode.columns` of all modes and lenses);
        None where nobody asks.

    Raises
    ------
    SchemaError
        If a street is unknown, has it all already, or nothing rests on a fact.
    """
    what = f"change_street {first(edit.streets)}"
    chosen = chosen_rows(streets, edit.streets, what=what)
    opened = dict.fromkeys(edit.opens, True)
    known = set(streets.columns) if read is None else {n for n in streets.columns if n in read}
    idle = [name for name in (*opened, *edit.facts) if name not in known | {DELAY}]
    if idle:
        msg = (
            f"scenario, {what}: {len(idle)} facts change no time: {first(idle)}; no mode of the "
            "study reads them, or the layer of streets does not hold them. Leave them out, or let "
            "the study count them ([modes.*])."
        )
        raise SchemaError(msg)
    after = streets.assign(**{mode: streets[mode] | chosen for mode in opened})
    _check_open_to_cars(after, chosen, edit, what=what)
    for name, value in edit.facts.items():
        after = _stated(after, chosen, name, value)
    same = [
        str(streets["id"].iloc[row])
        for row in np.flatnonzero(chosen)
        if _alike(streets.iloc[row], after.iloc[row], (*opened, *edit.facts))
    ]
    if same:
        msg = (
            f"scenario, {what}: {len(same)} of {int(chosen.sum())} streets are so already: "
            f"{first(same)}. Leave them out."
        )
        raise SchemaError(msg)
    return after


def closed(streets: gpd.GeoDataFrame, edit: CloseStreet, names: tuple[str, ...]) -> Any:
    """Close some of the streets of an edit to its modes.

    Raises
    ------
    SchemaError
        If one is closed to all of the modes already, or there is none of its name.
    """
    what = "close_street"
    chosen = chosen_rows(streets, names, what=what)
    idle = chosen & ~streets[list(edit.modes)].astype(bool).any(axis=1).to_numpy()
    if idle.any():
        named = [f"{name!r} is closed already" for name in streets.loc[idle, "id"]]
        msg = (
            f"scenario, {what}: {len(named)} of {len(edit.streets)} streets cannot be closed: "
            f"{first(named)}. Correct their ids."
        )
        raise SchemaError(msg)
    return streets.assign(**{mode: streets[mode] & ~chosen for mode in edit.modes})


def chosen_rows(
    streets: gpd.GeoDataFrame, names: tuple[str, ...], *, what: str
) -> npt.NDArray[np.bool_]:
    """Tell the rows of some streets; all pieces of one that was cut.

    Raises
    ------
    SchemaError
        If one is no street.
    """
    pieces = streets["id"].str.startswith(tuple(f"{name}#" for name in names))
    chosen = np.asarray(streets["id"].isin(names) | pieces, dtype=np.bool_)
    found = streets.loc[chosen, "id"].tolist()
    missing = sorted(set(names) - set(found) - {name.split("#")[0] for name in found})
    if missing:
        faults = [f"{name!r} is no street" for name in missing]
        msg = (
            f"scenario, {what}: {len(missing)} of {len(names)} streets are not there: "
            f"{first(faults)}. Correct their ids."
        )
        raise SchemaError(msg)
    return chosen


def _stated(
    streets: gpd.GeoDataFrame, chosen: npt.NDArray[np.bool_], name: str, value: Any
) -> gpd.GeoDataFrame:
    """Write a fact into some rows; of what adds up along a street each piece takes its part."""
    column = streets.get(name, pd.Series(np.nan, index=streets.index))
    if name not in ADDITIVE or PIECE_FROM not in streets.columns:
        return streets.assign(**{name: column.mask(chosen, value).astype(column.dtype)})
    part = (streets[PIECE_TO] - streets[PIECE_FROM]).fillna(1.0)
    pieces = chosen & streets[PIECE_FROM].notna().to_numpy()
    whole = streets.get(whole_name(name), pd.Series(np.nan, index=streets.index))
    return streets.assign(
        **{
            name: column.mask(chosen, value * part),
            whole_name(name): whole.mask(pieces, value),
        }
    )


def _check_open_to_cars(
    streets: gpd.GeoDataFrame, chosen: npt.NDArray[np.bool_], edit: ChangeStreet, *, what: str
) -> None:
    for name, mode in (("car_kph", "car"), ("oneway", "car"), ("oneway_bike", "bike")):
        if name not in edit.facts:
            continue
        shut = chosen & ~streets[mode].to_numpy(dtype=bool)
        if shut.any():
            msg = (
                f"scenario, {what}: {name} of {int(shut.sum())} streets that no {mode} may use: "
                f"{first(streets.loc[shut, 'id'].tolist())}. Open them (opens), or leave them out."
            )
            raise SchemaError(msg)


def _alike(before: pd.Series, after: pd.Series, names: tuple[str, ...]) -> bool:
    """Tell whether a street has all that an edit states; no delay is a delay of 0."""
    for name in names:
        old = before.get(name)
        if name == DELAY and (old is None or pd.isna(old)):
            old = 0.0
        if pd.isna(old) or old != after[name]:
            return False
    return True
