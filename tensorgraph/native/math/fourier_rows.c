/* Fourier transforms of rows in memory: complex to complex, real to half of the complex ones, and back.
 *
 * An even number n of reals is transformed as n / 2 complex numbers: with the transforms E and O of the elements of
 * even and odd number, those are E + i O, and the result is E[k] + w^k O[k] where w = exp(-2 pi i / n). */
#include "fourier.h"

typedef struct {
    transform t;
    int64_t n, sign;
    numbers turns; /* w^k for k up to n / 4 */
} job;

/* A function that reads or writes `lanes` rows, with a version for one row in which vectors are whole. */
#define FOR_ROWS(name, type)                                                  \
    static void name(const job *w, numbers z, type *row, int64_t lanes)       \
    {                                                                         \
        if (lanes == 1)                                                       \
            name##_lanes(w, z, row, 1);                                       \
        else                                                                  \
            name##_lanes(w, z, row, lanes);                                   \
    }

TG_INLINE number pair_at(const double *row, int64_t k)
{
    return (number){row[2 * k], row[2 * k + 1]};
}

TG_INLINE void put_pair(double *row, int64_t k, number value)
{
    row[2 * k] = value.re;
    row[2 * k + 1] = value.im;
}

TG_INLINE number conjugate(number a)
{
    return (number){a.re, -a.im};
}

/* -- complex rows ----------------------------------------------------------------------------------------------- */

TG_INLINE void read_complex_lanes(const job *w, numbers z, const double *row, int64_t lanes)
{
    const int64_t n = w->t.n;
    for (int64_t b = 0; b < lanes; b++, row += 2 * n)
        VECTORS for (int64_t k = 0; k < n; k++)
            put(z, k * lanes + b, pair_at(row, k));
}

TG_INLINE void write_complex_lanes(const job *w, numbers z, double *row, int64_t lanes)
{
    const int64_t n = w->t.n;
    for (int64_t b = 0; b < lanes; b++, row += 2 * n)
        VECTORS for (int64_t k = 0; k < n; k++)
            put_pair(row, k, at(z, k * lanes + b));
}

FOR_ROWS(read_complex, const double)
FOR_ROWS(write_complex, double)

/* -- an even number of reals ------------------------------------------------------------------------------------ */

TG_INLINE void write_half_lanes(const job *w, numbers z, double *row, int64_t lanes)
{
    const int64_t h = w->n / 2;
    for (int64_t b = 0; b < lanes; b++, row += 2 * (h + 1)) {
        put_pair(row, 0, (number){z.re[b] + z.im[b], 0.0});
        put_pair(row, h, (number){z.re[b] - z.im[b], 0.0});
        VECTORS for (int64_t k = 1; k <= h / 2; k++) {
            const number here = at(z, k * lanes + b), there = conjugate(at(z, (h - k) * lanes + b));
            const number even = plus(here, there), odd = times(turned(minus(here, there)), at(w->turns, k));
            put_pair(row, k, (number){0.5 * (even.re + odd.re), 0.5 * (even.im + odd.im)});
            put_pair(row, h - k, (number){0.5 * (even.re - odd.re), -0.5 * (even.im - odd.im)});
        }
    }
}

TG_INLINE void read_half_lanes(const job *w, numbers z, const double *row, int64_t lanes)
{
    const int64_t h = w->n / 2;
    for (int64_t b = 0; b < lanes; b++, row += 2 * (h + 1)) {
        put(z, b, (number){row[0] + row[2 * h], row[0] - row[2 * h]});
        VECTORS for (int64_t k = 1; k <= h / 2; k++) {
            const number here = pair_at(row, k), there = conjugate(pair_at(row, h - k));
            const number even = plus(here, there);
            const number odd = turned(times(minus(here, there), conjugate(at(w->turns, k))));
            put(z, k * lanes + b, minus(even, odd));
            put(z, (h - k) * lanes + b, conjugate(plus(even, odd)));
        }
    }
}

FOR_ROWS(write_half, double)
FOR_ROWS(read_half, const double)

/* -- an odd number of reals ------------------------------------------------------------------------------------- */

TG_INLINE void read_reals_lanes(const job *w, numbers z, const double *row, int64_t lanes)
{
    for (int64_t b = 0; b < lanes; b++, row += w->n)
        VECTORS for (int64_t k = 0; k < w->n; k++)
            put(z, k * lanes + b, (number){row[k], 0.0});
}

