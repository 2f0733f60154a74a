/* What the files of this folder share: declarations of a callable, the frame of one running call, cells. */
#ifndef TG_CALLING_H
#define TG_CALLING_H

#include "numpy_api.h"
#include "../abi.h"

#if NPY_SIZEOF_INTP != 8
#error "tensorgraph needs a 64-bit platform: extents are 64-bit integers shared with NumPy"
#endif

enum {
    TG_ANY_LENGTH = -1,
    TG_KEPT = 2,                       /* earlier results that a frame keeps for each output */
    TG_LONG_WORK = 1 << 16,            /* bytes from which the GIL is released */
};

/* Held by the one running call that updates a cell. */
typedef struct {
    int busy, waiting;
    unsigned long owner;               /* the thread that is busy */
    PyThread_type_lock gate;           /* made when somebody has to wait for the first time */
} tg_turn;

/* A mutable holder of one array: the storage of a shared variable or of a hidden constant. */
typedef struct {
    PyObject_HEAD
    PyObject *value;
    tg_turn turn;
} tg_cell;

/* What is expected of one input. */
typedef struct {
    PyObject *name;                    /* str, or None for an argument that has no keyword */
    PyObject *initial;                 /* default value, or null */
    PyObject *cell;                    /* where a hidden input is read from, or null */
    PyArray_Descr *dtype;
    int type, alias;                   /* NumPy's numbers for the dtype: two integer types may be one */
    int flags;                         /* array flags that spare a copy */
    int rank;
    int strided;
    int64_t *lengths;                  /* a length, TG_ANY_LENGTH, or -2 - k: the same as sizes[k] */
    Py_ssize_t extents;                /* where its extents stand in sizes, */
    Py_ssize_t strides;                /* and its strides if it is strided */
} tg_parameter;

typedef struct {
    PyObject *cell;                    /* null: the output is returned */
    PyArray_Descr *dtype;
    int type, alias;                   /* NumPy's numbers for the dtype, as for a parameter */
    int rank;
    Py_ssize_t extents;                /* where its extents stand in those that the plan writes */
} tg_output;

typedef union { double real[2]; int64_t integer; char bytes[16]; } tg_scalar;

/* The memory of one running call; calls in several threads have one each. */
typedef struct tg_frame {
    struct tg_frame *next;
    tg_runtime runtime;
    int64_t bytes;                     /* of the arrays that the kernel reads and writes */
    void **inputs, **outputs;
    int64_t *sizes, *extents;
    tg_scalar *numbers, *results;      /* scalars in and out */
    PyObject **arguments;              /* borrowed: what was passed for each visible parameter */
    PyArrayObject **arrays;            /* borrowed: the array behind each input, null for a scalar */
    PyObject **copies;                 /* the last copy of each input that had to be copied, or null */
    PyObject **made;                   /* the arrays behind the outputs, null for a scalar */
    PyObject *given;                   /* borrowed: what was passed as `out`, or null */
    PyObject **kept;                   /* TG_KEPT earlier results of each output, see results.c */
    PyObject **held;                   /* references to drop when the call ends, */
    Py_ssize_t count_held;             /* and their number */
    PyObject *refusal;                 /* what to tell `fail` about a wrong argument or output, or null, */
    const char *refused;               /* and which of the two it is about */
    int32_t code;                      /* what plan or kernel returned */
} tg_frame;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *name, *keepalive, *fail;
    tg_plan plan;
    tg_kernel kernel;
    void **routines;
    Py_ssize_t count_routines;
    tg_parameter *parameters;          /* the visible ones, then the hidden ones */
    Py_ssize_t count_visible, count_inputs, count_sizes;
    tg_output *outputs;
    Py_ssize_t count_outputs, count_returned, count_extents;
    int single;                        /* returns its only output instead of a list */
    int interruptible;                 /* its kernel polls the stop flag */
    tg_turn **turns;                   /* of the updated cells, in the one order everybody takes them */
    Py_ssize_t count_turns;
    tg_frame *idle;
} tg_callable;

extern PyTypeObject tg_cell_type, tg_callable_type;

/* declaration.c */
int tg_declare_parameters(tg_callable *self, PyObject *visible, PyObject *hidden);
int tg_declare_outputs(tg_callable *self, PyObject *outputs);
void tg_forget_declarations(tg_callable *self);

/* cell.c */
PyObject *tg_cell_read(PyObject *cell);
int tg_commit(const tg_callable *self, tg_frame *frame);

/* turn.c */
int tg_turns_declare(tg_callable *self);
int tg_turns_begin(const tg_callable *self);
void tg_turns_end(const tg_callable *self);

/* frame.c */
tg_frame *tg_frame_take(tg_callable *self);
void tg_frame_give(tg_callable *self, tg_frame *frame);
void tg_frames_free(tg_callable *self);
int tg_frame_workspace(tg_frame *frame, int64_t bytes);

/* arguments.c */
PyObject *const *tg_match(const tg_callable *self, tg_frame *frame, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords);

/* convert.c */
int tg_convert(const tg_callable *self, tg_frame *frame, Py_ssize_t index, PyObject *value);
int tg_convert_hidden(const tg_callable *self, tg_frame *frame);
int tg_is_masked(PyObject *value);
PyObject *tg_hidden_arrays(const tg_callable *self, const tg_frame *frame);

/* call.c */
PyObject *tg_call(PyObject *object, PyObject *const *args, size_t count, PyObject *keywords);
PyObject *tg_pointers(PyObject *object, PyObject *const *args, Py_ssize_t count, PyObject *keywords);

/* explain.c */
void tg_explain(const tg_callable *self, tg_frame *frame);
PyObject *tg_take_exception(void);
void tg_put_exception(PyObject *error);

/* given.c */
int tg_take_given(const tg_callable *self, tg_frame *frame);
void tg_forget_given(const tg_callable *self, tg_frame *frame);

/* results.c */
int tg_is_ours(PyObject *object, const PyArray_Descr *dtype, int rank, const int64_t *extents);
int tg_make_outputs(const tg_callable *self, tg_frame *frame);
PyObject *tg_results(const tg_callable *self, tg_frame *frame);

/* interrupt.c */
int tg_watch_prepare(void);
int tg_watch_begin(tg_runtime *runtime);
void tg_watch_end(tg_runtime *runtime);

/* library.c, register.c */
PyObject *tg_load(PyObject *module, PyObject *args);
PyObject *tg_promote(PyObject *module, PyObject *path);
int tg_calling_register(PyObject *module);

#endif
