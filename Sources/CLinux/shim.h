// What Linux has and the toolchain's Glibc module leaves out.
#include <pthread.h>
#include <sys/eventfd.h>

// Declared by <pthread.h> under _GNU_SOURCE only, which a module cannot set for headers that the
// Glibc module owns.
extern int pthread_setname_np(pthread_t, const char *);
