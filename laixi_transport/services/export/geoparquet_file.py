"""GeoParquet 1.1: every report as a row, its place as a point in WKB."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from laixi_transport.analytics.cleaning import Doubt
from laixi_transport.domain.position import StatusBit
from laixi_transport.services.export.choice import Options
from laixi_transport.services.export.samples import DOUBT_WORDS, STATE_WORDS, Samples, State
from laixi_transport.services.export.summary import Summary
from laixi_transport.services.export.watch import Watch

ROWS = 65_536
"""Of a row group, at most."""

_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
CRS84 = {
    "$schema": "https://proj.org/schemas/v0.6/projjson.schema.json",
    "type": "GeographicCRS",
    "name": "WGS 84 (CRS84)",
    "datum_ensemble": {
        "name": "World Geodetic System 1984 ensemble",
        "members": [{"name": "World Geodetic System 1984 (Transit)", "id": {"authority": "EPSG", "code": 1166}}],
        "ellipsoid": {"name": "WGS 84", "semi_major_axis": 6378137, "inverse_flattening": 298.257223563},
        "accuracy": "2.0",
        "id": {"authority": "EPSG", "code": 6326},
    },
    "coordinate_system": {
        "subtype": "ellipsoidal",
        "axis": [
            {"name": "Geodetic longitude", "abbreviation": "Lon", "direction": "east", "unit": "degree"},
            {"name": "Geodetic latitude", "abbreviation": "Lat", "direction": "north", "unit": "degree"},
        ],
    },
    "id": {"authority": "OGC", "code": "CRS84"},
}


def write_geoparquet(days: Iterable[Samples], path: Path, options: Options, summary: Summary, watch: Watch) -> int:
    """Write the reports; return how many there are. A report without a fix has no geometry.

    Source: GeoParquet 1.1.0, geoparquet.org.
    """
    import pyarrow as pa
    import pyarrow.parquet

    pq: Any = pyarrow.parquet
    schema = _schema(pa)
    box = np.array([np.inf, np.inf, -np.inf, -np.inf])
    rows = 0
    # Without Arrow's own schema, readers show the metadata of the file, which is whole only at the end.
    with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for samples in days:
            n = len(samples.day.track)
            for begin in range(0, n, ROWS):
                part = slice(begin, min(n, begin + ROWS))
                writer.write_table(_table(pa, schema, samples, part))
                watch.step(part.stop - part.start)
            rows += n
            if np.isfinite(samples.lon_deg).any():
                lon, lat = samples.lon_deg, samples.lat_deg
                box[:2] = np.minimum(box[:2], (np.nanmin(lon), np.nanmin(lat)))
                box[2:] = np.maximum(box[2:], (np.nanmax(lon), np.nanmax(lat)))
            watch.step()
        column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"], "crs": CRS84}
        if np.isfinite(box).all():
            column["bbox"] = box.tolist()
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        about = {key: value for key, _, value in summary.about(options)}
        writer.add_key_value_metadata({"geo": json.dumps(geo), "laixi": json.dumps(about, ensure_ascii=False)})
    return rows


def _schema(pa: Any) -> Any:
    words = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            ("plate", words),
            ("time", pa.timestamp("ms", tz="UTC")),
            ("geometry", pa.binary()),
            ("speed_kmh", pa.float64()),
            ("recorder_speed_kmh", pa.float64()),
            ("direction_deg", pa.uint16()),
            ("altitude_m", pa.int16()),
            ("mileage_km", pa.float64()),
            ("state", words),
            ("piece", pa.int64()),
            ("gap_before_s", pa.float64()),
            ("doubt", words),
            ("ignition", pa.bool_()),
            ("alarm_bits", pa.uint32()),
            ("status_bits", pa.uint32()),
        ]
    )


def _table(pa: Any, schema: Any, samples: Samples, part: slice) -> Any:
    track = samples.day.track

    def words(codes: Any, texts: dict[Any, str]) -> Any:
        return pa.DictionaryArray.from_arrays(codes[part].astype(np.int32), list(texts.values()))

    n = part.stop - part.start
    piece = samples.piece[part]
    columns = [
        pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), [samples.day.vehicle.name]),
        pa.array(track.time_s[part] * 1000, pa.timestamp("ms", tz="UTC")),
        _points(pa, samples, part),
        pa.array(np.round(track.speed_kmh[part], 1), from_pandas=True),
        pa.array(np.round(track.recorder_speed_kmh[part], 1), from_pandas=True),
        pa.array(track.direction_deg[part]),
        pa.array(track.altitude_m[part]),
        pa.array(np.round(track.mileage_km[part], 1), from_pandas=True),
        words(samples.state, {one: STATE_WORDS[one] for one in State}),
        pa.array(piece, mask=piece == 0),
        pa.array(samples.silent_s[part], from_pandas=True),
        words(samples.doubt, {one: DOUBT_WORDS[one] for one in Doubt}),
        pa.array((track.status_bits[part] & np.uint32(StatusBit.ACC_ON)) != 0),
        pa.array(track.alarm_bits[part]),
        pa.array(track.status_bits[part]),
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _points(pa: Any, samples: Samples, part: slice) -> Any:
    """Return the places as points in little-endian WKB: 21 bytes each, made for all at once."""
    lon, lat = samples.lon_deg[part], samples.lat_deg[part]
    known = np.isfinite(lon)
    points = np.zeros(int(known.sum()), _POINT)
    points["order"], points["type"] = 1, 1
    points["x"], points["y"] = lon[known], lat[known]
    offsets = np.concatenate(([0], np.cumsum(known))).astype(np.int32) * _POINT.itemsize
    valid = np.packbits(known, bitorder="little")
    buffers = [pa.py_buffer(valid), pa.py_buffer(offsets), pa.py_buffer(points.tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(lon), buffers)
