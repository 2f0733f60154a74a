/* Discrete Fourier transforms of any length.
 *
 * Lengths with small prime factors: Stockham's algorithm, one pass for each factor, sorted as it goes (Van Loan,
 * Computational Frameworks for the FFT, 1992, section 1.7).  Others: Bluestein's, which makes the transform a
 * circular convolution of a length that has small factors.  Real and imaginary parts lie apart, so that a pass is
 * a loop over vectors; short rows of a batch lie side by side, element by element, and go through it together.
 * Which of the two happens does not show in the results: each element meets the same operations in all cases.
 *
 * Everything is written for the exponent -2 pi i j k / n.  With real and imaginary parts exchanged on the way in
 * and out, the same code has the other sign. */
#include "fourier.h"

enum { LARGEST = 13, TOGETHER = 1024 };

#define UNROLLED _Pragma("GCC unroll 16")

/* -- one pass --------------------------------------------------------------------------------------------------- */

TG_INLINE void butterfly_of_4(number *a, number *b, number *c, number *d)
{
    const number ac = plus(*a, *c), a_c = minus(*a, *c), bd = plus(*b, *d), b_d = turned(minus(*b, *d));
    *a = plus(ac, bd);
    *b = plus(a_c, b_d);
    *c = minus(ac, bd);
    *d = minus(a_c, b_d);
}

TG_INLINE void butterfly_of_8(number *t)
{
    const double half = 0x1.6a09e667f3bcdp-1;                /* cos(pi / 4) */
    butterfly_of_4(t, t + 2, t + 4, t + 6);
    butterfly_of_4(t + 1, t + 3, t + 5, t + 7);
    const number b0 = t[1], b1 = {half * (t[3].re + t[3].im), half * (t[3].im - t[3].re)};
    const number b2 = turned(t[5]), b3 = {half * (t[7].im - t[7].re), -half * (t[7].re + t[7].im)};
    const number a0 = t[0], a1 = t[2], a2 = t[4], a3 = t[6];
    t[0] = plus(a0, b0), t[1] = plus(a1, b1), t[2] = plus(a2, b2), t[3] = plus(a3, b3);
    t[4] = minus(a0, b0), t[5] = minus(a1, b1), t[6] = minus(a2, b2), t[7] = minus(a3, b3);
}

/* For an odd p: elements q and p - q meet the same cosine and opposite sines. */
TG_INLINE void butterfly_of_odd(number *t, int p, const number *roots)
{
    number sum[LARGEST / 2 + 1], difference[LARGEST / 2 + 1], first = t[0];
    UNROLLED for (int q = 1; q <= p / 2; q++) {
        sum[q] = plus(t[q], t[p - q]);
        difference[q] = turned(minus(t[q], t[p - q]));
        first = plus(first, sum[q]);
    }
    UNROLLED for (int u = 1; u <= p / 2; u++) {
        number even = t[0], odd = {0.0, 0.0};
        UNROLLED for (int q = 1; q <= p / 2; q++) {
            const number root = roots[u * q % p];
            even = plus(even, (number){sum[q].re * root.re, sum[q].im * root.re});
            odd = plus(odd, (number){difference[q].re * root.im, difference[q].im * root.im});
        }
        t[u] = minus(even, odd);
        t[p - u] = plus(even, odd);
    }
    t[0] = first;
}

typedef struct {
    int64_t done, after; /* the length of the sub-transforms so far, and how many elements lie between them */
    numbers turns;       /* [p - 1][done]: the roots of unity of order p done */
} stage;

/* Column s of sub-transform j: its p elements, turned and transformed. */
TG_INLINE void column(const stage *g, numbers x, numbers y, int64_t j, int64_t s, const number *turns, int p,
                      const number *roots)
{
    number t[LARGEST];
    t[0] = at(x, j * p * g->after + s);
    UNROLLED for (int q = 1; q < p; q++)
        t[q] = times(at(x, (j * p + q) * g->after + s), turns[q]);
    if (p == 2) {
        const number b = t[1];
        t[1] = minus(t[0], b);
        t[0] = plus(t[0], b);
    } else if (p == 4)
        butterfly_of_4(t, t + 1, t + 2, t + 3);
    else if (p == 8)
        butterfly_of_8(t);
    else
        butterfly_of_odd(t, p, roots);
    UNROLLED for (int u = 0; u < p; u++)
        put(y, (u * g->done + j) * g->after + s, t[u]);
}

