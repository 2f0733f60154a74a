/* Integrals of exp(exponent(u)) from 0 to where it is negligible, and of two more functions times it.
 *
 * Incomplete gamma and beta functions are such integrals: with t = x exp(u), or with the logit of t for u,
 * the integrand is smooth and its logarithm concave, so that one Gauss-Legendre rule of 28 points has every
 * digit, and derivatives by a parameter are integrals of log(t) times the same points (all of one sign). */
#ifndef TG_HALF_LINE_H
#define TG_HALF_LINE_H

#include "logarithm.h"

#define TG_POINTS 28

/* What is integrated at u, the slope of the exponent, and the two other functions. */
typedef struct {
    double exponent, slope, first, second;
} tg_point;

/* Integrals of e, first * e and second * e, with e = exp(exponent). */
typedef struct {
    double value, first, second;
} tg_moments;

typedef tg_point tg_integrand(double u, const double *parameters);

/* Nodes and weights on (0, 1). */
static const double TG_LEGENDRE[TG_POINTS][2] = {
    {0.001778751213022775, 0.0045621412965472586}, {0.009348417314563623, 0.01056605629638563},
    {0.022870359685530903, 0.01645071389115219},   {0.04218348680393396, 0.022136467379502114},
    {0.06705373871280247, 0.027553672837858374},   {0.09717931454141042, 0.0326364619834998},
    {0.1321945609931841, 0.03732310711728439},     {0.17167445298056752, 0.041556708614450606},
    {0.21513976409429914, 0.04528587219651642},    {0.2620628875224409, 0.04846532899896496},
    {0.31187424195546065, 0.05105648378903038},    {0.363969186182411, 0.05302788296142321},
    {0.41771535893330963, 0.05435559612914707},    {0.47246035505798284, 0.0550235065082376},
    {0.5275396449420171, 0.0550235065082376},      {0.5822846410666904, 0.05435559612914707},
    {0.6360308138175891, 0.05302788296142321},     {0.6881257580445393, 0.05105648378903038},
    {0.7379371124775591, 0.04846532899896496},     {0.7848602359057009, 0.04528587219651642},
    {0.8283255470194325, 0.041556708614450606},    {0.8678054390068158, 0.03732310711728439},
    {0.9028206854585896, 0.0326364619834998},      {0.9329462612871975, 0.027553672837858374},
    {0.9578165131960661, 0.022136467379502114},    {0.9771296403144691, 0.01645071389115219},
    {0.9906515826854364, 0.01056605629638563},     {0.9982212487869773, 0.0045621412965472586},
};

static inline void tg_add_panel(tg_moments *sum, tg_integrand *function, const double *parameters,
                                double from, double to)
{
    for (int k = 0; k < TG_POINTS; k++) {
        tg_point p = function(from + (to - from) * TG_LEGENDRE[k][0], parameters);
        double weight = (to - from) * TG_LEGENDRE[k][1] * tg_exp(p.exponent);
        sum->value += weight;
        sum->first += weight * p.first;
        sum->second += weight * p.second;
    }
}

/* Where the exponent is about -40, or the limit: Newton's steps, which for a concave function come from the
 * far side once they are there. The first guess is for an exponent of -(slope * u + curve * u^2 / 2). */
static inline double tg_end_of_integrand(tg_integrand *function, const double *parameters, double slope,
                                         double curve, double limit)
{
    double u = __builtin_fmin(80.0 / (slope + __builtin_hypot(slope, __builtin_sqrt(80.0 * curve))), limit);
    for (int step = 0; step < 100; step++) {
        tg_point p = function(u, parameters);
        if (p.exponent > -46.0 && (p.exponent < -37.0 || u == limit))
            break;
        u = __builtin_fmin(u - (p.exponent + 40.0) / p.slope, limit);
    }
    return u;
}

/* From 0 to the end of the integrand or the limit, in panels that are not longer than that. */
static inline tg_moments tg_integrate(tg_integrand *function, const double *parameters, double slope,
                                      double curve, double limit, double longest)
{
    tg_moments sum = {0.0, 0.0, 0.0};
    double end = tg_end_of_integrand(function, parameters, slope, curve, limit), from = 0.0;
    if (!(end < 1e4 * longest))
        return (tg_moments){TG_NAN, TG_NAN, TG_NAN};
    for (double left = __builtin_fmax(__builtin_ceil(end / longest), 1.0); left > 0.0; left -= 1.0) {
        double to = from + (end - from) / left;
        tg_add_panel(&sum, function, parameters, from, to);
        from = to;
    }
    return sum;
}

#endif
