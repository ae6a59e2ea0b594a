package import NPUBase
internal import Synchronization

/// Writes a journal: one line of JSON per request, so that every report can be computed again.
///
/// The first line is the ``JournalHeader``; a trailer follows when the journal is closed, so that a cut one can be
/// told. Lines are buffered for a second at most: they are written when a line is added, and a ``LoadSession`` writes them
/// also while nothing ends. Who is killed loses the last second and may leave a cut line. An error of writing closes
/// the journal, and every later call throws it. Calls from several tasks are serialised.
public final class JournalWriter: Sendable {
  /// The header that was written.
  public let header: JournalHeader

  private struct State: ~Copyable {
    var file: File?
    var json = JSONByteWriter()
    let bufferLimit: Int
    var lastWritten: MonotonicInstant
    /// Bytes in the file.
    var written: Int64 = 0
    /// What closed the journal, if it was an error.
    var failure: JournalError?

    mutating func flush(at now: MonotonicInstant, path: String) throws(JournalError) {
      try checkOpen("a line", path: path)
      lastWritten = now
      guard !json.bytes.isEmpty else { return }
      defer { json.removeAll() }
      do throws(FileError) {
        try file?.write(json.bytes)
        written += Int64(json.bytes.count)
      } catch {
        // A part may stand in the file: more after it would be read as the same line, and nothing may pile up here.
        file = nil
        let failure = JournalError(error)
        self.failure = failure
        throw failure
      }
    }

    func checkOpen(_ what: String, path: String) throws(JournalError) {
      if let failure { throw failure }
      guard file == nil else { return }
      throw JournalError(kind: .closed, message: "the journal is closed; \(what) cannot be added", path: path)
    }
  }

  /// How long a line may wait in the buffer.
  package static let flushInterval = Duration.seconds(1)

  private let path: String
  private let state: Mutex<State>
  private let now: @Sendable () -> MonotonicInstant

  /// Creates the file and writes the header.
  ///
  /// - Parameters:
  ///   - path: The file to create.
  ///   - header: What the first line says; its ``JournalHeader/tokenStamps`` decides what lines keep.
  ///   - replacing: Whether an existing file is replaced; otherwise it is an error.
  ///   - bufferLimit: Bytes collected before they are written; 0 writes every line at once.
  /// - Throws: ``JournalError`` with path and system error.
  public convenience init(
    path: String, header: JournalHeader, replacing: Bool = false, bufferLimit: Int = 1 << 16
  ) throws(JournalError) {
    try self.init(path: path, header: header, replacing: replacing, bufferLimit: bufferLimit) { .now }
  }

  /// Creates the file with a clock of one's own.
  package init(
    path: String, header: JournalHeader, replacing: Bool, bufferLimit: Int = 1 << 16,
    now: @escaping @Sendable () -> MonotonicInstant
  ) throws(JournalError) {
    let line: String
    do { line = try header.line() } catch {
      throw JournalError(kind: .write, message: "the header cannot be written as JSON: \(error)", path: path)
    }
    self.path = path
    self.header = header
    self.now = now
    let file: File
    do throws(FileError) { file = try File(creating: path, replacing: replacing) } catch { throw JournalError(error) }
    var first = State(file: file, bufferLimit: bufferLimit, lastWritten: now())
    first.json.raw(line)
    first.json.endLine()
    // At once: a wrong place shows before the run, and a reader of a running journal finds its header.
    try first.flush(at: now(), path: path)
    state = Mutex(first)
  }

  /// Goes on behind what was read of a journal; what stands there is cut off.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - point: Where the reader ended.
  ///   - header: The first line, as it was read.
  ///   - bufferLimit: Bytes collected before they are written.
  ///   - now: The clock.
  /// - Throws: ``JournalError`` with path and system error.
  package init(
    appendingTo path: String, at point: JournalPoint, header: JournalHeader, bufferLimit: Int = 1 << 16,
    now: @escaping @Sendable () -> MonotonicInstant = { .now }
  ) throws(JournalError) {
    self.path = path
    self.header = header
    self.now = now
    let file: File
    do throws(FileError) { file = try File(appendingTo: path, keeping: point.bytes) } catch {
      throw JournalError(error)
    }
    var first = State(file: file, bufferLimit: bufferLimit, lastWritten: now(), written: point.bytes)
    if point.lacksLineFeed { first.json.endLine() }
    try first.flush(at: now(), path: path)
    state = Mutex(first)
  }

  /// Bytes in the file, and those that wait to be written.
  package var size: Int64 { state.withLock { $0.written + Int64($0.json.bytes.count) } }

  /// Adds a line about the run, and writes it with all that waits.
  ///
  /// - Parameters:
  ///   - kind: What it says, in one word.
  ///   - value: What it says, as JSON on one line.
  /// - Throws: ``JournalError`` if it could not be written, now or before.
  package func append(note kind: String, _ value: String) throws(JournalError) {
    let now = now()
    try state.withLock { (state) throws(JournalError) in
      try state.checkOpen("a line about the run", path: path)
      JournalLine.write(note: kind, value, to: &state.json)
      state.json.endLine()
      try state.flush(at: now, path: path)
    }
  }

  /// Adds one request.
  ///
  /// - Throws: ``JournalError`` if the buffer had to be written and could not be, now or before.
  public func append(_ record: RequestRecord) throws(JournalError) {
    let now = now()
    try state.withLock { (state) throws(JournalError) in
      try state.checkOpen("request \(record.index)", path: path)
      JournalLine.write(record, tokenStamps: header.tokenStamps, to: &state.json)
      state.json.endLine()
      let isDue = state.lastWritten.duration(to: now) >= JournalWriter.flushInterval
      if isDue || state.json.bytes.count >= state.bufferLimit { try state.flush(at: now, path: path) }
    }
  }

  /// Writes what is buffered.
  ///
  /// - Throws: ``JournalError`` if it cannot be written, now or before.
  public func flush() throws(JournalError) {
    let now = now()
    try state.withLock { (state) throws(JournalError) in try state.flush(at: now, path: path) }
  }

  /// Writes the rest and the trailer, and closes the file; a second call does nothing.
  ///
  /// - Parameters:
  ///   - complete: Whether the run did all that was planned.
  ///   - overdue: Requests that were due before the end but never started.
  ///   - unpreparedTime: For how long a request was due that was not prepared yet.
  ///   - failure: What kept the workload from going on, where that ended the run.
  /// - Throws: ``JournalError`` if the rest could not be written, or lines before it.
  public func close(
    complete: Bool = true, overdue: Int = 0, unpreparedTime: Duration = .zero, failure: String? = nil
  ) throws(JournalError) {
    let now = now()
    try state.withLock { (state) throws(JournalError) in
      if let failure = state.failure { throw failure }
      guard state.file != nil else { return }
      JournalTrailer(complete: complete, overdue: overdue, unpreparedTime: unpreparedTime, failure: failure)
        .write(to: &state.json)
      state.json.endLine()
      try state.flush(at: now, path: path)
      state.file = nil
    }
  }

  deinit {
    // A journal that was not closed has no trailer, but loses no line. An error has nobody left to tell.
    state.withLock { state in
      if state.file != nil { try? state.flush(at: state.lastWritten, path: path) }
    }
  }
}
