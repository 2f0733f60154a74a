/* Random numbers of one chain: xoshiro256++ bits, uniforms, and normals by the ziggurat method. */
#ifndef TG_STREAM_H
#define TG_STREAM_H

#include <stdint.h>

typedef struct tg_stream {
    uint64_t word[4];
} tg_stream;

/* Fills the ziggurat's tables; call once, before the first tg_stream_normal. */
void tg_stream_prepare(void);

/* Starts a stream from any four words: different words give unrelated streams. */
void tg_stream_open(tg_stream *stream, const uint64_t seed[4]);

uint64_t tg_stream_bits(tg_stream *stream);
double tg_stream_uniform(tg_stream *stream);              /* strictly between 0 and 1 */
double tg_stream_normal(tg_stream *stream);

#endif