TG_INLINE void write_reals_lanes(const job *w, numbers z, double *row, int64_t lanes)
{
    for (int64_t b = 0; b < lanes; b++, row += w->n)
        VECTORS for (int64_t k = 0; k < w->n; k++)
            row[k] = z.re[k * lanes + b];
}

TG_INLINE void write_first_lanes(const job *w, numbers z, double *row, int64_t lanes)
{
    const int64_t h = w->n / 2;
    for (int64_t b = 0; b < lanes; b++, row += 2 * (h + 1)) {
        put_pair(row, 0, (number){z.re[b], 0.0});
        VECTORS for (int64_t k = 1; k <= h; k++)
            put_pair(row, k, at(z, k * lanes + b));
    }
}

TG_INLINE void read_first_lanes(const job *w, numbers z, const double *row, int64_t lanes)
{
    const int64_t n = w->n, h = n / 2;
    for (int64_t b = 0; b < lanes; b++, row += 2 * (h + 1)) {
        put(z, b, (number){row[0], 0.0});
        VECTORS for (int64_t k = 1; k <= h; k++) {
            put(z, k * lanes + b, pair_at(row, k));
            put(z, (n - k) * lanes + b, conjugate(pair_at(row, k)));
        }
    }
}

FOR_ROWS(read_reals, const double)
FOR_ROWS(write_reals, double)
FOR_ROWS(write_first, double)
FOR_ROWS(read_first, const double)

/* -- what programs call ----------------------------------------------------------------------------------------- */

typedef void reader(const job *, numbers, const double *, int64_t);
typedef void writer(const job *, numbers, double *, int64_t);

/* All rows; one of x has `in` doubles, one of y `out`. */
static void each_rows(const job *w, int64_t rows, reader *read, const double *x, int64_t in, writer *write,
                      double *y, int64_t out)
{
    const int64_t most = w->t.lanes;
    for (int64_t row = 0; row < rows; row += most) {
        const int64_t lanes = rows - row < most ? rows - row : most;
        read(w, exchanged(w->t.x, w->sign), x + row * in, lanes);
        write(w, exchanged(tg_transformed(&w->t, lanes), w->sign), y + row * out, lanes);
    }
}

static job job_for_reals(int64_t rows, int64_t n, int64_t sign, double *work)
{
    const int64_t half = n % 2 ? 0 : n / 2;
    job w = {.t = tg_prepared(half ? half : n, rows, &work), .n = n, .sign = sign};
    w.turns = taken(&work, half / 2 + 1);
    VECTORS for (int64_t k = 0; k <= half / 2; k++)
        put(w.turns, k, root_of_unity(whole(k), (double)n));
    return w;
}

/* y[k] = sum over j of x[j] exp(sign 2 pi i j k / n) for each of `rows` vectors of n complex numbers. All three
 * functions have a workspace of 24 n + 4224 doubles. */
void tg_complex_fourier(const void *x, void *y, void *work, int64_t rows, int64_t n, int64_t sign)
{
    double *rest = work;
    if (rows < 1 || n < 1)
        return;
    const job w = {.t = tg_prepared(n, rows, &rest), .n = n, .sign = sign};
    each_rows(&w, rows, read_complex, x, 2 * n, write_complex, y, 2 * n);
}

/* The first n / 2 + 1 points of the transforms, with the sign -1, of rows of n reals. */
void tg_real_fourier(const void *x, void *y, void *work, int64_t rows, int64_t n)
{
    if (rows < 1 || n < 1)
        return;
    const job w = job_for_reals(rows, n, -1, work);
    if (n % 2)
        each_rows(&w, rows, read_reals, x, n, write_first, y, n + 1);
    else
        each_rows(&w, rows, read_complex, x, n, write_half, y, n + 2);
}

/* The n reals whose n / 2 + 1 first points are given, times n. */
void tg_half_fourier(const void *x, void *y, void *work, int64_t rows, int64_t n)
{
    if (rows < 1 || n < 1)
        return;
    const job w = job_for_reals(rows, n, 1, work);
    if (n % 2)
        each_rows(&w, rows, read_first, x, n + 1, write_reals, y, n);
    else
        each_rows(&w, rows, read_half, x, n + 2, write_complex, y, n);
}
