/* The vector loops of the sampler; see vectors.h for how vectors are laid out. */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

/* Where the loader can choose by CPU, each loop is compiled for three vector widths: 2 to 3 times as fast
 * as the SSE2 baseline. All widths add in the same order and none fuses multiply-adds. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define FOR_EACH_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_WIDTH
#endif

/* Unrolling the lanes lets the compiler keep their sums in vector registers. */
#if defined(__clang__)
#define EACH_LANE _Pragma("unroll")
#elif defined(__GNUC__)
#define EACH_LANE _Pragma("GCC unroll 8")
#else
#define EACH_LANE
#endif

int64_t tg_padded(int64_t dimension)
{
    return (dimension + TG_LANES - 1) / TG_LANES * TG_LANES;
}

void *tg_aligned_new(int64_t bytes, void **block)
{
    if (bytes < 0 || (uint64_t)bytes > SIZE_MAX - 63 || !(*block = malloc((size_t)bytes + 63)))
        return *block = NULL;
    void *aligned = (void *)(((uintptr_t)*block + 63) & ~(uintptr_t)63);
    return memset(aligned, 0, (size_t)bytes);
}

static inline double folded(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

FOR_EACH_WIDTH
void tg_kick_and_drift(double *restrict momentum, double *restrict position, const double *restrict momentum0,
                       const double *restrict position0, const double *restrict gradient,
                       const double *restrict inverse_mass, double step, int64_t padded)
{
    const double half = 0.5 * step;

#pragma omp simd
    for (int64_t i = 0; i < padded; i++) {
        const double p = momentum0[i] + half * gradient[i];
        momentum[i] = p;
        position[i] = position0[i] + step * (inverse_mass[i] * p);
    }
}

FOR_EACH_WIDTH
double tg_kick(double *restrict momentum, const double *restrict gradient,
               const double *restrict inverse_mass, double step, int64_t padded)
{
    const double half = 0.5 * step;
    double lane[TG_LANES] = {0};

    for (int64_t i = 0; i < padded; i += TG_LANES) {
EACH_LANE
        for (int j = 0; j < TG_LANES; j++) {
            const double p = momentum[i + j] + half * gradient[i + j];
            momentum[i + j] = p;
            lane[j] += inverse_mass[i + j] * p * p;
        }
    }
    return 0.5 * folded(lane);
}

double tg_kinetic_energy(const double *restrict momentum, const double *restrict inverse_mass, int64_t padded)
{
    double lane[TG_LANES] = {0};

    for (int64_t i = 0; i < padded; i += TG_LANES) {
EACH_LANE
        for (int j = 0; j < TG_LANES; j++)
            lane[j] += inverse_mass[i + j] * momentum[i + j] * momentum[i + j];
    }
    return 0.5 * folded(lane);
}

FOR_EACH_WIDTH
int tg_pair_moves_on(double *restrict sum, const double *restrict first, const double *restrict last,
                     const double *restrict inverse_mass, int64_t padded)
{
    double at_first[TG_LANES] = {0}, at_last[TG_LANES] = {0};

    for (int64_t i = 0; i < padded; i += TG_LANES) {
EACH_LANE
        for (int j = 0; j < TG_LANES; j++) {
            const int64_t k = i + j;
            const double total = first[k] + last[k];
            sum[k] = total;
            at_first[j] += inverse_mass[k] * first[k] * total;
            at_last[j] += inverse_mass[k] * last[k] * total;
        }
    }
    return folded(at_first) > 0 && folded(at_last) > 0;
}

FOR_EACH_WIDTH
int tg_join_moves_on(double *restrict sum, const tg_stretch *near, const tg_stretch *far,
                     const double *restrict inverse_mass, int64_t padded)
{
    const double *restrict sum_near = near->sum, *restrict sum_far = far->sum;
    const double *restrict start = near->first, *restrict seam_near = near->last;
    const double *restrict seam_far = far->first, *restrict end = far->last;
    double whole_start[TG_LANES] = {0}, whole_end[TG_LANES] = {0};
    double near_start[TG_LANES] = {0}, near_end[TG_LANES] = {0};
    double far_start[TG_LANES] = {0}, far_end[TG_LANES] = {0};

    for (int64_t i = 0; i < padded; i += TG_LANES) {
EACH_LANE
        for (int j = 0; j < TG_LANES; j++) {
            const int64_t k = i + j;
            const double total = sum_near[k] + sum_far[k];
            const double over_near = sum_near[k] + seam_far[k], over_far = sum_far[k] + seam_near[k];
            const double velocity_start = inverse_mass[k] * start[k], velocity_end = inverse_mass[k] * end[k];

            sum[k] = total;
            whole_start[j] += velocity_start * total;
            whole_end[j] += velocity_end * total;
            near_start[j] += velocity_start * over_near;
            near_end[j] += inverse_mass[k] * seam_far[k] * over_near;
            far_start[j] += inverse_mass[k] * seam_near[k] * over_far;
            far_end[j] += velocity_end * over_far;
        }
    }
    return folded(whole_start) > 0 && folded(whole_end) > 0 && folded(near_start) > 0
        && folded(near_end) > 0 && folded(far_start) > 0 && folded(far_end) > 0;
}

void tg_welford(double *restrict mean, double *restrict squares, const double *restrict point, double count,
                int64_t padded)
{
#pragma omp simd
    for (int64_t i = 0; i < padded; i++) {
        const double before = point[i] - mean[i];
        mean[i] += before / count;
        squares[i] += before * (point[i] - mean[i]);
    }
}
