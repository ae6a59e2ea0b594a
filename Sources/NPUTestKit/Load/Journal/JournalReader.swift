internal import NPUBase

/// Reads a journal line by line, in memory bounded by its longest line.
public struct JournalReader: ~Copyable {
  /// How a journal ended.
  public enum End: Sendable, Hashable {
    /// With a trailer: the run did all that was planned.
    case complete
    /// With a trailer: the run was stopped before.
    case stopped
    /// With a trailer: the run could not go on, and why.
    case failed(reason: String)
    /// Without a trailer: the writer was killed or is still running.
    case missingTrailer
    /// In the middle of a line, of which this many bytes were passed over.
    case cutLine(bytes: Int)
  }

  /// The longest line accepted unless told otherwise: 64 MiB, about three million token stamps.
  public static let defaultLineLimit = 1 << 26

  /// The first line.
  public let header: JournalHeader
  /// How the journal ended; `nil` until ``next()`` has returned `nil`.
  public private(set) var end: End?
  /// Requests that were due before the end but never started, as the trailer says; 0 without one.
  public var overdue: Int { trailer?.overdue ?? 0 }
  /// For how long a request was due that was not prepared yet, as the trailer says; zero without one.
  public var unpreparedTime: Duration { trailer?.unpreparedTime ?? .zero }
  /// How many lines named a request again that an earlier line has; they are passed over.
  public var repeatedLines: Int { seen.repeated }
  /// The first few of the requests that were named again.
  public var repeatedIndices: [Int] { seen.examples }
  /// Where a writer goes on behind what was read: behind the last line that is whole.
  package private(set) var point: JournalPoint
  private var seen = SeenIndices()
  private var lines: JournalLines
  private var trailer: JournalTrailer?

  /// Opens a journal and reads its header.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - lineLimit: The longest line accepted, in bytes.
  /// - Throws: ``JournalError``: the file cannot be read, or is not a journal of a version known here.
  public init(path: String, lineLimit: Int = defaultLineLimit) throws(JournalError) {
    let file: File
    do throws(FileError) { file = try File(reading: path) } catch { throw JournalError(error) }
    var lines = JournalLines(file: file, limit: lineLimit)
    guard let first = try lines.next() else {
      throw JournalError(kind: .missingHeader, message: "the file is empty", path: path, line: 1)
    }
    let header: JournalHeader
    do { header = try JournalHeader(line: first.bytes) } catch {
      throw JournalError(
        kind: .missingHeader, message: "the first line is not the header of a journal: \(JSONCoding.describe(error))",
        path: path, line: 1)
    }
    guard header.journal == JournalHeader.currentVersion else {
      throw JournalError(
        kind: .unsupportedVersion,
        message: "format \(header.journal) of the journal is not \(JournalHeader.currentVersion); use a newer kit",
        path: path, line: 1)
    }
    self.header = header
    point = JournalPoint(bytes: lines.offset, lacksLineFeed: !first.isEnded)
    self.lines = lines
  }

  /// The next request, or `nil` at the end; ``end`` then says how the journal ended.
  ///
  /// Of several lines with one index the first counts, so that no request is counted twice.
  ///
  /// - Throws: ``JournalError`` with the number of the line that cannot be read. A last line that was cut is no error.
  public mutating func next() throws(JournalError) -> RequestRecord? {
    while let entry = try nextEntry() {
      if case .record(let record) = entry { return record }
    }
    return nil
  }

  /// The next request, or the next line about the run; `nil` at the end.
  ///
  /// - Throws: As ``next()``.
  package mutating func nextEntry() throws(JournalError) -> JournalEntry? {
    while end == nil {
      guard let line = try lines.next() else {
        end = trailer?.end ?? .missingTrailer
        return nil
      }
      if line.bytes.isEmpty { continue }
      do throws(JSONByteScanner.Failure) {
        let read = try JournalLine(reading: line.bytes)
        point = JournalPoint(bytes: lines.offset, lacksLineFeed: !line.isEnded)
        switch read {
        case .record(let record):
          trailer = nil
          if seen.add(record.index) { return .record(record) }
        case .note(let kind):
          trailer = nil
          return .note(kind: kind, line: Array(line.bytes))
        case .trailer(let line): trailer = line
        }
      } catch {
        guard !line.isEnded else {
          throw JournalError(
            kind: .malformedLine, message: "byte \(error.offset): \(error.message)", path: lines.path,
            line: lines.number)
        }
        end = .cutLine(bytes: line.bytes.count)
      }
    }
    return nil
  }
}

/// What a line of a journal is about.
package enum JournalEntry: Sendable, Hashable {
  /// One request.
  case record(RequestRecord)
  /// The run: what it says stands in JSON under the key `value`.
  case note(kind: String, line: [UInt8])
}

/// A place in a journal behind which a writer can go on.
package struct JournalPoint: Sendable, Hashable {
  /// Bytes up to the end of the last line that is whole.
  package var bytes: Int64
  /// Whether that line lacks its line feed, since the file was cut there.
  package var lacksLineFeed: Bool
}

/// Splits a file into lines of bounded length.
private struct JournalLines: ~Copyable {
  struct Line {
    var bytes: ArraySlice<UInt8>
    /// Whether a line feed ended it; only the last line of a cut file has none.
    var isEnded: Bool
  }

  private static let readSize = 1 << 16

  private let file: File
  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private(set) var number = 0
  /// Bytes of the file up to the end of the last line, its line feed included.
  private(set) var offset: Int64 = 0

  init(file: consuming File, limit: Int) {
    self.file = file
    self.limit = limit
  }

  var path: String { file.path }

  mutating func next() throws(JournalError) -> Line? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        guard end - start <= limit else { throw tooLong(end - start) }
        defer { start = end + 1 }
        number += 1
        offset += Int64(end + 1 - start)
        return Line(bytes: buffer[start..<end], isEnded: true)
      }
      guard buffer.count - start <= limit else { throw tooLong(buffer.count - start) }
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        number += 1
        offset += Int64(buffer.count - start)
        return Line(bytes: buffer[start...], isEnded: false)
      }
      if start > 0 {
        buffer.removeFirst(start)
        start = 0
      }
      searched = buffer.count
      do throws(FileError) { isAtEnd = try file.read(upTo: Self.readSize, into: &buffer) == 0 } catch {
        throw JournalError(error)
      }
    }
  }

  private func tooLong(_ length: Int) -> JournalError {
    JournalError(
      kind: .lineTooLong, message: "a line of \(length) bytes or more exceeds the limit of \(limit)", path: file.path,
      line: number + 1)
  }
}
