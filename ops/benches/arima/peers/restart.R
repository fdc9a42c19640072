#!/usr/bin/env -S Rscript --vanilla
# restart.R DATA_DIR EXACT.csv OUT.csv
#
# How far the results of exact.R can be relied on, per pair: `best`, the highest loglik that
# stats::arima finds when started again from its own result, by Nelder and Mead, and from the
# estimate of the conditional sum of squares; and `differenced`, the loglik of the differenced
# series at exact.R's coefficients (empty without differences, or where R stops).

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
source(file.path(dirname(script), "series.R"))

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 3) stop("usage: restart.R DATA_DIR EXACT.csv OUT.csv")

loglik <- function(...) {
  tryCatch(suppressWarnings(arima(...)$loglik), error = function(error) NA)
}

best <- function(x, pair, drift, start) {
  arguments <- list(
    x, order = c(pair$p, pair$d, pair$q), seasonal = c(pair$P, pair$D, pair$Q),
    include.mean = pair$constant == "mean", xreg = drift,
    optim.control = list(reltol = 1e-12, maxit = 2000)
  )
  tries <- list(
    list(method = "ML", init = start),
    list(method = "ML", init = start, optim.method = "Nelder-Mead"),
    list(method = "CSS-ML")
  )
  found <- vapply(tries, function(extra) do.call(loglik, c(arguments, extra)), 1)
  max(found, pair$loglik, na.rm = TRUE)
}

differenced <- function(x, pair, drift, coefficients) {
  if (pair$d + pair$D == 0) return(NA)
  for (lag in rep(c(1, pair$season), c(pair$d, pair$D))) {
    x <- diff(x, lag)
    if (!is.null(drift)) drift <- diff(drift, lag)
  }
  loglik(
    ts(x, frequency = pair$season), order = c(pair$p, 0, pair$q),
    seasonal = c(pair$P, 0, pair$Q), include.mean = FALSE, xreg = drift,
    fixed = coefficients, transform.pars = FALSE, method = "ML"
  )
}

pairs <- read.csv(arguments[2], colClasses = c(forecasts = "character"))
result <- pairs[c("frequency", "id", "p", "d", "q", "P", "D", "Q", "constant", "code", "loglik")]
for (frequency in unique(pairs$frequency)) {
  series <- read_series(arguments[1], frequency)
  for (row in which(pairs$frequency == frequency)) {
    pair <- pairs[row, ]
    x <- ts(tail(series[[pair$id]], pair$n), frequency = pair$season)
    drift <- if (pair$constant == "drift") cbind(drift = seq_len(pair$n))
    coefficients <- as.numeric(sub(".*=", "", strsplit(pair$coefficients, ";")[[1]]))
    result[row, "best"] <- best(x, pair, drift, coefficients)
    result[row, "differenced"] <- differenced(x, pair, drift, coefficients)
  }
}
numbers <- c("loglik", "best", "differenced")
result[numbers] <- lapply(result[numbers], signif, 12)
write.csv(result, arguments[3], row.names = FALSE, quote = FALSE, na = "")

gain <- result$best - result$loglik
apart <- abs(result$differenced - result$loglik)
for (limit in c(0.01, 0.1, 1)) {
  above <- gain > limit
  converged <- sum(result$code[above] == 0)
  cat(sprintf("higher by %g: %d, with code 0 %d\n", limit, sum(above), converged))
}
cat("differenced series apart, quantiles 0.5, 0.99, 1:",
  signif(quantile(apart, c(0.5, 0.99, 1), na.rm = TRUE), 2), "of", sum(!is.na(apart)), "\n")
