# Independent results for BandRate, IsotonicRate and LogisticRate. Base R only (stats).
# Run in the project's root:
#   Rscript tests/reference/banded_reference.R
#
# Written from the mathematics, not from the Python code: glm for single scores, a pool-adjacent
# loop and isoreg, binom.test, prop.test and qbeta, and for wide bands general optimisers with numeric
# derivatives.

number <- function(v) sprintf("%.12g", v)
numbers <- function(v) paste0("[", paste(number(v), collapse = ", "), "]")
object <- function(...) {
  parts <- list(...)
  paste0("{", paste0('"', names(parts), '": ', parts, collapse = ", "), "}")
}
array_of <- function(parts) paste0("[\n    ", paste(parts, collapse = ",\n    "), "\n  ]")
# Rows of low, high, matched, not matched; NA is an open end.
table_of <- function(t) {
  cell <- function(v) ifelse(is.na(v), "null", number(v))
  rows <- paste0("[", cell(t$low), ", ", cell(t$high), ", ", t$m, ", ", t$u, "]")
  paste0("[", paste(rows, collapse = ", "), "]")
}
derivative <- function(f, x, step = 1e-4) {
  columns <- lapply(seq_along(x), function(j) {
    slope <- function(h) {
      up <- down <- x
      up[j] <- x[j] + h
      down[j] <- x[j] - h
      (f(up) - f(down)) / (2 * h)
    }
    (4 * slope(step / 2) - slope(step)) / 3
  })
  do.call(cbind, columns)
}

# --- binomial intervals ------------------------------------------------------------------------
pairs <- list(c(0, 7), c(1, 7), c(7, 18), c(50, 100), c(99, 100), c(100, 100), c(943, 1171))
binomial_cases <- array_of(sapply(pairs, function(p) {
  x <- p[1]
  n <- p[2]
  wilson <- suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
  jeffreys <- qbeta(c(0.025, 0.975), x + 0.5, n - x + 0.5)
  if (x == 0) jeffreys[1] <- 0
  if (x == n) jeffreys[2] <- 1
  object(matched = x, n = n, wilson = numbers(wilson), jeffreys = numbers(jeffreys))
}))

# Printed 81 % of 1171 and 39 % of 18: the counts that print the rate are searched one by one.
printed_cases <- array_of(sapply(list(c(0.81, 1171), c(0.39, 18), c(1, 1479), c(0, 250)), function(p) {
  n <- p[2]
  k <- 0:n
  fits <- k[abs(k / n - p[1]) <= 0.005 + 1e-12]
  low <- qbeta(0.025, min(fits) + 0.5, n - min(fits) + 0.5)
  high <- qbeta(0.975, max(fits) + 0.5, n - max(fits) + 0.5)
  if (min(fits) == 0) low <- 0
  if (max(fits) == n) high <- 1
  object(
    rate = number(p[1]), n = n, fewest = min(fits), most = max(fits),
    jeffreys = numbers(c(low, high))
  )
}))

