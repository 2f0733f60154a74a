/* The contract between compiled kernels and whoever calls them (callers, samplers, other languages).
 *
 *   plan   computes the extents of the outputs and the bytes of workspace from sizes (and inputs);
 *   kernel computes the outputs.
 *
 * `inputs` and `outputs` are arrays of pointers to the first element of each array. `sizes` holds the
 * extents of all inputs, one input after the other, then the strides (in bytes) of the inputs that the
 * program declares strided; all other inputs and all outputs are C-contiguous. */
#ifndef TG_ABI_H
#define TG_ABI_H

#include <stdint.h>

#define TG_ABI_VERSION 1
#define TG_CHECK_VALUES 8

enum { TG_OK = 0, TG_INTERRUPTED = -1, TG_NO_MEMORY = -2 };   /* positive: number of the failed check */

typedef struct tg_runtime {
    int32_t version;                   /* TG_ABI_VERSION */
    int32_t reserved;
    volatile int32_t *stop;            /* non-zero asks long loops to return TG_INTERRUPTED; may be null */
    char *workspace;                   /* at least the bytes that plan asked for, 64-byte aligned */
    int64_t workspace_bytes;
    void *const *routines;             /* addresses of the routines the program declares, in its order */
    double values[TG_CHECK_VALUES];    /* what a failed check saw */
} tg_runtime;

typedef int32_t (*tg_plan)(void *const *inputs, const int64_t *sizes, int64_t *output_extents,
                           int64_t *workspace_bytes);
typedef int32_t (*tg_kernel)(void *const *inputs, void *const *outputs, const int64_t *sizes,
                             tg_runtime *runtime);

#endif
