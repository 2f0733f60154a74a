/* Ctrl-C while a kernel runs in the main thread: the signal sets the flag that long loops poll. */
#include "calling.h"

#include <signal.h>
#include <string.h>

static unsigned long main_thread;
static volatile int32_t stop;
static struct sigaction python_action;

/* Tells the kernel to stop, and Python what happened. */
static void on_interrupt(int number)
{
    stop = 1;
    python_action.sa_handler(number);
}

/* Remembers which thread handles signals. */
int tg_watch_prepare(void)
{
    PyObject *threading = PyImport_ImportModule("threading");
    PyObject *thread = threading ? PyObject_CallMethod(threading, "main_thread", NULL) : NULL;
    PyObject *ident = thread ? PyObject_GetAttrString(thread, "ident") : NULL;
    main_thread = ident ? PyLong_AsUnsignedLong(ident) : 0;
    Py_XDECREF(ident);
    Py_XDECREF(thread);
    Py_XDECREF(threading);
    return PyErr_Occurred() ? -1 : 0;
}

/* Puts our handler before Python's for the time of one kernel. 1 if it did, which tg_watch_end undoes; 0 if
 * this thread gets no signals, nobody listens to them, or a kernel further out watches already. */
int tg_watch_begin(tg_runtime *runtime)
{
    struct sigaction ours, theirs;
    if (PyThread_get_thread_ident() != main_thread || sigaction(SIGINT, NULL, &theirs) != 0)
        return 0;
    if ((theirs.sa_flags & SA_SIGINFO) || theirs.sa_handler == on_interrupt
        || theirs.sa_handler == SIG_DFL || theirs.sa_handler == SIG_IGN)
        return 0;
    memset(&ours, 0, sizeof ours);
    ours.sa_handler = on_interrupt;
    ours.sa_flags = SA_ONSTACK;
    python_action = theirs;
    stop = 0;
    runtime->stop = &stop;
    return sigaction(SIGINT, &ours, NULL) == 0;
}

void tg_watch_end(tg_runtime *runtime)
{
    sigaction(SIGINT, &python_action, NULL);
    runtime->stop = NULL;
}
