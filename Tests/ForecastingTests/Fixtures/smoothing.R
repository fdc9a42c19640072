# Writes smoothing.json: synthetic series, the parameters that R's forecast::ets finds for a given form
# with additive errors, its log likelihood there, and its forecasts.
suppressPackageStartupMessages({library(forecast); library(jsonlite)})
set.seed(20261120)
series <- function(n, m, level, slope, strength, noise, multiplicative = FALSE) {
  t <- seq_len(n)
  wave <- if (m > 1) sin(2 * pi * t / m) + 0.4 * cos(4 * pi * t / m) else 0
  walk <- cumsum(rnorm(n, 0, noise * 0.3))
  base <- level + slope * t + walk
  y <- if (multiplicative) base * (1 + strength * wave) else base + strength * level * wave
  round(y + rnorm(n, 0, noise), 3)
}
one <- function(name, y, m, form, damped) {
  fit <- ets(ts(y, frequency = m), model = form, damped = damped, bounds = "usual", restrict = FALSE,
    upper = c(0.9999, 0.9999, 0.9999, 0.98), lower = c(1e-4, 1e-4, 1e-4, 0.8))
  h <- 14
  f <- forecast(fit, h = h, level = 80)
  par <- fit$par
  pick <- function(key) if (key %in% names(par)) unname(par[key]) else 0
  start <- unname(fit$initstate)
  list(name = name, y = y, season = m, trend = if (substr(form, 2, 2) == "N") 0 else if (damped) 2 else 1,
    seasonal = match(substr(form, 3, 3), c("N", "A", "M")) - 1,
    parameters = c(pick("alpha"), pick("beta"), pick("gamma"), pick("phi")), start = I(start),
    loglik = fit$loglik, aicc = fit$aicc, sigma2 = fit$sigma2, mean = as.numeric(f$mean),
    sigma = as.numeric((as.numeric(f$upper) - as.numeric(f$mean)) / qnorm(0.9)))
}
cases <- list(
  one("level, short", series(30, 1, 50, 0, 0, 5), 1, "ANN", FALSE),
  one("level, long", series(300, 1, 60, 0, 0, 3), 1, "ANN", FALSE),
  one("trend, short", series(24, 1, 50, 2, 0, 4), 1, "AAN", FALSE),
  one("trend, long", series(200, 1, 50, 0.3, 0, 4), 1, "AAN", FALSE),
  one("damped, short", series(36, 1, 50, 1, 0, 4), 1, "AAN", TRUE),
  one("damped, long", series(150, 1, 80, 0.2, 0, 6), 1, "AAN", TRUE),
  one("quarters", series(40, 4, 100, 0, 0.2, 5), 4, "ANA", FALSE),
  one("quarters with trend", series(48, 4, 100, 1, 0.2, 5), 4, "AAA", FALSE),
  one("weeks", series(210, 7, 90, 0, 0.3, 4), 7, "ANA", FALSE),
  one("weeks with trend", series(280, 7, 90, 0.1, 0.3, 4), 7, "AAA", FALSE),
  one("weeks, damped", series(140, 7, 90, 0.1, 0.3, 4), 7, "AAA", TRUE),
  one("months, multiplicative", series(96, 12, 200, 0.5, 0.2, 6, TRUE), 12, "ANM", FALSE),
  one("weeks, multiplicative", series(210, 7, 100, 0.1, 0.2, 5, TRUE), 7, "ANM", FALSE),
  one("quarters, multiplicative with trend", series(60, 4, 100, 1, 0.2, 5, TRUE), 4, "AAM", FALSE))
cat(toJSON(cases, digits = NA, auto_unbox = TRUE))
