/* Discrete Fourier transforms of any length.
 *
 * Lengths with small prime factors: Stockham's algorithm, one pass for each factor, sorted as it goes
 * (Van Loan, Computational Frameworks for the FFT, 1992, section 1.7).  Others: Bluestein's, which makes the
 * transform a circular convolution of a length that has small factors. */
#include <math.h>

#include "doubles.h"

typedef struct {
    double re, im;
} number;

enum { LARGEST = 13, MOST_FACTORS = 64 };

static number times(number a, number b)
{
    return (number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static number plus(number a, number b)
{
    return (number){a.re + b.re, a.im + b.im};
}

static number minus(number a, number b)
{
    return (number){a.re - b.re, a.im - b.im};
}

static number scaled(number a, double b)
{
    return (number){a.re * b, a.im * b};
}

/* i times a, or -i times a for a negative sign. */
static number turned(number a, double sign)
{
    return (number){-sign * a.im, sign * a.re};
}

/* exp(sign 2 pi i k / n) for 0 <= k < n, from an angle of at most pi / 4. */
static number root_of_unity(int64_t k, int64_t n, double sign)
{
    const int64_t eighth = 8 * k / n, turns = (eighth + 1) / 2;
    const double angle = 0x1.921fb54442d18p+0 * ((double)(4 * k - turns * n) / (double)n);
    const double c = tg_cos(angle), s = tg_sin(angle);
    const number roots[4] = {{c, s}, {-s, c}, {-c, -s}, {s, -c}};
    number root = roots[turns & 3];
    root.im *= sign;
    return root;
}

static void roots_of_unity(number *roots, int64_t n, double sign)
{
    for (int64_t k = 0; k < n; k++)
        roots[k] = root_of_unity(k, n, sign);
}

/* The factors of n, 4 first, then the primes; returns their number, or 0 if one is above LARGEST. */
static int factorize(int64_t n, int64_t *factors)
{
    static const int64_t tried[] = {4, 2, 3, 5, 7, 11, LARGEST};
    int count = 0;
    for (int i = 0; i < (int)(sizeof tried / sizeof *tried); i++)
        for (; n % tried[i] == 0; n /= tried[i])
            factors[count++] = tried[i];
    return n == 1 ? count : 0;
}

/* The transform of length p of t; its results lie `apart` apart.  roots[1] = exp(sign 2 pi i / p). */
TG_INLINE void butterfly(const number *t, number *y, int64_t apart, int64_t p, const number *roots, double sign)
{
    if (p == 2) {
        y[0] = plus(t[0], t[1]);
        y[apart] = minus(t[0], t[1]);
    } else if (p == 3) {
        const number sum = plus(t[1], t[2]), half = turned(scaled(minus(t[1], t[2]), roots[1].im), 1.0);
        const number middle = plus(t[0], scaled(sum, roots[1].re));
        y[0] = plus(t[0], sum);
        y[apart] = plus(middle, half);
        y[2 * apart] = minus(middle, half);
    } else if (p == 4) {
        const number a = plus(t[0], t[2]), b = minus(t[0], t[2]);
        const number c = plus(t[1], t[3]), d = turned(minus(t[1], t[3]), sign);
        y[0] = plus(a, c);
        y[apart] = plus(b, d);
        y[2 * apart] = minus(a, c);
        y[3 * apart] = minus(b, d);
    } else if (p == 5) {
        const number a = plus(t[1], t[4]), b = minus(t[1], t[4]), c = plus(t[2], t[3]), d = minus(t[2], t[3]);
        const number one = roots[1], two = roots[2];
        const number even1 = plus(t[0], plus(scaled(a, one.re), scaled(c, two.re)));
        const number even2 = plus(t[0], plus(scaled(a, two.re), scaled(c, one.re)));
        const number odd1 = turned(plus(scaled(b, one.im), scaled(d, two.im)), 1.0);
        const number odd2 = turned(minus(scaled(b, two.im), scaled(d, one.im)), 1.0);
        y[0] = plus(t[0], plus(a, c));
        y[apart] = plus(even1, odd1);
        y[2 * apart] = plus(even2, odd2);
        y[3 * apart] = minus(even2, odd2);
        y[4 * apart] = minus(even1, odd1);
    } else {
        for (int64_t u = 0; u < p; u++) {
            number sum = t[0];
            for (int64_t q = 1; q < p; q++)
                sum = plus(sum, times(t[q], roots[q * u % p]));
            y[u * apart] = sum;
        }
    }
}

/* One pass: sub-transforms of length `done` become sub-transforms of length p * done. */
TG_INLINE void pass(const number *restrict x, number *restrict y, int64_t n, int64_t done, int64_t p,
                    const number *roots, double sign)
{
    const int64_t before = n / done, after = before / p;
    number small[LARGEST], turn[LARGEST], t[LARGEST];
    for (int64_t q = 0; q < p; q++)
        small[q] = roots[q * (n / p)];
    for (int64_t j = 0; j < done; j++) {
        for (int64_t q = 1; q < p; q++)
            turn[q] = roots[q * j * after];
        for (int64_t s = 0; s < after; s++) {
            t[0] = x[j * before + s];
            for (int64_t q = 1; q < p; q++)
                t[q] = times(x[j * before + s + q * after], turn[q]);
            butterfly(t, y + j * after + s, done * after, p, small, sign);
        }
    }
}

/* A pass with a factor that the compiler knows, where that is a small one. */
static void pass_by(const number *x, number *y, int64_t n, int64_t done, int64_t p, const number *roots,
                    double sign)
{
    if (p == 4)
        pass(x, y, n, done, 4, roots, sign);
    else if (p == 2)
        pass(x, y, n, done, 2, roots, sign);
    else if (p == 3)
        pass(x, y, n, done, 3, roots, sign);
    else if (p == 5)
        pass(x, y, n, done, 5, roots, sign);
    else
        pass(x, y, n, done, p, roots, sign);
}

/* The transform of x, which is destroyed, to y; both are of length n. */
static void transform(number *x, number *y, int64_t n, const int64_t *factors, int count, const number *roots,
                      double sign)
{
    number *from = x, *to = y;
    int64_t done = 1;
    for (int i = 0; i < count; done *= factors[i++]) {
        pass_by(from, to, n, done, factors[i], roots, sign);
        number *swap = from;
        from = to;
        to = swap;
    }
    if (from != y)
        for (int64_t i = 0; i < n; i++)
            y[i] = from[i];
}

/* The smallest length of at least n with factors 2, 3 and 5 only. */
static int64_t good_length(int64_t n)
{
    for (;; n++) {
        int64_t rest = n;
        while (rest % 2 == 0)
            rest /= 2;
        while (rest % 3 == 0)
            rest /= 3;
        while (rest % 5 == 0)
            rest /= 5;
        if (rest == 1)
            return n;
    }
}

/* What Bluestein's algorithm keeps between rows: j k = (j^2 + k^2 - (k - j)^2) / 2 in the exponent. */
typedef struct {
    int64_t n, m;
    int64_t factors[MOST_FACTORS];
    int count;
    number *chirp, *kernel, *roots, *a, *b;
} bluestein;

static bluestein prepare(int64_t n, double sign, number *work)
{
    bluestein plan = {.n = n, .m = good_length(2 * n - 1)};
    const int64_t m = plan.m;
    plan.count = factorize(m, plan.factors);
    plan.chirp = work;
    plan.kernel = work + n;
    plan.roots = plan.kernel + m;
    plan.a = plan.roots + m;
    plan.b = plan.a + m;
    uint64_t square = 0;                                    /* k^2 mod 2 n */
    for (int64_t k = 0; k < n; k++) {
        plan.chirp[k] = root_of_unity((int64_t)square, 2 * n, sign);
        square = (square + 2 * (uint64_t)k + 1) % (2 * (uint64_t)n);
    }
    roots_of_unity(plan.roots, m, -1.0);
    for (int64_t k = 0; k < m; k++)
        plan.a[k] = (number){0.0, 0.0};
    for (int64_t k = 0; k < n; k++) {
        plan.a[k] = (number){plan.chirp[k].re / (double)m, -plan.chirp[k].im / (double)m};
        if (k > 0)
            plan.a[m - k] = plan.a[k];
    }
    transform(plan.a, plan.kernel, m, plan.factors, plan.count, plan.roots, -1.0);
    return plan;
}

static void convolved(const bluestein *plan, const number *x, number *y)
{
    const int64_t n = plan->n, m = plan->m;
    number *a = plan->a, *b = plan->b;
    for (int64_t k = 0; k < m; k++)
        a[k] = k < n ? times(x[k], plan->chirp[k]) : (number){0.0, 0.0};
    transform(a, b, m, plan->factors, plan->count, plan->roots, -1.0);
    for (int64_t k = 0; k < m; k++) {                       /* conjugated, so that the same roots go back */
        const number c = times(b[k], plan->kernel[k]);
        a[k] = (number){c.re, -c.im};
    }
    transform(a, b, m, plan->factors, plan->count, plan->roots, -1.0);
    for (int64_t k = 0; k < n; k++)
        y[k] = times((number){b[k].re, -b[k].im}, plan->chirp[k]);
}

/* y[k] = sum over j of x[j] exp(sign 2 pi i j k / n) for each of `rows` vectors of n complex numbers.
 * `work` has 24 n + 64 doubles, which is enough for Bluestein's lengths: below 2.5 n. */
void tg_fourier(const void *x, void *y, void *work, int64_t rows, int64_t n, int64_t sign)
{
    int64_t factors[MOST_FACTORS];
    if (rows < 1 || n < 1)
        return;
    const int count = n == 1 ? 0 : factorize(n, factors);
    const number *from = x;
    number *to = y, *free_ = work;
    if (n > 1 && count == 0) {
        const bluestein plan = prepare(n, (double)sign, free_);
        for (int64_t r = 0; r < rows; r++)
            convolved(&plan, from + r * n, to + r * n);
        return;
    }
    roots_of_unity(free_, n, (double)sign);
    for (int64_t r = 0; r < rows; r++) {
        number *copy = free_ + n;
        for (int64_t i = 0; i < n; i++)
            copy[i] = from[r * n + i];
        transform(copy, to + r * n, n, factors, count, free_, (double)sign);
    }
}
