internal import Foundation

/// Where a kill may cut a file that a test cuts.
package enum KillPoints {
  /// Lengths around the end of each line, and here and there within it; every length if NPUTESTKIT_LONG_TESTS is set.
  package static func lengths(of bytes: [UInt8], from first: Int = 0) -> [Int] {
    let isLong = ProcessInfo.processInfo.environment["NPUTESTKIT_LONG_TESTS"] != nil
    return (first...bytes.count).filter { length in
      isLong || length % 17 == 0 || bytes[max(0, length - 1)..<min(bytes.count, length + 2)].contains(0x0A)
    }
  }
}
