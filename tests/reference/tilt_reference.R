# Independent results for TiltRate: the estimate from printed digits, and a logistic regression on
# simulated applicants. Base R only. Run in the project's root:
#   Rscript tests/reference/tilt_reference.R
#
# Written from the mathematics, not from the Python code: means, sds and tails are plain sums,
# all derivatives are numeric, the search is optim and then Newton on the estimating equation.

folder <- "data/raw/charting-outcomes-2026-non-us-img"
stem <- file.path(folder, "charting_outcomes_2026_non_us_img_")
measures <- read.csv(paste0(stem, "measures.csv"), stringsAsFactors = FALSE)
counts <- read.csv(paste0(stem, "counts.csv"), stringsAsFactors = FALSE)

grid <- 209:300
order_names <- c("q1", "median", "q3")
knots <- c(-3, -2, -1, 0, 1, 2, 3)
scores <- seq(210, 280, by = 10)
outside_slope_sd <- 0.5  # logit per spread, beyond the printed extremes

pos3 <- function(v) pmax(v, 0)^3

# The non-linear part of a natural cubic spline (Hastie, Tibshirani, Friedman, eq. 5.4 and 5.5).
spline_part <- function(z) {
  k <- length(knots)
  d <- function(j) (pos3(z - knots[j]) - pos3(z - knots[k])) / (knots[k] - knots[j])
  sapply(seq_len(k - 2), function(j) d(j) - d(k - 1))
}

setup <- function(matched, not_matched, group, degree, ridge) {
  sides <- list(matched, not_matched)
  n <- sapply(sides, `[[`, "n")
  center <- sum(n * sapply(sides, `[[`, "mean")) / sum(n)
  spread <- sqrt(mean(sapply(sides, `[[`, "sd")^2))
  extremes <- range(matched$min, not_matched$min, matched$max, not_matched$max)
  sds <- c(2, 1, rep(2, length(knots) - 2), Inf, if (degree > 1) ridge[seq_len(degree - 1)])
  z <- (grid - center) / spread
  list(
    sides = sides, group = group, degree = degree, center = center, spread = spread, z = z,
    ends = (extremes - center) / spread, h = cbind(z, z^2, spline_part(z)),
    precision = diag(1 / sds^2)
  )
}

tilt_basis <- function(m, z) outer(pmin(pmax(z, m$ends[1]), m$ends[2]), seq_len(m$degree), `^`)

density_of <- function(m, theta, sign) {
  b <- ncol(m$h)
  t <- tilt_basis(m, m$z) %*% theta[-seq_len(b)]
  e <- -m$z^2 / 2 + m$h %*% theta[seq_len(b)] + sign * t / 2
  log_z <- max(e) + log(sum(exp(e - max(e))))
  list(p = as.vector(exp(e - log_z)), log_z = log_z)
}

# Residuals of one outcome's digits: quartiles, mean, sd, then the extremes.
residuals_of <- function(p, side) {
  n <- side$n
  quartiles <- mapply(
    function(name, share) sum(p[grid < side[[name]]]) + sum(p[grid == side[[name]]]) / 2 - share,
    order_names, c(0.25, 0.5, 0.75)
  )
  mean_p <- sum(p * grid)
  sd_p <- sqrt(sum(p * (grid - mean_p)^2))
  # The distribution of an extreme of n, halfway up its step at the printed value, as a normal score.
  score <- function(at_or_beyond, beyond) qnorm(((1 - beyond)^n + (1 - at_or_beyond)^n) / 2)
  lowest <- score(sum(p[grid <= side$min]), sum(p[grid < side$min]))
  highest <- score(sum(p[grid >= side$max]), sum(p[grid > side$max]))
  as.vector(c(quartiles, mean_p - side$mean, sd_p - side$sd, lowest, highest))
}

# Their covariance: that of the influence functions over n, plus rounding; extremes by themselves.
covariance_of <- function(p, side) {
  mean_p <- sum(p * grid)
  var_p <- sum(p * (grid - mean_p)^2)
  psi <- cbind(
    sapply(order_names, function(q) (grid < side[[q]]) + (grid == side[[q]]) / 2),
    grid, ((grid - mean_p)^2 - var_p) / (2 * sqrt(var_p))
  )
  # A sample's own steps are no finer than one person.
  steps <- sapply(order_names, function(q) sum(p[grid == side[[q]]])) + 1 / side$n
  smooth <- cov.wt(psi, wt = p, method = "ML")$cov / side$n + diag(c(steps^2, 1, 1) / 12)
  v <- diag(7)
  v[1:5, 1:5] <- smooth
  unname(v)
}

signs <- c(1, -1)
residual_pair <- function(m, theta) {
  lapply(1:2, function(i) residuals_of(density_of(m, theta, signs[i])$p, m$sides[[i]]))
}
weight_pair <- function(m, theta) {
  lapply(1:2, function(i) {
    solve(covariance_of(density_of(m, theta, signs[i])$p, m$sides[[i]]))
  })
}

# Central differences, twice refined (Richardson).
derivative <- function(f, x, step = 1e-3) {
  sapply(seq_along(x), function(j) {
    slope <- function(h) {
      up <- down <- x
      up[j] <- x[j] + h
      down[j] <- x[j] - h
      (f(up) - f(down)) / (2 * h)
    }
    (4 * slope(step / 2) - slope(step)) / 3
  })
}

# sum J' V^-1 r + P theta with V at theta itself, and the information.
equation <- function(m, theta) {
  r <- residual_pair(m, theta)
  w <- weight_pair(m, theta)
  j <- lapply(1:2, function(i) derivative(function(th) residual_pair(m, th)[[i]], theta))
  list(
    value = as.vector(m$precision %*% theta) +
      Reduce(`+`, lapply(1:2, function(i) as.vector(t(j[[i]]) %*% w[[i]] %*% r[[i]]))),
    information = m$precision +
      Reduce(`+`, lapply(1:2, function(i) t(j[[i]]) %*% w[[i]] %*% j[[i]]))
  )
}

