/* Log-densities with their gradients, as kernels of the ABI, for the tests of the sampler. */
#include "abi.h"

#include <math.h>
#include <stdint.h>

#define KERNEL(name) \
    int32_t name(void *const *inputs, void *const *outputs, const int64_t *sizes, tg_runtime *runtime)
#define UNPACK \
    const double *q = inputs[0]; \
    double *value = outputs[0], *gradient = outputs[1]; \
    (void)q, (void)value, (void)gradient, (void)sizes, (void)runtime

/* Independent standard normals; sizes[0] is their number. */
KERNEL(standard_normal)
{
    UNPACK;
    *value = 0;
    for (int64_t i = 0; i < sizes[0]; i++) {
        gradient[i] = -q[i];
        *value -= 0.5 * q[i] * q[i];
    }
    return 0;
}

/* A normal with the precision matrix inputs[1]; extents sizes[0], then sizes[1] x sizes[2]. */
KERNEL(correlated_normal)
{
    UNPACK;
    const double *precision = inputs[1];

    *value = 0;
    for (int64_t i = 0; i < sizes[1]; i++) {
        gradient[i] = 0;
        for (int64_t j = 0; j < sizes[2]; j++)
            gradient[i] -= precision[i * sizes[2] + j] * q[j];
        *value += 0.5 * q[i] * gradient[i];
    }
    return 0;
}

/* A standard logistic variable. */
KERNEL(logistic)
{
    UNPACK;
    const double e = exp(-fabs(q[0]));

    *value = -fabs(q[0]) - 2 * log1p(e);
    gradient[0] = -copysign((1 - e) / (1 + e), q[0]);
    return 0;
}

/* log tau ~ N(0, 0.5) and, given it, one normal of standard deviation tau: a funnel. */
KERNEL(funnel)
{
    UNPACK;
    const double precision = exp(-2 * q[0]), square = q[1] * q[1] * precision;

    *value = -2 * q[0] * q[0] - q[0] - 0.5 * square;
    gradient[0] = -4 * q[0] - 1 + square;
    gradient[1] = -q[1] * precision;
    return 0;
}

KERNEL(flat)
{
    UNPACK;
    *value = 0;
    for (int64_t i = 0; i < sizes[0]; i++)
        gradient[i] = 0;
    return 0;
}

/* A normal that fails check 3 below zero, and says what it saw. */
KERNEL(checked_normal)
{
    UNPACK;
    if (q[0] < 0) {
        runtime->values[0] = q[0];
        runtime->values[7] = 77;
        return 3;
    }
    *value = -0.5 * q[0] * q[0];
    gradient[0] = -q[0];
    return 0;
}

/* Normals that are no number in one way or another below zero: sizes[0] says how. */
KERNEL(broken_normal)
{
    UNPACK;
    *value = -0.5 * q[0] * q[0];
    gradient[0] = -q[0];
    if (q[0] < 0) {
        *value = sizes[0] == 0 ? NAN : sizes[0] == 1 ? INFINITY : sizes[0] == 2 ? -INFINITY : *value;
        gradient[0] = sizes[0] == 3 ? NAN : sizes[0] == 4 ? INFINITY : gradient[0];
    }
    return 0;
}

/* Returns the code inputs[1][0]. */
KERNEL(returns_code)
{
    UNPACK;
    return ((const int32_t *)inputs[1])[0];
}

double negated(double x)
{
    return -x;
}

/* A normal whose gradient comes from routine 0 by way of the workspace; refuses what does not fit. */
KERNEL(normal_by_routine)
{
    UNPACK;
    double *work = (double *)runtime->workspace;

    if (runtime->version != TG_ABI_VERSION || runtime->workspace_bytes != 8 * sizes[0])
        return 1;
    if ((uintptr_t)work % 64 || (uintptr_t)gradient % 64 || (uintptr_t)q % 64)
        return 2;
    *value = 0;
    for (int64_t i = 0; i < sizes[0]; i++) {
        work[i] = ((double (*)(double))(uintptr_t)runtime->routines[0])(q[i]);
        gradient[i] = work[i];
        *value -= 0.5 * q[i] * q[i];
    }
    return 0;
}

/* Waits until it is stopped. */
KERNEL(endless)
{
    UNPACK;
    while (q[0] != 0)
        if (*runtime->stop)
            return TG_INTERRUPTED;
    *value = 0;
    for (int64_t i = 0; i < sizes[0]; i++)
        gradient[i] = 1;
    return 0;
}
