#define _GNU_SOURCE
#include "CNPUCurl.h"
#include <dlfcn.h>
#include <pthread.h>

#ifdef __linux__
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
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
