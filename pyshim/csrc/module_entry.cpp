// flambeau._C: all it does is hand over to libflb_py.
#include <Python.h>

extern "C" PyObject* flambeau_init_python();

PyMODINIT_FUNC PyInit__C() { return flambeau_init_python(); }
