"""GET /api/grids: the grids as GeoJSON, each with the number of its open cases."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.security.asker import granted
from dispatch.access.scope import Scope
from dispatch.centre import Centre
from dispatch.figures.now import grid_load
from mapdata.grids import GridShape, list_grids


class GridProperties(BaseModel):
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


class GridFeature(BaseModel):
    """One grid."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: GridProperties


class Grids(BaseModel):
    """Every present grid (EPSG:4326)."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[GridFeature]


def router(centre: Centre) -> APIRouter:
    """The grids of one centre."""
    routes = APIRouter(tags=["map"])

    @routes.get("/api/grids", summary="Grids with their open cases")
    def grids(_scope: Annotated[Scope, granted("map.see")]) -> Grids:
        area_id = centre.area.area_id
        with centre.database.transaction() as transaction:
            load = grid_load(transaction, area_id)
            shapes = list_grids(transaction, area_id)
        return Grids(features=[_feature(shape, load.get(shape.code, 0)) for shape in shapes])

    return routes


def _feature(shape: GridShape, open_cases: int) -> GridFeature:
    return GridFeature(
        id=shape.code,
        geometry=shape.outline,
        properties=GridProperties(
            code=shape.code,
            name=shape.name,
            kind=shape.kind,
            village_code=shape.village_code,
            village_name=shape.village_name,
            households=shape.households,
            label_lon=shape.label_lon,
            label_lat=shape.label_lat,
            open_cases=open_cases,
        ),
    )
