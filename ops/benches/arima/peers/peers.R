#!/usr/bin/env -S Rscript --vanilla
# peers.R DATA_DIR FREQUENCY OUT.csv [EVERY]
#
# forecast::auto.arima with its defaults (approximate where it decides so), one thread, for every
# EVERY-th series of DATA_DIR/FREQUENCY-train.csv[.gz]. A row is appended per series and ids that
# are in OUT.csv already are skipped, so an interrupted run goes on, and EVERY = 4 can be extended
# by 1.

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
source(file.path(dirname(script), "series.R"))
suppressPackageStartupMessages(library(forecast))

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) < 3) stop("usage: peers.R DATA_DIR FREQUENCY OUT.csv [EVERY]")
frequency <- arguments[2]
out <- arguments[3]
every <- if (length(arguments) > 3) as.integer(arguments[4]) else 1L
season <- seasons[[frequency]]
horizon <- horizons[[frequency]]

header <- c(
  "id", "n", "p", "d", "q", "P", "D", "Q", "constant", "aicc", "loglik", "sigma2", "seconds",
  "cpu_seconds", paste0("f", seq_len(horizon))
)

fit_row <- function(id, values) {
  x <- ts(values, frequency = season)
  failed <- NULL
  time <- system.time(tryCatch({
    fit <- auto.arima(x)
    mean <- forecast(fit, h = horizon)$mean
  }, error = function(error) failed <<- conditionMessage(error)), gcFirst = FALSE)
  times <- digits(c(time[["elapsed"]], time[["user.self"]] + time[["sys.self"]]), 6)
  if (!is.null(failed)) {
    message(id, ": ", failed)
    return(c(id, length(x), rep("", 10), times, rep("", horizon)))
  }
  named <- names(coef(fit))
  constant <- if ("drift" %in% named) "drift" else if ("intercept" %in% named) "mean" else "none"
  arma <- fit$arma # p, q, P, Q, season, d, D
  c(
    id, length(x), arma[c(1, 6, 2, 3, 7, 4)], constant,
    digits(c(fit$aicc, fit$loglik, fit$sigma2), 9), times, digits(mean, 9)
  )
}

series <- read_series(arguments[1], frequency)
series <- series[seq(1, length(series), by = every)]
done <- resume_results(out, header, 1)
set.seed(1)
invisible(fit_row("warm-up", cumsum(rnorm(60)) + 5 * sin(1:60))) # loads and compiles what is used
for (id in setdiff(names(series), done)) append_row(out, fit_row(id, series[[id]]))
