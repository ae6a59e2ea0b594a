internal import NPUBase

/// Takes secrets out of texts that servers wrote and people will read.
///
/// A server may send back whatever it was sent: a gateway that refuses a key often shows it. What a request bore is
/// known where the request is known, so every text that comes of its response goes through the redactor of its request
/// before it becomes an error, a record or evidence.
package struct Redactor: Sendable {
  /// What stands in place of a secret.
  package static let mark = "<secret>"

  /// The longest first.
  private let secrets: [SecretForm]
  /// With which bytes a secret can begin, however it is written.
  private let starts: [Bool]
  /// What becomes known later, such as a token that is fetched or renewed while the exchange goes on.
  private let later: (@Sendable () -> [String])?

  /// Knows texts.
  ///
  /// - Parameters:
  ///   - texts: The secrets.
  ///   - later: Gives further ones whenever a text is cleaned.
  package init(_ texts: [String], later: (@Sendable () -> [String])? = nil) {
    self.later = later
    // A value of a few letters is no secret, and its removal would tear ordinary words.
    let known = Set(texts).filter { $0.utf8.count >= 6 }
    secrets = known.map(SecretForm.init).sorted { left, right in
      let (left, right) = (left.bytes, right.bytes)
      return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count > right.count
    }
    var starts = [Bool](repeating: false, count: secrets.isEmpty ? 0 : 256)
    for secret in secrets {
      for byte in secret.bytes.prefix(1) + Array("\\%&".utf8) { starts[Int(byte)] = true }
    }
    self.starts = starts
  }

  /// What knows the texts of both.
  package func joined(with other: Redactor) -> Redactor {
    if other.isIdle { return self }
    let (first, second) = (later, other.later)
    guard first != nil || second != nil else { return Redactor(texts + other.texts) }
    return Redactor(texts + other.texts, later: { @Sendable in (first?() ?? []) + (second?() ?? []) })
  }

  private var texts: [String] { secrets.map { String(decoding: $0.bytes, as: UTF8.self) } }

  /// The redactor that knows what has become known meanwhile; `nil` if nothing may.
  private var present: Redactor? { later.map { Redactor(texts + $0()) } }

  /// What a secret may take that is not known yet, in bytes: tokens have some thousand.
  private static let laterMargin = 64 << 10

  /// The longest that a secret may be written, in bytes: a text is to be cut this much later than wanted, so that no
  /// half of a secret stays.
  package var margin: Int {
    max((secrets.first?.bytes.count ?? 0) * SecretForm.longestByte, later == nil ? 0 : Self.laterMargin)
  }

  /// Whether there is nothing to take out.
  package var isIdle: Bool { secrets.isEmpty && later == nil }

  /// The bytes with each secret replaced.
  package func clean(_ bytes: [UInt8]) -> [UInt8] {
    if let present { return present.clean(bytes) }
    guard !secrets.isEmpty else { return bytes }
    var result: [UInt8] = []
    var kept = 0
    var place = 0
    while let found = nextPlace(in: bytes.span, from: place) {
      result += bytes[kept..<found.lowerBound]
      result += Self.mark.utf8
      kept = found.upperBound
      place = kept
    }
    return kept == 0 ? bytes : result + bytes[kept...]
  }

  /// The text with each secret replaced, and with the beginning of one where the text was cut by an ellipsis.
  package func clean(_ text: String) -> String {
    if let present { return present.clean(text) }
    guard !secrets.isEmpty else { return text }
    let bytes = clean(Array(text.utf8))
    let ellipsis = Array("…".utf8)
    var result: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstRange(of: ellipsis)?.lowerBound {
      let part = Array(rest[..<end])
      let half = beginningAtEnd(of: part.span)
      result += part.dropLast(half)
      if half > 0 { result += Self.mark.utf8 }
      result += ellipsis
      rest = rest[(end + ellipsis.count)...]
    }
    return String(decoding: result + rest, as: UTF8.self)
  }

  /// The beginning of a text with each secret replaced; a secret that begins in it and goes on behind it is left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, with at least the margin behind the beginning unless it ends there.
  ///   - limit: How many bytes the beginning has.
  /// - Returns: The beginning; longer or shorter than the limit by what the mark differs from the secrets.
  package func cleanHead(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    if let present { return present.cleanHead(bytes, limit: limit) }
    let limit = min(limit, bytes.count)
    let cut = place(in: bytes, across: limit)?.lowerBound ?? limit
    return clean(Array(bytes[..<cut]))
  }

  /// The end of a text with each secret replaced; a secret that ends in it and begins before it is left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, with at least the margin before the end unless it begins there.
  ///   - limit: How many bytes the end has.
  /// - Returns: The end; longer or shorter than the limit by what the mark differs from the secrets.
  package func cleanTail(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    if let present { return present.cleanTail(bytes, limit: limit) }
    let start = max(0, bytes.count - limit)
    let cut = place(in: bytes, across: start)?.upperBound ?? start
    return clean(Array(bytes[cut...]))
  }

  /// Where a secret stands that has bytes on both sides of a place.
  private func place(in bytes: [UInt8], across cut: Int) -> Range<Int>? {
    var place = 0
    while let found = nextPlace(in: bytes.span, from: place), found.lowerBound < cut {
      if cut < found.upperBound { return found }
      place = found.upperBound
    }
    return nil
  }

  /// The next place that secrets take, with those that begin within others.
  private func nextPlace(in text: Span<UInt8>, from start: Int) -> Range<Int>? {
    guard !secrets.isEmpty else { return nil }
    var first: Int?
    var end = start
    for place in start..<text.count {
      if first != nil, place >= end { break }
      guard let length = length(in: text, at: place) else { continue }
      first = first ?? place
      end = max(end, place + length)
    }
    return first.map { $0..<end }
  }

  /// How many bytes the longest secret takes that begins at a place.
  private func length(in text: Span<UInt8>, at place: Int) -> Int? {
    guard starts[Int(text[place])] else { return nil }
    var longest: Int?
    for secret in secrets {
      if let length = secret.length(in: text, at: place) { longest = max(longest ?? 0, length) }
    }
    return longest
  }

  /// How many bytes at the end of a text are the beginning of a secret that tells something of it.
  private func beginningAtEnd(of text: Span<UInt8>) -> Int {
    for place in max(0, text.count - margin)..<text.count where starts[Int(text[place])] {
      for secret in secrets where secret.begins(in: text, at: place) { return text.count - place }
    }
    return 0
  }
}
