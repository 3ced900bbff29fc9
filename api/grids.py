"""GET /api/grids: the grids as GeoJSON, each with the number of its open cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.wording import Answer
from dispatch.access import grants
from dispatch.centre import Centre
from dispatch.figures.now import grid_load
from mapdata.grids import GridShape, list_grids


class GridProperties(Answer):
    """Names, households, label point (degrees, EPSG:4326) and open cases of a grid."""

    code: str
    name: str
    kind: str
    village_code: str | None
    village_name: str | None
    households: int
    label_lon: float
    label_lat: float
    open_cases: int


class GridFeature(Answer):
    """One grid."""

    type: Literal["Feature"] = "Feature"
    id: str = Field(validation_alias="code")
    geometry: dict[str, Any] = Field(validation_alias="outline")
    properties: GridProperties


class Grids(BaseModel):
    """Every present grid (EPSG:4326)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[GridFeature]


@dataclass(frozen=True)
class LoadedGrid(GridShape):
    """A grid with the number of its open cases."""

    open_cases: int

    @property
    def properties(self) -> LoadedGrid:
        """What GeoJSON has beside the outline."""
        return self


def router(centre: Centre) -> APIRouter:
    """The grids of one centre."""
    routes = APIRouter(tags=["map"])

    @routes.get("/api/grids", summary="Grids with their open cases")
    def grids() -> Grids:
        grants.require("map.see")
        area_id = centre.area.area_id
        with centre.database.transaction() as transaction:
            load = grid_load(transaction, area_id)
            shapes = list_grids(transaction, area_id)
        loaded = (LoadedGrid(**vars(shape), open_cases=load.get(shape.code, 0)) for shape in shapes)
        return Grids(features=[GridFeature.of(grid) for grid in loaded])

    return routes