TG_INLINE void find_turns(const stage *g, int64_t j, int p, number *turns)
{
    UNROLLED for (int q = 1; q < p; q++)
        turns[q] = at(g->turns, (q - 1) * g->done + j);
}

/* One pass: sub-transforms of length `done` become sub-transforms of length p done. */
TG_INLINE void pass_of(int64_t after, const stage *given, numbers x, numbers y, int p, const number *roots)
{
    const stage g = {.done = given->done, .after = after, .turns = given->turns};
    for (int64_t j = 0; j < g.done; j++) {
        number turns[LARGEST];
        find_turns(&g, j, p, turns);
        VECTORS for (int64_t s = 0; s < after; s++)
            column(&g, x, y, j, s, turns, p, roots);
    }
}

/* The last passes have short columns: there vectors lie across the sub-transforms, or are known to be whole. */
TG_INLINE void pass(const stage *given, numbers x, numbers y, int p)
{
    const stage last = {.done = given->done, .after = 1, .turns = given->turns};
    number roots[LARGEST];
    for (int q = 0; q < p; q++)
        roots[q] = root_of_unity(q, p);
    if (given->after == 1)
        VECTORS for (int64_t j = 0; j < last.done; j++) {
            number turns[LARGEST];
            find_turns(&last, j, p, turns);
            column(&last, x, y, j, 0, turns, p, roots);
        }
    else if (given->after == 4)
        pass_of(4, given, x, y, p, roots);
    else
        pass_of(given->after, given, x, y, p, roots);
}

#define PASS_BY(p)                                                              \
    static void pass_by_##p(const stage *g, numbers x, numbers y)               \
    {                                                                           \
        pass(g, x, y, p);                                                       \
    }

PASS_BY(2)
PASS_BY(3)
PASS_BY(4)
PASS_BY(5)
PASS_BY(7)
PASS_BY(8)
PASS_BY(11)
PASS_BY(13)

typedef void pass_by(const stage *, numbers, numbers);

static pass_by *const passes[LARGEST + 1] = {
    [2] = pass_by_2, [3] = pass_by_3, [4] = pass_by_4, [5] = pass_by_5,
    [7] = pass_by_7, [8] = pass_by_8, [11] = pass_by_11, [13] = pass_by_13,
};

/* -- lengths with small factors ------------------------------------------------------------------------------- */

/* The odd primes first: the last passes have short vectors unless their factor is 4. */
static plan factorized(int64_t n)
{
    static const int tried[] = {13, 11, 7, 5, 3};
    plan made = {.n = n};
    int twos = 0;
    for (int i = 0; i < (int)(sizeof tried / sizeof *tried); i++)
        for (; n % tried[i] == 0; n /= tried[i])
            made.factors[made.count++] = tried[i];
    for (; n % 2 == 0; n /= 2)
        twos++;
    for (; twos > 4 || twos == 3; twos -= 3)
        made.factors[made.count++] = 8;
    for (; twos > 0; twos -= 2)
        made.factors[made.count++] = twos > 1 ? 4 : 2;
    if (n > 1)
        made.count = 0;
    return made;
}

/* With the roots of unity of all passes, n - 1 of them. */
static void fill_turns(plan *made, double **work)
{
    made->turns = taken(work, made->n);
    numbers turns = made->turns;
    for (int64_t i = 0, done = 1; i < made->count; done *= made->factors[i++])
        for (int64_t q = 1; q < made->factors[i]; q++, turns.re += done, turns.im += done) {
            const double n = (double)(done * made->factors[i]);
            VECTORS for (int64_t j = 0; j < done; j++)
                put(turns, j, root_of_unity(whole(q * j), n));
        }
}

