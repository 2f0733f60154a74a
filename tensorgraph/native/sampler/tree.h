/* One NUTS transition: doubles a trajectory until it turns and draws a state from it. */
#ifndef TG_TREE_H
#define TG_TREE_H

#include "leapfrog.h"

enum { TG_MAX_TREE_DEPTH = 30 };

typedef struct tg_tree {
    tg_system *system;
    tg_stream *stream;
    int32_t max_depth;
    double **sums;                          /* room for sums of momenta: two for each depth, two on top */
    void *block;
    /* the last transition: */
    double start_energy;
    double acceptance;                      /* sum of the acceptance probabilities of its states */
    int64_t steps;
    int32_t depth;
    int32_t diverging;
} tg_tree;

/* How many states of the system's pool a tree of this depth may hold at once. */
int64_t tg_tree_states(int32_t max_depth);

/* Returns TG_OK or TG_NO_MEMORY. */
int32_t tg_tree_open(tg_tree *tree, tg_system *system, tg_stream *stream, int32_t max_depth);
void tg_tree_close(tg_tree *tree);

/* Takes over `start` and returns the next state of the chain. When system->failure is set afterwards the
 * transition is unfinished and the state is not a draw. */
tg_state *tg_tree_transition(tg_tree *tree, tg_state *start, double step_size);

#endif
