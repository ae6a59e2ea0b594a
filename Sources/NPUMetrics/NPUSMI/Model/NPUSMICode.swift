/// A code of npu-smi or of the driver's management interface (DCMI) below it.
///
/// DCMI counts from -8000 and the tool from -9000, with the same numbers for the same causes.
package struct NPUSMICode: RawRepresentable, Sendable, Hashable, Codable {
  /// The number.
  package var rawValue: Int

  /// Creates a code.
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// What the code means; nil for numbers that are not documented, which includes those that lost a digit.
  package var meaning: String? {
    switch rawValue {
    case -8001, -9001: "invalid parameter"
    case -8002, -9002: "operation not permitted"
    case -8003, -9003: "out of memory or memory operation failed"
    case -8005, -9005: "internal error; the driver is not loaded or cannot be reached"
    case -8006, -9006: "timed out"
    case -8007, -9007: "invalid device number"
    case -8008, -9008: "device not present"
    case -8009, -9009: "ioctl failed"
    case -8012, -9012: "device not ready"
    case -8013, -9013: "not available in a container"
    case -8015, -9015: "reset failed"
    case -8017: "an upgrade is running"
    case -9017: "help was shown"
    case -9018: "no matrix process"
    case -9019: "the management interface failed"
    case -8020, -9020: "the device is in use"
    case -8255, -9255: "not supported"
    case 127: "the shell did not find npu-smi; it is usually in /usr/local/sbin or /usr/local/bin"
    default: nil
    }
  }
}
