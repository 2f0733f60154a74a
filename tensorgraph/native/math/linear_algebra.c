/* Triangular and banded systems, and solutions from factors. */
#include "lapack.h"

/* Substitution for one right-hand side. */
static void substitute(const number *a, number *x, int64_t n, int lower, int transposed, int unit)
{
    int upwards = lower != transposed;
    for (int64_t step = 0; step < n; step++) {
        int64_t i = upwards ? step : n - 1 - step;
        const number *row = a + i * n;
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
static void triangular(const number *a, number *x, int64_t n, int64_t k, int lower, int transposed, int unit,
                       void *dtrsm)
{
    if (k == 1)
        substitute(a, x, n, lower, transposed, unit);
    else
        solve_left(dtrsm, lower, transposed, unit, n, k, a, n, x, k);
}

static int has_zero_on_diagonal(const number *a, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (a[i * n + i] == 0)
            return 1;
    return 0;
}

/* x = the solution of a x = b (of a' x = b if transposed) for n rows and k columns, where a is lower or upper
 * triangular, with ones on its diagonal if unit; nan if there is a zero on its diagonal. */
void NAMED(tg_solve_triangular)(const number *a, const number *b, number *x, int64_t n, int64_t k,
                                int64_t lower, int64_t transposed, int64_t unit, void *dtrsm)
{
    if ((!unit && has_zero_on_diagonal(a, n)) || !fits(n, k, 0)) {
        fill(x, NAN, n * k);
        return;
    }
    copy(x, b, n * k);
    triangular(a, x, n, k, lower != 0, transposed != 0, unit != 0, dtrsm);
}

/* x = the solution of a x = b from the lower Cholesky factor l of a: of l y = b, then l* x = y. */
void NAMED(tg_solve_positive)(const number *factor, const number *b, number *x, int64_t n, int64_t k,
                              void *dtrsm)
{
    copy(x, b, n * k);
    triangular(factor, x, n, k, 1, 0, 0, dtrsm);
    conjugate_all(x, n * k);
    triangular(factor, x, n, k, 1, 1, 0, dtrsm);
    conjugate_all(x, n * k);
}

/* x = the solution of a x = b (of a' x = b if transposed), from the column-major factors of a with its rows
 * in the order of the permutation; nan if a is singular. */
void NAMED(tg_solve_general)(const number *factors, const int64_t *permutation, const number *b, number *x,
                             number *work, int64_t n, int64_t k, int64_t transposed, void *dtrsm)
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

typedef void (*fortran_gtsv)(const int *, const int *, number *, number *, number *, number *, const int *,
                             int *);
typedef void (*fortran_gbtrf)(const int *, const int *, const int *, const int *, number *, const int *,
                              int *, int *);
typedef void (*fortran_gbtrs)(const char *, const int *, const int *, const int *, const int *,
                              const number *, const int *, const int *, number *, const int *, int *);

/* x = the solution of a x = b for a of three diagonals of m = n - 1, n, m elements; nan if a is singular. */
void NAMED(tg_solve_tridiagonal)(const number *below, const number *on, const number *above,
                                 const number *b, number *x, number *work, int64_t m, int64_t n, int64_t k,
                                 void *dgtsv)
{
    int length = (int)n, columns = (int)k, lead = leading(n), info = 0;
    number *low = work, *middle = work + n, *high = work + 2 * n, *right = work + 3 * n;
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
void NAMED(tg_solve_banded)(const number *bands, const number *b, number *x, number *work, int64_t rows,
                            int64_t n, int64_t k, int64_t l, int64_t u, int64_t transposed, void *dgbtrf,
                            void *dgbtrs)
{
    int length = (int)n, columns = (int)k, below = (int)l, above = (int)u, info = 0;
    int64_t room = 2 * l + u + 1;
    int lead = leading(room), tall = leading(n), *pivots = (int *)(work + n * room);
    number *right = work + n * (room + 1);
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