/* The transforms of `lanes` rows side by side in x; returns where they are, which is x or y. */
static numbers transformed(const plan *made, numbers x, numbers y, int64_t lanes)
{
    stage g = {.done = 1, .after = made->n * lanes, .turns = made->turns};
    for (int i = 0; i < made->count; i++) {
        const int p = made->factors[i];
        g.after /= p;
        passes[p](&g, x, y);
        g.turns.re += (p - 1) * g.done;
        g.turns.im += (p - 1) * g.done;
        g.done *= p;
        const numbers swapped = x;
        x = y;
        y = swapped;
    }
    return x;
}

/* -- all lengths ------------------------------------------------------------------------------------------------ */

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

static void fill_kernel(transform *t, double **work)
{
    const int64_t n = t->n, m = t->inner.n;
    t->chirp = taken(work, n);
    t->kernel = taken(work, m);
    uint64_t square = 0;                                    /* k^2 mod 2 n */
    for (int64_t k = 0; k < n; k++) {
        t->x.re[k] = (double)square;
        square = (square + 2 * (uint64_t)k + 1) % (2 * (uint64_t)n);
    }
    VECTORS for (int64_t k = 0; k < n; k++)
        put(t->chirp, k, root_of_unity(t->x.re[k], 2.0 * (double)n));
    for (int64_t k = 0; k < m; k++)
        put(t->x, k, (number){0.0, 0.0});
    for (int64_t k = 0; k < n; k++) {
        const number value = {t->chirp.re[k] / (double)m, -t->chirp.im[k] / (double)m};
        put(t->x, k, value);
        put(t->x, k > 0 ? m - k : 0, value);
    }
    const numbers found = transformed(&t->inner, t->x, t->y, 1);
    for (int64_t k = 0; k < m; k++)
        put(t->kernel, k, at(found, k));
}

/* How many rows of length n lie side by side: whole vectors of them, or one. */
static int64_t lanes_for(int64_t n, int64_t rows)
{
    const int64_t lanes = TOGETHER / n & ~(int64_t)3;
    return lanes == 0 ? 1 : rows < lanes ? rows : lanes;
}

/* The workspace is large enough for Bluestein's lengths, which are below 2.5 n. */
transform tg_prepared(int64_t n, int64_t rows, double **work)
{
    transform t = {.n = n, .inner = factorized(n)};
    const int blue = n > 1 && t.inner.count == 0;
    if (blue)
        t.inner = factorized(good_length(2 * n - 1));
    t.lanes = lanes_for(t.inner.n, rows);
    t.x = taken(work, t.inner.n * t.lanes);
    t.y = taken(work, t.inner.n * t.lanes);
    fill_turns(&t.inner, work);
    if (blue)
        fill_kernel(&t, work);
    return t;
}

static void multiply(numbers x, numbers by, int64_t n, int64_t lanes)
{
    if (lanes == 1)
        VECTORS for (int64_t k = 0; k < n; k++)
            put(x, k, times(at(x, k), at(by, k)));
    else
        for (int64_t k = 0; k < n; k++)
            VECTORS for (int64_t b = k * lanes; b < (k + 1) * lanes; b++)
                put(x, b, times(at(x, b), at(by, k)));
}

numbers tg_transformed(const transform *t, int64_t lanes)
{
    const int64_t n = t->n, m = t->inner.n;
    if (n == m)
        return transformed(&t->inner, t->x, t->y, lanes);
    multiply(t->x, t->chirp, n, lanes);
    for (int64_t k = n * lanes; k < m * lanes; k++)
        put(t->x, k, (number){0.0, 0.0});
    const numbers there = transformed(&t->inner, t->x, t->y, lanes), other = there.re == t->x.re ? t->y : t->x;
    multiply(there, t->kernel, m, lanes);
    const numbers back = transformed(&t->inner, exchanged(there, 1), exchanged(other, 1), lanes);
    multiply(exchanged(back, 1), t->chirp, n, lanes);
    return exchanged(back, 1);
}