estimate <- function(m) {
  theta <- rep(0, ncol(m$h) + m$degree)
  for (round in 1:12) {
    w <- weight_pair(m, theta)
    loss <- function(th) {
      r <- residual_pair(m, th)
      value <- sum(th * (m$precision %*% th)) +
        sum(sapply(1:2, function(i) sum(r[[i]] * (w[[i]] %*% r[[i]]))))
      if (is.finite(value)) value / 2 else 1e10
    }
    theta <- optim(theta, loss, method = "BFGS", control = list(maxit = 500, reltol = 1e-12))$par
  }
  for (round in 1:50) {
    e <- equation(m, theta)
    step <- solve(e$information, e$value)
    theta <- theta - step
    if (max(abs(step)) < 1e-10) break
  }
  e <- equation(m, theta)
  stopifnot(max(abs(solve(e$information, e$value))) < 1e-8)
  list(theta = theta, covariance = solve(e$information))
}

logit_at <- function(m, theta, x) {
  t <- tilt_basis(m, (x - m$center) / m$spread) %*% theta[-seq_len(ncol(m$h))]
  as.vector(qlogis(m$group[1] / sum(m$group)) + t) -
    density_of(m, theta, 1)$log_z + density_of(m, theta, -1)$log_z
}

logit_band <- function(m, theta, low, high) {
  inside <- grid >= low & grid <= high
  shares <- sapply(signs, function(s) sum(density_of(m, theta, s)$p[inside]))
  qlogis(m$group[1] / sum(m$group)) + log(shares[1]) - log(shares[2])
}

rows <- function(m, fit) {
  base <- 1 / m$group[1] + 1 / m$group[2]
  row <- function(low, high, f, extra) {
    eta <- f(fit$theta)
    g <- derivative(f, fit$theta)
    half <- qnorm(0.975) * sqrt(as.vector(g %*% fit$covariance %*% g) + base + extra)
    c(low = low, high = high, rate = plogis(eta), rate_low = plogis(eta - half),
      rate_high = plogis(eta + half))
  }
  points <- lapply(scores, function(x) {
    z <- (x - m$center) / m$spread
    beyond <- z - min(max(z, m$ends[1]), m$ends[2])
    row(x, x, function(th) logit_at(m, th, x), (outside_slope_sd * beyond)^2)
  })
  c(points, list(row(240, 249, function(th) logit_band(m, th, 240, 249), 0)))
}

# JSON by hand: base R has no writer.
number <- function(v) sprintf("%.10g", v)
object <- function(...) {
  parts <- list(...)
  paste0("{", paste0('"', names(parts), '": ', parts, collapse = ", "), "}")
}
array_of <- function(parts) paste0("[\n    ", paste(parts, collapse = ",\n    "), "\n  ]")

side_of <- function(name, outcome) {
  as.list(measures[measures$specialty == name & measures$measure == "step2_ck" &
    measures$outcome == outcome, ])
}
kinds <- list(
  list(degree = 1, ridge = c(0.3, 0.1)), list(degree = 2, ridge = c(0.3, 0.1)),
  list(degree = 3, ridge = c(0.3, 0.1)), list(degree = 3, ridge = NULL)
)
cases <- c()
for (name in c("Internal Medicine", "Neurology")) {
  group <- as.numeric(counts[counts$specialty == name, c("matched", "not_matched")])
  for (kind in kinds) {
    ridge <- if (is.null(kind$ridge)) c(Inf, Inf) else kind$ridge
    m <- setup(side_of(name, "matched"), side_of(name, "not_matched"), group, kind$degree, ridge)
    fit <- estimate(m)
    shown <- sapply(rows(m, fit), function(r) do.call(object, as.list(sapply(r, number))))
    cases <- c(cases, object(
      specialty = paste0('"', name, '"'), degree = kind$degree,
      ridge = if (is.null(kind$ridge)) "null" else "[0.3, 0.1]",
      rows = paste0("[\n      ", paste(shown, collapse = ",\n      "), "\n    ]")
    ))
  }
}

# Applicants with a linear logit: a regression on all of them, and the digits printed of them.
set.seed(20260320, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
n <- 20000
score <- round(rnorm(2 * n, 246, 14))
score <- score[score >= 209 & score <= 300][1:n]
matched <- rbinom(n, 1, plogis(-0.1 + 0.035 * (score - 246)))
logistic <- glm(matched ~ score, family = binomial)
at <- seq(220, 270, by = 10)
predicted <- predict(logistic, data.frame(score = at), se.fit = TRUE)
digits <- function(v) {
  v <- sort(v)
  k <- length(v)
  object(
    n = k, min = v[1], q1 = v[ceiling(k / 4)], median = median(v), q3 = v[ceiling(3 * k / 4)],
    max = v[k], mean = round(mean(v)), sd = round(sd(v))
  )
}
individuals <- object(
  slope = number(coef(logistic)[["score"]]),
  slope_se = number(sqrt(vcov(logistic)["score", "score"])),
  matched = digits(score[matched == 1]), not_matched = digits(score[matched == 0]),
  rows = array_of(sapply(seq_along(at), function(i) {
    object(score = at[i], logit = number(predicted$fit[i]), logit_se = number(predicted$se.fit[i]))
  }))
)

writeLines(
  paste0(
    '{\n  "made_by": "tests/reference/tilt_reference.R, ', R.version.string, '",\n',
    '  "cases": ', array_of(cases), ',\n  "individuals": ', individuals, "\n}"
  ),
  "tests/reference/tilt_reference.json"
)
