/* Hurwitz' zeta function, the sum of (q + n)^-s over n >= 0, and its derivative in s. */
#ifndef TG_ZETA_H
#define TG_ZETA_H

double tg_zeta(double s, double q);
double tg_zeta_slope(double s, double q);

#endif
