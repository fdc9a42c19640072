"""Writes intermittent.json: synthetic intermittent series and the forecasts of statsforecast's models."""
import json

import numpy as np
from statsforecast.models import TSB, CrostonClassic, CrostonSBA

generator = np.random.default_rng(20261120)
cases = []
for n, probability, size in [(30, 0.3, 2), (60, 0.1, 5), (120, 0.5, 1), (200, 0.05, 10), (365, 0.2, 3),
                             (730, 0.15, 4), (50, 0.8, 2), (90, 0.02, 30)]:
    y = np.where(generator.random(n) < probability, 1 + generator.poisson(size, n), 0).astype(float)
    y[0] = 1 + size  # the references disagree about days before the first demand
    forecast = lambda model: float(model.forecast(y=y, h=1)["mean"][0])
    cases.append(dict(y=y.tolist(), croston=forecast(CrostonClassic()), sba=forecast(CrostonSBA()),
                      tsb=forecast(TSB(alpha_d=0.1, alpha_p=0.05))))
print(json.dumps(cases))
