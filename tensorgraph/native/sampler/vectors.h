/* The vector loops of the sampler, over zero-padded and 64-byte aligned vectors.
 *
 * Every vector has tg_padded(dimension) entries; those past the dimension stay zero, so no loop has a
 * tail. Sums run in TG_LANES lanes, whatever the machine's vector width: the bits do not depend on it. */
#ifndef TG_VECTORS_H
#define TG_VECTORS_H

#include <stdint.h>

enum { TG_LANES = 8 };

int64_t tg_padded(int64_t dimension);

/* Zeroed memory, 64-byte aligned; `*block` is what to free. Null when there is none. */
void *tg_aligned_new(int64_t bytes, void **block);

/* First half of a leapfrog step: momentum = momentum0 + step/2 gradient, position = position0 +
 * step M^-1 momentum. */
void tg_kick_and_drift(double *momentum, double *position, const double *momentum0, const double *position0,
                       const double *gradient, const double *inverse_mass, double step, int64_t padded);

/* Second half: momentum += step/2 gradient. Returns the kinetic energy. */
double tg_kick(double *momentum, const double *gradient, const double *inverse_mass, double step,
               int64_t padded);

double tg_kinetic_energy(const double *momentum, const double *inverse_mass, int64_t padded);

/* Whether a path of two states moves on, that is, makes no U-turn; sum = first + last. */
int tg_pair_moves_on(double *sum, const double *first, const double *last, const double *inverse_mass,
                     int64_t padded);

/* A stretch of path: the sum of its momenta, and the momenta at its ends. */
typedef struct tg_stretch {
    const double *sum, *first, *last;
} tg_stretch;

/* Whether two adjacent stretches together move on: the whole, `near` with the first state of `far`, and
 * `far` with the last state of `near`. The second and third catch turns that span the seam (Stan 2.21).
 * sum = near.sum + far.sum. */
int tg_join_moves_on(double *sum, const tg_stretch *near, const tg_stretch *far, const double *inverse_mass,
                     int64_t padded);

/* One more point of a running mean and sum of squared deviations (Welford); `count` includes it. */
void tg_welford(double *mean, double *squares, const double *point, double count, int64_t padded);

#endif
