# Independent results for PooledRate. Needs metafor. Run in the project's root:
#   Rscript tests/reference/pooled_reference.R
#
# pooling: metafor's escalc (log odds, 1/2 added only where a cell is 0) and rma with the estimators
#   of Paule and Mandel and of DerSimonian and Laird.
# members: each member's rate given all kin, with flat priors on the mean and on tau, by sums over
#   plain grids of the member's logit, the mean and tau: no quadrature rule, no normal stand-in.

suppressMessages(library(metafor))

counts <- read.csv(
  "data/raw/charting-outcomes-2026-non-us-img/charting_outcomes_2026_non_us_img_counts.csv",
  stringsAsFactors = FALSE
)
sets <- list(
  specialties = list(name = counts$specialty, m = counts$matched, u = counts$not_matched),
  few_and_small = list(
    name = letters[1:6], m = c(0, 2, 3, 1, 4, 12), u = c(5, 3, 9, 4, 2, 8)
  ),
  alike = list(name = letters[1:5], m = c(20, 41, 30, 11, 52), u = c(20, 39, 30, 10, 49)),
  three = list(name = letters[1:3], m = c(30, 12, 45), u = c(20, 22, 70))
)

digits <- function(x) paste(formatC(x, digits = 12, format = "fg", flag = "#"), collapse = ", ")

pooling <- function(set, method) {
  es <- escalc("PLO", xi = set$m, mi = set$u, add = 1 / 2, to = "only0")
  fit <- rma(yi, vi, data = es, method = method, control = list(tol = 1e-12, maxiter = 10000))
  k <- length(es$yi)
  sprintf(
    '"mu": %s, "mu_se": %s, "tau2": %s, "q": %s, "i2": %s, "weights": [%s]',
    digits(c(fit$beta)), digits(fit$se), digits(fit$tau2), digits(fit$QE),
    digits(max(0, 1 - (k - 1) / fit$QE)), digits(weights(fit) / 100)
  )
}

quantile_of <- function(x, density, p) {
  cdf <- cumsum(density) / sum(density)
  approx(cdf - density / sum(density) / 2, x, p, ties = "ordered")$y
}

members <- function(set, theta = seq(-12, 12, by = 0.005)) {
  zero <- (set$m == 0 | set$u == 0) / 2
  m <- set$m + zero
  u <- set$u + zero
  k <- length(m)
  y <- log(m / u)
  v <- 1 / m + 1 / u
  lik <- sapply(1:k, function(i) {
    l <- m[i] * plogis(theta, log.p = TRUE) + u[i] * plogis(-theta, log.p = TRUE)
    exp(l - max(l))
  })
  # Middles of 400 equal steps of tau / (1 + tau).
  s <- (seq_len(400) - 0.5) / 400
  taus <- s / (1 - s)
  taus <- taus[taus < 60]
  member <- matrix(0, length(theta), k)
  new <- rep(0, length(theta))
  top <- NULL
  for (tau in taus) {
    w <- 1 / (v + tau^2)
    mu <- sum(w * y) / sum(w) + seq(-7, 7, length.out = 101) / sqrt(sum(w))
    kernel <- exp(-outer(theta, mu, `-`)^2 / 2 / tau^2)
    kernel <- sweep(kernel, 2, tau * sqrt(2 * pi) / 0.005, `/`)
    if (tau < 0.02) kernel <- sweep(kernel, 2, colSums(kernel), `/`)
    each <- crossprod(kernel, lik)
    log_w <- rowSums(log(each)) + log((mu[2] - mu[1]) * (1 + tau)^2)
    if (is.null(top)) top <- max(log_w)
    weight <- exp(log_w - top)
    member <- member + lik * (kernel %*% (weight / each))
    new <- new + kernel %*% weight
  }
  probs <- c(0.025, 0.5, 0.975)
  list(
    rows = t(sapply(1:k, function(i) plogis(quantile_of(theta, member[, i], probs)))),
    new = plogis(quantile_of(theta, new, probs))
  )
}

case <- function(id) {
  set <- sets[[id]]
  found <- members(set)
  rows <- sprintf(
    '      {"name": "%s", "matched": %d, "not_matched": %d, "low": %s, "middle": %s, "high": %s}',
    set$name, as.integer(set$m), as.integer(set$u),
    digits1(found$rows[, 1]), digits1(found$rows[, 2]), digits1(found$rows[, 3])
  )
  paste0(
    '    {"id": "', id, '",\n',
    '      "pm": {', pooling(set, "PM"), "},\n",
    '      "dl": {', pooling(set, "DL"), "},\n",
    '      "new": [', paste(digits1(found$new), collapse = ", "), "],\n",
    '      "members": [\n', paste0("  ", rows, collapse = ",\n"), "\n      ]}"
  )
}
digits1 <- function(x) formatC(x, digits = 8, format = "f")

out <- paste0(
  '{\n  "made_by": "tests/reference/pooled_reference.R, ', R.version.string,
  ", metafor ", packageVersion("metafor"), '",\n  "cases": [\n',
  paste(sapply(names(sets), case), collapse = ",\n"), "\n  ]\n}\n"
)
cat(out, file = "tests/reference/pooled_reference.json")
