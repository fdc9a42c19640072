// Calls of Linux and glibc that Swift's Glibc module leaves out, because it is built without
// _GNU_SOURCE, or cannot express, because they are variadic.
#ifndef GRANARY_CLINUX_SHIM_H
#define GRANARY_CLINUX_SHIM_H

#include <pthread.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/types.h>

extern int pthread_setname_np(pthread_t thread, const char *name);
int memfd_create(const char *name, unsigned int flags);
int pidfd_open(pid_t pid, unsigned int flags);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
int prctl(int operation, ...);

enum {
  granary_mfd_cloexec = 0x0001U,
  granary_efd_semaphore = 1,
  granary_efd_cloexec = 02000000,
  granary_efd_nonblock = 04000,
};

// PR_SET_PDEATHSIG: the signal that the kernel sends when the parent's thread ends.
static inline int granary_set_parent_death_signal(int signal) {
  return prctl(1, (unsigned long)signal, 0UL, 0UL, 0UL);
}

#endif
