/* QuickJS sets no stack limit where __wasi__ is defined. The headers that it
 * uses need that macro and are included here first; QuickJS itself then does
 * without it (its build script defines EMSCRIPTEN, which covers the rest). */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fenv.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#undef __wasi__
