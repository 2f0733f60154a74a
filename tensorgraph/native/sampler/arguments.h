/* Arrays that a Python caller hands to C: checked, viewed and kept alive through the buffer protocol. */
#ifndef TG_ARGUMENTS_H
#define TG_ARGUMENTS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

/* What an array must look like. */
typedef struct tg_layout {
    const char *name;                       /* as the error calls it */
    char kind;                              /* d float64, q int64, Q uint64, i int32, ? bool, * any */
    int rank;                               /* -1: any */
    int64_t shape[2];                       /* -1: any length */
    int writable;
    int strided;                            /* whether it may be other than C-contiguous */
} tg_layout;

/* Views an array; returns -1 with a TypeError or ValueError that names it. */
int tg_view_array(PyObject *object, const tg_layout *layout, Py_buffer *view);

/* The views of one call. */
typedef struct tg_views {
    Py_buffer *views;
    Py_ssize_t count, room;
} tg_views;

int tg_views_open(tg_views *views, Py_ssize_t room);
void tg_views_close(tg_views *views);

/* The first element of an array, valid until tg_views_close; null with an exception set. */
void *tg_views_take(tg_views *views, PyObject *object, const tg_layout *layout);

/* The extent along an axis of the array taken last. */
int64_t tg_views_last_extent(const tg_views *views, int axis);

#endif
