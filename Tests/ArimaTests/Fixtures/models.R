# Writes models.json: simulated series and the forecasts of Arima() and forecast() of forecast 8.20 (R 4.2.2) for
# orders with a mean, a drift, or a regressor. Deviations are read from the bounds of the 80 % intervals.
suppressPackageStartupMessages({library(jsonlite); library(forecast)})
set.seed(20261124)
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
# predict() evaluates its regressors where the global ones are.
one <- function(n, o, s = Z, m = 1, ar = numeric(0), ma = numeric(0), sar = numeric(0), sma = numeric(0), mean = 0,
  slope = 0, effect = NULL, constant = FALSE) {
  y <- draw(n, o, s, m, ar, ma, sar, sma) + mean + slope * seq_len(n)
  h <- 14
  x <- NULL
  if (!is.null(effect)) { x <- round(as.numeric(arima.sim(list(ar = 0.6), n + h)), 4); y <- y + effect * head(x, n) }
  y <- round(y, 4)
  use <<- if (is.null(x)) NULL else cbind(price = head(x, n))
  ahead <<- if (is.null(x)) NULL else cbind(price = tail(x, h))
  fit <- Arima(ts(y, frequency = m), order = o, seasonal = s, include.mean = constant && o[2] + s[2] == 0,
    include.drift = constant && o[2] + s[2] == 1, xreg = use, method = "ML",
    optim.control = list(maxit = 1000, reltol = 1e-12))
  found <- if (is.null(x)) forecast(fit, h = h, level = 80) else forecast(fit, xreg = ahead, level = 80)
  list(order = o, seasonal = s, season = m, constant = constant, y = I(y), x = if (is.null(x)) NULL else I(x), loglik = fit$loglik,
    aicc = fit$aicc, variance = fit$sigma2, mean = as.numeric(found$mean),
    deviation = as.numeric(found$upper - found$mean) / qnorm(0.9),
    effect = if (is.null(x)) NULL else as.numeric(coef(fit)["price"]))
}
cases <- list(
  one(80, c(1, 0, 0), ar = 0.6, mean = 20, constant = TRUE), one(100, c(2, 0, 1), ar = c(0.5, 0.2), ma = 0.3, mean = 50, constant = TRUE),
  one(80, c(0, 0, 2), ma = c(0.4, 0.3), mean = 20, constant = TRUE), one(100, c(0, 1, 1), ma = -0.5, slope = 0.4, constant = TRUE),
  one(100, c(1, 1, 0), ar = 0.4, slope = -0.3, constant = TRUE), one(100, c(0, 1, 1), ma = -0.5), one(90, c(0, 2, 1), ma = -0.6),
  one(140, c(1, 0, 0), c(0, 1, 1), 7, ar = 0.4, sma = -0.6, slope = 0.05, constant = TRUE),
  one(140, c(0, 1, 1), c(0, 1, 1), 7, ma = -0.6, sma = -0.6), one(140, c(1, 0, 0), c(1, 0, 0), 7, ar = 0.4, sar = 0.5, mean = 30, constant = TRUE),
  one(120, c(1, 0, 0), c(0, 1, 1), 12, ar = 0.4, sma = -0.5, slope = 0.1, constant = TRUE),
  one(120, c(1, 0, 0), ar = 0.6, mean = 20, effect = 2, constant = TRUE), one(120, c(0, 1, 1), ma = -0.5, effect = -3),
  one(120, c(0, 1, 1), ma = -0.5, slope = 0.3, effect = -3, constant = TRUE),
  one(140, c(1, 0, 0), c(0, 1, 1), 7, ar = 0.4, sma = -0.6, effect = 5), one(140, c(1, 0, 1), c(1, 0, 0), 7, ar = 0.6, ma = 0.2, sar = 0.5,
    mean = 40, effect = 1, constant = TRUE))
cat(toJSON(cases, digits = NA, auto_unbox = TRUE, null = "null", na = "null"))
