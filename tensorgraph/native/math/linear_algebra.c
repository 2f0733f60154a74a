/* Products of row-major matrices, triangular systems, and solutions from factors. */
#include "lapack.h"

typedef void (*fortran_sgemm)(const char *, const char *, const int *, const int *, const int *,
                              const float *, const float *, const int *, const float *, const int *,
                              const float *, float *, const int *);

/* c = a b for a of m rows and k columns, b of k rows and n columns; the memory may hold their transposes. */
void tg_matmul(const double *a, const double *b, double *c, int64_t m, int64_t k, int64_t n, int64_t a_turned,
               int64_t b_turned, void *dgemm)
{
    if (k > 0 && fits(m, k, n)) {
        product(dgemm, a_turned ? 'T' : 'N', b_turned ? 'T' : 'N', m, k, n, 1, a, a_turned ? m : k, b,
                b_turned ? k : n, 0, c, n);
        return;
    }
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t l = 0; l < k; l++)
                sum += (a_turned ? a[l * m + i] : a[i * k + l]) * (b_turned ? b[j * k + l] : b[l * n + j]);
            c[i * n + j] = sum;
        }
}

/* The same in single precision. */
void tg_matmul_float(const float *a, const float *b, float *c, int64_t m, int64_t k, int64_t n,
                     int64_t a_turned, int64_t b_turned, void *sgemm)
{
    int rows = (int)m, inner = (int)k, columns = (int)n;
    int lead_a = leading(a_turned ? m : k), lead_b = leading(b_turned ? k : n), lead_c = leading(n);
    float one = 1, zero = 0;
    if (m == 0 || n == 0)
        return;
    if (k > 0 && fits(m, k, n)) {
        ((fortran_sgemm)sgemm)(b_turned ? "T" : "N", a_turned ? "T" : "N", &columns, &rows, &inner, &one, b,
                               &lead_b, a, &lead_a, &zero, c, &lead_c);
        return;
    }
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            float sum = 0;
            for (int64_t l = 0; l < k; l++)
                sum += (a_turned ? a[l * m + i] : a[i * k + l]) * (b_turned ? b[j * k + l] : b[l * n + j]);
            c[i * n + j] = sum;
        }
}

/* Substitution for one right-hand side. */
static void substitute(const double *a, double *x, int64_t n, int lower, int transposed, int unit)
{
    int upwards = lower != transposed;
    for (int64_t step = 0; step < n; step++) {
        int64_t i = upwards ? step : n - 1 - step;
        const double *row = a + i * n;
        int64_t start = lower ? 0 : i + 1, count = lower ? i : n - i - 1;
        if (!transposed)
            x[i] -= inner_product(row + start, x + start, count);
        if (!unit)
            x[i] /= row[i];
        if (transposed)
            subtract_multiple(x + start, x[i], row + start, count);
    }
}

/* x becomes the solution of a triangular system with x on its right-hand side. */
static void triangular(const double *a, double *x, int64_t n, int64_t k, int lower, int transposed, int unit,
                       void *dtrsm)
{
    if (k == 1)
        substitute(a, x, n, lower, transposed, unit);
    else
        solve_left(dtrsm, lower, transposed, unit, n, k, a, n, x, k);
}

static int has_zero_on_diagonal(const double *a, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (a[i * n + i] == 0)
            return 1;
    return 0;
}

/* x = the solution of a x = b (of a' x = b if transposed) for n rows and k columns, where a is lower or upper
 * triangular, with ones on its diagonal if unit; nan if there is a zero on its diagonal. */
void tg_solve_triangular(const double *a, const double *b, double *x, int64_t n, int64_t k, int64_t lower,
                         int64_t transposed, int64_t unit, void *dtrsm)
{
    if ((!unit && has_zero_on_diagonal(a, n)) || !fits(n, k, 0)) {
        fill(x, NAN, n * k);
        return;
    }
    copy(x, b, n * k);
    triangular(a, x, n, k, lower != 0, transposed != 0, unit != 0, dtrsm);
}

