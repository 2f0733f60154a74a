/* A Hamiltonian system, the pool of its states, and the leapfrog step between them. */
#include "leapfrog.h"
#include "vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void share_out(tg_system *system, double *room, int64_t states)
{
    const int64_t padded = system->padded;

    system->inverse_mass = room;
    system->momentum_scale = room + padded;
    room += 2 * padded;
    for (int64_t i = 0; i < states; i++, room += 3 * padded) {
        tg_state *state = &system->states[i];
        state->position = room;
        state->momentum = room + padded;
        state->gradient = room + 2 * padded;
        system->unused[states - 1 - i] = state;
    }
    system->unused_count = states;
}

int32_t tg_system_open(tg_system *system, tg_density *density, volatile int32_t *stop, int64_t states)
{
    memset(system, 0, sizeof *system);
    system->density = density;
    system->stop = stop;
    system->padded = tg_padded(density->dimension);
    const int64_t vectors = 2 + 3 * states;
    double *room = NULL;

    if (system->padded <= INT64_MAX / (int64_t)sizeof(double) / vectors)
        room = tg_aligned_new(vectors * system->padded * (int64_t)sizeof(double), &system->block);
    system->states = calloc((size_t)states, sizeof *system->states);
    system->unused = calloc((size_t)states, sizeof *system->unused);
    if (!room || !system->states || !system->unused) {
        tg_system_close(system);
        return TG_NO_MEMORY;
    }
    share_out(system, room, states);
    return TG_OK;
}

void tg_system_close(tg_system *system)
{
    free(system->block);
    free(system->states);
    free(system->unused);
    system->block = NULL;
    system->states = NULL;
    system->unused = NULL;
}

void tg_system_set_mass(tg_system *system, const double *inverse_mass)
{
    for (int64_t i = 0; i < system->density->dimension; i++) {
        system->inverse_mass[i] = inverse_mass[i];
        system->momentum_scale[i] = 1 / sqrt(inverse_mass[i]);
    }
}

tg_state *tg_state_take(tg_system *system)
{
    tg_state *state = system->unused[--system->unused_count];

    state->holders = 1;
    return state;
}

tg_state *tg_state_hold(tg_state *state)
{
    state->holders++;
    return state;
}

void tg_state_drop(tg_system *system, tg_state *state)
{
    if (--state->holders == 0)
        system->unused[system->unused_count++] = state;
}

static void set_energy(tg_state *state, double kinetic)
{
    state->energy = kinetic - state->logp;
    if (!isfinite(state->energy))           /* also where the gradient was not finite: so is the momentum */
        state->energy = INFINITY;
}

void tg_state_refresh(tg_system *system, tg_state *state, tg_stream *stream)
{
    for (int64_t i = 0; i < system->density->dimension; i++)
        state->momentum[i] = tg_stream_normal(stream) * system->momentum_scale[i];
    set_energy(state, tg_kinetic_energy(state->momentum, system->inverse_mass, system->padded));
}

tg_state *tg_leapfrog(tg_system *system, const tg_state *from, double step)
{
    if (*system->stop) {
        system->failure = TG_INTERRUPTED;
        return NULL;
    }
    tg_state *to = tg_state_take(system);

    tg_kick_and_drift(to->momentum, to->position, from->momentum, from->position, from->gradient,
                      system->inverse_mass, step, system->padded);
    system->steps++;
    system->failure = system->density->evaluate(system->density, to->position, &to->logp, to->gradient);
    if (system->failure != TG_OK) {
        tg_state_drop(system, to);
        return NULL;
    }
    set_energy(to, tg_kick(to->momentum, to->gradient, system->inverse_mass, step, system->padded));
    return to;
}
