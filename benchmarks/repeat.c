/* Calls a compiled kernel many times, with no Python in between; see native/abi.h. */
#include <stdint.h>

typedef int32_t (*tg_kernel)(void *const *inputs, void *const *outputs, const int64_t *sizes, void *runtime);

int32_t repeat(tg_kernel kernel, void *const *inputs, void *const *outputs, const int64_t *sizes,
               void *runtime, int64_t count)
{
    int32_t code = 0;
    for (int64_t i = 0; i < count && !code; i++)
        code = kernel(inputs, outputs, sizes, runtime);
    return code;
}
