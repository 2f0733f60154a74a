/* Quotients, remainders and powers as NumPy has them: quotients round down, remainders have the sign of the
 * divisor, and a division of integers by zero gives zero. */
#include <math.h>
#include <stdint.h>
#include "vector_math.h"

int64_t tg_floordiv(int64_t a, int64_t b)
{
    if (b == 0)
        return 0;
    if (b == -1)
        return (int64_t)(0 - (uint64_t)a);
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

int64_t tg_imod(int64_t a, int64_t b)
{
    if (b == 0 || b == -1)
        return 0;
    int64_t rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/* Wraps around as products of integers do. */
uint64_t tg_upow(uint64_t a, uint64_t n)
{
    uint64_t result = 1;
    for (; n > 0; n >>= 1) {
        if (n & 1)
            result *= a;
        a *= a;
    }
    return result;
}

/* A negative power is 0, apart from those of 1 and -1. */
int64_t tg_ipow(int64_t a, int64_t n)
{
    if (n < 0)
        return a == 1 ? 1 : a == -1 ? (n % 2 ? -1 : 1) : 0;
    return (int64_t)tg_upow((uint64_t)a, (uint64_t)n);
}

double tg_mod(double a, double b)
{
    double rest = fmod(a, b);
    if (rest == 0)
        return copysign(0.0, b);
    return (rest < 0) != (b < 0) ? rest + b : rest;
}

double tg_floor_divide(double a, double b)
{
    if (b == 0)
        return a / b;
    double rest = fmod(a, b), quotient = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0))
        quotient -= 1;
    if (quotient == 0)
        return copysign(0.0, a / b);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
}

uint64_t tg_ugcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

int64_t tg_gcd(int64_t a, int64_t b)
{
    const uint64_t size = a < 0 ? 0 - (uint64_t)a : (uint64_t)a;
    return (int64_t)tg_ugcd(size, b < 0 ? 0 - (uint64_t)b : (uint64_t)b);
}
