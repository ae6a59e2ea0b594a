#define _GNU_SOURCE
#include "CNPUStreams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static void ignore(int number) { (void)number; }

/// Whoever started the tool may have wanted a signal to have no effect, as shells do for what runs in the background.
static int is_ignored(const struct sigaction *action) {
  return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == SIG_IGN;
}

static struct sigaction abortion;

/// Ends the process at an abort that somebody sent; one of the process itself goes where it went before.
static void end_if_sent(int number, siginfo_t *information, void *context) {
  if (information->si_code == SI_USER || !(abortion.sa_flags & SA_SIGINFO)) {
    signal(number, SIG_DFL);
    raise(number);
  } else {
    abortion.sa_sigaction(number, information, context);
  }
}

/// Runs before `main`: an asynchronous one is reached only after its runtime has opened descriptors of its own.
__attribute__((constructor)) static void npu_prepare_streams(void) {
  // A closed stream would be the next thing that is opened, such as a socket or a journal, and get all that is
  // printed. Opened the wrong way round, its use is the error that it would be.
  for (int stream = 0; stream <= 2; stream++) {
    if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    int opened = open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
    if (opened != -1 && opened != stream) {
      dup2(opened, stream);
      close(opened);
    }
  }
  // The runtime of Swift prints where each thread is, and returns: to an instruction that fails once more, but after a
  // signal that was sent the process would go on.
  struct sigaction quitting;
  if (sigaction(SIGQUIT, NULL, &quitting) == 0 && !is_ignored(&quitting)) signal(SIGQUIT, SIG_DFL);
  if (sigaction(SIGABRT, NULL, &abortion) == 0 && !is_ignored(&abortion)) {
    struct sigaction ending = {.sa_sigaction = end_if_sent, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&ending.sa_mask);
    sigaction(SIGABRT, &ending, NULL);
  }
  // Writing to a pipe that nobody reads any more is an error like others. Unlike SIG_IGN, a handler is not handed on
  // to the programs that the tool starts.
  struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  struct sigaction before;
  if (sigaction(SIGPIPE, NULL, &before) == 0 && before.sa_handler == SIG_DFL) sigaction(SIGPIPE, &action, NULL);
}
