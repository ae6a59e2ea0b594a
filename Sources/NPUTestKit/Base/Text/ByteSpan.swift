#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension Span<UInt8> {
  /// The first position of a byte in a part of the span, or `nil`.
  ///
  /// The C library's search reads a vector at a time where a loop reads a byte.
  package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return nil }
    return unsafe extracting(range).withUnsafeBufferPointer { part -> Int? in
      guard let base = part.baseAddress, let hit = unsafe memchr(base, Int32(byte), part.count) else {
        return nil
      }
      return unsafe range.lowerBound + (UnsafeRawPointer(hit) - UnsafeRawPointer(base))
    }
  }

  /// Whether the span holds exactly the characters of a text.
  package func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return unsafe withUnsafeBufferPointer { part -> Bool in
      guard let base = part.baseAddress else { return true }
      return unsafe memcmp(base, text.utf8Start, part.count) == 0
    }
  }
}

extension Array<UInt8> {
  /// Adds a copy of the bytes of a span.
  @inlinable package mutating func append(copying span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Forgets the bytes; keeps the memory for the next ones unless it has grown beyond what is usual.
  @inlinable package mutating func clear() {
    removeAll(keepingCapacity: capacity <= 64 << 10)
  }
}

extension String {
  /// The text of UTF-8 bytes, each bad sequence replaced by U+FFFD.
  package init(repairing span: Span<UInt8>) {
    self = unsafe span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
