/* Prototypes of the vector math library, for compiled kernels; see the .c files for the accuracy. */
#ifndef TG_VECTOR_MATH_H
#define TG_VECTOR_MATH_H

#include <stdint.h>

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define TG_HAS_CLONES 1
#define TG_SIMD __attribute__((simd("notinbranch"), const))
#else
#define TG_SIMD
#endif

TG_SIMD double tg_exp(double x);
TG_SIMD double tg_expm1(double x);
TG_SIMD double tg_exp2(double x);
TG_SIMD double tg_log(double x);
TG_SIMD double tg_log1p(double x);
TG_SIMD double tg_log2(double x);
TG_SIMD double tg_log10(double x);
TG_SIMD double tg_log1mexp(double x);
TG_SIMD double tg_xlogy(double x, double y);
TG_SIMD double tg_xlog1py(double x, double y);
TG_SIMD double tg_sigmoid(double x);
TG_SIMD double tg_logit(double p);
TG_SIMD double tg_softplus(double x);
TG_SIMD double tg_logaddexp(double a, double b);
TG_SIMD double tg_tanh(double x);
TG_SIMD double tg_sinh(double x);
TG_SIMD double tg_cosh(double x);
TG_SIMD double tg_asinh(double x);
TG_SIMD double tg_acosh(double x);
TG_SIMD double tg_atanh(double x);
TG_SIMD double tg_pow(double x, double y);
TG_SIMD double tg_cbrt(double x);
TG_SIMD double tg_hypot(double x, double y);
TG_SIMD double tg_asin(double x);
TG_SIMD double tg_acos(double x);
TG_SIMD double tg_atan(double x);
TG_SIMD double tg_atan2(double y, double x);
TG_SIMD double tg_erf(double x);
TG_SIMD double tg_erfc(double x);
TG_SIMD double tg_erfcx(double x);
TG_SIMD double tg_ndtr(double x);
TG_SIMD double tg_log_ndtr(double x);

/* Their clones are written by hand, so the library itself must not ask the compiler for them. */
#ifndef TG_RARE_SIMD
#define TG_RARE_SIMD TG_SIMD
#endif

TG_RARE_SIMD double tg_sin(double x);
TG_RARE_SIMD double tg_cos(double x);
TG_RARE_SIMD double tg_tan(double x);
TG_RARE_SIMD double tg_lgamma(double x);
TG_RARE_SIMD double tg_digamma(double x);
TG_RARE_SIMD double tg_trigamma(double x);
TG_RARE_SIMD double tg_ndtri(double p);
TG_RARE_SIMD double tg_erfinv(double x);

int tg_processor_fuses(void);

/* Quotients, remainders and powers as NumPy has them. */
double tg_floor_divide(double a, double b);
double tg_mod(double a, double b);
int64_t tg_floordiv(int64_t a, int64_t b);
int64_t tg_imod(int64_t a, int64_t b);
int64_t tg_ipow(int64_t a, int64_t n);
uint64_t tg_upow(uint64_t a, uint64_t n);
int64_t tg_gcd(int64_t a, int64_t b);
uint64_t tg_ugcd(uint64_t a, uint64_t b);

/* Exponents of floating-point numbers, and their neighbours. */
double tg_ldexp(double x, double n);
double tg_frexp_exponent(double x);
double tg_nextafter_single(double x, double y);
double tg_nextafter_half(double x, double y);

/* Functions of complex numbers. */
double _Complex tg_cexp(double _Complex z);
double _Complex tg_cexpm1(double _Complex z);
double _Complex tg_cexp2(double _Complex z);
double _Complex tg_clog(double _Complex z);
double _Complex tg_clog1p(double _Complex z);
double _Complex tg_clog2(double _Complex z);
double _Complex tg_clog10(double _Complex z);
double _Complex tg_csqrt(double _Complex z);
double _Complex tg_csin(double _Complex z);
double _Complex tg_ccos(double _Complex z);
double _Complex tg_ctan(double _Complex z);
double _Complex tg_csinh(double _Complex z);
double _Complex tg_ccosh(double _Complex z);
double _Complex tg_ctanh(double _Complex z);
double _Complex tg_casin(double _Complex z);
double _Complex tg_cacos(double _Complex z);
double _Complex tg_catan(double _Complex z);
double _Complex tg_casinh(double _Complex z);
double _Complex tg_cacosh(double _Complex z);
double _Complex tg_catanh(double _Complex z);
double _Complex tg_csign(double _Complex z);
double _Complex tg_cpow(double _Complex a, double _Complex b);

#endif
