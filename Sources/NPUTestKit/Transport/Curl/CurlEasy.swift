internal import CNPUCurl

/// One libcurl easy handle with what must live as long as a transfer uses it.
///
/// Handles are kept and used again: a reset is cheaper than a new one. Only the network thread touches them.
@safe
final class CurlEasy {
  /// The first failure among the options set since the last reset.
  private(set) var failure: CURLcode = CURLE_OK
  let handle: UnsafeMutableRawPointer
  private let errorText: UnsafeMutableBufferPointer<CChar>
  private var headerList: UnsafeMutablePointer<curl_slist>?

  init?() {
    guard let handle = unsafe curl_easy_init() else { return nil }
    unsafe self.handle = handle
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headerList)
    unsafe errorText.deallocate()
  }

  /// Forgets all options; connections and caches stay.
  func reset() {
    unsafe curl_easy_reset(handle)
    unsafe curl_slist_free_all(headerList)
    unsafe headerList = nil
    unsafe errorText[0] = 0
    failure = CURLE_OK
    unsafe check(cnpu_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorText.baseAddress))
  }

  func set(_ option: CURLoption, _ value: Int) {
    unsafe check(cnpu_setopt_long(handle, option, value))
  }

  func set(_ option: CURLoption, _ value: Bool) {
    set(option, value ? 1 : 0)
  }

  func set(_ option: CURLoption, _ value: String) {
    unsafe check(cnpu_setopt_string(handle, option, value))
  }

  /// Takes a text option back, its default included.
  func unset(_ option: CURLoption) {
    unsafe check(cnpu_setopt_string(handle, option, nil))
  }

  /// Sends these bytes as the body; libcurl copies them.
  func setBody(_ bytes: [UInt8]) {
    unsafe check(cnpu_setopt_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(bytes.count)))
    unsafe bytes.withUnsafeBytes { unsafe check(cnpu_setopt_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)) }
  }

  /// Sends these header lines.
  func setHeaders(_ lines: [String]) {
    for line in lines {
      guard let longer = unsafe curl_slist_append(headerList, line) else {
        failure = CURLE_OUT_OF_MEMORY
        return
      }
      unsafe headerList = longer
    }
    unsafe check(cnpu_setopt_list(handle, CURLOPT_HTTPHEADER, headerList))
  }

  func share(_ share: borrowing CurlShare) {
    unsafe check(cnpu_setopt_share(handle, share.handle))
  }

  /// Notes the result of an option set elsewhere.
  func check(_ code: CURLcode) {
    if code != CURLE_OK, failure == CURLE_OK { failure = code }
  }

  /// What libcurl said of the last failure, or its general text for the code.
  func message(for code: CURLcode) -> String {
    let detail = unsafe String(cString: UnsafePointer(errorText.baseAddress.unsafelyUnwrapped))
    return detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : detail
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    unsafe cnpu_getinfo_long(handle, info, &value)
    return value
  }

  func offset(_ info: CURLINFO) -> Int64 {
    var value: Int64 = 0
    unsafe cnpu_getinfo_offset(handle, info, &value)
    return value
  }

  func text(_ info: CURLINFO) -> String? {
    var value: UnsafePointer<CChar>?
    unsafe cnpu_getinfo_string(handle, info, &value)
    guard let value = unsafe value, unsafe value.pointee != 0 else { return nil }
    return unsafe String(cString: value)
  }
}

/// Name lookups and TLS sessions that the multi handles of one thread have in common.
@safe
struct CurlShare: ~Copyable {
  let handle: UnsafeMutableRawPointer

  init?() {
    guard let handle = unsafe curl_share_init() else { return nil }
    unsafe self.handle = handle
    // No lock functions: every user of the share lives on one thread.
    unsafe cnpu_share_setopt_long(handle, CURLSHOPT_SHARE, Int32(CURL_LOCK_DATA_DNS.rawValue))
    unsafe cnpu_share_setopt_long(handle, CURLSHOPT_SHARE, Int32(CURL_LOCK_DATA_SSL_SESSION.rawValue))
  }

  deinit { unsafe curl_share_cleanup(handle) }
}
