"""Writes the Parquet files of this folder: pip install pyarrow==26.0.1; python make_parquet.py

Apache Arrow's own writer shares no code with DuckDB, which reads them.
"""
import datetime as dt
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
BEGIN = dt.datetime(2026, 3, 1, tzinfo=dt.timezone.utc)
ROWS = [
    # device, minutes after BEGIN, metric, value, quality
    ("表-1", 0, "energy_import", 10.5, None),
    ("表-1", 15, "energy_import", 10.75, "good"),
    ("M-2", 0, "voltage_a", 231.25, "good"),
    ("M-2", 15, "voltage_a", None, "silent"),
    ("M-2", 30, "voltge_a", 230.0, "good"),
    ("M-2", 45, "voltage_a", None, "good"),
]


def table(time_type, begin):
    return pa.table(
        {
            "device": pa.array([row[0] for row in ROWS]).dictionary_encode(),
            "time": pa.array([begin + dt.timedelta(minutes=row[1]) for row in ROWS], time_type),
            "metric": pa.array([row[2] for row in ROWS]),
            "value": pa.array([row[3] for row in ROWS], pa.float64()),
            "quality": pa.array([row[4] for row in ROWS], pa.string()),
        }
    )


# Two row groups, so that a row is numbered by its place in the file and not in its group.
pq.write_table(
    table(pa.timestamp("ms", "UTC"), BEGIN), HERE / "utc.parquet", row_group_size=4, compression="snappy"
)
# Without a zone, as a spreadsheet or a database without zones gives it.
pq.write_table(
    table(pa.timestamp("us"), BEGIN.replace(tzinfo=None)), HERE / "local.parquet", compression="zstd"
)
