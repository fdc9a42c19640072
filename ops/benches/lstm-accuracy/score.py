#!/usr/bin/env python3
"""score.py DATA STORES FOLDER [CONDITIONS]: how good forecasts of these stores of M5 are.

FOLDER has NAME.f32 of `bench lstm-accuracy` and NAME.json, what they took; NAME is WAY-COLUMNS or
WAY-young-COLUMNS. Prints tables, means of the last same weekdays beside, and as last line one JSON
object.

WRMSSE is the judge's, over all levels; of a subset it is over the sums of that subset. RMSSE is
that of single series: their mean, and weighed by dollars as the judge does; `beyond` is how far the
mean is above the shared network's, and `+-` the standard error of that difference between pairs.
Pinball losses are over a series' own scale, the record's nine levels and all days (or spans);
coverage counts a bound as within."""

import json
import pathlib
import sys

import numpy as np
from prepare import HORIZON, judge_of

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
SPANS = np.array([1, 2, 3, 5, 7, 10, 14, 21, 28])
CLASSES = {"below 0.3": (0, 0.3), "0.3 to 1": (0.3, 1), "1 to 3": (1, 3), "above 3": (3, np.inf)}
# Days without a sale after which a series is silent.
SILENCE = 112
# The reach that an issue asks for, beside seasonal naive.
REACH = 0.78


class Judged:
    """The judge, and what it says of single series."""

    def __init__(self, data, stores):
        self.m5 = judge_of(data)
        meta, self.history, self.truth = self.m5.load(stores.split(","))
        self.meta = meta
        *_, (index, count, _, unit, weight) = self.judge(np.arange(len(meta))).levels
        assert count == len(meta)
        # The judge's order of single series is that of names, not of rows.
        self.weight = weight[index]
        self.unit = np.where(unit > 0, unit, np.nan)[index]
        self.volume = self.history[:, -365:].mean(1)

    def judge(self, rows):
        """A judge of these series alone: it adds up no others."""
        part = self.meta.iloc[rows].reset_index(drop=True), self.history[rows], self.truth[rows]
        self.m5.load = lambda stores: part
        return self.m5.Judge()

    def single(self, rows, mean):
        """RMSSE by series."""
        return np.nan_to_num(np.sqrt(((mean - self.truth[rows]) ** 2).mean(1) / self.unit[rows]))

    def pinball(self, rows, actual, quantiles):
        short = actual[..., None] - quantiles
        loss = np.maximum(LEVELS * short, (LEVELS - 1) * short)
        return np.nanmean(loss.mean((1, 2)) / np.sqrt(self.unit[rows]))


class Forecasts:
    def __init__(self, path):
        numbers = np.fromfile(path, np.float32)
        daily, spans = HORIZON * 10, len(SPANS) * 9
        rows = numbers.reshape(-1, 4 + HORIZON + daily + spans).astype(float)
        self.rows = rows[:, 0].astype(int)
        assert (np.diff(self.rows) > 0).all()
        self.mean = rows[:, 4 : 4 + HORIZON]
        at = 4 + HORIZON
        self.daily = rows[:, at : at + daily].reshape(-1, HORIZON, 10)
        self.spans = rows[:, at + daily :].reshape(-1, len(SPANS), 9)

    @classmethod
    def of_means(cls, rows, mean):
        result = cls.__new__(cls)
        result.rows, result.mean, result.daily, result.spans = rows, mean, None, None
        return result

    def only(self, rows):
        """Of these series; nothing where one is missing."""
        keep = np.isin(self.rows, rows)
        if keep.sum() != len(rows):
            return None
        result = Forecasts.of_means(self.rows[keep], self.mean[keep])
        if self.daily is not None:
            result.daily, result.spans = self.daily[keep], self.spans[keep]
        return result

    @property
    def has_quantiles(self):
        return self.daily is not None and np.isfinite(self.daily).all()


def within(actual, low, high):
    return ((actual >= low) & (actual <= high)).mean()


def measures(judged, forecasts, judge, reference=None):
    """All of what is said of forecasts; `reference` is RMSSE by series of other ones."""
    rows = forecasts.rows
    found = {"series": len(rows)}
    if judge:
        found["wrmsse"] = judge.score(forecasts.mean)[1]
    single, weight = judged.single(rows, forecasts.mean), judged.weight[rows]
    found["weighed"] = (weight * single).sum() / weight.sum()
    found["plain"] = single.mean()
    if reference is not None:
        found["beyond"] = (single - reference).mean()
        found["error"] = (single - reference).std(ddof=1) / np.sqrt(len(rows))
    truth = judged.truth[rows]
    found["bias"] = forecasts.mean.sum() / truth.sum() - 1
    if forecasts.has_quantiles:
        daily, spans = forecasts.daily, forecasts.spans
        sums = truth.cumsum(1)[:, SPANS - 1]
        found["pinball"] = judged.pinball(rows, truth, daily[..., 1:])
        found["pinballOfSums"] = judged.pinball(rows, sums, spans)
        found["coverage80"] = within(truth, daily[..., 2], daily[..., 6])
        found["coverage95"] = within(truth, daily[..., 0], daily[..., 8])
        found["coverage80OfSums"] = within(sums, spans[..., 1], spans[..., 5])
        found["coverage90OfSums"] = within(sums, spans[..., 0], spans[..., 6])
        found["below975OfSums"] = (sums <= spans[..., 7]).mean()
        found["coverage80Of28Days"] = within(sums[:, -1], spans[:, -1, 1], spans[:, -1, 5])
        found["below975Of28Days"] = (sums[:, -1] <= spans[:, -1, 7]).mean()
    return found


