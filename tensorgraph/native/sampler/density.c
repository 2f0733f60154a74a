/* Kernels as log-densities: calls them and sorts out what their failures mean. */
#include "density.h"

#include <math.h>
#include <string.h>

static int is_recoverable(const tg_kernel_density *density, int32_t code)
{
    return code > 0 && code < density->recoverable_count && density->recoverable[code];
}

static int32_t evaluate_kernel(tg_density *base, const double *position, double *value, double *gradient)
{
    tg_kernel_density *density = (tg_kernel_density *)base;
    void *outputs[2] = {value, gradient};

    density->inputs[0] = (void *)position;
    const int32_t code = density->kernel(density->inputs, outputs, density->sizes, &density->runtime);
    base->check = is_recoverable(density, code) ? code : 0;
    if (base->check)
        *value = -INFINITY;
    return base->check ? TG_OK : code;
}

void tg_kernel_density_open(tg_kernel_density *density, tg_kernel kernel, int64_t dimension)
{
    memset(density, 0, sizeof *density);
    density->base.dimension = dimension;
    density->base.evaluate = evaluate_kernel;
    density->kernel = kernel;
    density->runtime.version = TG_ABI_VERSION;
}