# --- isotonic ------------------------------------------------------------------------------------
pava <- function(y, w) {
  blocks <- list()
  for (i in seq_along(y)) {
    blocks[[length(blocks) + 1]] <- c(y[i], w[i], 1)
    while (length(blocks) > 1 && blocks[[length(blocks) - 1]][1] >= blocks[[length(blocks)]][1]) {
      b <- blocks[[length(blocks)]]
      a <- blocks[[length(blocks) - 1]]
      blocks[[length(blocks)]] <- NULL
      weight <- a[2] + b[2]
      blocks[[length(blocks)]] <- c((a[1] * a[2] + b[1] * b[2]) / weight, weight, a[3] + b[3])
    }
  }
  unlist(lapply(blocks, function(b) rep(b[1], b[3])))
}
iso <- data.frame(
  low = c(NA, 210, 220, 230, 240, 250, 260), high = c(209, 219, 229, 239, 249, 259, NA),
  m = c(3, 4, 30, 41, 100, 90, 61), u = c(4, 12, 34, 60, 81, 31, 25)
)
n <- iso$m + iso$u
pooled <- pava(iso$m / n, n)
# Applicant by applicant: isoreg takes no weights, so each stands for himself. Within a band the
# ones come first and the zeros last, which makes any isotonic fit constant there.
people <- unlist(mapply(function(m, u) c(rep(1, m), rep(0, u)), iso$m, iso$u))
single <- isoreg(seq_along(people), people)$yf[cumsum(n)]
stopifnot(max(abs(single - pooled)) < 1e-12)
k <- nrow(iso)
limits <- t(sapply(seq_len(k), function(j) {
  lower <- sapply(1:j, function(i) {
    binom.test(sum(iso$m[i:j]), sum(n[i:j]), conf.level = 1 - 0.05 / j)$conf.int[1]
  })
  upper <- sapply(j:k, function(i) {
    binom.test(sum(iso$m[j:i]), sum(n[j:i]), conf.level = 1 - 0.05 / (k - j + 1))$conf.int[2]
  })
  c(max(lower), min(upper))
}))
isotonic <- object(
  table = table_of(iso), pooled = numbers(pooled), individuals = numbers(single),
  low = numbers(limits[, 1]), high = numbers(limits[, 2])
)

