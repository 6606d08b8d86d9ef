# What R's packages say of the digits that `python -m benchmarks.calibration.rivals` is asked for.
# Run: Rscript benchmarks/calibration/reference.R
# Versions are pinned, since the methods' defaults have changed between releases.
if (!requireNamespace("remotes", quietly = TRUE)) {
  install.packages("remotes", repos = "https://cloud.r-project.org")
}
pinned <- c(estmeansd = "1.0.1", metafor = "4.6-0")
for (name in names(pinned)) {
  remotes::install_version(name, pinned[[name]], repos = "https://cloud.r-project.org",
                           upgrade = "never")
  stopifnot(packageVersion(name) == pinned[[name]])
}

# Step 2 CK of matched non-US IMGs in internal medicine, 2026.
n <- 2649; low <- 209; q1 <- 240; med <- 251; q3 <- 259; high <- 284

# Luo's mean and Shi's sd, whether or not the digits look skewed.
five <- metafor::conv.fivenum(min = low, q1 = q1, median = med, q3 = q3, max = high, n = n,
                              method = "luo/wan/shi", test = FALSE)
cat(sprintf("luo mean %.4f\n", five$mean))
cat(sprintf("shi sd %.4f\n", five$sd))

# avoid.mc integrates instead of drawing random numbers.
bc <- estmeansd::bc.mean.sd(min.val = low, q1.val = q1, med.val = med, q3.val = q3,
                            max.val = high, n = n, avoid.mc = TRUE)
cat(sprintf("bc mean %.2f sd %.2f\n", bc$est.mean, bc$est.sd))

# A beta lies between 0 and 1, so the digits are given in parts of the scale from 0 to 401, and
# bounds on the families' parameters are lifted: scores lie far above 0 with a small sd.
top <- 401
lifted <- list(gamma.shape.bounds = c(1e-3, 1e6), gamma.rate.bounds = c(1e-3, 1e6),
               weibull.shape.bounds = c(1e-3, 1e6), weibull.scale.bounds = c(1e-3, 1e6),
               beta.shape1.bounds = c(1e-3, 1e6), beta.shape2.bounds = c(1e-3, 1e6))
qe <- estmeansd::qe.mean.sd(min.val = low / top, q1.val = q1 / top, med.val = med / top,
                            q3.val = q3 / top, max.val = high / top, n = n,
                            qe.fit.control = lifted)
cat(sprintf("qe mean %.2f sd %.2f\n", top * qe$est.mean, top * qe$est.sd))
