/* The sampler's place in the extension module. */
#ifndef TG_SAMPLER_H
#define TG_SAMPLER_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Adds nuts_chain and its result type to the module; returns 0, or -1 with an exception set. */
int tg_sampler_register(PyObject *module);

#endif
