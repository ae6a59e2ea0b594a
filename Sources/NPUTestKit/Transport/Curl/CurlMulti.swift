internal import CNPUCurl
internal import NPUBase

/// One libcurl multi handle: a set of transfers and the connections that they use and leave.
///
/// It tells libcurl's wishes (sockets to watch, an instant to be called at) to whoever runs the loop.
@safe
final class CurlMulti {
  /// A socket that libcurl wants watched.
  struct Interest {
    let socket: Int32
    let reading: Bool
    let writing: Bool
    let known: Bool
  }

  /// Which of the loop's handles this is.
  let index: Int32
  /// Transfers added and not yet removed.
  private(set) var active = 0
  /// When libcurl wants to be called although no socket is ready.
  private(set) var due: MonotonicInstant?

  private var touched = false
  private let handle: UnsafeMutableRawPointer
  private let onInterest: (Interest) -> Void
  private let onForget: (Int32) -> Void

  init?(index: Int32, onInterest: @escaping (Interest) -> Void, onForget: @escaping (Int32) -> Void) {
    guard let handle = unsafe curl_multi_init() else { return nil }
    unsafe self.handle = handle
    self.index = index
    self.onInterest = onInterest
    self.onForget = onForget
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe cnpu_multi_set_callbacks(handle, CurlMulti.socketCallback, CurlMulti.timerCallback, context)
    // More than ever stand open: libcurl must not close an idle connection to make room.
    unsafe cnpu_multi_setopt_long(handle, CURLMOPT_MAXCONNECTS, 1 << 20)
  }

  deinit { unsafe curl_multi_cleanup(handle) }

  func add(_ easy: CurlEasy) -> CURLMcode {
    let code = unsafe curl_multi_add_handle(handle, easy.handle)
    if code == CURLM_OK { active += 1 }
    return code
  }

  func remove(_ easy: CurlEasy) {
    unsafe curl_multi_remove_handle(handle, easy.handle)
    active -= 1
  }

  /// Whether libcurl has worked since the last question, so that transfers may have ended.
  func takeTouched() -> Bool {
    defer { touched = false }
    return touched
  }

  /// Lets libcurl work on a socket that is ready.
  func socketReady(_ readiness: SocketPoller.Readiness) {
    touched = true
    var actions: Int32 = 0
    if readiness.readable { actions |= CURL_CSELECT_IN }
    if readiness.writable { actions |= CURL_CSELECT_OUT }
    if readiness.failed { actions |= CURL_CSELECT_ERR }
    var running: Int32 = 0
    unsafe curl_multi_socket_action(handle, readiness.socket, actions, &running)
  }

  /// Lets libcurl do what its timer is for.
  func timerFired() {
    touched = true
    due = nil
    var running: Int32 = 0
    unsafe curl_multi_socket_action(handle, CURL_SOCKET_BAD, 0, &running)
  }

  /// The identity of the next finished transfer with its result.
  func nextDone() -> (id: UInt64, code: CURLcode)? {
    var code = CURLE_OK
    guard let easy = unsafe cnpu_multi_next_done(handle, &code) else { return nil }
    return unsafe (UInt64(UInt(bitPattern: cnpu_private(easy))), code)
  }

  private static let socketCallback: cnpu_socket_callback = { _, socket, what, context, known in
    let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
    if what == CURL_POLL_REMOVE {
      multi.onForget(socket)
    } else {
      let isKnown = unsafe known != nil
      if !isKnown { unsafe curl_multi_assign(multi.handle, socket, context) }
      multi.onInterest(
        Interest(socket: socket, reading: what & CURL_POLL_IN != 0, writing: what & CURL_POLL_OUT != 0, known: isKnown))
    }
    return 0
  }

  private static let timerCallback: cnpu_timer_callback = { _, milliseconds, context in
    let multi = unsafe Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
    multi.due = milliseconds < 0 ? nil : MonotonicInstant.now.advanced(by: .milliseconds(milliseconds))
    return 0
  }
}