TITLES = {
    "series": "series", "wrmsse": "WRMSSE", "weighed": "RMSSE $", "plain": "RMSSE",
    "beyond": "beyond", "error": "+-", "bias": "bias", "pinball": "pinball",
    "pinballOfSums": "p. sums", "coverage80": "80 %", "coverage95": "95 %",
    "coverage80OfSums": "80 % sum", "coverage90OfSums": "90 % sum", "below975OfSums": "<.975 sum",
    "coverage80Of28Days": "80 % 28 d", "below975Of28Days": "<.975 28 d",
}


def show(title, lines):
    """A table of what each of some forecasts measures."""
    titles = {k: text for k, text in TITLES.items() if any(k in line for line in lines.values())}
    print(f"== {title}\n{'':20}" + "".join(f"{text:>11}" for text in titles.values()))
    for name, line in lines.items():
        cells = [f"{line[key]:11.4f}" if key in line else f"{'':11}" for key in titles]
        cells[0] = f"{line['series']:11d}"
        print(f"{name:20}" + "".join(cells))


def show_classes(judged, forecasts, rows):
    """Weighed RMSSE, and pinball loss, by volume class."""
    found = {}
    for label, (low, high) in CLASSES.items():
        members = rows[(judged.volume[rows] >= low) & (judged.volume[rows] < high)]
        for name, each in forecasts.items():
            part = each.only(members)
            found.setdefault(name, {})[label] = measures(judged, part, None)
    counts = {label: next(iter(found.values()))[label]["series"] for label in CLASSES}
    for key, title in (("weighed", "RMSSE weighed by dollars"), ("plain", "RMSSE"),
                       ("pinball", "pinball loss")):
        print(f"{title + ', by units a day':34}" + "".join(
            f"{f'{label} ({count})':>18}" for label, count in counts.items()))
        for name, line in found.items():
            if key in line[label]:
                print(f"{name:34}" + "".join(f"{line[label][key]:18.4f}" for label in CLASSES))
    return found


def show_silent(judged, given):
    """What is said of series that have sold nothing for a long time, in units a day."""
    rows = np.flatnonzero(judged.history[:, -SILENCE:].sum(1) == 0)
    found = {"series": len(rows), "actual": judged.truth[rows].mean()}
    for name, each in given.items():
        if part := each.only(rows):
            found[name] = part.mean.mean()
    print(f"== {len(rows)} series without a sale in {SILENCE} days: units a day forecast")
    for name, units in list(found.items())[1:]:
        print(f"{name:20}{units:11.4f}")
    return found


def plain(value):
    """A value as JSON has it, with six digits."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def subset(judged, given, rows, title):
    forecasts = {name: part for name, each in given.items() if (part := each.only(rows))}
    judge = judged.judge(rows)
    first = next((each for name, each in forecasts.items() if name.startswith("shared")), None)
    reference = judged.single(rows, first.mean) if first else None
    lines = {name: measures(judged, each, judge, reference) for name, each in forecasts.items()}
    show(title, lines)
    return {"all": lines, "classes": show_classes(judged, forecasts, rows)}


def main(data, stores, folder, conditions=None):
    judged, folder = Judged(data, stores), pathlib.Path(folder)
    given = {path.stem: Forecasts(path) for path in sorted(folder.glob("*.f32"))}
    whole, young = ({n: f for n, f in given.items() if ("-young" in n) == y} for y in (False, True))
    everyone = np.arange(len(judged.history))
    weeks = judged.history[:, -56:].reshape(-1, 8, 7).mean(1)
    whole = {"mean-of-8": Forecasts.of_means(everyone, np.tile(weeks, 4))} | whole
    result = {"bench": "lstm-accuracy", "stores": stores}
    result["all"] = subset(judged, whole, everyone, "all series")
    naive = judged.judge(everyone).score(np.tile(judged.history[:, -7:], 4))[1]
    result["seasonalNaive"] = naive
    for name, line in result["all"]["all"].items():
        if name.startswith(("shared", "tuned")):
            line["ofNaive"] = line["wrmsse"] / naive
            word = "holds" if line["ofNaive"] <= REACH else "DOES NOT HOLD"
            print(f"{name}: {line['ofNaive']:.3f} of seasonal naive ({naive:.4f}); "
                  f"at most {REACH}: {word}")
    result["silent"] = show_silent(judged, whole)
    for way in ("none", "articles", "arima", "everything"):
        fewer = [each.rows for name, each in whole.items() if name.startswith(way)]
        if fewer:
            result[way] = subset(judged, whole, fewer[0], f"the series of {way}")
    if young:
        rows = next(iter(young.values())).rows
        weeks = judged.history[rows][:, -35:].reshape(-1, 5, 7).mean(1)
        young = {"mean-of-5": Forecasts.of_means(rows, np.tile(weeks, 4))} | young
        result["young"] = subset(judged, young, rows, "series of which 40 days are known")
    result["took"] = {
        path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))
        if path.stem in given
    }
    if conditions:
        result["conditions"] = json.loads(pathlib.Path(conditions).read_text())
    print(json.dumps(plain(result)))


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
