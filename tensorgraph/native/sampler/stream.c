/* Random numbers of one chain.
 *
 * Bits: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).
 * Normals: the ziggurat of Marsaglia and Tsang (2000) with 256 layers; layer and signed position
 * come from bits of one word that do not overlap, which avoids the correlation that Doornik (2005) found. */
#include "stream.h"

#include <math.h>

enum { LAYERS = 256 };

static const double TAIL = 3.6541528853610088;            /* where the ziggurat of 256 layers ends */
static double edge[LAYERS + 1];                           /* right edges of the layers, from wide to narrow */
static double height[LAYERS + 1];                         /* exp(-x*x/2) at these edges */

static double bell(double x)
{
    return exp(-0.5 * x * x);
}

void tg_stream_prepare(void)
{
    const double area = TAIL * bell(TAIL) + sqrt(acos(-1.0) / 2) * erfc(TAIL / sqrt(2.0));

    edge[0] = area / bell(TAIL);                          /* the base layer holds the tail: a wider box */
    edge[1] = TAIL;
    for (int i = 2; i < LAYERS; i++)
        edge[i] = sqrt(-2 * log(area / edge[i - 1] + bell(edge[i - 1])));
    edge[LAYERS] = 0;
    for (int i = 0; i <= LAYERS; i++)
        height[i] = bell(edge[i]);
}

static uint64_t rotated(uint64_t x, int left)
{
    return (x << left) | (x >> (64 - left));
}

/* One bijective scrambling of a word (the finalizer of SplitMix64). */
static uint64_t scrambled(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void tg_stream_open(tg_stream *stream, const uint64_t seed[4])
{
    uint64_t *word = stream->word;

    for (int i = 0; i < 4; i++)
        word[i] = seed[i];
    /* Two rounds spread every seed bit over all four words and can be undone, so no two seeds collide. */
    for (int i = 0; i < 8; i++)
        word[i % 4] = scrambled(word[i % 4] + word[(i + 3) % 4]);
    if (!(word[0] | word[1] | word[2] | word[3]))
        word[0] = 1;                                      /* the one state that the generator cannot leave */
}

static inline uint64_t next_bits(tg_stream *stream)
{
    uint64_t *s = stream->word;
    const uint64_t bits = rotated(s[0] + s[3], 23) + s[0];
    const uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45);
    return bits;
}

static inline double next_uniform(tg_stream *stream)
{
    return ((double)(next_bits(stream) >> 12) + 0.5) * 0x1p-52;
}

uint64_t tg_stream_bits(tg_stream *stream)
{
    return next_bits(stream);
}

double tg_stream_uniform(tg_stream *stream)
{
    return next_uniform(stream);
}

/* A normal beyond TAIL, by Marsaglia's method. */
static double tail_normal(tg_stream *stream)
{
    for (;;) {
        const double beyond = -log(next_uniform(stream)) / TAIL;
        if (-2 * log(next_uniform(stream)) > beyond * beyond)
            return TAIL + beyond;
    }
}

/* The rare cases, in which x lies in a layer but outside the box under the bell; returns whether `x` holds
 * a normal. */
static int settle_outside_box(tg_stream *stream, int layer, double *x)
{
    if (layer == 0) {
        *x = copysign(tail_normal(stream), *x);
        return 1;
    }
    const double y = height[layer] + next_uniform(stream) * (height[layer + 1] - height[layer]);
    return y < bell(*x);
}

double tg_stream_normal(tg_stream *stream)
{
    for (;;) {
        const uint64_t bits = next_bits(stream);
        const int layer = (int)(bits & 255);
        double x = (double)((int64_t)bits >> 11) * 0x1p-52 * edge[layer];

        if (fabs(x) < edge[layer + 1] || settle_outside_box(stream, layer, &x))
            return x;
    }
}
