internal import NPUBase

/// Reads the entries of a file of prompts, a piece of the file at a time and within limits.
struct PromptFileReader: ~Copyable {
  struct Entry: Sendable {
    /// The line or element, from 1.
    var number: Int
    var bytes: [UInt8]
  }

  /// What the entries are: the lines of the file, or the elements of the array that it is.
  let format: EntrySplitter.Format
  private let path: String
  private let limits: PromptFileLimits
  private let observe: ((borrowing [UInt8]) -> Void)?
  /// Whether the format was found out.
  private let isRecognised: Bool
  private let file: File
  private var splitter: EntrySplitter
  /// What was read to recognise the format, and is not split yet.
  private var start: [UInt8]
  private var totalBytes = 0
  private var isAtEnd = false
  /// Whether reading stopped at the limit on all bytes.
  private(set) var isCutOff = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: What the entries are; `nil` finds it out.
  ///   - limits: How much is kept.
  ///   - observe: Gets every byte of the file, also those that are not kept once ``drain()`` is called.
  /// - Throws: ``PromptError`` if the file cannot be read.
  init(
    path: String, format: EntrySplitter.Format?, limits: PromptFileLimits,
    observe: ((borrowing [UInt8]) -> Void)? = nil
  ) throws(PromptError) {
    let file = try Self.open(path)
    let (read, recognised) = try Self.start(of: file, format, limits)
    self.path = path
    self.limits = limits
    self.observe = observe
    isRecognised = format == nil
    self.file = file
    self.format = recognised
    start = read
    splitter = EntrySplitter(recognised, limit: limits.entryBytes)
    observe?(read)
    if read.starts(with: [0xEF, 0xBB, 0xBF]) { start.removeFirst(3) }  // a byte-order mark is no text
  }

  /// The entries that the next piece of the file completes, perhaps none; nothing at the end.
  mutating func next() throws(PromptError) -> [Entry]? {
    guard !isAtEnd else { return nil }
    var piece = start
    start = []
    if piece.isEmpty {
      isAtEnd = try Self.read(file, into: &piece) == 0
      observe?(piece)
    }
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

  /// Reads what is left of the file, for whoever observes its bytes.
  mutating func drain() throws(PromptError) {
    guard let observe else { return }
    var piece: [UInt8] = []
    while try Self.read(file, into: &piece) > 0 {
      observe(piece)
      piece.removeAll(keepingCapacity: true)
    }
  }

  private static func open(_ path: String) throws(PromptError) -> File {
    do throws(FileError) { return try File(reading: path) } catch { throw PromptError(error) }
  }

  /// As much of a file as it takes to tell its format, and the format.
  private static func start(
    of file: borrowing File, _ format: EntrySplitter.Format?, _ limits: PromptFileLimits
  ) throws(PromptError) -> ([UInt8], EntrySplitter.Format) {
    var bytes: [UInt8] = []
    while true {
      let isWhole = try read(file, into: &bytes) == 0
      let recognised =
        format ?? PromptFileFormat.recognise(bytes[...], isWhole: isWhole || bytes.count > limits.entryBytes)
      if let recognised { return (bytes, recognised) }
      if isWhole { return (bytes, .lines) }
    }
  }

  private static func read(_ file: borrowing File, into bytes: inout [UInt8]) throws(PromptError) -> Int {
    do throws(FileError) { return try file.read(upTo: 256 << 10, into: &bytes) } catch { throw PromptError(error) }
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
        kind: .malformedEntry,
        message: isRecognised
          ? "The file begins like a JSON array and is none; put each prompt on a line of its own, in JSON quotes if it "
            + "begins with a bracket."
          : "The file is not one JSON array; a ShareGPT file is one array of conversations; for prompts on lines use the "
            + "custom data set.", path: path)
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
  ///
  /// Images and sounds that the entries name have the same limit, beyond which they are an error.
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
