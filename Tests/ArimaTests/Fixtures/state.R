# Writes state.json: simulated series, fixed coefficients, and what stats::arima(method = "ML") of R 4.2.2
# says of them: log likelihood, error variance, and forecasts. "plain" is the log likelihood of the
# differenced series, whose start is exact; R's own for d + D > 0 has a wide prior (kappa = 1e6).
suppressPackageStartupMessages(library(jsonlite))
set.seed(20261121)
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
one <- function(n, o, s = c(0, 0, 0), m = 1, ar = numeric(0), ma = numeric(0), sar = numeric(0), sma = numeric(0),
  gap = "none") {
  y <- draw(n, o, s, m, ar, ma, sar, sma)
  if (gap == "middle") y[c(40, 47, 48, 49, n - 12)] <- NA
  if (gap == "long") y[30 + seq_len(max(m, 3) + 3)] <- NA
  if (gap == "start") y[c(1, 3, 20)] <- NA
  if (gap == "end") y[c(25, n - 3, n - 1, n)] <- NA
  fixed <- c(ar, ma, sar, sma)
  go <- function(x, o, s) suppressWarnings(arima(x, order = o, seasonal = list(order = s, period = m),
    include.mean = FALSE, fixed = fixed, transform.pars = FALSE, method = "ML"))
  fit <- go(y, o, s)
  plain <- NULL
  if (gap == "none") {
    x <- y
    if (o[2] > 0) x <- diff(x, differences = o[2])
    if (s[2] > 0) x <- diff(x, lag = m, differences = s[2])
    plain <- go(x, c(o[1], 0, o[3]), c(s[1], 0, s[3]))$loglik
  }
  ahead <- predict(fit, n.ahead = 14)
  list(order = o, seasonal = s, season = m, ar = I(as.numeric(ar)), ma = I(as.numeric(ma)),
    sar = I(as.numeric(sar)), sma = I(as.numeric(sma)), gap = gap, y = I(y), loglik = fit$loglik,
    plain = plain, variance = fit$sigma2, mean = as.numeric(ahead$pred),
    deviation = as.numeric(ahead$se))
}
Z <- c(0, 0, 0)
cases <- list(
  one(60, c(1, 0, 0), ar = 0.7), one(60, c(0, 0, 1), ma = 0.5), one(80, c(2, 0, 1), ar = c(0.5, 0.3), ma = -0.4),
  one(80, c(0, 1, 1), ma = -0.6), one(90, c(1, 1, 1), ar = 0.4, ma = -0.8), one(90, c(0, 2, 2), ma = c(-1.1, 0.3)),
  one(120, c(1, 2, 1), ar = 0.3, ma = -0.7), one(100, c(5, 0, 0), ar = c(0.3, 0.1, -0.2, 0.1, 0.2)),
  one(100, c(0, 0, 5), ma = c(0.3, 0.1, -0.2, 0.1, 0.2)), one(100, c(1, 0, 0), ar = 0.999),
  one(100, c(1, 0, 1), ar = 0.99, ma = -0.95),
  one(80, c(1, 0, 0), c(1, 0, 0), 4, ar = 0.5, sar = 0.6), one(80, c(0, 1, 1), c(0, 1, 1), 4, ma = -0.4, sma = -0.6),
  one(100, c(1, 1, 1), c(1, 1, 1), 4, ar = 0.3, ma = -0.5, sar = 0.2, sma = -0.7),
  one(140, c(1, 0, 1), c(1, 0, 1), 7, ar = 0.7, ma = 0.2, sar = 0.95, sma = -0.8),
  one(140, c(0, 1, 1), c(0, 1, 1), 7, ma = -0.7, sma = -0.85),
  one(180, c(2, 0, 2), c(1, 1, 1), 7, ar = c(0.5, 0.2), ma = c(0.3, 0.1), sar = 0.2, sma = -0.8),
  one(180, c(0, 0, 0), c(2, 1, 2), 7, sar = c(0.3, 0.2), sma = c(-0.5, -0.2)),
  one(180, c(1, 2, 2), c(0, 1, 1), 7, ar = 0.2, ma = c(-1.2, 0.4), sma = -0.5),
  one(144, c(0, 1, 1), c(0, 1, 1), 12, ma = -0.4, sma = -0.6),
  one(144, c(2, 0, 0), c(0, 1, 1), 12, ar = c(0.4, 0.3), sma = -0.7),
  one(160, c(1, 0, 0), c(2, 0, 0), 12, ar = 0.6, sar = c(0.4, 0.3)),
  one(200, c(2, 0, 2), c(1, 0, 1), 24, ar = c(0.6, 0.1), ma = c(0.2, 0.1), sar = 0.9, sma = -0.6),
  one(200, c(0, 1, 1), c(0, 1, 1), 24, ma = -0.5, sma = -0.6),
  one(80, c(1, 0, 0), ar = 0.7, gap = "middle"), one(80, c(0, 0, 2), ma = c(0.5, 0.3), gap = "start"),
  one(90, c(0, 1, 1), ma = -0.6, gap = "middle"), one(90, c(0, 1, 1), ma = -0.6, gap = "start"),
  one(90, c(0, 2, 2), ma = c(-1.1, 0.3), gap = "middle"), one(90, c(1, 2, 1), ar = 0.3, ma = -0.7, gap = "start"),
  one(90, c(1, 1, 1), ar = 0.4, ma = -0.8, gap = "end"), one(100, c(3, 0, 1), ar = c(0.5, 0.2, -0.1), ma = 0.4, gap = "long"),
  one(90, Z, c(0, 1, 1), 4, sma = -0.6, gap = "start"), one(90, c(0, 1, 1), c(0, 1, 1), 4, ma = -0.4, sma = -0.6, gap = "long"),
  one(90, c(1, 0, 0), c(1, 0, 0), 4, ar = 0.5, sar = 0.6, gap = "middle"),
  one(140, c(1, 0, 1), c(1, 0, 1), 7, ar = 0.7, ma = 0.2, sar = 0.95, sma = -0.8, gap = "long"),
  one(140, c(0, 1, 1), c(0, 1, 1), 7, ma = -0.7, sma = -0.85, gap = "middle"),
  one(140, c(0, 1, 1), c(0, 1, 1), 7, ma = -0.7, sma = -0.85, gap = "long"),
  one(140, c(2, 0, 2), c(1, 1, 1), 7, ar = c(0.5, 0.2), ma = c(0.3, 0.1), sar = 0.2, sma = -0.8, gap = "start"),
  one(140, c(2, 0, 2), c(1, 1, 1), 7, ar = c(0.5, 0.2), ma = c(0.3, 0.1), sar = 0.2, sma = -0.8, gap = "end"),
  one(140, c(1, 2, 2), c(0, 1, 1), 7, ar = 0.2, ma = c(-1.2, 0.4), sma = -0.5, gap = "middle"),
  one(144, c(0, 1, 1), c(0, 1, 1), 12, ma = -0.4, sma = -0.6, gap = "long"),
  one(144, c(2, 0, 0), c(0, 1, 1), 12, ar = c(0.4, 0.3), sma = -0.7, gap = "start"),
  one(144, c(1, 1, 0), c(1, 0, 0), 12, ar = -0.4, sar = 0.5, gap = "end"),
  one(200, c(2, 0, 2), c(1, 0, 1), 24, ar = c(0.6, 0.1), ma = c(0.2, 0.1), sar = 0.9, sma = -0.6, gap = "long"),
  one(200, c(0, 1, 1), c(0, 1, 1), 24, ma = -0.5, sma = -0.6, gap = "middle"),
  one(200, c(1, 0, 0), c(0, 1, 1), 24, ar = 0.5, sma = -0.6, gap = "long"))
cat(toJSON(cases, digits = NA, auto_unbox = TRUE, null = "null", na = "null"))
