#define _GNU_SOURCE
#include "CNPUCurl.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/syscall.h>
#endif

static CURLcode result;

// OpenSSL frees its tables in an exit handler. A network thread that still runs at that moment reads freed memory, and the
// process ends in a crash after all its work. So OpenSSL is asked, before anything else initialises it, to install none.
// It is looked up at run time, because libcurl may have been built with another TLS library.
static void keep_openssl_until_exit(void) {
  enum { OPENSSL_INIT_NO_ATEXIT = 0x00080000 };
  int (*init)(uint64_t, const void *) = (int (*)(uint64_t, const void *))dlsym(RTLD_DEFAULT, "OPENSSL_init_crypto");
  if (init) init(OPENSSL_INIT_NO_ATEXIT, NULL);
}

static void initialise(void) {
  keep_openssl_until_exit();
  result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURLcode cnpu_global_init(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, initialise);
  return result;
}

// The system gives out the lowest number that is free: a high one says that few are.
bool cnpu_is_spare_descriptor(int descriptor) {
  enum { SPARE = 16 };
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
  rlim_t spare = limit.rlim_cur / 4 < SPARE ? limit.rlim_cur / 4 : SPARE;
  return descriptor >= 0 && (rlim_t)descriptor + spare >= limit.rlim_cur;
}

curl_socket_t cnpu_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)context;
  (void)purpose;
  int descriptor = socket(address->family, address->socktype, address->protocol);
  if (descriptor < 0) return CURL_SOCKET_BAD;
  if (cnpu_is_spare_descriptor(descriptor)) {
    close(descriptor);
    errno = EMFILE;
    return CURL_SOCKET_BAD;
  }
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return descriptor;
}

// Some 60 KB of small writes fit between two Linux hosts with these values, and 3 MB with the small buffer alone. What a
// socket does not take, such as one in the file system, stays as it is.
int cnpu_narrow_socket(void *context, curl_socket_t descriptor, curlsocktype purpose) {
  (void)context;
  (void)purpose;
  int buffer = 2048, segment = 536;
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(descriptor, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
  return CURL_SOCKOPT_OK;
}

int cnpu_close_socket(void *kept, curl_socket_t descriptor) {
  if (*(int *)kept != descriptor) return close(descriptor);
  *(int *)kept = CURL_SOCKET_BAD;
  return 0;
}

// A thread that wakes to stamp bytes must not wait until another one on its core has used up its slice, some milliseconds. Linux
// since 6.12 lets a thread of ordinary priority ask for shorter slices, and prefers the shorter one at a wake-up; an older
// kernel ignores the wish. It takes no rights and no time from others: the share of the core stays the same.
void cnpu_prefer_short_slices(void) {
#if defined(__linux__) && defined(SYS_sched_setattr)
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } wish = {.size = sizeof wish, .policy = SCHED_OTHER, .nice = getpriority(PRIO_PROCESS, 0), .runtime = 100000};
  syscall(SYS_sched_setattr, 0, &wish, 0);
#endif
}
