/* Kernels of the ABI, written by hand, that the tests of the calling object call. */
#include "abi.h"

#include <string.h>
#include <time.h>

#define KERNEL(name) int32_t name(void *const *in, void *const *out, const int64_t *sizes, tg_runtime *runtime)
#define PLAN(name) int32_t name(void *const *in, const int64_t *sizes, int64_t *extents, int64_t *workspace)
#define UNUSED (void)in, (void)out, (void)sizes, (void)runtime
#define UNUSED_PLAN (void)in, (void)sizes, (void)extents, (void)workspace

PLAN(plan_scalar) { UNUSED_PLAN; return TG_OK; }
PLAN(plan_vector) { UNUSED_PLAN; extents[0] = sizes[0]; return TG_OK; }
PLAN(plan_matrix) { UNUSED_PLAN; extents[0] = sizes[0]; extents[1] = sizes[1]; return TG_OK; }
PLAN(plan_two) { UNUSED_PLAN; extents[0] = extents[1] = sizes[0]; return TG_OK; }
PLAN(plan_work) { UNUSED_PLAN; extents[0] = sizes[0]; *workspace = 8 * sizes[0]; return TG_OK; }
PLAN(plan_length) { UNUSED_PLAN; extents[0] = *(const int64_t *)in[0]; return TG_OK; }
PLAN(plan_workspace) { UNUSED_PLAN; *workspace = *(const int64_t *)in[0]; return TG_OK; }
PLAN(plan_long) { UNUSED_PLAN; *workspace = 1 << 20; return TG_OK; }
PLAN(plan_fails) { UNUSED_PLAN; return 7; }

KERNEL(add_one) { UNUSED; *(double *)out[0] = *(const double *)in[0] + 1; return TG_OK; }

#define COPY(bytes) \
    KERNEL(copy_##bytes) { UNUSED; memcpy(out[0], in[0], sizes[0] * bytes); return TG_OK; } \
    KERNEL(scalar_##bytes) { UNUSED; memcpy(out[0], in[0], bytes); return TG_OK; }
COPY(1) COPY(2) COPY(4) COPY(8) COPY(16)

KERNEL(address) { UNUSED; *(int64_t *)out[0] = (int64_t)in[0]; return TG_OK; }
KERNEL(report_code) { UNUSED; return (int32_t)*(const int64_t *)in[0]; }

/* matrix f64[n, m] of any strides -> contiguous */
KERNEL(gather)
{
    UNUSED;
    double *to = out[0];
    for (int64_t i = 0; i < sizes[0]; i++)
        for (int64_t j = 0; j < sizes[1]; j++)
            *to++ = *(const double *)((const char *)in[0] + i * sizes[2] + j * sizes[3]);
    return TG_OK;
}

/* x f64[n], y f64[n] -> x + y, x * y */
KERNEL(sum_and_product)
{
    UNUSED;
    const double *x = in[0], *y = in[1];
    for (int64_t i = 0; i < sizes[0]; i++) {
        ((double *)out[0])[i] = x[i] + y[i];
        ((double *)out[1])[i] = x[i] * y[i];
    }
    return TG_OK;
}

/* x f64[n] -> x backwards, through the workspace; check 3 if that is not aligned or too small */
KERNEL(reverse)
{
    UNUSED;
    double *work = (double *)runtime->workspace;
    int64_t n = sizes[0];
    if ((uintptr_t)work % 64 || runtime->workspace_bytes < 8 * n || runtime->version != TG_ABI_VERSION)
        return 3;
    memcpy(work, in[0], 8 * n);
    for (int volatile turn = 0; turn < 3; turn++)
        for (int64_t i = 0; i < n; i++)
            ((double *)out[0])[i] = work[n - 1 - i];
    return TG_OK;
}

/* scale f64[] -> scale; check 5 with the values it saw if scale is not positive */
KERNEL(check_positive)
{
    UNUSED;
    double scale = *(const double *)in[0];
    if (!(scale > 0)) {
        runtime->values[0] = scale;
        runtime->values[1] = 0.5;
        return 5;
    }
    *(double *)out[0] = scale;
    return TG_OK;
}

/* step f64[], a f64[], b f64[] -> a + step, b - step; check 1 if step is negative */
KERNEL(transfer)
{
    UNUSED;
    double step = *(const double *)in[0];
    *(double *)out[0] = *(const double *)in[1] + step;
    *(double *)out[1] = *(const double *)in[2] - step;
    nanosleep(&(struct timespec){0, 20000}, 0);
    return step < 0;
}

double half(double x) { return x / 2; }

/* calls routine 0, a double(double), on x f64[] */
KERNEL(call_routine)
{
    UNUSED;
    double (*routine)(double);
    memcpy(&routine, runtime->routines, sizeof routine);
    *(double *)out[0] = routine(*(const double *)in[0]);
    return TG_OK;
}

static int expired(time_t start) { return time(NULL) - start > 20; }

/* Returns when two calls are inside at the same time, or check 1 after 20 seconds. */
KERNEL(rendezvous)
{
    static volatile int32_t inside;
    UNUSED;
    time_t start = time(NULL);
    __sync_fetch_and_add(&inside, 1);
    while (inside < 2)
        if (expired(start))
            return 1;
    return TG_OK;
}

/* Returns when it is told to stop, or check 1 after 20 seconds, or check 2 if nobody could tell it. */
KERNEL(wait_for_stop)
{
    UNUSED;
    time_t start = time(NULL);
    if (!runtime->stop)
        return 2;
    while (!*runtime->stop)
        if (expired(start))
            return 1;
    return TG_INTERRUPTED;
}
