internal import NPUBase
internal import NPUDigest

/// A file of JSON Lines: an object for each item, with its name under `id` or `custom_id`.
///
/// Blank lines are passed over. The file is read once at the beginning and never held as a whole.
public struct LinesInput: BatchInput {
  /// The file.
  public var path: String
  /// Where files lie that lines name; `nil` if there can be none.
  public var folder: String?

  /// The most bytes of a line.
  public static let longestLine = 64 << 20

  /// Names a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - folder: Where files lie that lines name; `nil` for the folder of the file.
  public init(_ path: String, folder: String? = nil) {
    self.path = path
    self.folder = folder ?? Folder.containing(path)
  }

  init(fetched path: String) {
    self.path = path
    folder = nil
  }

  /// Looks at the whole input once.
  public func index(in folder: String) async throws -> BatchIndex {
    var entries: [BatchIndex.Entry] = []
    try Self.lines(of: path) { line, number, offset in
      guard !Self.isBlank(line) else { return }
      guard let value = try? JSONValue(reading: line), value.object != nil else {
        throw BatchError(kind: .invalidInput, message: "\(path):\(number) is not a JSON object; each line is one item")
      }
      guard let id = value["id"]?.scalarText ?? value["custom_id"]?.scalarText else {
        throw BatchError(
          kind: .invalidInput, message: "\(path):\(number) has no \"id\" and no \"custom_id\"; give each item a name")
      }
      entries.append(BatchIndex.Entry(id: id, tag: Self.tag(line), offset: offset, size: Int64(line.count)))
    }
    return try BatchIndex(entries)
  }

  /// Reads one item.
  public func item(_ entry: BatchIndex.Entry, in folder: String) async throws -> BatchItem {
    let line = try BatchError.local { () throws(FileError) in
      let file = try File(reading: path)
      try file.seek(to: entry.offset)
      return try file.read(exactly: Int(entry.size))
    }
    guard Self.tag(line) == entry.tag, let value = try? JSONValue(reading: line) else {
      throw BatchError(
        kind: .changedInput,
        message: "\(path) has changed while the batch runs: \"\(Excerpt.of(entry.id))\" is another line now")
    }
    return BatchItem(id: entry.id, content: .line(value, folder: self.folder))
  }

  private static func tag(_ line: [UInt8]) -> String { String(ContentDigest.text(of: line).prefix(32)) }

  private static func isBlank(_ line: [UInt8]) -> Bool { line.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

  /// Hands out each line, its number and the place at which it begins; the last one may lack its end.
  private static func lines(of path: String, _ take: ([UInt8], Int, Int64) throws -> Void) throws {
    var (offset, count): (Int64, Int) = (0, 0)
    let tooLong = BatchError(
      kind: .invalidInput,
      message: "\(path) has a line of more than \(longestLine) bytes; is it a file of JSON Lines?")
    let (end, rest) = try WholeLines.read(path, longest: longestLine, tooLong) { line, number in
      try take(line, number, offset)
      offset += Int64(line.count) + 1
      count = number
    }
    if !rest.isEmpty { try take(rest, count + 1, end) }
  }
}
