/* The routines of linear algebra for complex numbers: the same code, compiled again. */
#define TG_COMPLEX
#include "decomposition.c"
#include "factorization.c"
#include "linear_algebra.c"
#include "matrix_function.c"
