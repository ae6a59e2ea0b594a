internal import CNPUZlib

/// The checksum that PNG, ZIP and gzip share.
package enum CRC32 {
  /// The checksum of bytes.
  package static func of(_ bytes: Span<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { unsafe UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
  }
}
