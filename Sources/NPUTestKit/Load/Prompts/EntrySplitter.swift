/// Cuts a stream of bytes into entries of bounded length: the lines of a file, or the elements of a JSON array.
///
/// A dataset may be hundreds of megabytes; this holds one entry of it at a time.
struct EntrySplitter: Sendable {
  /// What an entry is.
  enum Format: Sendable {
    /// A line, without its end of line.
    case lines
    /// An element of the array that the whole file is.
    case jsonArray
  }

  /// What is wrong with the bytes.
  enum Failure: Error, Sendable, Hashable {
    /// An entry, numbered from 1, exceeds the limit.
    case tooLong(entry: Int)
    /// The file is not a JSON array.
    case notAnArray
    /// The file ends inside an entry or before the array is closed.
    case truncated(entry: Int)
  }

  private let format: Format
  private let limit: Int
  private var entry: [UInt8] = []
  /// The number of the entry that is being read, from 1.
  private(set) var number = 1
  // The state within a JSON array: depth 0 is outside, 1 between elements, more inside one.
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var isClosed = false

  init(_ format: Format, limit: Int) {
    self.format = format
    self.limit = limit
  }

  /// Takes a piece of the file and hands over each entry that it completes, with its number, until one is refused.
  ///
  /// - Returns: Whether every entry was taken.
  mutating func consume(
    _ bytes: [UInt8], _ body: (_ number: Int, _ entry: [UInt8]) -> Bool
  ) throws(Failure) -> Bool {
    for byte in bytes {
      let isComplete = format == .lines ? byte == UInt8(ascii: "\n") : try takeArray(byte)
      if isComplete {
        guard emit(body) else { return false }
      } else if format == .lines {
        try append(byte)
      }
    }
    return true
  }

  /// Hands over what the end of the file completes.
  ///
  /// - Returns: Whether it was taken.
  mutating func finish(_ body: (_ number: Int, _ entry: [UInt8]) -> Bool) throws(Failure) -> Bool {
    switch format {
    case .lines: return entry.isEmpty ? true : emit(body)
    case .jsonArray:
      guard isClosed else { throw depth == 0 ? .notAnArray : .truncated(entry: number) }
      return true
    }
  }

  private mutating func emit(_ body: (Int, [UInt8]) -> Bool) -> Bool {
    defer {
      entry.removeAll(keepingCapacity: entry.capacity <= 1 << 16)
      number += 1
    }
    return body(number, entry)
  }

  private mutating func append(_ byte: UInt8) throws(Failure) {
    guard entry.count < limit else { throw .tooLong(entry: number) }
    entry.append(byte)
  }

  /// Takes a byte of an array; true if an element ends *before* this byte.
  private mutating func takeArray(_ byte: UInt8) throws(Failure) -> Bool {
    if isInString {
      try append(byte)
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return false
    }
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): return false
    // A byte order mark before the array.
    case 0xEF, 0xBB, 0xBF: if depth == 0 { return false }
    default: break
    }
    guard !isClosed else { throw .notAnArray }
    if depth == 0 {
      guard byte == UInt8(ascii: "[") else { throw .notAnArray }
      depth = 1
      return false
    }
    if depth == 1, byte == UInt8(ascii: ",") { return true }
    if depth == 1, byte == UInt8(ascii: "]") {
      isClosed = true
      return !entry.isEmpty
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
    default: break
    }
    try append(byte)
    return false
  }
}
