#ifndef CNPUCURL_H
#define CNPUCURL_H
#if !__has_include(<curl/curl.h>)
#error "libcurl's headers are missing: install them, on Debian or Ubuntu with 'apt-get install libcurl4-openssl-dev'"
#endif
#include <curl/curl.h>
#endif
