internal import CNPUCurl

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// One libcurl easy handle with what must live as long as a transfer uses it.
///
/// Handles are kept and used again: a reset is cheaper than a new one. Only the network thread touches them.
@safe
final class CurlEasy {
  /// The first failure among the options set since the last reset.
  private(set) var failure: CURLcode = CURLE_OK
  let handle: UnsafeMutableRawPointer
  private let errorText: UnsafeMutableBufferPointer<CChar>
  /// The socket that libcurl must not close, where the callback for closing finds it.
  private let keptSocket: UnsafeMutablePointer<Int32>
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var form: OpaquePointer?
  private var bodyFile: UnsafeMutablePointer<FILE>?
  /// How long the file is that is the body, if one is.
  private(set) var bodyFileSize: Int64?

  init?() {
    guard let handle = unsafe curl_easy_init() else { return nil }
    unsafe self.handle = handle
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0)
    unsafe keptSocket = .allocate(capacity: 1)
    unsafe keptSocket.initialize(to: CURL_SOCKET_BAD)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headerList)
    closeFiles()
    unsafe errorText.deallocate()
    unsafe keptSocket.deallocate()
  }

  /// Forgets all options; connections and caches stay.
  func reset() {
    unsafe curl_easy_reset(handle)
    unsafe curl_slist_free_all(headerList)
    unsafe headerList = nil
    closeFiles()
    unsafe errorText[0] = 0
    failure = CURLE_OK
    unsafe check(cnpu_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorText.baseAddress))
  }

  /// Lets go of a body that would occupy files or memory until the handle is used again.
  func releaseBody() {
    if unsafe form != nil || bodyFile != nil { reset() }
  }

  /// To be called when libcurl points at neither any more.
  private func closeFiles() {
    if let form = unsafe form { unsafe curl_mime_free(form) }
    unsafe form = nil
    if let file = unsafe bodyFile { unsafe fclose(file) }
    unsafe bodyFile = nil
    bodyFileSize = nil
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

  /// Sends an open file as the body, from its beginning, and closes it with the next reset.
  func setBody(_ file: UnsafeMutablePointer<FILE>, size: Int64) {
    unsafe bodyFile = file
    bodyFileSize = size
    unsafe check(cnpu_setopt_body_file(handle, file, size))
  }

  /// Sends a form as the body.
  func setBody(_ multipart: MultipartForm) {
    guard let form = unsafe curl_mime_init(handle) else {
      failure = CURLE_OUT_OF_MEMORY
      return
    }
    unsafe self.form = form
    for part in multipart.parts {
      guard let place = unsafe curl_mime_addpart(form) else {
        failure = CURLE_OUT_OF_MEMORY
        return
      }
      unsafe check(curl_mime_name(place, part.name))
      switch part.content {
      case .bytes(let bytes):
        unsafe bytes.withUnsafeBytes { buffer in
          // Without bytes there may be no address, which libcurl would take for "no content".
          let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
          if let start = unsafe start {
            unsafe check(curl_mime_data(place, start, buffer.count))
          } else {
            unsafe check(curl_mime_data(place, "", 0))
          }
        }
      case .file(let path):
        unsafe check(curl_mime_filedata(place, path))
      }
      // After the content: a file brings its own name along.
      unsafe check(curl_mime_filename(place, part.fileName))
      if let type = part.contentType { unsafe check(curl_mime_type(place, type)) }
    }
    unsafe check(cnpu_setopt_form(handle, form))
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

  /// Has the identity told with the end of the transfer.
  func setIdentity(_ id: UInt64) {
    unsafe check(cnpu_setopt_pointer(handle, CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: UInt(id))))
  }

  /// Has libcurl make the connection and nothing more.
  func connectOnly() {
    set(CURLOPT_CONNECT_ONLY, true)
    unsafe keptSocket.pointee = CURL_SOCKET_BAD
    unsafe check(cnpu_keep_socket(handle, keptSocket))
  }

  /// The socket of a connection that was only made; libcurl leaves it open when the handle is removed.
  ///
  /// - Returns: The socket, which is the caller's; negative if the connection is gone.
  func takeSocket() -> Int32 {
    let socket = unsafe cnpu_active_socket(handle)
    unsafe keptSocket.pointee = socket
    return socket
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
