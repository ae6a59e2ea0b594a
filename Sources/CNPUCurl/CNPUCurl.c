#define _GNU_SOURCE
#include "CNPUCurl.h"
#include <dlfcn.h>
#include <pthread.h>

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
