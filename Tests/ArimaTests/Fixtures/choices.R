# Writes choices.json: simulated series and the model that auto.arima(stepwise = TRUE, approximation = FALSE) of
# forecast 8.20 (R 4.2.2) chooses, with its AICc.
suppressPackageStartupMessages({library(jsonlite); library(forecast)})
set.seed(20261123)
whole <- function(short, long, m) { # coefficients after the leading 1
  a <- c(1, short); b <- 1
  if (length(long)) { b <- rep(0, m * length(long) + 1); b[1] <- 1; b[1 + m * seq_along(long)] <- long }
  out <- rep(0, length(a) + length(b) - 1)
  for (i in seq_along(a)) for (j in seq_along(b)) out[i + j - 1] <- out[i + j - 1] + a[i] * b[j]
  out[-1]
}
draw <- function(n, o, s, m, ar, ma, sar, sma) {
  phi <- -whole(-ar, -sar, m); theta <- whole(ma, sma, m)
  e <- rnorm(n + 400)
  w <- stats::filter(c(e), c(1, theta), sides = 1); w[is.na(w)] <- 0
  if (length(phi)) w <- stats::filter(w, phi, method = "recursive")
  w <- as.numeric(tail(w, n))
  if (o[2] > 0) w <- diffinv(w, differences = o[2])[seq_len(n)]
  if (s[2] > 0) w <- diffinv(w, lag = m, differences = s[2])[seq_len(n)]
  round(w, 4)
}
Z <- c(0, 0, 0)
one <- function(n, o, s = Z, m = 1, ar = numeric(0), ma = numeric(0), sar = numeric(0), sma = numeric(0), mean = 0,
  slope = 0) {
  y <- round(draw(n, o, s, m, ar, ma, sar, sma) + mean + slope * seq_len(n), 4)
  fit <- auto.arima(ts(y, frequency = m), stepwise = TRUE, approximation = FALSE)
  a <- arimaorder(fit)
  list(y = I(y), season = m, order = as.numeric(a[1:3]), seasonal = if (length(a) > 3) as.numeric(a[4:6]) else Z,
    constant = any(c("intercept", "drift") %in% names(coef(fit))), aicc = fit$aicc, loglik = fit$loglik)
}
cases <- list(
  one(60, c(1, 0, 0), ar = 0.7, mean = 10), one(80, c(0, 0, 1), ma = 0.5), one(100, c(2, 0, 0), ar = c(1.1, -0.4), mean = 50),
  one(120, c(2, 0, 2), ar = c(1.2, -0.5), ma = c(0.4, 0.3)), one(80, c(0, 1, 1), ma = -0.6), one(100, c(1, 1, 1), ar = 0.4, ma = -0.8),
  one(100, c(0, 1, 0), slope = 0.5), one(90, c(0, 2, 1), ma = -0.6), one(120, Z, mean = 20), one(120, Z, slope = 0.3),
  one(40, c(1, 0, 0), ar = 0.5, mean = 5), one(30, c(0, 1, 1), ma = -0.4), one(200, c(3, 0, 0), ar = c(0.4, 0.2, 0.2), mean = 30),
  one(200, c(1, 0, 1), ar = 0.9, ma = -0.5, mean = 30), one(200, c(0, 1, 2), ma = c(-0.4, -0.2)),
  one(80, c(1, 0, 0), c(1, 0, 0), 4, ar = 0.5, sar = 0.6, mean = 10), one(80, c(0, 1, 1), c(0, 1, 1), 4, ma = -0.4, sma = -0.6),
  one(100, c(1, 0, 0), c(0, 1, 1), 4, ar = 0.6, sma = -0.5),
  one(140, c(1, 0, 0), c(0, 1, 1), 7, ar = 0.5, sma = -0.8), one(140, c(0, 1, 1), c(0, 1, 1), 7, ma = -0.7, sma = -0.7),
  one(140, c(1, 0, 1), c(1, 0, 0), 7, ar = 0.7, ma = 0.2, sar = 0.6, mean = 20), one(168, c(0, 0, 1), c(1, 0, 1), 7, ma = 0.3,
    sar = 0.9, sma = -0.6, mean = 40), one(168, c(2, 0, 0), c(0, 1, 1), 7, ar = c(0.3, 0.2), sma = -0.6),
  one(168, c(0, 1, 1), c(1, 0, 0), 7, ma = -0.6, sar = 0.5), one(140, Z, c(0, 1, 1), 7, sma = -0.7), one(210, c(1, 0, 0), ar = 0.6, m = 7),
  one(120, c(0, 1, 1), c(0, 1, 1), 12, ma = -0.4, sma = -0.6), one(120, c(1, 0, 0), c(1, 0, 0), 12, ar = 0.6, sar = 0.5, mean = 10),
  one(144, c(1, 0, 0), c(0, 1, 1), 12, ar = 0.4, sma = -0.6), one(144, c(0, 1, 1), c(0, 0, 1), 12, ma = -0.5, sma = 0.4))
cat(toJSON(cases, digits = NA, auto_unbox = TRUE, null = "null", na = "null"))
