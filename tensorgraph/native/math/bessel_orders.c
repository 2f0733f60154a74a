/* Derivatives of Bessel functions with respect to their order v, for x > 0.
 *
 * Integrals of Schlaefli's kind (Watson, Theory of Bessel Functions, chapter VI), differentiated, by Gauss'
 * rule on panels; for I and J, where these integrals cancel, the power series; for I and large x Hankel's
 * series. Worst relative errors found are in tests/ops/special/test_bessel.py. */
#include <math.h>

#include "bessel_orders.h"

#define PI 3.14159265358979323846
#define DROP 45.0 /* exp(-DROP) is nothing */

typedef struct {
    double v, x;
} point;

typedef double (*integrand)(double t, point p);

/* Gauss' rule with 16 nodes on each panel. */
static double integral(integrand f, point p, double length, double panels)
{
    static const double node[8] = {0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438,
                                   0.755404408355003, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499};
    static const double weight[8] = {0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674,
                                   0.12462897125553388, 0.09515851168249279, 0.062253523938647894, 0.027152459411754096};
    const int count = panels < 4000 ? (int)panels : 4000;
    const double half = length / count / 2;
    double sum = 0;
    for (int k = 0; k < count; k++) {
        const double middle = (2 * k + 1) * half;
        for (int i = 0; i < 8; i++)
            sum += weight[i] * (f(middle - half * node[i], p) + f(middle + half * node[i], p));
    }
    return sum * half;
}

/* Where v t - x sinh(t), or with cosh, has fallen by DROP. */
static double reach(point p)
{
    double t = 0;
    for (int k = 0; k < 60; k++)
        t = asinh((DROP + fabs(p.v) * t) / p.x);
    return t + 1 / (1 + p.x);
}

static double tail_panels(point p, double length)
{
    return 16 + 2 * length + fabs(p.v) * length / 4;
}

/* -- K, times exp(x) --------------------------------------------------------------------------------------- */

static double k_scale(double t, point p)
{
    const double root = sinh(t / 2);
    return -2 * p.x * root * root;
}

static double k_value(double t, point p)
{
    const double e = k_scale(t, p);
    return 0.5 * (exp(e + p.v * t) + exp(e - p.v * t));
}

static double k_slope(double t, point p)
{
    const double e = k_scale(t, p), small = p.v * t;
    return t * (fabs(small) < 1 ? exp(e) * sinh(small) : 0.5 * (exp(e + small) - exp(e - small)));
}

/* The range of cosh is that of sinh but for small t, where it is wider. */
static double k_reach(point p)
{
    double t = 0;
    for (int k = 0; k < 60; k++)
        t = 2 * asinh(sqrt((DROP + fabs(p.v) * t) / p.x / 2));
    return t;
}

static double k_integral(integrand f, point p)
{
    const double length = k_reach(p);
    return integral(f, p, length, tail_panels(p, length));
}

double tg_kve_order(double v, double x)
{
    return x > 0 ? k_integral(k_slope, (point){v, x}) : NAN;
}

double tg_kv_order(double v, double x)
{
    return exp(-x) * tg_kve_order(v, x);
}

/* -- I, times exp(-x) -------------------------------------------------------------------------------------- */

/* Hankel's series and its derivative, term by term. */
static double i_hankel(point p)
{
    double term = 1, slope = 0, sum = 0;
    for (int k = 1; k < 60; k++) {
        const double odd = 2 * k - 1, factor = (odd * odd - 4 * p.v * p.v) / (8 * k * p.x);
        const double next = slope * factor - term * p.v / (k * p.x);
        if (k > 2 && fabs(next) >= fabs(slope))
            break;
        slope = next;
        term *= factor;
        sum += slope;
    }
    return sum / sqrt(2 * PI * p.x);
}

/* The derivative of a power series in -sign (x/2)^2, times exp(-scale). */
static double power_series(point p, double sign, double scale)
{
    const double logarithm = log(p.x / 2), square = p.x * p.x / 4;
    const double first = exp(p.v * logarithm - lgamma(p.v + 1) - scale);
    double term = 1, sum = 0, size = 0, psi = tg_digamma(p.v + 1);
    for (int k = 0; k < 100000; k++) {
        const double part = term * (logarithm - psi);
        sum += part;
        size = fmax(size, fabs(sum));
        if (k > p.x && fabs(part) < 1e-17 * size)
            break;
        term *= sign * square / ((k + 1) * (p.v + k + 1));
        psi += 1 / (p.v + k + 1);
    }
    return first * sum;
}

static double i_slope(point p)
{
    return p.x > 30 + p.v * p.v ? i_hankel(p) : power_series(p, 1, p.x);
}

/* I of order -v is I + 2/pi sin(pi v) K of order v. */
double tg_ive_order(double v, double x)
{
    const point p = {fabs(v), x};
    if (!(x > 0) || isnan(v))
        return NAN;
    if (v == 0)
        return -exp(-2 * x) * k_integral(k_value, p);
    if (v > 0)
        return i_slope(p);
    const double k = 2 * cos(PI * v) * k_integral(k_value, p);
    const double slope = 2 / PI * sin(-PI * v) * k_integral(k_slope, p);
    return -(i_slope(p) + exp(-2 * x) * (k + slope));
}

double tg_iv_order(double v, double x)
{
    return exp(x) * tg_ive_order(v, x);
}

/* -- J and Y ----------------------------------------------------------------------------------------------- */

static double j_wave(double t, point p)
{
    return t * sin(p.v * t - p.x * sin(t));
}

static double y_wave(double t, point p)
{
    return t * cos(p.v * t - p.x * sin(t));
}

static double j_tail(double t, point p)
{
    const double e = exp(-p.x * sinh(t) - p.v * t);
    return e * (t * sin(PI * p.v) / PI - cos(PI * p.v));
}

static double y_tail(double t, point p)
{
    const double e = -p.x * sinh(t);
    const double falling = exp(e - p.v * t) * (t * cos(PI * p.v) + PI * sin(PI * p.v));
    return falling - t * exp(e + p.v * t);
}

static double wave(integrand f, point p)
{
    return -integral(f, p, PI, 8 + (fabs(p.v) + p.x) / 2) / PI;
}

double tg_jv_order(double v, double x)
{
    const point p = {v, x};
    if (!(x > 0) || isnan(v))
        return NAN;
    if (v >= 0 && (x < 6 || x * x / 4 < v + 1))
        return power_series(p, -1, 0);
    const double length = reach(p);
    return wave(j_wave, p) + integral(j_tail, p, length, tail_panels(p, length));
}

double tg_yv_order(double v, double x)
{
    const point p = {v, x};
    if (!(x > 0) || isnan(v))
        return NAN;
    const double length = reach(p);
    return wave(y_wave, p) + integral(y_tail, p, length, tail_panels(p, length)) / PI;
}
