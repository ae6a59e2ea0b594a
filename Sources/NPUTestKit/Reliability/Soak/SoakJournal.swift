internal import NPUBase
internal import NPULoad

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Where a soak keeps every request that has ended, and how much of it.
public struct SoakJournalOptions: Sendable, Hashable {
  /// The file; further ones are named after it.
  public var path: String
  /// Whether a soak that the file holds is gone on with; one that holds none is begun.
  public var resumes: Bool
  /// Whether a soak that the file holds may be replaced.
  public var replaces: Bool
  /// From how many bytes on another file is begun, at the end of a window.
  public var segmentBytes: Int64
  /// How many files are kept, the present one included; `nil` for all.
  ///
  /// Each file begins with the state of the soak before it, so that one that is removed takes requests away and no count.
  public var keptSegments: Int?

  /// Names a journal.
  public init(
    path: String, resumes: Bool = false, replaces: Bool = false, segmentBytes: Int64 = 256 << 20,
    keptSegments: Int? = nil
  ) {
    self.path = path
    self.resumes = resumes
    self.replaces = replaces
    self.segmentBytes = max(4096, segmentBytes)
    self.keptSegments = keptSegments.map { max(1, $0) }
  }
}

/// The journal of a soak: files that are only added to, of which any may end at any byte.
///
/// A file is a journal of requests with lines about the soak between them: `soak` says which schedule it is, `state` what
/// was known before the file began, `session` that a part began, `window` what a window gave. Of a soak that was killed
/// the last line may be torn; it is cut off, and its request is sent again. A lock keeps every other soak away.
struct SoakJournal: Sendable {
  private let options: SoakJournalOptions
  private let schedule: SoakSchedule
  private let run: RunDescription
  private let now: @Sendable () -> MonotonicInstant
  private var writer: JournalWriter
  private var number: Int
  /// Ends with the process, however that ends; a device has none.
  private let lock: FileLock?

  /// Kinds of lines about a soak.
  private enum Kind: String {
    case schedule = "soak"
    case state, session, window
  }

  /// That a part began.
  private struct Session: Codable {
    var number: Int
    var started: MonotonicInstant
    var startedAt: String
    /// After how many seconds no more requests are started; `nil` where time does not end the part.
    var limit: Double?

    private enum CodingKeys: String, CodingKey {
      case number
      case started = "started_ns"
      case startedAt = "started_at"
      case limit = "limit_s"
    }
  }

  /// What a line about the soak says.
  private struct Note<Value: Decodable>: Decodable { var value: Value }

  /// Opens a journal: goes on with the soak that it holds, or begins one.
  ///
  /// - Parameters:
  ///   - options: Where, and whether a soak is gone on with.
  ///   - schedule: What decides which request a number means.
  ///   - run: What is run.
  ///   - now: The clock of the records.
  /// - Returns: The journal, and what is known of the soak.
  /// - Throws: ``JournalError`` for a file that cannot be read or written, or that another soak writes to;
  ///   ``SoakError`` for one of another soak.
  static func open(
    _ options: SoakJournalOptions, schedule: SoakSchedule, run: RunDescription,
    now: @escaping @Sendable () -> MonotonicInstant
  ) throws -> (SoakJournal, SoakState) {
    let lock = try lock(options.path)
    if options.resumes {
      for number in SoakSegments.numbers(of: options.path).reversed() {
        let path = SoakSegments.path(options.path, number)
        guard let found = try read(path, isFirst: number == 1, schedule) else {
          // It was begun and not yet told what came before: nothing is lost with it.
          File.remove(path)
          continue
        }
        let writer = try JournalWriter(appendingTo: path, at: found.point, header: found.header, now: now)
        return (
          SoakJournal(
            options: options, schedule: schedule, run: run, now: now, writer: writer, number: number, lock: lock),
          found.state
        )
      }
    } else if let first = SoakSegments.numbers(of: options.path).first {
      guard options.replaces else {
        throw JournalError(
          kind: .open, message: "a soak may stand there; go on with it, allow it to be replaced, or name another file",
          path: SoakSegments.path(options.path, first))
      }
      SoakSegments.remove(options.path)
    }
    let header = JournalHeader(beginning: run, tokenStamps: .none)
    let writer = try JournalWriter(path: options.path, header: header, replacing: false, now: now)
    var journal = SoakJournal(
      options: options, schedule: schedule, run: run, now: now, writer: writer, number: 1, lock: lock)
    try journal.append(.schedule, schedule)
    return (journal, SoakState())
  }

  /// Keeps every other soak away from the files of a journal, before any of them is read or changed.
  private static func lock(_ path: String) throws(JournalError) -> FileLock? {
    do throws(FileError) {
      switch try FilePlace(path) {
      case .missing, .regular: break
      case .folder, .pipe, .device, .standardStream: return nil
      }
      if let lock = try FileLock(beside: path) { return lock }
    } catch {
      throw JournalError(kind: .open, message: error.message, path: path)
    }
    throw JournalError(
      kind: .open, message: "another soak writes to it; wait for its end, stop it, or name another file", path: path)
  }

