#!/usr/bin/env python3
"""prepare.py DATA STORES OUT: stores of M5 (DATA/data/m5) as one file for `bench lstm-accuracy`.

Little-endian 32-bit numbers: the file's mark, series, days (28 beyond the end among them), known
days and stores; then by series its store, department and first day with a sale; then as floats by
series and day the units (0 from the end on) and the logarithm of the price (NaN where there is
none); then by store, by calendar column and by day 0 or 1. Calendar columns: four kinds of event,
Christmas, SNAP days. OUT.events.csv has events by name, and SNAP days, by the number of a store."""

import importlib.util
import pathlib
import sys

import numpy as np
import pandas as pd

MARK, HORIZON = 0x354D534C, 28
KINDS = ["Cultural", "National", "Religious", "Sporting"]


def judge_of(data):
    """The judge of these data, a program without a package."""
    spec = importlib.util.spec_from_file_location("m5", pathlib.Path(data) / "judge" / "m5.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prices(m5, meta, weeks):
    """The logarithm of the price by series and day."""
    runs = pd.read_csv(f"{m5.DATA}/sell_prices_runs.csv.gz")
    row = pd.Series(range(len(meta)), pd.MultiIndex.from_frame(meta[["item_id", "store_id"]]))
    runs["row"] = row.reindex(pd.MultiIndex.from_frame(runs[["item_id", "store_id"]])).to_numpy()
    result = np.full((len(meta), len(weeks)), np.nan, np.float32)
    for run in runs.dropna(subset="row").itertuples():
        first = np.searchsorted(weeks, run.first_wm_yr_wk)
        last = np.searchsorted(weeks, run.last_wm_yr_wk, side="right")
        result[int(run.row), first:last] = np.log(run.sell_price)
    return result


def columns(calendar, stores):
    kinds = [
        (calendar.event_type_1 == kind) | (calendar.event_type_2 == kind) for kind in KINDS
    ]
    christmas = (calendar.event_name_1 == "Christmas") | (calendar.event_name_2 == "Christmas")
    return np.stack([
        np.stack([*kinds, christmas, calendar[f"snap_{store[:2]}"] == 1]) for store in stores
    ]).astype(np.float32)


def event_rows(calendar, stores):
    """The calendar as the product takes it."""
    for name in ("event_name_1", "event_name_2"):
        for row in calendar.dropna(subset=name).itertuples():
            yield f"{getattr(row, name)},{row.date},"
    for number, store in enumerate(stores):
        for row in calendar[calendar[f"snap_{store[:2]}"] == 1].itertuples():
            yield f"SNAP,{row.date},location={number}"


def main(data, stores, out):
    m5, stores = judge_of(data), stores.split(",")
    meta, history, _ = m5.load(stores)
    days = m5.LAST + HORIZON
    calendar = pd.read_csv(f"{m5.DATA}/calendar.csv").iloc[:days]
    units = np.zeros((len(meta), days), np.float32)
    units[:, : m5.LAST] = history
    head = np.array([MARK, len(meta), days, m5.LAST, len(stores)], np.int32)
    keys = np.stack([
        meta.store_id.map(stores.index), meta.dept_id.map(sorted(set(meta.dept_id)).index),
        (history != 0).argmax(1),
    ], 1).astype(np.int32)
    with open(f"{out}.events.csv", "w") as file:
        print("event,first_day,scope", *event_rows(calendar, stores), sep="\n", file=file)
    with open(out, "wb") as file:
        for part in (head, keys, units, prices(m5, meta, calendar.wm_yr_wk.to_numpy()),
                     columns(calendar, stores)):
            file.write(part.tobytes())


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
