/// A use of memory and its size in bytes.
///
/// The tool prints whole megabytes of 2^20 bytes. It prints `0 / 0` where a chip has no such memory or does not report
/// it, which is another statement than nothing used of a known size: see ``isUnreported``.
public struct ChipMemory: Sendable, Hashable, Codable {
  /// The bytes of the unit that the tool calls MB.
  package static let bytesPerMegabyte = 1 << 20

  /// The bytes in use; nil where they are not stated.
  public var usedBytes: Int?
  /// The size in bytes; nil where it is not stated.
  public var totalBytes: Int?

  /// Creates a value from bytes.
  public init(usedBytes: Int?, totalBytes: Int?) {
    self.usedBytes = usedBytes
    self.totalBytes = totalBytes
  }

  /// Creates a value from the tool's megabytes; a number whose bytes are beyond the range of an integer becomes nil.
  public init(usedMegabytes: Int?, totalMegabytes: Int?) {
    usedBytes = usedMegabytes.flatMap(Self.bytes)
    totalBytes = totalMegabytes.flatMap(Self.bytes)
  }

  /// The whole megabytes in use.
  public var usedMegabytes: Int? { usedBytes.map { $0 / Self.bytesPerMegabyte } }
  /// The size in whole megabytes.
  public var totalMegabytes: Int? { totalBytes.map { $0 / Self.bytesPerMegabyte } }
  /// Whether this is the `0 / 0` of a memory that the chip does not have or the tool does not report.
  public var isUnreported: Bool { usedBytes == 0 && totalBytes == 0 }

  private static func bytes(_ megabytes: Int) -> Int? {
    let (bytes, overflow) = megabytes.multipliedReportingOverflow(by: bytesPerMegabyte)
    return overflow ? nil : bytes
  }
}

/// Hugepages in use and set aside, in pages of 2,048 KB.
public struct ChipHugepages: Sendable, Hashable, Codable {
  /// The pages in use; nil where they are not stated.
  public var usedPages: Int?
  /// The pages that were set aside; nil where they are not stated.
  public var totalPages: Int?

  /// Creates a value.
  public init(usedPages: Int?, totalPages: Int?) {
    self.usedPages = usedPages
    self.totalPages = totalPages
  }
}
