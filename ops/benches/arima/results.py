"""What the parts of the bench share: rows of results, frequencies, the JSON line at the end."""

import csv
import json
import math
import os

FREQUENCIES = ["Yearly", "Quarterly", "Monthly", "Weekly", "Daily", "Hourly"]
ORDER = ["p", "d", "q", "P", "D", "Q"]
csv.field_size_limit(1 << 24)


def rows(path):
    """The rows of a file by their columns' names; none where there is no file."""
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def by_id(path):
    """The rows by id, without those of series that were refused."""
    return {row["id"]: row for row in rows(path) if row["aicc"]}


def number(cell):
    return float(cell) if cell else math.nan


def title(row):
    """An order as people write it."""
    text = "({p},{d},{q})({P},{D},{Q})".format(**row)
    return text if row["constant"] == "none" else f"{text} {row['constant']}"


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else math.nan


def share(truths):
    return mean(1.0 if truth else 0.0 for truth in truths)


def plain(value):
    """A value as JSON has it: six digits, and null for what is no number."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def finish(found):
    """The last line."""
    print(json.dumps(plain(found)))
