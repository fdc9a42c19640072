# Writes decomposition.json: the components that R's forecast::mstl finds in three simulated series.
# R 4.2.2, forecast 8.20.
suppressPackageStartupMessages({library(forecast); library(jsonlite)})
set.seed(20261122)
one <- function(name, n, m) {
  t <- seq_len(n)
  y <- round(100 + cumsum(rnorm(n)) + 8 * sin(2 * pi * t / m) * (1 + t / n) + rnorm(n, 0, 2), 2)
  parts <- mstl(ts(y, frequency = m))
  list(name = name, season = m, y = y, trend = as.numeric(parts[, "Trend"]),
    seasonal = as.numeric(parts[, 3]), remainder = as.numeric(parts[, "Remainder"]))
}
cases <- list(one("weeks", 200, 7), one("months", 137, 12), one("three days of hours", 61, 24))
write_json(cases, "decomposition.json", auto_unbox = TRUE, digits = 12)
