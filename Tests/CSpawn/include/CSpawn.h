// What glibc's <spawn.h> shows only to programs that ask for GNU extensions before their first header.

#ifndef CSPAWN_H
#define CSPAWN_H

#ifdef __linux__
#include <spawn.h>

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
#endif

#endif
