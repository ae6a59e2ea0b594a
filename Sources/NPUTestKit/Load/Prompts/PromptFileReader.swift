internal import NPUBase

/// Reads the entries of a file of prompts, a piece of the file at a time and within limits.
struct PromptFileReader: ~Copyable {
  struct Entry: Sendable {
    /// The line or element, from 1.
    var number: Int
    var bytes: [UInt8]
  }

  private let path: String
  private let limits: PromptFileLimits
  private let file: File
  private var splitter: EntrySplitter
  private var totalBytes = 0
  private var isAtEnd = false
  private var isFirstPiece = true
  /// Whether reading stopped at the limit on all bytes.
  private(set) var isCutOff = false

  init(path: String, format: EntrySplitter.Format, limits: PromptFileLimits) throws(PromptError) {
    self.path = path
    self.limits = limits
    do throws(FileError) { file = try File(reading: path) } catch { throw PromptError(error) }
    splitter = EntrySplitter(format, limit: limits.entryBytes)
  }

  /// The entries that the next piece of the file completes, perhaps none; nothing at the end.
  mutating func next() throws(PromptError) -> [Entry]? {
    guard !isAtEnd else { return nil }
    var piece: [UInt8] = []
    do throws(FileError) { isAtEnd = try file.read(upTo: 256 << 10, into: &piece) == 0 } catch {
      throw PromptError(error)
    }
    if isFirstPiece, piece.starts(with: [0xEF, 0xBB, 0xBF]) { piece.removeFirst(3) }  // a byte-order mark is no text
    isFirstPiece = false
    var entries: [Entry] = []
    var total = totalBytes
    let limit = limits.totalBytes
    func take(_ number: Int, _ bytes: [UInt8]) -> Bool {
      guard total + bytes.count <= limit else { return false }
      total += bytes.count
      entries.append(Entry(number: number, bytes: bytes))
      return true
    }
    do {
      let goesOn = isAtEnd ? try splitter.finish(take) : try splitter.consume(piece, take)
      if !goesOn { (isCutOff, isAtEnd) = (true, true) }
    } catch {
      throw explain(error)
    }
    totalBytes = total
    return entries
  }

  private func explain(_ failure: EntrySplitter.Failure) -> PromptError {
    switch failure {
    case .tooLong(let entry):
      PromptError(
        kind: .entryTooLong,
        message: "The entry is longer than \(limits.entryBytes) bytes; raise the limit or shorten it.",
        path: path, entry: entry)
    case .notAnArray:
      PromptError(
        kind: .malformedEntry, message: "The file is not one JSON array; for JSON Lines use that format.", path: path)
    case .truncated(let entry):
      PromptError(
        kind: .malformedEntry, message: "The file ends within the array; it is incomplete.", path: path, entry: entry)
    }
  }
}

/// How much of a file of prompts is kept in memory.
public struct PromptFileLimits: Sendable, Hashable {
  /// The most prompts to keep; those that follow in the file are not read.
  public var prompts: Int
  /// The most bytes of one line or array entry; a longer one is an error.
  public var entryBytes: Int
  /// The most bytes of all entries together; those that follow in the file are not read.
  public var totalBytes: Int

  /// Creates limits; each is at least 1.
  ///
  /// - Parameters:
  ///   - prompts: The most prompts to keep; the default of 100,000 is more than ShareGPT holds.
  ///   - entryBytes: The most bytes of one entry; the default of 4 MiB holds a million tokens of English.
  ///   - totalBytes: The most bytes of all entries together; default 1 GiB.
  public init(prompts: Int = 100_000, entryBytes: Int = 4 << 20, totalBytes: Int = 1 << 30) {
    self.prompts = max(1, prompts)
    self.entryBytes = max(1, entryBytes)
    self.totalBytes = max(1, totalBytes)
  }
}
