/* Singular values, eigenvalues and least squares of row-major matrices. */
#include "lapack.h"

typedef void (*fortran_gesdd)(const char *, const int *, const int *, double *, const int *, double *,
                              double *, const int *, double *, const int *, double *, const int *, int *,
                              int *);
typedef void (*fortran_syevd)(const char *, const char *, const int *, double *, const int *, double *,
                              double *, const int *, int *, const int *, int *);
typedef void (*fortran_gelsd)(const int *, const int *, const int *, double *, const int *, double *,
                              const int *, double *, const double *, int *, double *, const int *, int *,
                              int *);

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Decompose the column-major transpose of a: its left vectors are the rows of vt. Returns whether it
 * failed. */
static int decompose(const char *job, const double *a, double *u, double *s, double *vt, double *work,
                     int64_t m, int64_t n, int64_t k, int64_t columns, int64_t room, void *dgesdd)
{
    int rows = (int)n, width = (int)m, lead = leading(n), short_lead = leading(columns), size = (int)room;
    int info = 0;
    int *integers = (int *)(work + m * n);
    if (!fits(m, n, room) || !all_finite(a, m * n))
        return 1;
    if (k == 0)
        return 0;
    copy(work, a, m * n);
    ((fortran_gesdd)dgesdd)(job, &rows, &width, work, &lead, s, vt, &lead, u, &short_lead,
                            work + m * n + 4 * k, &size, integers, &info);
    return info != 0;
}

/* s = the k = min(m, n) singular values of a. */
void tg_singular_values(const double *a, double *s, double *work, int64_t m, int64_t n, int64_t k,
                        void *dgesdd)
{
    double unused;
    if (decompose("N", a, &unused, s, &unused, work, m, n, k, 1, 12 * k + 72 * (m + n) + 8, dgesdd))
        fill(s, NAN, k);
}

/* a = u diag(s) vt, with k columns in u and rows in vt; with m and n if full. */
void tg_svd(const double *a, double *u, double *s, double *vt, double *work, int64_t m, int64_t n, int64_t k,
            int64_t full, void *dgesdd)
{
    int64_t columns = full ? m : k, rows = full ? n : k, room = 4 * k * k + 20 * k + 72 * (m + n) + 8;
    if (decompose(full ? "A" : "S", a, u, s, vt, work, m, n, k, columns, room, dgesdd)) {
        fill(u, NAN, m * columns);
        fill(s, NAN, k);
        fill(vt, NAN, rows * n);
    } else if (k == 0) {
        if (columns)
            identity(u, m);
        if (rows)
            identity(vt, n);
    }
}

/* Eigenvalues, smallest first, and with job "V" column-major vectors in v, of the lower triangle in v. */
static int decompose_symmetric(const char *job, double *v, double *w, double *work, int64_t n, void *dsyevd)
{
    int length = (int)n, info = 0, count = (int)(5 * n + 3);
    int64_t room = 2 * n * n + 72 * n + 1;
    int size = (int)room, *integers = (int *)(work + room);
    if (!fits(n, room, 0) || !all_finite(v, n * n))
        return 1;
    if (n)
        ((fortran_syevd)dsyevd)(job, "U", &length, v, &length, w, work, &size, integers, &count, &info);
    return info != 0;
}

static void take_lower(double *v, const double *a, int64_t n)
{
    fill(v, 0, n * n);
    for (int64_t i = 0; i < n; i++)
        copy(v + i * n, a + i * n, i + 1);
}

/* w = the eigenvalues of the symmetric matrix whose lower triangle is that of a. */
void tg_eigenvalues_symmetric(const double *a, double *w, double *work, int64_t n, void *dsyevd)
{
    take_lower(work, a, n);
    if (decompose_symmetric("N", work, w, work + n * n, n, dsyevd))
        fill(w, NAN, n);
}

/* w, v = eigenvalues and, in the columns of v, eigenvectors of that matrix. */
void tg_eigh(const double *a, double *w, double *v, double *work, int64_t n, void *dsyevd)
{
    take_lower(v, a, n);
    if (decompose_symmetric("V", v, w, work, n, dsyevd)) {
        fill(w, NAN, n);
        fill(v, NAN, n * n);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < i; j++) {
            double kept = v[i * n + j];
            v[i * n + j] = v[j * n + i];
            v[j * n + i] = kept;
        }
}

