internal import NPUBase

/// Why a line is no sample.
struct MetricLineError: Error {
  let message: String
}

/// Reads one line of metrics from front to back.
struct MetricLineCursor {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func advance() { if index < bytes.count { index += 1 } }

  mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 { index += 1 }
  }

  /// The bytes up to the next blank or the end.
  mutating func word() -> String { text { $0 != 0x20 && $0 != 0x09 } }

  /// The rest of a HELP line, escapes resolved.
  mutating func helpText() -> String {
    var text: [UInt8] = []
    while let byte = peek {
      advance()
      guard byte == UInt8(ascii: "\\"), let next = peek, next == UInt8(ascii: "\\") || next == UInt8(ascii: "n") else {
        text.append(byte)
        continue
      }
      advance()
      text.append(next == UInt8(ascii: "n") ? 0x0A : next)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `name{labels} value [timestamp] [# exemplar]`, or with the name in quotes inside the braces.
  mutating func sample(labelLimit: Int) throws(MetricLineError) -> MetricSample {
    var name = text(while: MetricLineCursor.isNameByte)
    var labels: [MetricLabels.Label] = []
    skipBlanks()
    if peek == UInt8(ascii: "{") {
      advance()
      try readLabels(&labels, &name, limit: labelLimit)
    }
    guard !name.isEmpty else { throw MetricLineError(message: "found \(shown), expected the name of a metric") }
    skipBlanks()
    let number = word()
    guard let value = Self.number(number) else {
      throw MetricLineError(
        message:
          "found '\(Excerpt.of(number, limit: 40))' as the value of \(Excerpt.of(name, limit: 80)), expected a number")
    }
    skipBlanks()
    var timestamp: Int64?
    if let byte = peek, byte != UInt8(ascii: "#") {
      let word = word()
      guard let read = Self.timestamp(word) else {
        throw MetricLineError(
          message:
            "found '\(Excerpt.of(word, limit: 40))' after the value of \(Excerpt.of(name, limit: 80)), expected a time or nothing"
        )
      }
      timestamp = read
      skipBlanks()
      guard peek == nil || peek == UInt8(ascii: "#") else {
        throw MetricLineError(
          message: "found \(shown) after the time of \(Excerpt.of(name, limit: 80)), expected nothing")
      }
    }
    return MetricSample(
      name: name, labels: labels.isEmpty ? .none : MetricLabels(labels), value: value, timestamp: timestamp)
  }

  private mutating func readLabels(
    _ labels: inout [MetricLabels.Label], _ name: inout String, limit: Int
  ) throws(MetricLineError) {
    while true {
      skipBlanks()
      switch peek {
      case UInt8(ascii: "}"):
        advance()
        return
      case UInt8(ascii: ","):
        advance()
        continue
      case nil:
        throw MetricLineError(message: "the labels of \(Excerpt.of(name, limit: 80)) do not end; the line is cut")
      default: break
      }
      // Prometheus 3 quotes names that hold unusual characters, and puts that of the metric inside the braces.
      let isQuoted = peek == UInt8(ascii: "\"")
      let label = isQuoted ? try quoted() : text(while: MetricLineCursor.isNameByte)
      skipBlanks()
      if peek != UInt8(ascii: "="), isQuoted, name.isEmpty {
        name = label
        continue
      }
      guard !label.isEmpty, peek == UInt8(ascii: "=") else {
        throw MetricLineError(
          message: "found \(shown) in the labels of \(Excerpt.of(name, limit: 80)), expected name=\"value\"")
      }
      advance()
      skipBlanks()
      let value = try quoted()
      guard labels.count < limit else {
        throw MetricLineError(message: "\(Excerpt.of(name, limit: 80)) has more than \(limit) labels")
      }
      labels.append(.init(name: label, value: value))
    }
  }

  private mutating func quoted() throws(MetricLineError) -> String {
    guard peek == UInt8(ascii: "\"") else {
      throw MetricLineError(message: "found \(shown), expected a label's value in quotes")
    }
    advance()
    var text: [UInt8] = []
    while let byte = peek {
      advance()
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = peek else { break }
        advance()
        switch next {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(next)
        default: text += [byte, next]
        }
      default: text.append(byte)
      }
    }
    throw MetricLineError(message: "a label's value has no closing quote; the line is cut")
  }

  private mutating func text(while isWanted: (UInt8) -> Bool) -> String {
    let start = index
    while let byte = peek, isWanted(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// What stands here, for a message.
  private var shown: String {
    index < bytes.count ? "'\(Excerpt.of(Array(bytes[index...].prefix(40))))'" : "the end of the line"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// A number in the notations of Go, which differ from Swift's in the case of their names alone.
  static func number(_ text: String) -> Double? {
    switch text.lowercased() {
    case "+inf", "inf", "+infinity", "infinity": .infinity
    case "-inf", "-infinity": -.infinity
    case "nan", "+nan", "-nan": .nan
    case let text:
      // Swift reads a quiet NaN with payload too, which is no number of this format.
      if text.contains("n") { nil } else { Double(text) }
    }
  }

  /// Milliseconds as Prometheus writes them, or seconds with a fraction as OpenMetrics does.
  static func timestamp(_ text: String) -> Int64? {
    if let milliseconds = Int64(text) { return milliseconds }
    guard let seconds = number(text), seconds.isFinite, (seconds * 1000).magnitude < 0x1p62 else { return nil }
    return Int64((seconds * 1000).rounded())
  }
}
