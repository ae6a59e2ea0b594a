/// Compatibility normalisation, NFKD and NFKC, which the standard library does not offer.
///
/// Decomposes by table (Hangul syllables by arithmetic), orders marks by their combining class, and composes again for
/// NFKC. Source: Unicode Standard Annex #15 and chapter 3.12 of the standard; Unicode 17.0. For every scalar that
/// Unicode 14.0 assigned the result is that of Python 3.11's `unicodedata.normalize`, because Unicode never changes the
/// decomposition of an assigned scalar.
struct CompatibilityForms: Sendable {
  static let shared = CompatibilityForms()

  /// Runs of scalars: first of a run and, at the same index, where its mapping is.
  private var starts: [UInt32] = []
  private var runs: [Run] = []
  private var mappings: [UInt32] = []
  private var composites: [UInt64: UInt32] = [:]

  private struct Run: Sendable {
    var count: UInt32
    var offset: Int
    var length: Int
  }

  private init() {
    var last: UInt32 = 0
    for record in Array(CompatibilityTable.decompositions.utf8).split(whereSeparator: { $0 <= 0x20 }) {
      let sides = record.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard sides.count == 2 else { continue }
      let source = sides[0].split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false).map(Self.number)
      let mapping = sides[1].split(separator: UInt8(ascii: ",")).map(Self.number)
      let start = last + (source.first ?? 0)
      let count = source.count > 1 ? source[1] : 1
      starts.append(start)
      runs.append(Run(count: count, offset: mappings.count, length: mapping.count))
      mappings.append(contentsOf: mapping)
      last = start + count
    }
    for record in Array(CompatibilityTable.compositions.utf8).split(whereSeparator: { $0 <= 0x20 }) {
      let parts = record.split(whereSeparator: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ",") }).map(Self.number)
      if parts.count == 3 { composites[Self.key(parts[1], parts[2])] = parts[0] }
    }
  }

  /// The value of hexadecimal digits in small letters, as the table holds them.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt32 {
    digits.reduce(0) { $0 << 4 | UInt32($1 & 0x0F) + ($1 > 0x39 ? 9 : 0) }
  }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }
}

extension CompatibilityForms {
  private static let hangul: UInt32 = 0xAC00
  private static let hangulEnd: UInt32 = 0xD7A4
  private static let leading: UInt32 = 0x1100
  private static let vowel: UInt32 = 0x1161
  private static let trailing: UInt32 = 0x11A7

  /// The full compatibility decomposition, NFKD.
  func decomposed(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var marks = false
    for scalar in text {
      if scalar < 0xA0 {
        result.append(scalar)
      } else if scalar >= Self.hangul, scalar < Self.hangulEnd {
        let index = scalar - Self.hangul
        result.append(Self.leading + index / 588)
        result.append(Self.vowel + index % 588 / 28)
        if index % 28 != 0 { result.append(Self.trailing + index % 28) }
      } else {
        let first = result.count
        appendMapping(of: scalar, to: &result)
        if !marks, scalar >= 0xC0 { marks = result[first...].contains { Self.combiningClass($0) != 0 } }
      }
    }
    if marks { Self.reorder(&result) }
    return result
  }

  /// The compatibility composition, NFKC.
  func composed(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 >= 0xA0 }) else { return text }
    var result = decomposed(text)
    // In place: the written part never passes the part that is read.
    var written = 0
    var starter = -1
    var lastClass: UInt8 = 0
    for index in result.indices {
      let scalar = result[index]
      let own = Self.combiningClass(scalar)
      let adjacent = starter == written - 1
      if starter >= 0, adjacent || lastClass < own, let whole = composite(result[starter], scalar) {
        result[starter] = whole
        continue
      }
      if own == 0 { starter = written }
      lastClass = own
      result[written] = scalar
      written += 1
    }
    result.removeSubrange(written...)
    return result
  }

  private func appendMapping(of scalar: UInt32, to result: inout [UInt32]) {
    // The last run that starts at or before the scalar.
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= scalar { low = middle + 1 } else { high = middle }
    }
    guard low > 0, scalar - starts[low - 1] < runs[low - 1].count else {
      result.append(scalar)
      return
    }
    let run = runs[low - 1]
    if run.length == 1 {
      result.append(mappings[run.offset] + (scalar - starts[low - 1]))
    } else {
      result.append(contentsOf: mappings[run.offset..<(run.offset + run.length)])
    }
  }

  private func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first >= Self.leading, first < Self.leading + 19, second >= Self.vowel, second < Self.vowel + 21 {
      return Self.hangul + ((first - Self.leading) * 21 + (second - Self.vowel)) * 28
    }
    if first >= Self.hangul, first < Self.hangulEnd, (first - Self.hangul) % 28 == 0, second > Self.trailing,
      second < Self.trailing + 28
    {
      return first + (second - Self.trailing)
    }
    return composites[Self.key(first, second)]
  }

  /// Puts each run of marks into the order of their combining classes, equal ones as they stand.
  private static func reorder(_ text: inout [UInt32]) {
    var index = 0
    while index < text.count {
      var end = index
      while end < text.count, combiningClass(text[end]) != 0 { end += 1 }
      if end - index > 1 {
        let sorted = text[index..<end].enumerated()
          .map { (combiningClass($0.element), $0.offset, $0.element) }
          .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        for (offset, entry) in sorted.enumerated() { text[index + offset] = entry.2 }
      }
      index = max(end, index + 1)
    }
  }

  private static func combiningClass(_ scalar: UInt32) -> UInt8 {
    guard scalar >= 0x300, let known = Unicode.Scalar(scalar) else { return 0 }
    return known.properties.canonicalCombiningClass.rawValue
  }
}
