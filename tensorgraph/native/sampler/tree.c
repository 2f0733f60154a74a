/* Multinomial NUTS: doubles a trajectory until it turns and draws a state from it.
 *
 * Hoffman and Gelman (2014) for the doubling; Betancourt (2017, arXiv:1701.02434, appendix A) for the
 * multinomial draw, uniform inside a subtree and biased to the newer half between doublings; turns are
 * also looked for across the seam of two subtrees, as Stan does. */
#include "tree.h"
#include "vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double MAX_ENERGY_ERROR = 1000;

/* A stretch of the trajectory; it holds its three states. */
typedef struct subtree {
    tg_state *first, *last;                 /* in the order in which the steps were made */
    tg_state *proposal;
    const double *sum;                      /* of all momenta */
    double log_weight;                      /* log of the sum of exp(start energy - energy) */
} subtree;

int64_t tg_tree_states(int32_t max_depth)
{
    return 3 * ((int64_t)max_depth + 2);    /* a waiting subtree for each depth, the new one, the whole */
}

int32_t tg_tree_open(tg_tree *tree, tg_system *system, tg_stream *stream, int32_t max_depth)
{
    const int64_t count = 2 * (int64_t)max_depth + 2;

    memset(tree, 0, sizeof *tree);
    tree->system = system;
    tree->stream = stream;
    tree->max_depth = max_depth;
    double *room = tg_aligned_new(count * system->padded * (int64_t)sizeof(double), &tree->block);
    tree->sums = malloc((size_t)count * sizeof *tree->sums);
    if (!room || !tree->sums) {
        tg_tree_close(tree);
        return TG_NO_MEMORY;
    }
    for (int64_t i = 0; i < count; i++)
        tree->sums[i] = room + i * system->padded;
    return TG_OK;
}

void tg_tree_close(tg_tree *tree)
{
    free(tree->block);
    free(tree->sums);
    tree->block = NULL;
    tree->sums = NULL;
}

static void leaf_of(subtree *leaf, tg_state *state, double log_weight)
{
    leaf->first = state;                    /* takes over the caller's hold */
    leaf->last = tg_state_hold(state);
    leaf->proposal = tg_state_hold(state);
    leaf->sum = state->momentum;
    leaf->log_weight = log_weight;
}

static int is_leaf(const subtree *part)
{
    return part->first == part->last;
}

static void drop_subtree(tg_tree *tree, const subtree *part)
{
    tg_state_drop(tree->system, part->first);
    tg_state_drop(tree->system, part->last);
    tg_state_drop(tree->system, part->proposal);
}

static int moves_on(const tg_tree *tree, const subtree *near, const subtree *far, double *sum)
{
    const double *inverse_mass = tree->system->inverse_mass;

    if (is_leaf(near) && is_leaf(far))
        return tg_pair_moves_on(sum, near->sum, far->sum, inverse_mass, tree->system->padded);
    const tg_stretch before = {near->sum, near->first->momentum, near->last->momentum};
    const tg_stretch after = {far->sum, far->first->momentum, far->last->momentum};
    return tg_join_moves_on(sum, &before, &after, inverse_mass, tree->system->padded);
}

/* Whether the joined subtree proposes the state of `far`; adds up the weights on the way. */
static int prefers_far(tg_tree *tree, const subtree *near, const subtree *far, int biased, double *log_weight)
{
    const double lead = far->log_weight - near->log_weight, ratio = exp(-fabs(lead));
    const double chance = biased ? (lead > 0 ? 1 : ratio) : (lead > 0 ? 1 : ratio) / (1 + ratio);

    *log_weight = (lead > 0 ? far : near)->log_weight + log1p(ratio);
    return tg_stream_uniform(tree->stream) < chance;
}

/* Joins two adjacent subtrees into `whole` (which may be `near`), their momenta into `sum`; returns whether
 * it moves on. */
static int join(tg_tree *tree, const subtree *near, const subtree *far, int biased, double *sum,
                subtree *whole)
{
    subtree joined = {near->first, far->last, near->proposal, sum, 0};
    const int on = moves_on(tree, near, far, sum);
    const int swap = prefers_far(tree, near, far, biased, &joined.log_weight);

    if (swap)
        joined.proposal = far->proposal;
    tg_state_drop(tree->system, swap ? near->proposal : far->proposal);
    tg_state_drop(tree->system, near->last);
    tg_state_drop(tree->system, far->first);
    *whole = joined;
    return on;
}

static int grow_leaf(tg_tree *tree, const tg_state *from, double step, subtree *grown)
{
    tg_state *state = tg_leapfrog(tree->system, from, step);

    if (!state)
        return 0;
    const double gain = tree->start_energy - state->energy;
    tree->steps++;
    tree->acceptance += gain < 0 ? exp(gain) : 1;
    if (gain < -MAX_ENERGY_ERROR) {
        tree->diverging = 1;
        tg_state_drop(tree->system, state);
        return 0;
    }
    leaf_of(grown, state, gain);
    return 1;
}

/* Grows a subtree of 2^depth states beyond `from`. Returns 0, with nothing held, if it turned, diverged or
 * failed. The recursion is as deep as the tree: at most TG_MAX_TREE_DEPTH. */
static int grow(tg_tree *tree, const tg_state *from, double step, int32_t depth, double *sum, subtree *grown)
{
    if (depth == 0)
        return grow_leaf(tree, from, step, grown);
    double **sums = tree->sums + 2 * (depth - 1);
    subtree near, far;

    if (!grow(tree, from, step, depth - 1, sums[0], &near))
        return 0;
    if (!grow(tree, near.last, step, depth - 1, sums[1], &far)) {
        drop_subtree(tree, &near);
        return 0;
    }
    if (join(tree, &near, &far, 0, sum, grown))
        return 1;
    drop_subtree(tree, grown);
    return 0;
}

/* Doubles the trajectory in a random direction; returns whether to go on. */
static int double_once(tg_tree *tree, subtree *trajectory, double *step)
{
    double **sums = tree->sums + 2 * tree->max_depth;
    subtree grown;

    if (tg_stream_bits(tree->stream) >> 63) {             /* time runs the other way from here */
        tg_state *first = trajectory->first;
        trajectory->first = trajectory->last;
        trajectory->last = first;
        *step = -*step;
    }
    if (!grow(tree, trajectory->last, *step, tree->depth, tree->sums[2 * tree->depth], &grown))
        return 0;
    tree->depth++;
    return join(tree, trajectory, &grown, 1, sums[tree->depth % 2], trajectory);
}

tg_state *tg_tree_transition(tg_tree *tree, tg_state *start, double step_size)
{
    subtree trajectory;

    tg_state_refresh(tree->system, start, tree->stream);
    leaf_of(&trajectory, start, 0);
    tree->start_energy = start->energy;
    tree->acceptance = 0;
    tree->steps = 0;
    tree->depth = 0;
    tree->diverging = 0;
    while (tree->depth < tree->max_depth && double_once(tree, &trajectory, &step_size))
        ;
    tg_state_drop(tree->system, trajectory.first);
    tg_state_drop(tree->system, trajectory.last);
    return trajectory.proposal;
}
