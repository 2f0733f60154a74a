/* A Hamiltonian system, the pool of its states, and the leapfrog step between them. */
#ifndef TG_LEAPFROG_H
#define TG_LEAPFROG_H

#include "density.h"
#include "stream.h"

/* A point of phase space. States live in the system's pool and return there with their last holder. */
typedef struct tg_state {
    double *position, *momentum, *gradient;
    double logp, energy;                    /* energy = kinetic energy - logp; +inf where that is no number */
    int32_t holders;
} tg_state;

typedef struct tg_system {
    tg_density *density;
    volatile int32_t *stop;                 /* non-zero ends the chain at the next step */
    int64_t padded;
    double *inverse_mass, *momentum_scale;  /* diagonal of M^-1, and of M^(1/2) */
    tg_state *states, **unused;
    int64_t unused_count;
    int64_t steps;                          /* leapfrog steps so far */
    int32_t failure;                        /* the code that ends the chain, or TG_OK */
    void *block;
} tg_system;

/* Room for `states` states at once; the mass matrix is unset. Returns TG_OK or TG_NO_MEMORY. */
int32_t tg_system_open(tg_system *system, tg_density *density, volatile int32_t *stop, int64_t states);
void tg_system_close(tg_system *system);
void tg_system_set_mass(tg_system *system, const double *inverse_mass);

tg_state *tg_state_take(tg_system *system);               /* held once */
tg_state *tg_state_hold(tg_state *state);
void tg_state_drop(tg_system *system, tg_state *state);

/* Draws a new momentum and sets the energy. */
void tg_state_refresh(tg_system *system, tg_state *state, tg_stream *stream);

/* The state one step on (back in time if `step` is negative), held once; null after a failure. */
tg_state *tg_leapfrog(tg_system *system, const tg_state *from, double step);

#endif
