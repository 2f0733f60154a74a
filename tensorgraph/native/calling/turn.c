/* Calls that update the same cells take turns, without the GIL while they wait. */
#include "calling.h"

#include <stdlib.h>

/* Cells that are not of our type have no turn of their own; calls that update them share this one. */
static tg_turn turn_of_others;

static tg_turn *turn_of(PyObject *cell)
{
    return Py_IS_TYPE(cell, &tg_cell_type) ? &((tg_cell *)cell)->turn : &turn_of_others;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t first = (uintptr_t)*(tg_turn *const *)a, second = (uintptr_t)*(tg_turn *const *)b;
    return (first > second) - (first < second);
}

/* Lists the turns of the cells that a callable updates, each once and by address: all calls take them in one
 * order, so no two can wait for each other. */
int tg_turns_declare(tg_callable *self)
{
    Py_ssize_t found = 0;
    self->turns = PyMem_Calloc(self->count_outputs + 1, sizeof *self->turns);
    if (!self->turns) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < self->count_outputs; i++) {
        PyObject *cell = self->outputs[i].cell;
        if (cell)
            self->turns[found++] = turn_of(cell);
    }
    qsort(self->turns, found, sizeof *self->turns, by_address);
    for (Py_ssize_t i = 0; i < found; i++)
        if (i == 0 || self->turns[i] != self->turns[i - 1])
            self->turns[self->count_turns++] = self->turns[i];
    return 0;
}

/* The GIL guards `busy`; the gate is a lock that stays locked and opens once each time a turn ends while
 * somebody waits. Who comes through looks again, since another may have been faster. */
static int wait_for(tg_turn *turn)
{
    if (turn->owner == PyThread_get_thread_ident()) {
        PyErr_SetString(PyExc_RuntimeError, "a function that updates a shared variable called, from inside, "
                                            "one that updates it too");
        return -1;
    }
    if (!turn->gate) {
        turn->gate = PyThread_allocate_lock();
        if (!turn->gate) {
            PyErr_NoMemory();
            return -1;
        }
        PyThread_acquire_lock(turn->gate, NOWAIT_LOCK);
    }
    PyLockStatus status = PY_LOCK_ACQUIRED;
    turn->waiting++;
    while (turn->busy && status == PY_LOCK_ACQUIRED) {
        Py_BEGIN_ALLOW_THREADS
        status = PyThread_acquire_lock_timed(turn->gate, -1, 1);
        Py_END_ALLOW_THREADS
    }
    turn->waiting--;
    return turn->busy;
}

static void end(tg_turn *turn)
{
    turn->busy = 0;
    if (turn->waiting)
        PyThread_release_lock(turn->gate);
}

/* Takes all turns of a callable. -1 with an exception if Ctrl-C ends the wait. */
int tg_turns_begin(const tg_callable *self)
{
    for (Py_ssize_t i = 0; i < self->count_turns; i++) {
        int status = self->turns[i]->busy ? wait_for(self->turns[i]) : 0;
        if (status == 0) {
            self->turns[i]->busy = 1;
            self->turns[i]->owner = PyThread_get_thread_ident();
            continue;
        }
        while (i)
            end(self->turns[--i]);
        if (status < 0 || PyErr_CheckSignals() < 0)
            return -1;
        i = -1;
    }
    return 0;
}

void tg_turns_end(const tg_callable *self)
{
    for (Py_ssize_t i = 0; i < self->count_turns; i++)
        end(self->turns[i]);
}
