/* The numbers that the routines of linear algebra compute with.
 *
 * complex_matrix.c compiles the same code again with TG_COMPLEX, for complex numbers, under other names.
 * LAPACK's routines for these want some arguments more (FOR_COMPLEX), and lack others (FOR_REAL). */
#ifndef TG_NUMBER_H
#define TG_NUMBER_H

#include <complex.h>
#include <math.h>

#ifdef TG_COMPLEX
#define number double _Complex
#define NAMED(routine) routine##_complex
#define ADJOINT 'C'
#define FOR_COMPLEX(...) __VA_ARGS__,
#define FOR_REAL(...)
#define magnitude(x) cabs(x)
#define real_part(x) creal(x)
#define conjugate(x) conj(x)
#define is_finite(x) (isfinite(creal(x)) && isfinite(cimag(x)))
#else
#define number double
#define NAMED(routine) routine
#define ADJOINT 'T'
#define FOR_COMPLEX(...)
#define FOR_REAL(...) __VA_ARGS__,
#define magnitude(x) fabs(x)
#define real_part(x) (x)
#define conjugate(x) (x)
#define is_finite(x) isfinite(x)
#endif

#endif
