#!/usr/bin/env -S Rscript --vanilla
# exact.R DATA_DIR OUT.csv
#
# stats::arima(method = "ML") for given orders: what an exact Gaussian likelihood must reach. Each
# order is fitted to a handful of series spread evenly over its frequency, the next order to other
# series. `mean` is the intercept, `drift` a regressor 1:n, as in forecast::Arima. Only the last
# `tail` values are used where a series is longer. Pairs where R stops with an error are left out;
# `code` is that of optim (0: converged). Rows are appended, and pairs that are in OUT.csv already
# are skipped.

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
source(file.path(dirname(script), "series.R"))

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: exact.R DATA_DIR OUT.csv")
out <- arguments[2]

# p d q P D Q constant, per frequency
orders <- list(
  Yearly = c(
    "1 0 0 0 0 0 mean", "2 0 1 0 0 0 mean", "0 1 0 0 0 0 drift", "0 1 1 0 0 0 none",
    "1 1 0 0 0 0 drift", "1 1 1 0 0 0 none", "2 1 2 0 0 0 drift", "0 2 1 0 0 0 none",
    "1 2 1 0 0 0 none", "0 2 2 0 0 0 none"
  ),
  Weekly = c(
    "1 0 1 0 0 0 mean", "3 0 2 0 0 0 mean", "0 1 1 0 0 0 none", "2 1 0 0 0 0 drift",
    "1 1 2 0 0 0 drift", "3 1 1 0 0 0 none", "5 1 0 0 0 0 none", "0 2 3 0 0 0 none"
  ),
  Quarterly = c(
    "1 0 0 1 0 0 mean", "0 1 1 0 1 1 none", "2 0 0 1 1 0 drift", "1 1 1 1 1 1 none",
    "0 1 2 2 0 0 drift", "2 1 0 0 0 1 none", "1 0 1 0 1 2 drift", "3 1 1 0 1 1 none",
    "0 2 1 1 0 1 none", "1 0 2 2 1 0 none"
  ),
  Monthly = c(
    "0 1 1 0 1 1 none", "1 0 1 1 0 0 mean", "2 1 1 0 0 2 none", "1 1 0 1 0 1 drift",
    "2 0 0 0 1 1 drift", "1 1 1 1 1 0 none", "3 0 0 2 0 0 mean", "0 1 3 0 1 1 none",
    "1 0 2 0 1 2 none", "0 2 1 0 0 1 none"
  ),
  Daily = c(
    "0 1 1 0 0 0 none", "1 0 0 1 0 0 mean", "2 1 2 0 0 0 drift", "1 1 1 1 0 1 none",
    "0 1 2 0 1 1 none", "3 0 1 0 1 1 drift", "2 1 0 2 0 0 none", "1 0 1 0 0 2 mean",
    "1 1 0 1 1 1 none"
  ),
  Hourly = c(
    "2 0 1 0 0 0 mean", "3 1 2 0 0 0 none", "1 0 0 0 1 0 none", "0 1 1 0 1 0 none",
    "1 0 0 1 0 0 mean", "1 0 1 0 1 0 drift", "1 0 0 0 1 1 none"
  )
)
series_per_order <- c(
  Yearly = 8, Quarterly = 8, Monthly = 8, Weekly = 8, Daily = 8, Hourly = 5
)
tails <- c(
  Yearly = Inf, Quarterly = Inf, Monthly = Inf, Weekly = Inf, Daily = 730, Hourly = 730
)

header <- c(
  "frequency", "id", "p", "d", "q", "P", "D", "Q", "constant", "season", "tail", "n", "code",
  "loglik", "sigma2", "seconds", "coefficients", "forecasts"
)

fit <- function(x, order, season, constant, horizon) {
  n <- length(x)
  drift <- if (constant == "drift") cbind(drift = seq_len(n))
  model <- arima(
    ts(x, frequency = season), order = order[1:3],
    seasonal = list(order = order[4:6], period = season),
    include.mean = constant == "mean", xreg = drift, method = "ML"
  )
  future <- if (constant == "drift") cbind(drift = n + seq_len(horizon))
  # predict looks the regressor up by its name in the call, so it is handed over explicitly.
  model$call$xreg <- drift
  list(model = model, forecasts = predict(model, n.ahead = horizon, newxreg = future)$pred)
}

fit_row <- function(frequency, id, x, text) {
  parts <- strsplit(text, " ")[[1]]
  order <- as.integer(parts[1:6])
  x <- tail(x, min(length(x), tails[[frequency]]))
  start <- proc.time()[["elapsed"]]
  result <- suppressWarnings(
    fit(x, order, seasons[[frequency]], parts[7], horizons[[frequency]])
  )
  elapsed <- proc.time()[["elapsed"]] - start
  model <- result$model
  coefficients <- coef(model)
  longest <- if (is.finite(tails[[frequency]])) tails[[frequency]] else ""
  c(
    frequency, id, parts, seasons[[frequency]], longest, length(x), model$code,
    digits(c(model$loglik, model$sigma2), 15), digits(elapsed, 4),
    paste(names(coefficients), digits(coefficients, 15), sep = "=", collapse = ";"),
    paste(digits(result$forecasts, 12), collapse = ";")
  )
}

done <- resume_results(out, header, 9)
for (frequency in names(orders)) {
  series <- read_series(arguments[1], frequency)
  count <- series_per_order[[frequency]]
  for (at in seq_along(orders[[frequency]])) {
    text <- orders[[frequency]][at]
    offset <- (at - 1) / length(orders[[frequency]])
    for (chosen in floor((seq_len(count) - 1 + offset) * length(series) / count) + 1) {
      id <- names(series)[chosen]
      if (paste(c(frequency, id, strsplit(text, " ")[[1]]), collapse = ",") %in% done) next
      tryCatch(append_row(out, fit_row(frequency, id, series[[chosen]], text)),
        error = function(error) message(id, " (", text, "): ", conditionMessage(error))
      )
    }
  }
}
