# Writes differences.json: 64 simulated series, the differences that R's forecast takes of them (those of
# auto.arima, with nothing else to search), their seasonal strength and KPSS statistic.
# R 4.2.2, forecast 8.20, urca 1.3-3.
suppressPackageStartupMessages({library(forecast); library(urca); library(jsonlite)})
set.seed(20261121)
strength <- function(x) {
  if (frequency(x) == 1 || length(x) <= 2 * frequency(x)) return(NA)
  parts <- mstl(x)
  rest <- parts[, "Remainder"]
  max(0, min(1, 1 - var(rest) / var(rest + parts[, 3])))
}
kpss <- function(x) {
  x <- as.numeric(na.omit(c(x)))
  ur.kpss(x, type = "mu", use.lag = trunc(3 * sqrt(length(x)) / 13))@teststat
}
one <- function(name, y, m) {
  x <- ts(round(y, 2), frequency = m)
  # A model of no coefficients leaves the differences as the only choice.
  fit <- suppressWarnings(auto.arima(x, max.p = 0, max.q = 0, max.P = 0, max.Q = 0, start.p = 0,
    start.q = 0, start.P = 0, start.Q = 0, method = "CSS"))
  whole <- !anyNA(x) && sd(x) > 0
  list(name = name, season = m, y = as.numeric(x), daily = fit$arma[6], seasonal = fit$arma[7],
    strength = if (whole) strength(x) else NA, kpss = if (sd(x, na.rm = TRUE) > 0) kpss(x) else NA)
}
wave <- function(n, m) sin(2 * pi * seq_len(n) / m) + 0.5 * cos(4 * pi * seq_len(n) / m)
seasonal <- function(n, m, size, noise) 100 + size * wave(n, m) + rnorm(n, 0, noise)
seasonalWalk <- function(n, m, noise) {
  y <- c(rnorm(m, 0, 5), rep(0, n - m))
  for (t in (m + 1):n) y[t] <- y[t - m] + rnorm(1, 0, noise)
  y
}
gaps <- function(y, share) { y[sample(length(y), round(share * length(y)))] <- NA; y }
cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- one(...)
for (n in c(12, 40, 150)) {
  add(paste("noise", n), rnorm(n, 50, 3), 1)
  add(paste("autoregression", n), 50 + arima.sim(list(ar = 0.6), n), 1)
  add(paste("walk", n), cumsum(rnorm(n)), 1)
  add(paste("double walk", n), cumsum(cumsum(rnorm(n))), 1)
  add(paste("trend", n), 0.5 * seq_len(n) + rnorm(n), 1)
}
for (m in c(4, 7, 12)) {
  n <- 12 * m + 3
  for (size in c(0.5, 1.2, 1.7, 2.5, 6)) {
    add(paste("season of size", size, "and", m), seasonal(n, m, size, 1.5), m)
  }
  add(paste("walk without season", m), cumsum(rnorm(n)), m)
  add(paste("walk with season", m), cumsum(rnorm(n)) + 4 * wave(n, m), m)
  add(paste("seasonal walk", m), seasonalWalk(n, m, 1), m)
  add(paste("season, gaps", m), gaps(seasonal(n, m, 6, 1.5), 0.1), m)
  add(paste("growing season", m), 20 + 0.2 * seq_len(n) * (1 + 0.3 * wave(n, m)) + rnorm(n), m)
  add(paste("counts", m), rpois(n, exp(1 + 0.8 * wave(n, m))), m)
  add(paste("two periods", m), seasonal(2 * m, m, 6, 1), m)
  add(paste("two periods and a point", m), seasonal(2 * m + 1, m, 6, 1), m)
}
add("hours", seasonal(24 * 8, 24, 5, 1) + cumsum(rnorm(24 * 8, 0, 0.3)), 24)
add("days of a year", seasonal(800, 365, 8, 2), 365)
add("constant", rep(5, 30), 7)
add("constant with gaps", c(rep(5, 20), NA, rep(5, 20)), 7)
add("straight line", 1:40, 1)
add("square", (1:40)^2, 1)
add("line and season", 1:48 + round(10 * wave(48, 12)), 12)
add("season alone", rep(round(10 * wave(7, 7)), 9), 7)
add("one sale", c(rep(0, 39), 1), 7)
add("step", rep(0:1, each = 30), 7)
add("missing at both ends", c(NA, NA, NA, seasonal(70, 7, 6, 1), NA, NA), 7)
add("intermittent", rpois(200, 0.3), 7)
write_json(cases, "differences.json", auto_unbox = TRUE, digits = 13, na = "null")
cat(length(cases), "series\n")
print(table(sapply(cases, function(c) paste(c$seasonal, c$daily))))
