/* Preloaded into a process, it writes down every write, truncation and sync of the databases in one folder, in their order.
   RECORD_FOLDER: whose files · RECORD_TO: where the record goes. One record: header, then `length` bytes.
   RECORD_SYNCS: the process is killed where it asks for the sync after so many; what it wrote before is in the file, and not on disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_FDS = 4096, MOST_FILES = 64 };
struct header { char what, file; uint16_t unused; uint32_t length; uint64_t offset; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record = -1, files = 0;
static char *names[MOST_FILES];
static int syncs = 0;
static char file_of[MOST_FDS]; /* 1 + number of the file; 0: not ours */

static void keep(char what, char file, uint64_t offset, const void *data, uint32_t length) {
  struct header h = {what, file, 0, length, offset};
  char *text = malloc(sizeof h + length);
  memcpy(text, &h, sizeof h);
  if (length) memcpy(text + sizeof h, data, length);
  syscall(SYS_write, record, text, sizeof h + length);
  free(text);
}

static int ends(const char *path, const char *end) {
  size_t a = strlen(path), b = strlen(end);
  return a >= b && strcmp(path + a - b, end) == 0;
}

static void opened(int fd, const char *path) {
  const char *folder = getenv("RECORD_FOLDER"), *to = getenv("RECORD_TO");
  if (fd < 0 || fd >= MOST_FDS || !folder || !to || strncmp(path, folder, strlen(folder)) != 0) return;
  if (!ends(path, ".db") && !ends(path, ".db-wal") && !ends(path, "acks")) return;
  pthread_mutex_lock(&lock);
  if (record < 0) record = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *name = strrchr(path, '/') + 1;
  int n = 0;
  while (n < files && strcmp(names[n], name) != 0) n++;
  if (n == files && files < MOST_FILES) {
    names[files++] = strdup(name);
    keep('N', n, 0, name, strlen(name));
  }
  file_of[fd] = 1 + n;
  pthread_mutex_unlock(&lock);
}

static int ours(int fd) { return fd >= 0 && fd < MOST_FDS && file_of[fd]; }
#define REAL(name) (*(__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

#define OPEN(name)                                                                                                     \
  int name(const char *path, int flags, ...) {                                                                         \
    va_list more;                                                                                                      \
    va_start(more, flags);                                                                                             \
    mode_t mode = va_arg(more, mode_t);                                                                                \
    va_end(more);                                                                                                      \
    int fd = REAL(name)(path, flags, mode);                                                                            \
    opened(fd, path);                                                                                                  \
    return fd;                                                                                                         \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (fd >= 0 && fd < MOST_FDS) file_of[fd] = 0;
  return REAL(close)(fd);
}

ssize_t write(int fd, const void *data, size_t length) {
  if (!ours(fd)) return REAL(write)(fd, data, length);
  pthread_mutex_lock(&lock);
  off64_t at = lseek64(fd, 0, SEEK_CUR);
  ssize_t done = REAL(write)(fd, data, length);
  if (done > 0) keep('W', file_of[fd] - 1, at, data, done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  if (!ours(fd)) return REAL(pwrite64)(fd, data, length, at);
  pthread_mutex_lock(&lock);
  ssize_t done = REAL(pwrite64)(fd, data, length, at);
  if (done > 0) keep('W', file_of[fd] - 1, at, data, done);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate64(int fd, off64_t size) {
  if (!ours(fd)) return REAL(ftruncate64)(fd, size);
  pthread_mutex_lock(&lock);
  int failed = REAL(ftruncate64)(fd, size);
  if (!failed) keep('T', file_of[fd] - 1, size, NULL, 0);
  pthread_mutex_unlock(&lock);
  return failed;
}

static void die_in_time(void) {
  const char *most = getenv("RECORD_SYNCS");
  if (most && syncs++ >= atoi(most)) kill(getpid(), SIGKILL);
}

#define SYNC(name)                                                                                                     \
  int name(int fd) {                                                                                                   \
    if (!ours(fd)) return REAL(name)(fd);                                                                              \
    pthread_mutex_lock(&lock);                                                                                         \
    die_in_time();                                                                                                     \
    int failed = REAL(name)(fd);                                                                                       \
    if (!failed) keep('S', file_of[fd] - 1, 0, NULL, 0);                                                               \
    pthread_mutex_unlock(&lock);                                                                                       \
    return failed;                                                                                                     \
  }
SYNC(fsync)
SYNC(fdatasync)
