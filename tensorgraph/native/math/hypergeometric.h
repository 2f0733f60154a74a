/* Derivatives of hypergeometric functions with respect to their parameters. */
#ifndef TG_HYPERGEOMETRIC_H
#define TG_HYPERGEOMETRIC_H

double tg_hyp2f1_a(double a, double b, double c, double z);
double tg_hyp2f1_c(double a, double b, double c, double z);
double tg_hyp1f1_a(double a, double b, double x);
double tg_hyp1f1_b(double a, double b, double x);

#endif
