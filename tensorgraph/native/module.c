/* The extension module tensorgraph.native._native: it registers what the folders beside it define. */
#define TG_IMPORTS_NUMPY
#include "calling/numpy_api.h"
#include "calling/calling.h"

#ifdef TG_WITH_SAMPLER
int tg_sampler_register(PyObject *module);
#endif

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "tensorgraph.native._native",
    .m_doc = "Calls compiled kernels and draws samples with them.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__native(void)
{
    import_array();
    PyObject *module = PyModule_Create(&definition);
    if (!module)
        return NULL;
    if (tg_calling_register(module) < 0)
        goto failed;
#ifdef TG_WITH_SAMPLER
    if (tg_sampler_register(module) < 0)
        goto failed;
#endif
    return module;
failed:
    Py_DECREF(module);
    return NULL;
}
