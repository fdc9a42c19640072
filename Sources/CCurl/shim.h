// The few calls of libcurl that are variadic, which Swift cannot call, by the type of what they take.
#ifndef GRANARY_CCURL_SHIM_H
#define GRANARY_CCURL_SHIM_H

// The type checks are macros that want literal options; here the types are in the names.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

static inline CURLcode granary_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

// The text is copied by libcurl.
static inline CURLcode granary_curl_set_text(CURL *handle, CURLoption option, const char *text) {
  return curl_easy_setopt(handle, option, text);
}

// The bytes are not copied: they stay until the transfer is done.
static inline CURLcode granary_curl_set_body(CURL *handle, const void *bytes, size_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_POSTFIELDS, bytes) : code;
}

static inline CURLcode granary_curl_set_headers(CURL *handle, struct curl_slist *headers) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

// 256 bytes or more for the reason of a failure, which stay as long as the handle does.
static inline CURLcode granary_curl_set_reasons(CURL *handle, char *buffer) {
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

typedef size_t (*granary_curl_writer)(char *bytes, size_t one, size_t count, void *context);

static inline CURLcode granary_curl_set_writer(
    CURL *handle, granary_curl_writer writer, void *context) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, writer);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}

static inline long granary_curl_status(CURL *handle) {
  long status = 0;
  return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

static inline CURLcode granary_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

#endif
