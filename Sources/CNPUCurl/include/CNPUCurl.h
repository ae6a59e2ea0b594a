// What Swift cannot call of libcurl by itself: variadic functions, one wrapper for each type of value, and a union.
#ifndef CNPUCURL_H
#define CNPUCURL_H

#if !__has_include(<curl/curl.h>)
#error "The headers of libcurl are missing. Install them; on Debian or Ubuntu: apt-get install libcurl4-openssl-dev"
#endif

#include <curl/curl.h>
#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer is needed, and the headers are of an older one. Update libcurl4-openssl-dev."
#endif
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __linux__
// What the event loop around libcurl waits with; Swift's Glibc module leaves these out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#endif

// Asks the scheduler to let the calling thread run soon after it wakes, for short times; without effect where it cannot be had.
void cnpu_prefer_short_slices(void);

// Whether a descriptor is one of the last that the process may have, which connections leave to everything else: files, child
// processes, and the runtime, whose threads end the process where they cannot open a file of /proc.
bool cnpu_is_spare_descriptor(int descriptor);

// CURLOPT_OPENSOCKETFUNCTION: a socket that children do not inherit, unless only spare descriptors are left.
curl_socket_t cnpu_open_socket(void *_Nullable context, curlsocktype purpose, struct curl_sockaddr *_Nonnull address);

static inline CURLcode cnpu_leave_spare_descriptors(CURL *_Nonnull handle) {
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, cnpu_open_socket);
}

// CURLOPT_SOCKOPTFUNCTION: a socket between whose ends as few bytes lie as can be had. The peer's buffer grows with the
// segments that this end announces, so those are made small, too.
int cnpu_narrow_socket(void *_Nullable context, curl_socket_t descriptor, curlsocktype purpose);

static inline CURLcode cnpu_narrow_sockets(CURL *_Nonnull handle) {
  return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, cnpu_narrow_socket);
}

// CURLOPT_CLOSESOCKETFUNCTION: closes a socket, unless it is the one that the context says is to be kept.
int cnpu_close_socket(void *_Nonnull kept, curl_socket_t descriptor);

// Has the sockets of the transfer closed by the function above; the place must live as long as its connections.
static inline CURLcode cnpu_keep_socket(CURL *_Nonnull handle, int *_Nonnull kept) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, cnpu_close_socket);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, kept) : code;
}

// The socket of a connection that was made with CURLOPT_CONNECT_ONLY, or CURL_SOCKET_BAD.
static inline curl_socket_t cnpu_active_socket(CURL *_Nonnull handle) {
  curl_socket_t descriptor = CURL_SOCKET_BAD;
  curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &descriptor);
  return descriptor;
}

// Prepares libcurl for the process, once, whoever calls first. Returns a CURLcode.
CURLcode cnpu_global_init(void);

// The version of the libcurl that is loaded, as 0xXXYYZZ.
static inline uint32_t cnpu_version_number(void) {
  return curl_version_info(CURLVERSION_NOW)->version_num;
}

static inline CURLcode cnpu_setopt_long(CURL *_Nonnull handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cnpu_setopt_offset(CURL *_Nonnull handle, CURLoption option, int64_t value) {
  return curl_easy_setopt(handle, option, (curl_off_t)value);
}

static inline CURLcode cnpu_setopt_string(CURL *_Nonnull handle, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cnpu_setopt_pointer(CURL *_Nonnull handle, CURLoption option, const void *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cnpu_setopt_list(CURL *_Nonnull handle, CURLoption option, struct curl_slist *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cnpu_setopt_share(CURL *_Nonnull handle, CURLSH *_Nullable share) {
  return curl_easy_setopt(handle, CURLOPT_SHARE, share);
}

static inline CURLcode cnpu_setopt_form(CURL *_Nonnull handle, curl_mime *_Nonnull form) {
  return curl_easy_setopt(handle, CURLOPT_MIMEPOST, form);
}

// The body is read from a file, by libcurl's own read function, which is also able to rewind it.
static inline CURLcode cnpu_setopt_body_file(CURL *_Nonnull handle, FILE *_Nonnull file, int64_t size) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_READDATA, file);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size) : code;
}

// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
typedef size_t (*cnpu_data_callback)(char *_Nonnull bytes, size_t size, size_t count, void *_Nonnull context);

static inline CURLcode cnpu_set_write_callback(CURL *_Nonnull handle, cnpu_data_callback _Nonnull callback, void *_Nonnull context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, callback);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}

static inline CURLcode cnpu_set_header_callback(CURL *_Nonnull handle, cnpu_data_callback _Nonnull callback, void *_Nonnull context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, callback);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_HEADERDATA, context) : code;
}

// CURLOPT_PREREQFUNCTION: the connection stands and the request is about to be written.
typedef int (*cnpu_prereq_callback)(void *_Nonnull context, char *_Nullable remote_ip, char *_Nullable local_ip, int remote_port, int local_port);

static inline CURLcode cnpu_set_prereq_callback(CURL *_Nonnull handle, cnpu_prereq_callback _Nonnull callback, void *_Nonnull context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_PREREQDATA, context) : code;
}

// CURLOPT_DEBUGFUNCTION: told of every write of body bytes after it was made.
typedef int (*cnpu_debug_callback)(CURL *_Nonnull handle, curl_infotype type, char *_Nonnull bytes, size_t count, void *_Nonnull context);

static inline CURLcode cnpu_set_debug_callback(CURL *_Nonnull handle, cnpu_debug_callback _Nonnull callback, void *_Nonnull context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, callback);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L) : code;
}

static inline CURLcode cnpu_getinfo_long(CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode cnpu_getinfo_offset(CURL *_Nonnull handle, CURLINFO info, int64_t *_Nonnull value) {
  curl_off_t offset = 0;
  CURLcode code = curl_easy_getinfo(handle, info, &offset);
  *value = (int64_t)offset;
  return code;
}

static inline CURLcode cnpu_getinfo_string(CURL *_Nonnull handle, CURLINFO info, const char *_Nullable *_Nonnull value) {
  char *string = NULL;
  CURLcode code = curl_easy_getinfo(handle, info, &string);
  *value = string;
  return code;
}

// What was given with CURLOPT_PRIVATE, or NULL.
static inline void *_Nullable cnpu_private(CURL *_Nonnull handle) {
  char *context = NULL;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &context);
  return context;
}

static inline CURLMcode cnpu_multi_setopt_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// CURLMOPT_SOCKETFUNCTION and CURLMOPT_TIMERFUNCTION with one context for both.
typedef int (*cnpu_socket_callback)(CURL *_Nonnull handle, curl_socket_t socket, int what, void *_Nonnull context, void *_Nullable known);
typedef int (*cnpu_timer_callback)(CURLM *_Nonnull multi, long milliseconds, void *_Nonnull context);

static inline CURLMcode cnpu_multi_set_callbacks(CURLM *_Nonnull multi, cnpu_socket_callback _Nonnull on_socket,
                                                 cnpu_timer_callback _Nonnull on_timer, void *_Nonnull context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) : code;
}

// The next finished transfer and its result, or NULL when there is none.
static inline CURL *_Nullable cnpu_multi_next_done(CURLM *_Nonnull multi, CURLcode *_Nonnull result) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

static inline CURLSHcode cnpu_share_setopt_long(CURLSH *_Nonnull share, CURLSHoption option, int value) {
  return curl_share_setopt(share, option, value);
}

#endif
