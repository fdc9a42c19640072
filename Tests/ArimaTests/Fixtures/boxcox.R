# Writes boxcox.json: lambdas by R's BoxCox.lambda(method = "guerrero"), transforms, and mean and variance of
# back-transformed normals by adaptive quadrature. R 4.2.2, forecast 8.20.
suppressPackageStartupMessages({library(forecast); library(jsonlite)})
set.seed(20261123)
lambdaOf <- function(name, y, m) {
  list(name = name, season = m, y = as.numeric(y),
    lambda = BoxCox.lambda(ts(y, frequency = m), method = "guerrero"))
}
level <- function(n, m) exp(3 + 0.01 * seq_len(n) + 0.3 * sin(2 * pi * seq_len(n) / m))
with <- function(y, gaps) { y[gaps] <- NA; y }
lambdas <- list(
  lambdaOf("AirPassengers", AirPassengers, 12),
  lambdaOf("spread with the level", round(level(140, 7) * exp(rnorm(140, 0, 0.2)), 3), 7),
  lambdaOf("even spread", round(level(140, 7) + rnorm(140, 0, 2), 3), 7),
  lambdaOf("spread with the root", rpois(140, level(140, 7)) + 1, 7),
  lambdaOf("no season", round(level(60, 20) * exp(rnorm(60, 0, 0.1)), 3), 1),
  lambdaOf("gaps", with(round(level(140, 7) * exp(rnorm(140, 0, 0.2)), 3), c(3, 50:54, 99)), 7),
  lambdaOf("two seasons", 1:14, 7))
transforms <- lapply(c(-1, -0.3, 0, 0.2, 0.5, 1, 2), function(l) {
  x <- c(0.01, 0.5, 1, 3, 250)
  list(lambda = l, x = x, z = as.numeric(BoxCox(x, l)))
})
# The inverse is 0 below the transform of 0, where the density of the rest begins.
moments <- function(l, mean, sd) {
  inverse <- function(z) pmax(0, l * z + 1)^(1 / l)
  kink <- -1 / l
  part <- function(f) {
    edges <- sort(unique(c(pmax(kink, mean + sd * c(-12, -4, -1, 0, 1, 4, 12, 16, 20)))))
    sum(mapply(function(a, b) integrate(f, a, b, rel.tol = 1e-12, abs.tol = 0, subdivisions = 2000,
      stop.on.error = FALSE)$value, head(edges, -1), tail(edges, -1)))
  }
  first <- part(function(z) inverse(z) * dnorm(z, mean, sd))
  below <- if (kink > mean - 12 * sd) pnorm(kink, mean, sd) else 0
  second <- part(function(z) (inverse(z) - first)^2 * dnorm(z, mean, sd)) + below * first^2
  list(lambda = l, mean = mean, sd = sd, backMean = first, backVariance = second)
}
normals <- list(moments(0.5, 4, 0.5), moments(0.5, 0, 1), moments(0.5, -1.5, 2), moments(0.5, 20, 0.01),
  moments(0.2, 5, 1), moments(0.2, 0, 1.5), moments(0.1, 3, 0.8), moments(0.05, 2, 0.5), moments(1, 0.5, 2),
  moments(1.5, 3, 2), moments(2, 10, 3), moments(2, 0, 2), moments(0.33, -4, 1), moments(0.7, 8, 5))
write_json(list(lambdas = lambdas, transforms = transforms, normals = normals), "boxcox.json",
  auto_unbox = TRUE, digits = NA, na = "null")
