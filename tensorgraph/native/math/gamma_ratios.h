/* Quotients of gamma functions without cancellation, for the functions made of them. */
#ifndef TG_GAMMA_RATIOS_H
#define TG_GAMMA_RATIOS_H

#include <math.h>

#include "gamma.h"

#define TG_SQRT_TWO_PI 0x1.40d931ff62706p+1
#define TG_HALF_LOG_TWO_PI 0x1.d67f1c864beb5p-1
#define TG_LARGE 10.0                               /* from here on Stirling's series */

/* expm1(u) - u, and u - log1p(u) where 1 + u is `whole`, without cancellation for small u. */
double tg_expm1_beyond_linear(double u) __attribute__((visibility("hidden")));
double tg_log_deviance(double u, double whole) __attribute__((visibility("hidden")));

/* log Gamma(a) - (a - 1/2) log(a) + a - log(2 pi) / 2, for a >= 3.3. */
TG_INLINE double tg_log_scaled_gamma(double a)
{
    return tg_stirling((1.0 / a) * (1.0 / a)) / a;
}

double tg_log_minus_digamma(double a) __attribute__((visibility("hidden")));   /* for a >= TG_LARGE */
double tg_gamma(double x);
double tg_rgamma(double x);
double tg_gammasgn(double x);
double tg_digamma_difference(double a, double b);
double tg_gamma_front(double a, double x) __attribute__((visibility("hidden")));
double tg_beta_excess(double a, double b, double x, double y) __attribute__((visibility("hidden")));
double tg_beta_front(double a, double b, double x, double y) __attribute__((visibility("hidden")));
double tg_gamma_density(double a, double x);
double tg_beta_density(double a, double b, double x);
double tg_beta(double a, double b);
double tg_betaln(double a, double b);

#endif
