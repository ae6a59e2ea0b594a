internal import NPUBase

/// Reads the text format of Prometheus, and OpenMetrics as far as it is the same, from pieces of any size.
///
/// A line that cannot be read is counted and left out; the rest is read all the same, since one odd exporter must not
/// take the figures of a run away. Memory is bounded by the limits whatever is fed.
package struct MetricTextParser: Sendable {
  /// How much is read.
  package struct Limits: Sendable, Hashable {
    /// Bytes of one line; longer ones count as bad.
    package var lineBytes: Int
    /// Samples; the rest is left out.
    package var samples: Int
    /// Labels of one sample; a line with more counts as bad.
    package var labels: Int
    /// Bad lines that are described; the others are only counted.
    package var complaints: Int

    /// Creates limits.
    package init(lineBytes: Int = 64 << 10, samples: Int = 100_000, labels: Int = 64, complaints: Int = 16) {
      self.lineBytes = max(1, lineBytes)
      self.samples = max(0, samples)
      self.labels = max(0, labels)
      self.complaints = max(0, complaints)
    }
  }

  private let limits: Limits
  private var scrape = MetricScrape()
  private var carry: [UInt8] = []
  private var skipsLine = false
  private var lineNumber = 0

  /// Creates a parser.
  package init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes the next bytes of the response.
  package mutating func feed(_ bytes: Span<UInt8>) {
    var start = 0
    while let end = bytes.firstIndex(of: 0x0A, in: start..<bytes.count) {
      collect(bytes.extracting(start..<end))
      endLine()
      start = end + 1
    }
    collect(bytes.extracting(start..<bytes.count))
  }

  /// Ends the response; a last line without line feed counts as a line.
  ///
  /// - Returns: What was read. The parser is then empty.
  package mutating func finish() -> MetricScrape {
    if !carry.isEmpty || skipsLine { endLine() }
    defer { self = MetricTextParser(limits: limits) }
    return scrape
  }

  private mutating func collect(_ part: Span<UInt8>) {
    guard !skipsLine, !part.isEmpty else { return }
    guard part.count <= limits.lineBytes - carry.count else {
      skipsLine = true
      carry = []
      return
    }
    carry.append(copying: part)
  }

  private mutating func endLine() {
    lineNumber += 1
    if skipsLine {
      skipsLine = false
      complain("a line of more than \(limits.lineBytes) bytes; no exporter of metrics writes such")
      return
    }
    if carry.last == 0x0D { carry.removeLast() }
    let line = carry
    carry.clear()
    var cursor = MetricLineCursor(line)
    cursor.skipBlanks()
    switch cursor.peek {
    case nil: return
    case UInt8(ascii: "#"): readComment(&cursor)
    default: readSample(&cursor)
    }
  }

  private mutating func readComment(_ cursor: inout MetricLineCursor) {
    cursor.advance()
    cursor.skipBlanks()
    switch cursor.word() {
    case "TYPE":
      cursor.skipBlanks()
      let name = cursor.word()
      cursor.skipBlanks()
      let kind = cursor.word()
      guard !name.isEmpty, !kind.isEmpty else { return complain("a TYPE line without name and kind") }
      guard scrape.kinds.count < limits.samples else { return }
      // OpenMetrics says unknown where Prometheus says untyped.
      scrape.kinds[name] = MetricKind(rawValue: kind == "unknown" ? "untyped" : kind.lowercased())
    case "HELP":
      cursor.skipBlanks()
      let name = cursor.word()
      cursor.skipBlanks()
      guard !name.isEmpty, scrape.helps.count < limits.samples else { return }
      scrape.helps[name] = cursor.helpText()
    default: return
    }
  }

  private mutating func readSample(_ cursor: inout MetricLineCursor) {
    guard scrape.samples.count < limits.samples else {
      scrape.isCut = true
      return
    }
    do throws(MetricLineError) {
      scrape.samples.append(try cursor.sample(labelLimit: limits.labels))
    } catch {
      complain(error.message)
    }
  }

  private mutating func complain(_ message: String) {
    scrape.badLineCount += 1
    if scrape.complaints.count < limits.complaints {
      scrape.complaints.append(.init(line: lineNumber, message: message))
    }
  }
}
