#ifndef CNPUZLIB_H
#define CNPUZLIB_H
#if !__has_include(<zlib.h>)
#error "The headers of zlib are missing. Install them; on Debian or Ubuntu: apt-get install zlib1g-dev"
#endif
#include <zlib.h>

// inflateInit2 and deflateInit are macros, which Swift does not import.
static inline int cnpu_inflate_init(z_stream *_Nonnull stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}

static inline int cnpu_deflate_init(z_stream *_Nonnull stream, int level) {
  return deflateInit(stream, level);
}
#endif
