/* Frames: the memory of running calls, kept from call to call, with the workspace of the kernel. */
#include "calling.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

static size_t frame_bytes(const tg_callable *self)
{
    size_t inputs = self->count_inputs, outputs = self->count_outputs;
    size_t numbers = self->count_sizes + self->count_extents;
    return sizeof(tg_frame) + sizeof(tg_scalar) * (inputs + outputs) + sizeof(int64_t) * numbers
         + sizeof(void *) * (6 * inputs + (2 + TG_KEPT) * outputs);
}

/* Cuts the next array out of the block that *free points to. */
static void *cut(char **free, size_t bytes)
{
    void *array = *free;
    *free += bytes;
    return array;
}

static tg_frame *frame_new(const tg_callable *self)
{
    size_t inputs = self->count_inputs, outputs = self->count_outputs, pointer = sizeof(void *);
    tg_frame *frame = PyMem_Calloc(1, frame_bytes(self));
    if (!frame) {
        PyErr_NoMemory();
        return NULL;
    }
    char *free = (char *)(frame + 1);
    frame->numbers = cut(&free, sizeof(tg_scalar) * inputs);
    frame->results = cut(&free, sizeof(tg_scalar) * outputs);
    frame->sizes = cut(&free, sizeof(int64_t) * self->count_sizes);
    frame->extents = cut(&free, sizeof(int64_t) * self->count_extents);
    frame->inputs = cut(&free, pointer * inputs);
    frame->arguments = cut(&free, pointer * inputs);
    frame->arrays = cut(&free, pointer * inputs);
    frame->copies = cut(&free, pointer * inputs);
    frame->held = cut(&free, pointer * 2 * inputs);
    frame->outputs = cut(&free, pointer * outputs);
    frame->made = cut(&free, pointer * outputs);
    frame->kept = cut(&free, pointer * TG_KEPT * outputs);
    for (size_t i = 0; i < outputs; i++)
        frame->outputs[i] = &frame->results[i];
    frame->runtime.version = TG_ABI_VERSION;
    frame->runtime.routines = self->routines;
    return frame;
}

/* A frame for one call: one that an earlier call left, or a new one. The GIL guards the list. */
tg_frame *tg_frame_take(tg_callable *self)
{
    tg_frame *frame = self->idle;
    if (!frame)
        return frame_new(self);
    self->idle = frame->next;
    return frame;
}

/* Drops what the call held and puts the frame back. Dropping may run any code, even this callable again. */
void tg_frame_give(tg_callable *self, tg_frame *frame)
{
    while (frame->count_held)
        Py_DECREF(frame->held[--frame->count_held]);
    for (Py_ssize_t i = 0; i < self->count_outputs; i++)
        Py_CLEAR(frame->made[i]);
    Py_CLEAR(frame->refusal);
    if (frame->given)
        tg_forget_given(self, frame);
    frame->bytes = 0;
    frame->next = self->idle;
    self->idle = frame;
}

void tg_frames_free(tg_callable *self)
{
    while (self->idle) {
        tg_frame *frame = self->idle;
        self->idle = frame->next;
        for (Py_ssize_t i = 0; i < TG_KEPT * self->count_outputs; i++)
            Py_XDECREF(frame->kept[i]);
        for (Py_ssize_t i = 0; i < self->count_inputs; i++)
            Py_XDECREF(frame->copies[i]);
        free(frame->runtime.workspace);
        PyMem_Free(frame);
    }
}

/* Sees that the workspace has this many bytes. */
int tg_frame_workspace(tg_frame *frame, int64_t bytes)
{
    tg_runtime *runtime = &frame->runtime;
    if (bytes <= runtime->workspace_bytes)
        return 0;
    void *workspace = NULL;
    free(runtime->workspace);
    if (posix_memalign(&workspace, CACHE_LINE, bytes) != 0)
        workspace = NULL;
    runtime->workspace = workspace;
    runtime->workspace_bytes = workspace ? bytes : 0;
    if (workspace)
        return 0;
    PyErr_Format(PyExc_MemoryError, "no memory for %lld bytes of workspace", (long long)bytes);
    return -1;
}