# --- glm on single scores and on all applicants one by one ---------------------------------------
set.seed(20261123, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
score <- 228:263
size <- 5 + rpois(length(score), 60 * dnorm((score - 246) / 10) / dnorm(0))
matched <- rbinom(length(score), size, plogis(-0.2 + 0.05 * (score - 246) - 0.0015 * (score - 246)^2))
tiny <- list(score = 1:6, size = c(4, 9, 12, 8, 5, 3), matched = c(0, 3, 6, 5, 4, 3))
natural <- function(x, knots) {
  d <- function(j) {
    (pmax(x - knots[j], 0)^3 - pmax(x - knots[length(knots)], 0)^3) / (knots[length(knots)] - knots[j])
  }
  last <- length(knots) - 1
  sapply(seq_len(last - 1), function(j) d(j) - d(last))
}
quantile_of <- function(score, size, share) {
  sapply(share, function(s) score[which(cumsum(size) >= s * sum(size) - 1e-6)[1]])
}
single_case <- function(name, score, size, matched, at, shares) {
  if (length(shares)) {
    knots <- quantile_of(score, size, shares)
    basis <- function(x) cbind(x, natural(x, knots))
  } else {
    knots <- c()
    basis <- function(x) cbind(x)
  }
  control <- glm.control(epsilon = 1e-14, maxit = 100)
  x <- basis(score)
  grouped <- glm(cbind(matched, size - matched) ~ x, family = binomial, control = control)
  ones <- rep(rep(c(1, 0), length(score)), as.vector(rbind(matched, size - matched)))
  all_x <- basis(rep(score, size))
  individual <- glm(ones ~ all_x, family = binomial, control = control)
  stopifnot(max(abs(coef(grouped) - coef(individual))) < 1e-7)
  stopifnot(max(abs(vcov(grouped) - vcov(individual)) / abs(vcov(grouped))) < 1e-6)
  columns <- cbind(1, basis(at))
  eta <- as.vector(columns %*% coef(individual))
  se <- sqrt(rowSums((columns %*% vcov(individual)) * columns))
  slope <- c(coef(individual)[2], sqrt(vcov(individual)[2, 2]))
  object(
    name = paste0('"', name, '"'), knots = if (length(knots)) numbers(knots) else "[]",
    table = table_of(data.frame(low = score, high = score, m = matched, u = size - matched)),
    at = numbers(at), rate = numbers(plogis(eta)), se = numbers(se),
    odds_ratio = if (length(knots)) "null" else {
      numbers(exp(10 * (slope[1] + c(0, -1, 1) * qnorm(0.975) * slope[2])))
    }
  )
}
at <- c(229, 236, 242.5, 250, 262)
glm_cases <- array_of(c(
  single_case("36 scores, line", score, size, matched, at, c()),
  single_case("36 scores, 3 knots", score, size, matched, at, c(0.1, 0.5, 0.9)),
  single_case("36 scores, 4 knots", score, size, matched, at, c(0.05, 0.35, 0.65, 0.95)),
  single_case("6 scores, 41 applicants, line", tiny$score, tiny$size, tiny$matched, c(1, 3.5, 6), c())
))

# --- bands as intervals, with open ends ----------------------------------------------------------
grid <- 1:300
wide_case <- function(name, t, variance, printed) {
  n <- t$m + t$u
  k <- nrow(t)
  low <- ifelse(is.na(t$low), 1, t$low)
  high <- ifelse(is.na(t$high), 300, t$high)
  band <- sapply(grid, function(x) which(low <= x & x <= high)[1])
  x <- grid
  # Density: log g = a x + b x^2 in a scale near the data; only its shape matters.
  u <- (x - 245) / 15
  log_g <- function(gamma) gamma[1] * u + gamma[2] * u^2
  inside <- function(gamma, tail = c(0, 0)) {
    e <- log_g(gamma) + tail[1] * (band == k) * (x - t$low[k]) + tail[2] * (band == 1) * (x - t$high[1])
    e <- exp(e - ave(e, band, FUN = max))
    e / ave(e, band, FUN = sum)
  }
  multinomial <- function(gamma) {
    e <- log_g(gamma)
    g <- exp(e - max(e))
    -sum(n * log(tapply(g / sum(g), band, sum)))
  }
  gamma <- optim(c(0, -0.5), multinomial, method = "BFGS", control = list(reltol = 1e-15))$par
  for (i in 1:10) {
    gradient <- function(p) as.vector(derivative(multinomial, p))
    gamma <- gamma - solve(derivative(gradient, gamma), gradient(gamma))
  }
  shares <- function(gamma) {
    g <- exp(log_g(gamma) - max(log_g(gamma)))
    as.vector(tapply(g / sum(g), band, sum))
  }
  jac <- derivative(shares, gamma)
  gamma_cov <- solve(sum(n) * t(jac) %*% (jac / shares(gamma)))
  weight <- inside(gamma) * (n / sum(n))[band]
  center <- sum(weight * x)
  spread <- sqrt(sum(weight * (x - center)^2))
  # Nuisance: both coefficients of log g, then a slope in each open band (sd 0.5 per sd).
  nuisance <- c(gamma, 0, 0)
  nuisance_cov <- matrix(0, 4, 4)
  nuisance_cov[1:2, 1:2] <- gamma_cov
  nuisance_cov[3, 3] <- nuisance_cov[4, 4] <- (0.5 / spread)^2
  rates <- function(beta, nu) {
    as.vector(tapply(inside(nu[1:2], nu[3:4]) * plogis(beta[1] + beta[2] * (x - 245)), band, sum))
  }
  # Estimating equation, in full: sum over bands of dp (matched - n p) n / (n p (1 - p) + r).
  equation <- function(beta, nu) {
    p <- rates(beta, nu)
    d <- derivative(function(b) rates(b, nu), beta, step = 1e-4)
    as.vector(t(d) %*% (n * (t$m - n * p) / (n * p * (1 - p) + variance)))
  }
  beta <- optim(
    c(0.5, 0.04), function(b) sum((equation(b, nuisance) * c(1, 0.01))^2),
    method = "Nelder-Mead", control = list(reltol = 1e-14, maxit = 5000)
  )$par
  for (i in 1:30) {
    p <- rates(beta, nuisance)
    d <- derivative(function(b) rates(b, nuisance), beta)
    information <- t(d) %*% (d * n^2 / (n * p * (1 - p) + variance))
    beta <- beta + solve(information, equation(beta, nuisance))
  }
  stopifnot(max(abs(solve(information, equation(beta, nuisance)))) < 1e-9)
  v <- solve(information)
  cross <- t(d) %*% (derivative(function(nu) rates(beta, nu), nuisance) * n^2 /
    (n * p * (1 - p) + variance))
  lean <- v %*% cross
  joint <- rbind(
    cbind(v + lean %*% nuisance_cov %*% t(lean), -lean %*% nuisance_cov),
    cbind(-t(lean %*% nuisance_cov), nuisance_cov)
  )
  theta <- c(beta, nuisance)
  answer <- function(f) {
    eta <- f(theta)
    g <- as.vector(derivative(f, theta))
    half <- qnorm(0.975) * sqrt(sum(g * (joint %*% g)))
    plogis(c(eta, eta - half, eta + half))
  }
  points <- c(212, 235, 242, 255, 270)
  bands <- list(c(1, 229), c(235, 244), c(240, 249), c(250, 300), c(260, 300))
  at_points <- sapply(points, function(s) answer(function(th) th[1] + th[2] * (s - 245)))
  in_bands <- sapply(bands, function(b) {
    answer(function(th) {
      w <- inside(th[3:4], th[5:6]) * (n / sum(n))[band] * (x >= b[1] & x <= b[2])
      qlogis(sum(w * plogis(th[1] + th[2] * (x - 245))) / sum(w))
    })
  })
  held <- sapply(bands, function(b) sum(n) * sum(weight[x >= b[1] & x <= b[2]]))
  slope <- c(beta[2], sqrt(joint[2, 2]))
  object(
    name = paste0('"', name, '"'), table = table_of(t), printed = printed,
    points = numbers(points), at_points = paste0("[", paste(apply(at_points, 2, numbers), collapse = ", "), "]"),
    bands = paste0("[", paste(sapply(bands, numbers), collapse = ", "), "]"),
    in_bands = paste0("[", paste(apply(in_bands, 2, numbers), collapse = ", "), "]"),
    n = numbers(held), center = number(center), spread = number(spread),
    odds_ratio = numbers(exp(10 * (slope[1] + c(0, -1, 1) * qnorm(0.975) * slope[2])))
  )
}
wide <- data.frame(
  low = c(NA, 210, 220, 230, 240, 250), high = c(209, 219, 229, 239, 249, NA),
  m = c(1, 6, 31, 90, 201, 465), u = c(6, 21, 49, 97, 108, 96)
)
# The same table as printed: rates in whole per cent; the counts that print them, middle and variance.
size <- wide$m + wide$u
percent <- floor(100 * wide$m / size + 0.5) / 100
fits <- lapply(seq_along(size), function(i) {
  k <- 0:size[i]
  k[abs(k / size[i] - percent[i]) <= 0.005 + 1e-12]
})
rounded <- wide
rounded$m <- sapply(fits, function(f) mean(range(f)))
rounded$u <- size - rounded$m
wide_cases <- array_of(c(
  wide_case("counts", wide, 0, "null"),
  wide_case("rates in whole per cent", rounded, sapply(fits, function(f) (length(f)^2 - 1) / 12),
    numbers(percent))
))

writeLines(
  paste0(
    '{\n  "made_by": "tests/reference/banded_reference.R, ', R.version.string, '",\n',
    '  "tolerance": "1e-8 for rates, limits and relative errors: both sides solve the same ',
    'equations to 1e-9 or better, agreed within 1e-10 when this was made, and 12 digits are ',
    'pinned; 1e-6 for numbers of applicants, which are sums of thousands",\n',
    '  "binomial": ', binomial_cases, ',\n  "printed": ', printed_cases, ',\n  "isotonic": ', isotonic,
    ',\n  "glm": ', glm_cases, ',\n  "wide": ', wide_cases, "\n}"
  ),
  "tests/reference/banded_reference.json"
)
