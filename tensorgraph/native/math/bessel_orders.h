/* Derivatives of Bessel functions with respect to their order, for x > 0. */
#ifndef TG_BESSEL_ORDERS_H
#define TG_BESSEL_ORDERS_H

#include "vector_math.h"

double tg_jv_order(double v, double x);
double tg_yv_order(double v, double x);
double tg_iv_order(double v, double x);
double tg_ive_order(double v, double x);
double tg_kv_order(double v, double x);
double tg_kve_order(double v, double x);

#endif
