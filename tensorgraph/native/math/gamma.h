/* The gamma functions where they are rare: zero, negative, subnormal, huge, and nan. */
#ifndef TG_GAMMA_H
#define TG_GAMMA_H

double tg_lgamma_rare(double x) __attribute__((visibility("hidden")));
double tg_digamma_rare(double x) __attribute__((visibility("hidden")));

#endif
