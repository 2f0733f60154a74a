/* A Python callable as a log-density: position -> (value, gradient). */
#ifndef TG_CALLABLE_H
#define TG_CALLABLE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "density.h"

typedef struct tg_callable_density {
    tg_density base;
    PyObject *function;
    PyObject *frombuffer;                   /* numpy.frombuffer */
    PyThreadState *thread;                  /* set while the chain runs without the GIL */
} tg_callable_density;

/* Returns 0, or -1 with an exception set. */
int tg_callable_density_open(tg_callable_density *density, PyObject *function, int64_t dimension);
void tg_callable_density_close(tg_callable_density *density);

#endif
