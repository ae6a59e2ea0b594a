import Foundation

/// The number of the execution that runs, in a file that outlives the process.
struct FuzzProgress {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  func note(_ number: UInt64) {
    let written = unsafe withUnsafeBytes(of: number.littleEndian) { bytes in
      unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    precondition(written == 8, "The progress file cannot be written: errno \(errno).")
  }

  /// The number in the bytes of such a file.
  static func number(_ bytes: Data) -> UInt64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
