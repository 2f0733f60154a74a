/* The gamma functions where they are rare: zero, negative, subnormal, huge, and nan. */
#include "gamma.h"
#include "doubles.h"
double tg_lgamma_rare(double x) {return TG_NAN*x;}
double tg_digamma_rare(double x) {return TG_NAN*x;}