  /// Says that a part begins, and how many seconds it is to last where time ends it.
  mutating func begin(
    session number: Int, at instant: MonotonicInstant, lasting limit: Double?, wallClock: String
  ) throws {
    try append(.session, Session(number: number, started: instant, startedAt: wallClock, limit: limit))
  }

  /// Adds a request that has ended.
  func append(_ record: RequestRecord) throws(JournalError) { try writer.append(record) }

  /// Adds a window, and begins another file where this one is full.
  mutating func append(_ window: SoakWindow, _ state: SoakState) throws {
    try append(.window, window)
    if writer.size >= options.segmentBytes { try rotate(state) }
  }

  /// Writes what is buffered.
  func flush() throws(JournalError) { try writer.flush() }

  /// Writes the rest and how the part ended, and lets others go on.
  func close(complete: Bool, failure: String?) throws(JournalError) {
    defer { lock?.release() }
    try writer.close(complete: complete, failure: failure)
  }

  private mutating func append(_ kind: Kind, _ value: some Encodable) throws {
    let bytes = try JSONCoding.encode(value).escapingSteering
    try writer.append(note: kind.rawValue, String(decoding: bytes, as: UTF8.self))
  }

  private mutating func rotate(_ state: SoakState) throws {
    let next = SoakSegments.path(options.path, number + 1)
    // One that is there was begun by a part that was killed before it had counted.
    let header = JournalHeader(beginning: run, tokenStamps: .none)
    let following = try JournalWriter(path: next, header: header, replacing: true, now: now)
    let full = writer
    writer = following
    number += 1
    try append(.schedule, schedule)
    try append(.state, state)
    // Only now: until here the file before it was the one to go on with.
    try full.close(complete: false)
    guard let kept = options.keptSegments else { return }
    for old in SoakSegments.numbers(of: options.path) where old <= number - kept {
      File.remove(SoakSegments.path(options.path, old))
    }
  }
}

// MARK: - Reading

extension SoakJournal {
  private struct Found {
    var state: SoakState
    var point: JournalPoint
    var header: JournalHeader
  }

  /// Reads a file to its end.
  ///
  /// - Returns: `nil` for a file that was begun and holds nothing that counts.
  private static func read(_ path: String, isFirst: Bool, _ schedule: SoakSchedule) throws -> Found? {
    if try isTornAtBeginning(path) { return nil }
    var reader = try JournalReader(path: path)
    var state = SoakState()
    var knows = (schedule: false, state: isFirst)
    while let entry = try reader.nextEntry() {
      switch entry {
      case .record(let record):
        guard knows.schedule, knows.state else { throw noSoak(path) }
        state.add(record)
      case .note(let name, let line):
        // A kind of a later version is passed over.
        guard let kind = Kind(rawValue: name) else { continue }
        do {
          switch kind {
          case .schedule:
            let found = try value(SoakSchedule.self, line)
            if let difference = schedule.difference(from: found) {
              throw SoakError(
                kind: .otherSchedule,
                message: "\(path) holds another soak: \(difference). Give what it was begun with, or name another file."
              )
            }
            knows.schedule = true
          case .state:
            state = try value(SoakState.self, line)
            knows.state = true
          case .session:
            let session = try value(Session.self, line)
            if session.number > state.sessions { state.beginSession(at: session.started, lasting: session.limit) }
          case .window: state.take(try value(SoakWindow.self, line))
          }
        } catch let error as DecodingError {
          throw JournalError(
            kind: .malformedLine, message: "a line of kind '\(name)' cannot be read: \(JSONCoding.describe(error))",
            path: path)
        }
      }
    }
    // The state stands before everything that counts.
    guard knows.schedule, knows.state else { return try isEmpty(state, path, knows.schedule) }
    state.endedAsPlanned = reader.end == .complete
    return Found(state: state, point: reader.point, header: reader.header)
  }

  private static func value<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) throws -> Value {
    try JSONDecoder().decode(Note<Value>.self, from: Data(line)).value
  }

  /// A file without schedule or state holds nothing, if it is that of a soak.
  private static func isEmpty(_ state: SoakState, _ path: String, _ isSoak: Bool) throws -> Found? {
    guard state.done.count == 0, state.series.count == 0 else { throw noSoak(path) }
    return nil
  }

  private static func noSoak(_ path: String) -> SoakError {
    SoakError(
      kind: .noSoak,
      message: "\(path) is no journal of a soak, which says in its second line which schedule it is; name another file."
    )
  }

  /// Whether a file ends within its first line, so that its writer was killed there.
  ///
  /// A file that begins with anything else than a header is left for the reader to refuse.
  private static func isTornAtBeginning(_ path: String) throws(JournalError) -> Bool {
    var start: [UInt8] = []
    do throws(FileError) {
      let file = try File(reading: path)
      while start.count < 1 << 20, !start.contains(0x0A), try file.read(upTo: 1 << 14, into: &start) > 0 {}
    } catch {
      throw JournalError(kind: .read, message: error.message, path: path)
    }
    let beginning = Array("{\"definitions\":".utf8)
    return !start.contains(0x0A) && zip(start, beginning).allSatisfy { $0 == $1 }
  }
}
