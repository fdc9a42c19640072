// Calls of Linux and glibc that Swift's Glibc module leaves out, because it is built without
// _GNU_SOURCE, or cannot express, because they are variadic.
#ifndef GRANARY_CLINUX_SHIM_H
#define GRANARY_CLINUX_SHIM_H

#include <pthread.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <sys/vfs.h>

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

// RLIMIT_*, which the importer does not see where an enumeration's macros name themselves.
enum granary_resource {
  granary_rlimit_nproc = 6,
  granary_rlimit_nofile = 7,
};

// The magic number of the file system that a path is on (statfs(2)); 0 where that fails.
static inline unsigned long granary_filesystem(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (unsigned long)status.f_type & 0xFFFFFFFFUL : 0;
}

// Whether something keeps the clock in step (adjtimex(2)), and by how much it may be off in
// microseconds; a negative number where the kernel does not say.
static inline int granary_clock(long *most_microseconds) {
  struct timex clock = {0};
  int state = adjtimex(&clock);
  *most_microseconds = clock.maxerror;
  return state < 0 ? state : state != TIME_ERROR && !(clock.status & STA_UNSYNC);
}

#endif
