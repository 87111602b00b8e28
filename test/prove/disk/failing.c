/* Preloaded into a process, it lets the calls on files in one folder fail as a disk in trouble does.
   FOLLOWTHROUGH_DATA: whose files · FAIL_SEED: chance · FAIL_AS: a file whose first byte says how, and may be changed at any time:
   'f' full: ENOSPC on every write · 'e' errors: EIO on one of two writes and syncs of the log · 'r' read-only: EROFS on all of these.
   A call that fails has not been done. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_FDS = 4096, OTHER = 1, LOG = 2 };
static volatile const char *how;
static const char *folder;
static _Atomic unsigned luck;
static char kind_of[MOST_FDS]; /* 0: not ours */

#define REAL(name) (*(__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *seed = getenv("FAIL_SEED"), *as = getenv("FAIL_AS");
  folder = getenv("FOLLOWTHROUGH_DATA");
  luck = seed ? strtoul(seed, NULL, 10) : 1;
  int fd = as ? REAL(open)(as, O_RDONLY | O_CLOEXEC) : -1;
  void *page = fd < 0 ? MAP_FAILED : mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
  if (fd >= 0) REAL(close)(fd);
  if (page != MAP_FAILED && folder) how = page;
}

static char mode(void) { return how ? *how : 0; }

static int ours(const char *path) {
  size_t n = how ? strlen(folder) : 0;
  return n && strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* One of two, by a generator of its own: the process must not notice that it was asked. */
static int unlucky(void) {
  unsigned x = luck = luck * 1664525u + 1013904223u;
  return x >> 31;
}

/* The error that this call ends with; 0: none. */
static int trouble(int fd, int is_write) {
  int kind = fd >= 0 && fd < MOST_FDS ? kind_of[fd] : 0;
  if (!kind) return 0;
  if (mode() == 'f' && is_write) return ENOSPC;
  if (mode() == 'r') return EROFS;
  return mode() == 'e' && kind == LOG && unlucky() ? EIO : 0;
}

#define OPEN(name)                                                                                                     \
  int name(const char *path, int flags, ...) {                                                                         \
    va_list more;                                                                                                      \
    va_start(more, flags);                                                                                             \
    mode_t rights = va_arg(more, mode_t);                                                                              \
    va_end(more);                                                                                                      \
    if (mode() == 'r' && ours(path) && (flags & (O_WRONLY | O_RDWR | O_CREAT))) return errno = EROFS, -1;              \
    int fd = REAL(name)(path, flags, rights);                                                                          \
    if (fd >= 0 && fd < MOST_FDS && ours(path)) kind_of[fd] = strstr(path, "/events.db") ? LOG : OTHER;                \
    return fd;                                                                                                         \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd >= 0 && fd < MOST_FDS) kind_of[fd] = 0;
  return REAL(close)(fd);
}

#define FAILS(is_write)                                                                                                \
  int error = trouble(fd, is_write);                                                                                   \
  if (error) return errno = error, -1

ssize_t write(int fd, const void *data, size_t length) {
  FAILS(1);
  return REAL(write)(fd, data, length);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  FAILS(1);
  return REAL(pwrite64)(fd, data, length, at);
}

int ftruncate64(int fd, off64_t size) {
  FAILS(1);
  return REAL(ftruncate64)(fd, size);
}

int fsync(int fd) {
  FAILS(0);
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  FAILS(0);
  return REAL(fdatasync)(fd);
}
