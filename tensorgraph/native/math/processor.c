/* What the library asks of a processor, and what this one has. */

#include "doubles.h"

/* Whether the processor runs the build for fused multiply-add (_math_fma) that exists on x86-64. */
int tg_processor_fuses(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
}
