/* Cholesky, LU and QR factors of row-major matrices. */
#include "lapack.h"

typedef void (*fortran_potrf)(const char *, const int *, number *, const int *, int *);
typedef void (*fortran_getrf)(const int *, const int *, number *, const int *, int *, int *);
typedef void (*fortran_gelqf)(const int *, const int *, number *, const int *, number *, number *,
                              const int *, int *);
typedef void (*fortran_orglq)(const int *, const int *, const int *, number *, const int *, const number *,
                              number *, const int *, int *);

/* l = the lower Cholesky factor of a, of which only the lower triangle is read; nan where there is none. */
void NAMED(tg_cholesky)(const number *a, number *l, int64_t n, void *dpotrf)
{
    int length = (int)n, failed = n > INT32_MAX;
    if (n == 0)
        return;
    for (int64_t i = 0; i < n; i++)
        copy(l + i * n, a + i * n, i + 1);
    if (!failed)
        ((fortran_potrf)dpotrf)("U", &length, l, &length, &failed);
    for (int64_t i = 0; i < n; i++)
        failed |= isnan(real_part(l[i * n + i]));
    if (failed) {
        fill(l, NAN, n * n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        fill(l + i * n + i + 1, 0, n - i - 1);
}

/* -- the adjoint of the Cholesky factorization (Murray 2016, section 4) ---------------------------------- */

enum { PANEL = 48 };

/* The adjoint for n rows and columns from `at` on, row by row: g holds that of l, and gets that of a. */
static void cholesky_adjoint_of_block(const number *l, number *g, int64_t n, int64_t at, int64_t end)
{
    for (int64_t j = end - 1; j >= at; j--) {
        const number *row = l + j * n + at;
        number *row_bar = g + j * n + at;
        double pivot = real_part(row[j - at]), total = 0;
        for (int64_t i = j + 1; i < end; i++)
            total += real_part(conjugate(l[i * n + j]) * g[i * n + j]);
        row_bar[j - at] = (real_part(row_bar[j - at]) - total / pivot) / pivot;
        subtract_multiple(row_bar, row_bar[j - at], row, j - at);
        for (int64_t i = j + 1; i < end; i++) {
            number slope = g[i * n + j] /= pivot;
            subtract_multiple(row_bar, conjugate(slope), l + i * n + at, j - at);
            subtract_multiple(g + i * n + at, slope, row, j - at);
        }
        row_bar[j - at] /= 2;
    }
}

/* The rows of g to the left of a finished block lose both triangles of the block times those of l. */
static void spread_block(const number *l, number *g, number *both, int64_t n, int64_t at, int64_t end,
                         void *dgemm)
{
    int64_t size = end - at;
    for (int64_t i = 0; i < size; i++)
        for (int64_t j = 0; j <= i; j++) {
            number value = g[(at + i) * n + at + j];
            both[i * size + j] = i == j ? 2 * value : value;
            both[j * size + i] = conjugate(both[i * size + j]);
        }
    product(dgemm, 'N', 'N', size, size, at, -1, both, size, l + at * n, n, 1, g + at * n, n);
}

/* a_bar = the gradient of a Hermitian matrix, from its factor l and that one's gradient l_bar. The steps work
 * with the conjugates of both, the directions of steepest growth, as the literature does. */
void NAMED(tg_cholesky_adjoint)(const number *l, const number *l_bar, number *a_bar, number *work, int64_t n,
                                void *dgemm, void *dtrsm)
{
    if (!fits(n, 0, 0)) {
        fill(a_bar, NAN, n * n);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        copy(a_bar + i * n, l_bar + i * n, i + 1);
        conjugate_all(a_bar + i * n, i + 1);
    }
    for (int64_t end = n; end > 0;) {
        int64_t at = end > PANEL ? end - PANEL : 0, size = end - at, below = n - end;
        const number *diagonal = l + at * n + at, *under = l + end * n;
        number *diagonal_bar = a_bar + at * n + at, *under_bar = a_bar + end * n;
        if (below) {
            solve_right(dtrsm, 1, 0, size, below, diagonal, n, under_bar + at, n);
            product(dgemm, ADJOINT, 'N', size, below, size, 1, under_bar + at, n, under + at, n, 0, work,
                    size);
            for (int64_t i = 0; i < size; i++)
                subtract_multiple(diagonal_bar + i * n, 1, work + i * size, i + 1);
            product(dgemm, 'N', 'N', below, size, at, -1, under_bar + at, n, l + at * n, n, 1, under_bar, n);
            product(dgemm, ADJOINT, 'N', size, below, at, -1, under_bar + at, n, under, n, 1, a_bar + at * n,
                    n);
        }
        cholesky_adjoint_of_block(l, a_bar, n, at, end);
        if (at)
            spread_block(l, a_bar, work, n, at, end, dgemm);
        end = at;
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++)
            a_bar[i * n + j] = conjugate(a_bar[j * n + i] = a_bar[i * n + j] / 2);
}

/* -- LU -------------------------------------------------------------------------------------------------- */

/* factors = column-major L and U of a with its rows in the order of the permutation; pivots: exchanges. */
void NAMED(tg_lu)(const number *a, number *factors, int64_t *pivots, int64_t *permutation, number *work,
                  int64_t m, int64_t n, int64_t k, void *dgetrf)
{
    int rows = (int)m, columns = (int)n, lead = leading(m), info = 0, *exchanges = (int *)work;
    int failed = !fits(m, n, 0) || !all_finite(a, m * n);
    if (failed)
        fill(factors, NAN, m * n);
    else
        transpose(factors, a, m, n);
    if (k && !failed)
        ((fortran_getrf)dgetrf)(&rows, &columns, factors, &lead, exchanges, &info);
    for (int64_t i = 0; i < m; i++)
        permutation[i] = failed ? 0 : i;
    for (int64_t i = 0; i < k; i++) {
        int64_t j = pivots[i] = failed ? 0 : exchanges[i] - 1, moved = permutation[i];
        permutation[i] = permutation[j];
        permutation[j] = moved;
    }
}

typedef void (*fortran_trmm)(const char *, const char *, const char *, const char *, const int *, const int *,
                             const number *, const number *, const int *, number *, const int *);

/* The adjoint of the square part: x = inv(L') (below(L' x) + above(x U')) inv(U'), column-major. */
static void lu_adjoint_of_square(const number *factors, number *x, number *upper, int64_t m, int64_t k,
                                 void *dtrmm, void *dtrsm)
{
    int size = (int)k, lead = leading(m);
    number one = 1;
    fill(upper, 0, k * k);
    for (int64_t j = 0; j < k; j++) {
        copy(upper + j * k, x + j * m, j + 1);
        fill(x + j * m, 0, j + 1);
    }
    ((fortran_trmm)dtrmm)("L", "L", "T", "U", &size, &size, &one, factors, &lead, x, &lead);
    ((fortran_trmm)dtrmm)("R", "U", "T", "N", &size, &size, &one, factors, &lead, upper, &size);
    for (int64_t j = 0; j < k; j++)
        copy(x + j * m, upper + j * k, j + 1);
    ((fortran_trsm)dtrsm)("L", "L", "T", "U", &size, &size, &one, factors, &lead, x, &lead);
    ((fortran_trsm)dtrsm)("R", "U", "T", "N", &size, &size, &one, factors, &lead, x, &lead);
}

/* a_bar = the gradient with respect to a from that of its column-major factors, g. */
void NAMED(tg_lu_adjoint)(const number *factors, const int64_t *permutation, const number *g, number *a_bar,
                          number *work, int64_t n, int64_t m, int64_t k, void *dgemm, void *dtrmm,
                          void *dtrsm)
{
    int size = (int)k, rows = (int)(m - k), columns = (int)(n - k), lead = leading(m);
    number one = 1, *x = work, *square = work + m * n;
    if (k == 0 || !fits(m, n, 0)) {
        fill(a_bar, k == 0 ? 0 : NAN, m * n);
        return;
    }
    copy(x, g, m * n);
    fill(square, 0, k * k);
    if (rows) {
        ((fortran_trsm)dtrsm)("R", "U", "T", "N", &rows, &size, &one, factors, &lead, x + k, &lead);
        product(dgemm, 'N', 'T', k, rows, k, 1, x + k, m, factors + k, m, 0, square, k);
    } else if (columns) {
        ((fortran_trsm)dtrsm)("L", "L", "T", "U", &size, &columns, &one, factors, &lead, x + k * m, &lead);
        product(dgemm, 'T', 'N', k, columns, k, 1, factors + k * m, m, x + k * m, m, 0, square, k);
    }
    for (int64_t j = 0; j < k; j++)
        for (int64_t i = 0; i < k; i++)
            if (rows ? i <= j : i > j)
                x[j * m + i] -= square[j * k + i];
    lu_adjoint_of_square(factors, x, square, m, k, dtrmm, dtrsm);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            a_bar[permutation[i] * n + j] = x[j * m + i];
}

/* The order of n rows after exchanges of row i with row pivots[i]; or the order that undoes it. */
void NAMED(tg_permutation)(const int64_t *pivots, int64_t *permutation, number *work, int64_t n,
                           int64_t inverse)
{
    int64_t *order = inverse ? (int64_t *)work : permutation;
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    for (int64_t i = 0; i < n; i++) {
        int64_t j = pivots[i], moved = order[i];
        if (j < 0 || j >= n)
            continue;
        order[i] = order[j];
        order[j] = moved;
    }
    for (int64_t i = 0; inverse && i < n; i++)
        permutation[order[i]] = i;
}

/* -- QR -------------------------------------------------------------------------------------------------- */

/* Reflections and R of a in `work`: the LQ factors of the column-major matrix that LAPACK sees. */
static number *reflect(const number *a, number *work, int64_t m, int64_t n, int64_t k, void *dgelqf)
{
    int rows = (int)n, columns = (int)m, lead = leading(n), size = (int)(64 * (m + n) + 1), info = 0;
    number *scales = work + m * n;
    if (!fits(m, n, 64 * (m + n)) || !all_finite(a, m * n))
        return NULL;
    copy(work, a, m * n);
    if (k)
        ((fortran_gelqf)dgelqf)(&rows, &columns, work, &lead, scales, scales + k, &size, &info);
    return scales;
}

static void upper_triangle(const number *a, number *r, int64_t rows, int64_t k, int64_t n)
{
    fill(r, 0, rows * n);
    for (int64_t i = 0; i < k; i++)
        copy(r + i * n + i, a + i * n + i, n - i);
}

/* r = the upper triangle of a = q r, of k rows. */
void NAMED(tg_qr_triangle)(const number *a, number *r, number *work, int64_t m, int64_t n, int64_t k,
                           void *dgelqf)
{
    if (reflect(a, work, m, n, k, dgelqf) == NULL)
        fill(r, NAN, k * n);
    else
        upper_triangle(work, r, k, k, n);
}

/* a = q r for q of c orthonormal columns: as many as a has rows, or k. */
static void orthogonal(const number *a, number *q, number *r, number *work, int64_t m, int64_t n, int64_t k,
                       int64_t c, void *dgelqf, void *dorglq)
{
    number *scales = reflect(a, work, m, n, k, dgelqf);
    int rows = (int)c, columns = (int)m, inner = (int)k, lead = leading(c), size = (int)(64 * (m + n) + 1);
    int info = 0;
    if (scales == NULL) {
        fill(q, NAN, m * c);
        fill(r, NAN, c * n);
        return;
    }
    upper_triangle(work, r, c, k, n);
    for (int64_t i = 0; i < m; i++)
        copy(q + i * c, work + i * n, k);
    if (m && c)
        ((fortran_orglq)dorglq)(&rows, &columns, &inner, q, &lead, scales, scales + k, &size, &info);
}

/* a = q r with q of k = min(m, n) columns. */
void NAMED(tg_qr)(const number *a, number *q, number *r, number *work, int64_t m, int64_t n, int64_t k,
                  void *dgelqf, void *dorglq)
{
    orthogonal(a, q, r, work, m, n, k, k, dgelqf, dorglq);
}

/* a = q r with a square q. */
void NAMED(tg_qr_complete)(const number *a, number *q, number *r, number *work, int64_t m, int64_t n,
                           int64_t k, void *dgelqf, void *dorglq)
{
    orthogonal(a, q, r, work, m, n, k, m, dgelqf, dorglq);
}
