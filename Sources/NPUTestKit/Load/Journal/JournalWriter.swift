internal import NPUBase
internal import Synchronization

/// Writes a journal: one line of JSON per request, so that every report can be computed again.
///
/// The first line is the ``JournalHeader``; a trailer follows when the journal is closed, so that a cut one can be
/// told. Lines are buffered; a crash loses at most the buffer and may cut one line. An error of writing closes the
/// journal. Calls from several tasks are serialised.
public final class JournalWriter: Sendable {
  /// The header that was written.
  public let header: JournalHeader

  private struct State: ~Copyable {
    var file: File?
    var json = JSONByteWriter()
    let bufferLimit: Int

    mutating func flush(path: String) throws(JournalError) {
      guard file != nil else {
        throw JournalError(kind: .closed, message: "the journal is closed; nothing can be added", path: path)
      }
      defer { json.removeAll() }
      do throws(FileError) { try file?.write(json.bytes) } catch {
        // A part may stand in the file: more after it would be read as the same line, and nothing may pile up here.
        file = nil
        throw JournalError(error)
      }
    }
  }

  private let path: String
  private let state: Mutex<State>

  /// Creates the file and writes the header.
  ///
  /// - Parameters:
  ///   - path: The file to create.
  ///   - header: What the first line says; its ``JournalHeader/tokenStamps`` decides what lines keep.
  ///   - replacing: Whether an existing file is replaced; otherwise it is an error.
  ///   - bufferLimit: Bytes collected before they are written; 0 writes every line at once.
  /// - Throws: ``JournalError`` with path and system error.
  public init(
    path: String, header: JournalHeader, replacing: Bool = false, bufferLimit: Int = 1 << 16
  ) throws(JournalError) {
    let line: String
    do { line = try header.line() } catch {
      throw JournalError(kind: .write, message: "the header cannot be written as JSON: \(error)", path: path)
    }
    self.path = path
    self.header = header
    let file: File
    do throws(FileError) { file = try File(creating: path, replacing: replacing) } catch { throw JournalError(error) }
    var first = State(file: file, bufferLimit: bufferLimit)
    first.json.raw(line)
    first.json.endLine()
    // At once: a wrong place shows before the run, and a reader of a running journal finds its header.
    try first.flush(path: path)
    state = Mutex(first)
  }

  /// Adds one request.
  ///
  /// - Throws: ``JournalError`` if the buffer had to be written and could not be.
  public func append(_ record: RequestRecord) throws(JournalError) {
    try state.withLock { (state) throws(JournalError) in
      guard state.file != nil else {
        throw JournalError(
          kind: .closed, message: "the journal is closed; request \(record.index) cannot be added", path: path)
      }
      JournalLine.write(record, tokenStamps: header.tokenStamps, to: &state.json)
      state.json.endLine()
      if state.json.bytes.count >= state.bufferLimit { try state.flush(path: path) }
    }
  }

  /// Writes what is buffered.
  public func flush() throws(JournalError) {
    try state.withLock { (state) throws(JournalError) in try state.flush(path: path) }
  }

  /// Writes the rest and the trailer, and closes the file; a second call does nothing.
  ///
  /// - Parameters:
  ///   - complete: Whether the run did all that was planned.
  ///   - overdue: Requests that were due before the end but never started.
  ///   - failure: What kept the workload from going on, where that ended the run.
  /// - Throws: ``JournalError`` if the rest could not be written.
  public func close(
    complete: Bool = true, overdue: Int = 0, failure: String? = nil
  ) throws(JournalError) {
    try state.withLock { (state) throws(JournalError) in
      guard state.file != nil else { return }
      JournalTrailer(complete: complete, overdue: overdue, failure: failure).write(to: &state.json)
      state.json.endLine()
      try state.flush(path: path)
      state.file = nil
    }
  }

  deinit {
    // A journal that was not closed has no trailer, but loses no line. An error has nobody left to tell.
    state.withLock { state in
      if state.file != nil { try? state.flush(path: path) }
    }
  }
}
