/* Sine and cosine integrals, trigonometric and hyperbolic. */
#ifndef TG_SINE_INTEGRAL_H
#define TG_SINE_INTEGRAL_H

double tg_sine_integral(double x);
double tg_cosine_integral(double x);
double tg_hyperbolic_sine_integral(double x);
double tg_hyperbolic_cosine_integral(double x);

#endif
