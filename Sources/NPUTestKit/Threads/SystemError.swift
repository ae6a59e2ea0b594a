#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A system call that failed.
struct SystemError: Error, CustomStringConvertible {
  /// The name of the call.
  let call: String
  /// The value of `errno`.
  let code: Int32

  var description: String {
    guard let text = unsafe strerror(code) else { return "\(call): error \(code)" }
    return unsafe "\(call): \(String(cString: text)) (\(code))"
  }
}
