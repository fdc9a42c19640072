# Writes orders.json: simulated series, an order for each, and what stats::arima(method = "ML") of R 4.2.2 makes of
# it: coefficients, standard errors, log likelihood, forecasts. "loglik" is that of the differenced series, whose
# start is exact (R's own for d + D > 0 has a wide prior); forecasts and errors are those of the series itself.
# "roots" are the smallest moduli of the roots of ar and ma, by polyroot.
suppressPackageStartupMessages(library(jsonlite))
set.seed(20261122)
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
one <- function(n, o, s = Z, m = 1, ar = numeric(0), ma = numeric(0), sar = numeric(0), sma = numeric(0),
  fo = o, fs = s) {
  y <- draw(n, o, s, m, ar, ma, sar, sma)
  go <- function(x, o, s) suppressWarnings(arima(x, order = o, seasonal = list(order = s, period = m),
    include.mean = FALSE, method = "ML", optim.control = list(maxit = 1000, reltol = 1e-12)))
  fit <- tryCatch(go(y, fo, fs), error = function(e) NULL)
  x <- y
  if (fo[2] > 0) x <- diff(x, differences = fo[2])
  if (fs[2] > 0) x <- diff(x, lag = m, differences = fs[2])
  plain <- tryCatch(go(x, c(fo[1], 0, fo[3]), c(fs[1], 0, fs[3])), error = function(e) NULL)
  if (is.null(fit) || is.null(plain)) return(NULL)
  k <- fit$coef; pick <- function(p) as.numeric(k[grepl(p, names(k))])
  smallest <- function(x) if (length(x)) min(Mod(polyroot(c(1, x)))) else NULL
  ahead <- predict(fit, n.ahead = 14)
  se <- suppressWarnings(sqrt(diag(fit$var.coef)))
  list(order = fo, seasonal = fs, season = m, y = I(y), ar = I(pick("^ar")), sar = I(pick("^sar")), ma = I(pick("^ma")),
    sma = I(pick("^sma")), loglik = plain$loglik, ownLoglik = fit$loglik, variance = fit$sigma2,
    errors = I(as.numeric(c(se[grepl("^ar", names(k))], se[grepl("^sar", names(k))], se[grepl("^ma", names(k))],
      se[grepl("^sma", names(k))]))),
    mean = as.numeric(ahead$pred), deviation = as.numeric(ahead$se), arRoot = smallest(-pick("^ar")),
    maRoot = smallest(pick("^ma")))
}
cases <- list(
  one(60, c(1, 0, 0), ar = 0.7), one(60, c(0, 0, 1), ma = 0.5), one(80, c(2, 0, 1), ar = c(0.5, 0.3), ma = -0.4),
  one(80, c(0, 1, 1), ma = -0.6), one(90, c(1, 1, 1), ar = 0.4, ma = -0.8), one(90, c(0, 2, 2), ma = c(-1.1, 0.3)),
  one(120, c(1, 2, 1), ar = 0.3, ma = -0.7), one(100, c(5, 0, 0), ar = c(0.3, 0.1, -0.2, 0.1, 0.2)),
  one(100, c(0, 0, 5), ma = c(0.3, 0.1, -0.2, 0.1, 0.2)), one(120, c(1, 0, 0), ar = 0.99),
  one(120, c(1, 0, 1), ar = 0.97, ma = -0.8), one(150, c(2, 0, 2), ar = c(1.2, -0.5), ma = c(0.4, 0.3)),
  one(150, c(3, 0, 1), ar = c(0.5, 0.2, -0.3), ma = 0.4), one(40, c(1, 0, 1), ar = 0.6, ma = 0.3),
  one(30, c(1, 1, 0), ar = -0.4), one(25, c(0, 1, 1), ma = -0.5), one(200, c(4, 1, 0), ar = c(0.2, -0.3, 0.1, 0.2)),
  one(200, c(0, 1, 3), ma = c(-0.4, 0.2, -0.3)), one(200, c(2, 1, 2), ar = c(0.3, -0.6), ma = c(-0.5, 0.7)),
  one(120, Z, fo = c(1, 0, 1)), one(120, c(1, 0, 0), ar = 0.5, fo = c(2, 0, 1)), one(120, c(0, 1, 1), ma = -0.5, fo = c(1, 1, 2)),
  one(80, c(1, 0, 0), c(1, 0, 0), 4, ar = 0.5, sar = 0.6), one(80, c(0, 1, 1), c(0, 1, 1), 4, ma = -0.4, sma = -0.6),
  one(100, c(1, 1, 1), c(1, 1, 1), 4, ar = 0.3, ma = -0.5, sar = 0.2, sma = -0.7),
  one(140, c(1, 0, 1), c(1, 0, 1), 7, ar = 0.7, ma = 0.2, sar = 0.95, sma = -0.8),
  one(140, c(0, 1, 1), c(0, 1, 1), 7, ma = -0.7, sma = -0.7), one(180, c(2, 0, 2), c(1, 1, 1), 7, ar = c(0.5, 0.2),
    ma = c(0.3, 0.1), sar = 0.2, sma = -0.8),
  one(180, Z, c(2, 1, 2), 7, sar = c(0.3, 0.2), sma = c(-0.5, -0.2)),
  one(180, c(1, 2, 2), c(0, 1, 1), 7, ar = 0.2, ma = c(-1.2, 0.4), sma = -0.5),
  one(210, c(1, 0, 0), c(0, 1, 1), 7, ar = 0.4, sma = -0.6), one(210, c(0, 0, 1), c(2, 0, 0), 7, ma = 0.4, sar = c(0.4, 0.3)),
  one(210, c(1, 1, 1), c(0, 0, 2), 7, ar = 0.5, ma = -0.8, sma = c(0.3, 0.2)),
  one(144, c(0, 1, 1), c(0, 1, 1), 12, ma = -0.4, sma = -0.6),
  one(144, c(2, 0, 0), c(0, 1, 1), 12, ar = c(0.4, 0.3), sma = -0.7),
  one(160, c(1, 0, 0), c(2, 0, 0), 12, ar = 0.6, sar = c(0.4, 0.3)),
  one(160, c(0, 1, 2), c(0, 1, 1), 12, ma = c(-0.4, 0.2), sma = -0.5),
  one(200, c(1, 0, 1), c(1, 0, 1), 24, ar = 0.6, ma = 0.2, sar = 0.8, sma = -0.4),
  one(200, c(0, 1, 1), c(0, 1, 1), 24, ma = -0.5, sma = -0.5), one(200, c(1, 0, 0), c(0, 1, 1), 24, ar = 0.5, sma = -0.6))
cat(toJSON(Filter(Negate(is.null), cases), digits = NA, auto_unbox = TRUE, null = "null", na = "null"))
