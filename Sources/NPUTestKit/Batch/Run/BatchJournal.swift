internal import NPUBase

/// The two files of a batch, which are only added to, and of which either may end at any byte.
///
/// `outcomes.jsonl` has a line for each item that has ended, and is what decides that it has. `journal.jsonl` says in its
/// first line which batch it is, then which parts and items were begun. A line that a kill has torn is cut off. Each
/// line is written as it comes, an item's beginning before it is asked for; a lock keeps every other process away.
final class BatchJournal {
  /// What the first line says.
  struct Header: Codable, Hashable {
    var version = 1
    var items: Int
    /// The hash of the input.
    var input: String
    var settings: JSONValue
    /// Whether documents have files of their own.
    var files: Bool

    init(_ index: BatchIndex, _ settings: JSONValue, files: Bool) throws {
      items = index.entries.count
      input = index.digest
      // As it will be read: of numbers JSON keeps the value, and not the kind.
      self.settings = try JSONValue(reading: JSONCoding.encode(settings))
      self.files = files
    }
  }

  /// A line of the journal; one of its members is there.
  private struct Line: Codable {
    var batch: Header?
    var session: Int?
    var begun: Int?
  }

  static let journalName = "journal.jsonl"
  static let outcomesName = "outcomes.jsonl"

  /// The most bytes of a line: a document of 64 MiB whose every byte is an escape.
  private static let longestLine = 512 << 20

  let outcomesPath: String
  private(set) var state: BatchState
  private let journal: File
  private let outcomes: File
  private let lock: FileLock

  /// Opens the batch of a folder: goes on with the one that it holds, or begins one.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - header: Which batch it is.
  ///   - ids: The names of the items.
  ///   - resumes: Whether one that the folder holds is gone on with.
  /// - Throws: ``BatchError``.
  init(in folder: String, _ header: Header, ids: [String], resumes: Bool) throws {
    let path = "\(folder)/\(Self.journalName)"
    let outcomesPath = "\(folder)/\(Self.outcomesName)"
    self.outcomesPath = outcomesPath
    let taken = try BatchError.local { () throws(FileError) in
      try Folder.prepare(folder)
      return try FileLock(beside: path)
    }
    guard let taken else {
      throw BatchError(
        kind: .busy,
        message: "another process works on the batch in \(folder); wait for its end, or name another folder")
    }
    lock = taken
    var state = BatchState(items: header.items)
    let found = try Self.read(path, header, into: &state)
    var known: Int64 = 0
    if found != nil {
      guard resumes else {
        throw BatchError(
          kind: .exists, message: "\(folder) holds a batch; go on with it, or name another folder")
      }
      known = try Self.readOutcomes(outcomesPath, ids: ids, into: &state)
    } else if File.exists(outcomesPath) {
      throw BatchError(
        kind: .noBatch, message: "\(outcomesPath) stands there without \(Self.journalName); name another folder")
    }
    let kept = known
    state.restarted = state.interrupted.count
    state.sessions += 1
    self.state = state
    let journal = try BatchError.local { () throws(FileError) in try File(appendingTo: path, keeping: found ?? 0) }
    if found == nil { try Self.write(Line(batch: header), to: journal) }
    let outcomes = try BatchError.local { () throws(FileError) in try File(appendingTo: outcomesPath, keeping: kept) }
    try Self.write(Line(session: state.sessions), to: journal)
    self.journal = journal
    self.outcomes = outcomes
  }

  /// Says that an item is about to be asked for.
  func begin(_ index: Int) throws {
    try Self.write(Line(begun: index), to: journal)
    state.begin(index)
  }

  /// Adds an outcome, which is final.
  func append(_ outcome: BatchOutcome) throws {
    try Self.write(outcome, to: outcomes)
    _ = state.take(outcome)
  }

  /// Lets others go on.
  func close() { lock.release() }

  private static func write(_ value: some Encodable, to file: borrowing File) throws {
    let line = try JSONCoding.encode(value).escapingSteering + [0x0A]
    do throws(FileError) { try file.write(line) } catch { throw BatchError(error) }
  }

  // MARK: - Reading

  /// Reads the journal.
  ///
  /// - Returns: How many of its bytes count; `nil` for one that is not there, or ends within its first line.
  private static func read(_ path: String, _ header: Header, into state: inout BatchState) throws -> Int64? {
    guard File.exists(path) else { return nil }
    var hasHeader = false
    let (end, rest) = try WholeLines.read(path, longest: longestLine, tooLong(path)) { line, number in
      guard let entry = try? JSONCoding.decode(Line.self, from: line), hasHeader || entry.batch != nil else {
        throw BatchError(
          kind: .noBatch, message: "\(path):\(number) is no line of a batch's journal; name another folder")
      }
      if let found = entry.batch {
        try check(found, header, path)
        hasHeader = true
      }
      if let session = entry.session { state.sessions = max(state.sessions, session) }
      if let index = entry.begun { state.begin(index) }
    }
    guard hasHeader else {
      guard rest.isEmpty || zip(rest, "{\"batch\":".utf8).allSatisfy({ $0 == $1 }) else {
        throw BatchError(kind: .noBatch, message: "\(path) is no journal of a batch; name another folder")
      }
      return nil
    }
    return end
  }

  private static func tooLong(_ path: String) -> BatchError {
    BatchError(kind: .noBatch, message: "\(path) has a line of more than \(longestLine) bytes; is it of a batch?")
  }

  private static func check(_ found: Header, _ wanted: Header, _ path: String) throws {
    guard found.version == wanted.version else {
      throw BatchError(
        kind: .noBatch, message: "\(path) is of version \(found.version), and this program knows \(wanted.version)")
    }
    guard found.items == wanted.items, found.input == wanted.input else {
      throw BatchError(
        kind: .changedInput,
        message: "the input has changed since the batch in \(Folder.containing(path)) was begun: it had \(found.items) "
          + "items with the hash \(found.input.prefix(12)), and has \(wanted.items) with \(wanted.input.prefix(12)). "
          + "Give it back as it was, or begin another batch in another folder.")
    }
    guard found.settings == wanted.settings, found.files == wanted.files else {
      let (old, new) = (found.settings.object ?? [:], wanted.settings.object ?? [:])
      let what = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted().joined(separator: ", ")
      throw BatchError(
        kind: .changedWork,
        message: "the batch in \(Folder.containing(path)) was begun with other settings"
          + "\(what.isEmpty ? ": where documents are written" : ", in \(what)"). Give those, or name another folder.")
    }
  }

  /// Reads the outcomes.
  ///
  /// - Returns: How many of the bytes count.
  private static func readOutcomes(_ path: String, ids: [String], into state: inout BatchState) throws -> Int64 {
    guard File.exists(path) else { return 0 }
    return try WholeLines.read(path, longest: longestLine, tooLong(path)) { line, number in
      guard let outcome = try? JSONCoding.decode(BatchOutcome.self, from: line), ids.indices.contains(outcome.index),
        ids[outcome.index] == outcome.id, state.take(outcome)
      else {
        throw BatchError(
          kind: .noBatch,
          message:
            "\(path):\(number) is no outcome of an item of this batch, or a second one; has the file been edited?")
      }
    }.end
  }
}
