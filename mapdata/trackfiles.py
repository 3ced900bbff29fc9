"""Tracks as files: TRK1 (columns for the replay page), GeoJSON, GPX 1.1.

TRK1, little endian::

    header 32 B   magic 'TRK1' u32, tracks u32, points u32, T0 f64 (s since 1970), unit f64 (degrees), time unit f32 (s)
    tracks x 24 B worker u32, offset u32, points u32, lon0 i32, lat0 i32, t0 u32 (time units after T0)
    columns       dlon i16[points], dlat i16[points], dt u16[points]

The first point of a track is its lon0, lat0, t0; every further one adds its deltas (the first one's are 0). A gap, or a
jump too large for 16 bits, begins a new track of the same worker.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import numpy as np

from mapdata.tracks import Track, segments

MAGIC = int.from_bytes(b"TRK1", "little")
UNIT_DEG = 1e-6
"""About 0.1 m."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEADER = struct.Struct("<IIIddf")
_ENTRY = np.dtype([("worker", "<u4"), ("offset", "<u4"), ("n", "<u4"), ("lon0", "<i4"), ("lat0", "<i4"), ("t0", "<u4")])


def time_unit_s(tracks: Sequence[Track]) -> float:
    """One second, or a tenth where fixes lie closer together than that (a shift played faster than life)."""
    closest = min((float(np.diff(track.t_s).min()) for track in tracks if len(track) > 1), default=1.0)
    return 1.0 if closest >= 1.0 else 0.1


def to_trk1(tracks: Sequence[Track], start: datetime) -> bytes:
    """Encode tracks as TRK1; ``start`` (aware) is its T0 and must not be later than the first fix."""
    unit_s = time_unit_s(tracks)
    pieces = [piece for track in tracks for piece in _pieces_in_units(track, start.timestamp(), unit_s)]
    offsets = np.cumsum([0, *(len(columns[0]) for _, columns in pieces)])
    entries = np.array(
        [
            (worker_id, offset, len(time), lon[0], lat[0], time[0])
            for (worker_id, (lon, lat, time)), offset in zip(pieces, offsets, strict=False)
        ],
        dtype=_ENTRY,
    )
    header = _HEADER.pack(MAGIC, len(pieces), int(offsets[-1]), start.timestamp(), UNIT_DEG, unit_s)
    columns = (
        np.concatenate([np.diff(columns[axis], prepend=columns[axis][:1]) for _, columns in pieces] or [np.zeros(0)])
        for axis in range(3)
    )
    types = ("<i2", "<i2", "<u2")
    return header + entries.tobytes() + b"".join(c.astype(t).tobytes() for c, t in zip(columns, types, strict=True))


def _pieces_in_units(track: Track, start_s: float, unit_s: float) -> Iterator[tuple[int, tuple[np.ndarray, ...]]]:
    """Pieces whose steps fit into 16 bits: worker, and columns lon, lat, time in whole units."""
    for segment in segments(track):
        # Rounded before the differences are taken, not after: a sum of rounded differences would drift away. A step of
        # time needs no check, since within a segment it is under GAP_S, in tenths of a second far below 65,536.
        lon = np.round(track.lon[segment] / UNIT_DEG).astype(np.int64)
        lat = np.round(track.lat[segment] / UNIT_DEG).astype(np.int64)
        time = np.round((track.t_s[segment] - start_s) / unit_s).astype(np.int64)
        too_far = np.flatnonzero((np.abs(np.diff(lon)) > 32767) | (np.abs(np.diff(lat)) > 32767)) + 1
        for piece in zip(*(np.split(column, too_far) for column in (lon, lat, time)), strict=True):
            yield track.worker_id, piece


def from_trk1(data: bytes) -> list[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Decode TRK1 to ``(worker, lon, lat, t_s)`` a piece, degrees and seconds since 1970.

    Raises
    ------
    ValueError
        when the data is not TRK1 or is cut short.
    """
    if len(data) < _HEADER.size or struct.unpack_from("<I", data)[0] != MAGIC:
        raise ValueError("not TRK1")
    _, count, points, start_s, unit_deg, unit_s = _HEADER.unpack_from(data)
    entries = np.frombuffer(data, dtype=_ENTRY, count=count, offset=_HEADER.size)
    columns_start = _HEADER.size + entries.nbytes
    dlon = np.frombuffer(data, "<i2", points, columns_start)
    dlat = np.frombuffer(data, "<i2", points, columns_start + 2 * points)
    dt = np.frombuffer(data, "<u2", points, columns_start + 4 * points)
    return [_decode(entry, dlon, dlat, dt, start_s, unit_deg, unit_s or 1.0) for entry in entries]


def _decode(
    entry: np.void, dlon: np.ndarray, dlat: np.ndarray, dt: np.ndarray, start_s: float, unit_deg: float, unit_s: float
) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    piece = slice(int(entry["offset"]), int(entry["offset"]) + int(entry["n"]))
    lon = (int(entry["lon0"]) + np.cumsum(dlon[piece], dtype=np.int64)) * unit_deg
    lat = (int(entry["lat0"]) + np.cumsum(dlat[piece], dtype=np.int64)) * unit_deg
    t_s = start_s + (int(entry["t0"]) + np.cumsum(dt[piece], dtype=np.int64)) * unit_s
    return int(entry["worker"]), lon, lat, t_s


def to_geojson(tracks: Sequence[Track]) -> dict[str, object]:
    """A GeoJSON collection: one LineString a segment (a lone fix is a Point), times (RFC 3339) beside it."""
    features = [_feature(track, segment) for track in tracks for segment in segments(track)]
    return {"type": "FeatureCollection", "features": features}


def _feature(track: Track, segment: slice) -> dict[str, object]:
    line = np.round(np.column_stack((track.lon[segment], track.lat[segment])), 6).tolist()
    geometry = {"type": "LineString", "coordinates": line}
    if len(line) == 1:
        geometry = {"type": "Point", "coordinates": line[0]}
    times = [_iso_utc(t_s) for t_s in track.t_s[segment]]
    properties = {"worker": track.worker_id, "name": track.name, "times": times}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def to_gpx(tracks: Sequence[Track]) -> str:
    """GPX 1.1: one ``trk`` a worker, one ``trkseg`` a segment. Source: topografix GPX 1.1 schema."""
    body = "".join(_gpx_track(track) for track in tracks)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Gridcommand" xmlns="http://www.topografix.com/GPX/1/1">\n' + body + "</gpx>\n"
    )


def _gpx_track(track: Track) -> str:
    segment_texts = []
    for segment in segments(track):
        fixes = zip(track.lon[segment], track.lat[segment], track.t_s[segment], strict=True)
        points = "".join(
            f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{_iso_utc(t_s)}</time></trkpt>\n' for lon, lat, t_s in fixes
        )
        segment_texts.append(f"<trkseg>\n{points}</trkseg>\n")
    return f"<trk><name>{_xml_text(track.name)} {track.worker_id}</name>\n{''.join(segment_texts)}</trk>\n"


def _xml_text(name: str) -> str:
    """A text as XML can hold it: one name must not make the whole file unreadable. Source: XML 1.0, 2.2."""
    return escape(_NOT_IN_XML.sub("", name))


def _iso_utc(t_s: float) -> str:
    return datetime.fromtimestamp(round(float(t_s), 1), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
