// Tells the thread sanitizer of the slow paths of Swift's Mutex on Linux; to be preloaded into the tests.
//
// The fast paths are inlined, so that the sanitizer sees them. Under contention a lock is taken and given up inside
// libswiftSynchronization, which is not instrumented: to the sanitizer two threads that waited for each other then look
// like two that did not, and it reports races inside the lock. Each path is called as before, with the edge that the
// sanitizer misses added to it. Races outside of locks are reported as ever.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define CONTEXT __attribute__((swift_context))

// Missing in programs that are not instrumented.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

SWIFT void nputestkit_lock(uint32_t thread, CONTEXT void *mutex) __asm__(LOCK);
SWIFT void nputestkit_unlock(CONTEXT void *mutex) __asm__(UNLOCK);

SWIFT void nputestkit_lock(uint32_t thread, CONTEXT void *mutex) {
  SWIFT void (*original)(uint32_t, CONTEXT void *) = dlsym(RTLD_NEXT, LOCK);
  original(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT void nputestkit_unlock(CONTEXT void *mutex) {
  SWIFT void (*original)(CONTEXT void *) = dlsym(RTLD_NEXT, UNLOCK);
  if (__tsan_release) __tsan_release(mutex);
  original(mutex);
}
