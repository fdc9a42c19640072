"""sqlite-peer.py SALES ROWS DATABASE

What a careful script does: rows that are parsed already, 10,000 to a durable transaction, one row
of a table each.
"""

import csv
import itertools
import json
import sqlite3
import sys
import time

ROWS_PER_TRANSACTION = 10_000

sales, count, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(sales, newline="", encoding="utf-8") as file:
    rows = [
        (sku, location, day, float(units), float(price))
        for sku, location, day, units, price in itertools.islice(csv.reader(file), 1, count + 1)
    ]

connection = sqlite3.connect(database, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = FULL")
connection.execute("CREATE TABLE sales (sku TEXT, location TEXT, day TEXT, units REAL, price REAL)")

start = time.perf_counter()
for first in range(0, len(rows), ROWS_PER_TRANSACTION):
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO sales VALUES (?, ?, ?, ?, ?)", rows[first : first + ROWS_PER_TRANSACTION]
    )
    connection.execute("COMMIT")
seconds = time.perf_counter() - start
rate = round(len(rows) / seconds)
print(json.dumps({"rows": len(rows), "seconds": round(seconds, 3), "rowsPerSecond": rate}))
