internal import NPUBase

/// The fields of the server-sent event that is being read.
///
/// The payload stays where it lies, in the chunk or in the carry of the line splitter, until a second data line or
/// the end of the chunk makes a copy necessary.
struct EventFields: Sendable {
  /// Where the payload is.
  enum Place: Sendable {
    /// There was no data line.
    case none
    /// In the chunk that is being read.
    case chunk(Range<Int>)
    /// In the carry of the line splitter.
    case carry(Range<Int>)
    /// In ``EventFields/data``.
    case buffer
  }

  /// Where the payload is.
  private(set) var place = Place.none
  /// The payload, if a copy was necessary.
  private(set) var data: [UInt8] = []
  /// The event type; empty means `message`.
  private(set) var type: [UInt8] = []
  /// The last identity that was given; outlives the event.
  private(set) var lastEventID: [UInt8] = []
  /// The last reconnection time that was given, in milliseconds; outlives the event.
  private(set) var retry: Int?
  /// Bytes of the lines of the event so far; 0 before its first line.
  private(set) var bytes = 0

  /// Whether the event has a line other than a comment.
  var isOpen: Bool { bytes > 0 }

  /// Takes one line that is not empty.
  ///
  /// Comments before the first field belong to no event and count for nothing, so that a server may send them for days.
  @inline(__always)
  mutating func take(_ line: Span<UInt8>, at offset: Int, carried: Bool, _ onComment: (Span<UInt8>) -> Void) {
    if line.count >= 5, line[0] == 0x64, line[1] == 0x61, line[2] == 0x74, line[3] == 0x61, line[4] == 0x3A {
      bytes += line.count + 1
      let start = line.count > 5 && line[5] == 0x20 ? 6 : 5
      takeData(line, start..<line.count, at: offset, carried: carried)
    } else if line[0] == 0x3A {
      if isOpen { bytes += line.count + 1 }
      onComment(line.extracting(1..<line.count))
    } else {
      bytes += line.count + 1
      takeOther(line, at: offset, carried: carried)
    }
  }

  private mutating func takeOther(_ line: Span<UInt8>, at offset: Int, carried: Bool) {
    let colon = line.firstIndex(of: 0x3A, in: 0..<line.count) ?? line.count
    var start = min(colon + 1, line.count)
    if start < line.count, line[start] == 0x20 { start += 1 }
    let name = line.extracting(0..<colon)
    let value = line.extracting(start..<line.count)
    if name.equals("data") {
      takeData(line, start..<line.count, at: offset, carried: carried)
    } else if name.equals("event") {
      type.clear()
      type.append(copying: value)
    } else if name.equals("id") {
      guard value.firstIndex(of: 0, in: 0..<value.count) == nil else { return }
      lastEventID.clear()
      lastEventID.append(copying: value)
    } else if name.equals("retry") {
      retry = Self.digits(value) ?? retry
    }
  }

  @inline(__always)
  private mutating func takeData(_ line: Span<UInt8>, _ value: Range<Int>, at offset: Int, carried: Bool) {
    switch place {
    case .none:
      let range = (value.lowerBound + offset)..<(value.upperBound + offset)
      place = carried ? .carry(range) : .chunk(range)
    case .chunk, .carry:
      preconditionFailure("a payload that lies outside must be kept before the next line is taken")
    case .buffer:
      data.append(0x0A)
      data.append(copying: line.extracting(value))
    }
  }

  /// Whether the payload lies in memory that is not ours, so that it must be kept before another line is taken.
  var borrowsData: Bool {
    switch place {
    case .none, .buffer: false
    case .chunk, .carry: true
    }
  }

  /// Copies the payload out of the memory that it lies in.
  mutating func keepData(chunk: Span<UInt8>, carry: Span<UInt8>) {
    switch place {
    case .none, .buffer: return
    case .chunk(let range): data.append(copying: chunk.extracting(range))
    case .carry(let range): data.append(copying: carry.extracting(range))
    }
    place = .buffer
  }

  /// Ends the event: what belongs to it alone is forgotten.
  @inline(__always)
  mutating func close() {
    place = .none
    bytes = 0
    if !type.isEmpty { type.clear() }
    if !data.isEmpty { data.clear() }
  }

  /// The value of a number of ASCII digits alone, or `nil`; one too large for an `Int` is no number of milliseconds
  /// either.
  private static func digits(_ value: Span<UInt8>) -> Int? {
    guard !value.isEmpty else { return nil }
    var number = 0
    for index in value.indices {
      let digit = Int(value[index]) - 0x30
      guard (0...9).contains(digit) else { return nil }
      let (scaled, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(digit)
      guard !overflow, !carry else { return nil }
      number = sum
    }
    return number
  }
}