/* x = the shortest least squares solution of a x = b, for k columns; the rank; the j singular values. */
void tg_lstsq(const double *a, const double *b, double *x, int64_t *rank, double *s, double *work, int64_t m,
              int64_t n, int64_t k, int64_t j, double rcond, void *dgelsd)
{
    int64_t tall = larger(m, n), held = larger(k, 1), found = 0;
    int64_t room = 700 + 400 * j + j * k + 72 * (m + n + k);
    int rows = (int)m, columns = (int)n, sides = (int)held, lead = leading(m), right_lead = leading(tall);
    int info = 0;
    int size = (int)room, got = 0, *integers = (int *)(work + m * n + tall * held + room);
    double *matrix = work, *right = work + m * n;
    int failed = !fits(m * k, n, room) || !all_finite(a, m * n) || !all_finite(b, m * k);
    if (rcond < 0)
        rcond *= -(double)tall;
    fill(x, 0, n * k);
    if (j && !failed) {
        transpose(matrix, a, m, n);
        for (int64_t c = 0; c < held; c++)
            for (int64_t i = 0; i < tall; i++)
                right[c * tall + i] = i < m && c < k ? b[i * k + c] : 0;
        ((fortran_gelsd)dgelsd)(&rows, &columns, &sides, matrix, &lead, right, &right_lead, s, &rcond, &got,
                                right + tall * held, &size, integers, &info);
        for (int64_t i = 0; i < n; i++)
            for (int64_t c = 0; c < k; c++)
                x[i * k + c] = right[c * tall + i];
        found = got;
    }
    if (failed || info) {
        fill(x, NAN, n * k);
        fill(s, NAN, j);
    }
    *rank = failed || info ? 0 : found;
}

/* -- eigenvalues of any square matrix -------------------------------------------------------------------- */

typedef void (*fortran_geev)(const char *, const char *, const int *, double *, const int *, double *,
                             double *, double *, const int *, double *, const int *, double *, const int *,
                             int *);

/* Real and imaginary parts of eigenvalues, and with job "V" LAPACK's packed vectors. Returns whether it
 * failed. */
static int decompose_any(const char *job, const double *a, double *w_real, double *w_imag, double *vectors,
                         double *work, int64_t n, void *dgeev)
{
    int length = (int)n, size = (int)(68 * n), info = 0;
    double unused;
    if (!fits(n, 68 * n, 0) || !all_finite(a, n * n))
        return 1;
    transpose(work, a, n, n);
    if (n)
        ((fortran_geev)dgeev)("N", job, &length, work, &length, w_real, w_imag, &unused, &length, vectors,
                              &length, work + n * n, &size, &info);
    return info != 0;
}

/* The eigenvalues of a. */
void tg_eigenvalues(const double *a, double *w_real, double *w_imag, double *work, int64_t n, void *dgeev)
{
    double unused;
    if (decompose_any("N", a, w_real, w_imag, &unused, work, n, dgeev)) {
        fill(w_real, NAN, n);
        fill(w_imag, NAN, n);
    }
}

/* The eigenvalues of a, and eigenvectors in the columns of v. */
void tg_eig(const double *a, double *w_real, double *w_imag, double *v_real, double *v_imag, double *work,
            int64_t n, void *dgeev)
{
    double *packed = work + n * n + 68 * n;
    if (decompose_any("V", a, w_real, w_imag, packed, work, n, dgeev)) {
        fill(w_real, NAN, n);
        fill(w_imag, NAN, n);
        fill(v_real, NAN, n * n);
        fill(v_imag, NAN, n * n);
        return;
    }
    for (int64_t j = 0; j < n; j++) {
        int paired = w_imag[j] < 0, complex = w_imag[j] != 0;   /* the second of a pair follows the first */
        for (int64_t i = 0; i < n; i++) {
            double sized = complex ? packed[(paired ? j : j + 1) * n + i] : 0;
            v_real[i * n + j] = packed[(paired ? j - 1 : j) * n + i];
            v_imag[i * n + j] = paired ? -sized : sized;
        }
    }
}