/* x = the solution of a x = b from the lower Cholesky factor of a. */
void tg_solve_positive(const double *factor, const double *b, double *x, int64_t n, int64_t k, void *dtrsm)
{
    copy(x, b, n * k);
    triangular(factor, x, n, k, 1, 0, 0, dtrsm);
    triangular(factor, x, n, k, 1, 1, 0, dtrsm);
}

/* x = the solution of a x = b (of a' x = b if transposed), from the column-major factors of a with its rows
 * in the order of the permutation; nan if a is singular. */
void tg_solve_general(const double *factors, const int64_t *permutation, const double *b, double *x,
                      double *work, int64_t n, int64_t k, int64_t transposed, void *dtrsm)
{
    if (has_zero_on_diagonal(factors, n) || !fits(n, k, 0)) {
        fill(x, NAN, n * k);
        return;
    }
    if (!transposed) {
        for (int64_t i = 0; i < n; i++)
            copy(x + i * k, b + permutation[i] * k, k);
        triangular(factors, x, n, k, 0, 1, 1, dtrsm);
        triangular(factors, x, n, k, 1, 1, 0, dtrsm);
        return;
    }
    copy(work, b, n * k);
    triangular(factors, work, n, k, 1, 0, 0, dtrsm);
    triangular(factors, work, n, k, 0, 0, 1, dtrsm);
    for (int64_t i = 0; i < n; i++)
        copy(x + permutation[i] * k, work + i * k, k);
}

/* -- bands ----------------------------------------------------------------------------------------------- */

typedef void (*fortran_gtsv)(const int *, const int *, double *, double *, double *, double *, const int *,
                             int *);
typedef void (*fortran_gbtrf)(const int *, const int *, const int *, const int *, double *, const int *,
                              int *, int *);
typedef void (*fortran_gbtrs)(const char *, const int *, const int *, const int *, const int *,
                              const double *, const int *, const int *, double *, const int *, int *);

/* x = the solution of a x = b for a of three diagonals of m = n - 1, n, m elements; nan if a is singular. */
void tg_solve_tridiagonal(const double *below, const double *on, const double *above, const double *b,
                          double *x, double *work, int64_t m, int64_t n, int64_t k, void *dgtsv)
{
    int length = (int)n, columns = (int)k, lead = leading(n), info = 0;
    double *low = work, *middle = work + n, *high = work + 2 * n, *right = work + 3 * n;
    if (n == 0 || k == 0)
        return;
    copy(low, below, m);
    copy(middle, on, n);
    copy(high, above, m);
    transpose(right, b, n, k);
    if (m == n - 1 && fits(n, k, 0))
        ((fortran_gtsv)dgtsv)(&length, &columns, low, middle, high, right, &lead, &info);
    else
        info = 1;
    if (info)
        fill(x, NAN, n * k);
    else
        transpose(x, right, k, n);
}

/* x = the solution of a x = b (of a' x = b if transposed) for a[i, j] in row u + i - j, column j of
 * `bands`. */
void tg_solve_banded(const double *bands, const double *b, double *x, double *work, int64_t rows, int64_t n,
                     int64_t k, int64_t l, int64_t u, int64_t transposed, void *dgbtrf, void *dgbtrs)
{
    int length = (int)n, columns = (int)k, below = (int)l, above = (int)u, info = 0;
    int64_t room = 2 * l + u + 1;
    int lead = leading(room), tall = leading(n), *pivots = (int *)(work + n * room);
    double *right = work + n * (room + 1);
    if (n == 0 || k == 0)
        return;
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < room; i++)
            work[j * room + i] = i < l ? 0 : bands[(i - l) * n + j];
    transpose(right, b, n, k);
    if (rows == l + u + 1 && fits(n, k, room))
        ((fortran_gbtrf)dgbtrf)(&length, &length, &below, &above, work, &lead, pivots, &info);
    else
        info = 1;
    if (!info)
        ((fortran_gbtrs)dgbtrs)(transposed ? "T" : "N", &length, &below, &above, &columns, work, &lead,
                                pivots, right, &tall, &info);
    if (info)
        fill(x, NAN, n * k);
    else
        transpose(x, right, k, n);
}
