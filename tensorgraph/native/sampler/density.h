/* A log-density and its gradient, as the sampler sees it: one function pointer behind two sorts. */
#ifndef TG_DENSITY_H
#define TG_DENSITY_H

#include "../abi.h"

enum { TG_RAISED = -3 };                    /* a Python callable left an exception */

typedef struct tg_density tg_density;
struct tg_density {
    int64_t dimension;
    int32_t check;                          /* the recoverable check that the last point failed, or 0 */
    /* Log-density and gradient at a position; -inf is what any value means that is not finite. Returns
     * TG_OK, or the code that ends the chain. */
    int32_t (*evaluate)(tg_density *density, const double *position, double *value, double *gradient);
};

/* A kernel of the ABI: inputs[0] is the position, the others are constants; outputs are value, gradient. */
typedef struct tg_kernel_density {
    tg_density base;
    tg_kernel kernel;
    void **inputs;
    const int64_t *sizes;
    const uint8_t *recoverable;             /* recoverable[c]: whether check c means log-density -inf */
    int64_t recoverable_count;              /* checks from here on are fatal */
    tg_runtime runtime;
} tg_kernel_density;

void tg_kernel_density_open(tg_kernel_density *density, tg_kernel kernel, int64_t dimension);

#endif
