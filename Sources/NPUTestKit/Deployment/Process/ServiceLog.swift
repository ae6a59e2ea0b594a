internal import NPUBase
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The file to which a service prints, and its end.
///
/// The service writes to the file itself, so that this process neither slows it down nor loses its last words. What is
/// kept in memory is nothing: the end is read when somebody asks for it.
final class ServiceLog: Sendable {
  let descriptor: FileDescriptor

  /// Opens a file to append to; without a path one that is gone when it is closed.
  ///
  /// - Throws: ``ServiceProcessError`` of kind `log`.
  init(_ path: String?) throws(ServiceProcessError) {
    let place = path ?? Self.temporaryPath
    do {
      descriptor = try FileDescriptor.open(
        FilePath(place), .readWrite,
        options: path == nil ? [.append, .create, .closeOnExec, .exclusiveCreate] : [.append, .create, .closeOnExec],
        permissions: .ownerReadWrite)
    } catch {
      throw ServiceProcessError(
        kind: .log,
        message: "\(place): cannot open the log: \(FileError.reason(error)); name a file that can be written")
    }
    if path == nil { File.remove(place) }
  }

  deinit { try? descriptor.close() }

  /// The last lines, whole but for the first.
  ///
  /// - Parameter limit: Most bytes.
  /// - Returns: As many as there are; none of a device.
  func tail(limit: Int) -> [UInt8] {
    // A device has no end to read from.
    guard let size = try? Stat(descriptor).size, size > 0 else { return [] }
    let count = Int(min(Int64(limit), size))
    var bytes = [UInt8](repeating: 0, count: count)
    let read = try? unsafe bytes.withUnsafeMutableBytes { bytes in
      unsafe try descriptor.read(fromAbsoluteOffset: size - Int64(count), into: bytes)
    }
    return Array(bytes.prefix(read ?? 0))
  }

  private static var temporaryPath: String {
    let folder = EnvironmentVariable.value("TMPDIR") ?? "/tmp"
    return "\(folder)/nputestkit-service-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36)).log"
  }
}
