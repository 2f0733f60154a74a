/* Derivatives of hypergeometric functions with respect to their parameters, by series of one sign where that
 * can be had: Pfaff's and Kummer's transformations make a negative argument positive. */
#include <math.h>

#include "hypergeometric.h"

#define MOST 500000

/* The sum of a series and its derivatives in the parameters above and below the line. */
typedef struct {
    double value, above, second, below;
} slopes;

/* With order 2, (a)_k (b)_k / (c)_k z^k / k!; with order 1, without b. */
static slopes series(double a, double b, double c, double z, int order)
{
    slopes term = {1, 0, 0, 0}, sum = term;
    if (!(fabs(a) + fabs(b) + fabs(c) < 1e5))
        return (slopes){NAN, NAN, NAN, NAN};
    for (int k = 0; k < MOST; k++) {
        const double other = order == 2 ? b + k : 1, rate = z / ((c + k) * (k + 1));
        const double all = (a + k) * other * rate;
        const slopes next = {
            .value = term.value * all,
            .above = term.above * all + term.value * other * rate,
            .second = term.second * all + term.value * (a + k) * rate,
            .below = term.below * all - term.value * all / (c + k),
        };
        sum.value += next.value;
        sum.above += next.above;
        sum.second += next.second;
        sum.below += next.below;
        const double last = fmax(fabs(next.above), fmax(fabs(next.second), fabs(next.below)));
        const double size = fmax(fabs(sum.above), fmax(fabs(sum.second), fabs(sum.below)));
        const int falling = fabs(all) < 1 && k > fabs(a) + fabs(b) + fabs(c);
        if (falling && last <= 1e-17 * size * (1 - fabs(all)))
            break;
        if (!isfinite(size) || (next.value == 0 && last == 0))
            break;
        term = next;
    }
    return sum;
}

/* F(a, b; c; z) is (1 - z)^-a F(a, c - b; c; z / (z - 1)). */
static slopes gauss(double a, double b, double c, double z)
{
    if (!(z < 1))
        return (slopes){NAN, NAN, NAN, NAN};
    if (z >= 0)
        return series(a, b, c, z, 2);
    const slopes f = series(a, c - b, c, z / (z - 1), 2);
    const double logarithm = log1p(-z), power = exp(-a * logarithm);
    return (slopes){
        power * f.value,
        power * (f.above - logarithm * f.value),
        -power * f.second,
        power * (f.second + f.below),
    };
}

double tg_hyp2f1_a(double a, double b, double c, double z)
{
    return gauss(a, b, c, z).above;
}

double tg_hyp2f1_c(double a, double b, double c, double z)
{
    return gauss(a, b, c, z).below;
}

/* M(a, b, x) is exp(x) M(b - a, b, -x). */
static slopes kummer(double a, double b, double x)
{
    if (x >= 0)
        return series(a, 0, b, x, 1);
    const slopes m = series(b - a, 0, b, -x, 1);
    const double e = exp(x);
    return (slopes){e * m.value, -e * m.above, 0, e * (m.above + m.below)};
}

double tg_hyp1f1_a(double a, double b, double x)
{
    return kummer(a, b, x).above;
}

double tg_hyp1f1_b(double a, double b, double x)
{
    return kummer(a, b, x).below;
}
