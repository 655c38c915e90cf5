#include <c10/core/SymNodeImpl.h>
