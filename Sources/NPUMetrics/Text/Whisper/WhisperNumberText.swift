/// The rewriting around ``WhisperNumberReader``: what is done to the text before and after the words are read.
enum WhisperNumberText {
  /// Writes spelled-out numbers in digits, with currency in front and suffixes behind.
  static func standardize(_ text: [UInt32]) -> [UInt32] {
    var text = replacingHalves(text)
    if text.contains(where: ScalarText.isASCIIDigit) { text = spacing(text) }
    var reader = WhisperNumberReader(text)
    return postprocess(reader.read())
  }

  /// `and a half` becomes `point five` behind a number and stays behind anything else.
  private static func replacingHalves(_ text: [UInt32]) -> [UInt32] {
    let segments = splittingAtHalves(text)
    var result: [UInt32] = []
    var first = true
    func append(_ part: ArraySlice<UInt32>) {
      if !first { result.append(0x20) }
      first = false
      result.append(contentsOf: part)
    }
    for (index, segment) in segments.enumerated() {
      // An empty segment takes the words behind it along, as in the original.
      guard let end = text[segment].lastIndex(where: { !WhiteSpace.contains($0) }) else { continue }
      append(text[segment])
      guard index < segments.count - 1 else { continue }
      let start = text[segment.lowerBound...end].lastIndex(where: WhiteSpace.contains).map { $0 + 1 }
      let word = WhisperNumberWord.named(text, (start ?? segment.lowerBound)..<(end + 1))
      append(word?.isCardinal == true ? pointFive[...] : andAHalf[...])
    }
    return result
  }

  private static let pointFive = ScalarText.scalars(of: "point five")
  private static let andAHalf = ScalarText.scalars(of: "and a half")

  /// The parts between matches of `\band\s+a\s+half\b`.
  private static func splittingAtHalves(_ text: [UInt32]) -> [Range<Int>] {
    var segments: [Range<Int>] = []
    var start = 0
    var index = 0
    func matches(_ word: StaticLetters, at position: Int) -> Int? {
      let end = position + word.scalars.count
      guard end <= text.count, text[position..<end].elementsEqual(word.scalars) else { return nil }
      return end
    }
    func skipSpaces(_ position: Int) -> Int? {
      var end = position
      while end < text.count, WhiteSpace.contains(text[end]) { end += 1 }
      return end > position ? end : nil
    }
    while index + 10 <= text.count {
      if text[index] == 0x61, text[index + 1] == 0x6E, let and = matches(.and, at: index),
        ScalarText.isBoundary(text, index), let space = skipSpaces(and), let a = matches(.a, at: space),
        let gap = skipSpaces(a), let half = matches(.half, at: gap), ScalarText.isBoundary(text, half)
      {
        segments.append(start..<index)
        start = half
        index = half
      } else {
        index += 1
      }
    }
    segments.append(start..<text.count)
    return segments
  }

  private struct StaticLetters: Sendable {
    var scalars: [UInt32]
    static let and = StaticLetters(scalars: ScalarText.scalars(of: "and"))
    static let a = StaticLetters(scalars: ScalarText.scalars(of: "a"))
    static let half = StaticLetters(scalars: ScalarText.scalars(of: "half"))
  }

  /// Puts a space between digits and letters, but removes it again before a suffix: `2 nd` is `2nd`.
  private static func spacing(_ text: [UInt32]) -> [UInt32] {
    var spaced: [UInt32] = []
    spaced.reserveCapacity(text.count + 8)
    for (index, scalar) in text.enumerated() {
      if index > 0 {
        let last = text[index - 1]
        if ScalarText.isLetter(last) && ScalarText.isASCIIDigit(scalar)
          || ScalarText.isASCIIDigit(last) && ScalarText.isLetter(scalar)
        {
          spaced.append(0x20)
        }
      }
      spaced.append(scalar)
    }
    var result: [UInt32] = []
    result.reserveCapacity(spaced.count)
    var index = 0
    while index < spaced.count {
      let scalar = spaced[index]
      result.append(scalar)
      index += 1
      guard ScalarText.isASCIIDigit(scalar) else { continue }
      var end = index
      while end < spaced.count, WhiteSpace.contains(spaced[end]) { end += 1 }
      guard end > index else { continue }
      // If no suffix follows, the white space is copied here, so that it is looked at once.
      if suffixLength(spaced, end) == nil { result.append(contentsOf: spaced[index..<end]) }
      index = end
    }
    return result
  }

  /// The length of `(st|nd|rd|th|s)\b` at an index, or nil.
  private static func suffixLength(_ text: [UInt32], _ index: Int) -> Int? {
    guard index < text.count else { return nil }
    if index + 1 < text.count, ScalarText.isBoundary(text, index + 2) {
      switch (text[index], text[index + 1]) {
      case (0x73, 0x74), (0x6E, 0x64), (0x72, 0x64), (0x74, 0x68): return 2
      default: break
      }
    }
    return text[index] == 0x73 && ScalarText.isBoundary(text, index + 1) ? 1 : nil
  }

  /// Joins cents to their amount, writes amounts under one unit as cents, and `1` and `1s` as words.
  private static func postprocess(_ text: [UInt32]) -> [UInt32] {
    var text = text
    if text.contains(where: isUnit) {
      text = extractingCents(combiningCents(text))
    }
    guard text.contains(0x31) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count + 8)
    var index = 0
    while index < text.count {
      if text[index] == 0x31, index == 0 || !ScalarText.isWord(text[index - 1]) {
        let plural = index + 1 < text.count && text[index + 1] == 0x73
        if ScalarText.isBoundary(text, index + (plural ? 2 : 1)) {
          result.append(contentsOf: [0x6F, 0x6E, 0x65])
          index += 1
          continue
        }
      }
      result.append(text[index])
      index += 1
    }
    return result
  }

  /// Euro, pound and dollar.
  private static func isUnit(_ scalar: UInt32) -> Bool { scalar == 0x20AC || scalar == 0xA3 || scalar == 0x24 }

  /// The end of `[0-9]{1,2}\b` at an index, or nil.
  private static func centsEnd(_ text: [UInt32], _ index: Int) -> Int? {
    var end = index
    while end < text.count, end < index + 2, ScalarText.isASCIIDigit(text[end]) { end += 1 }
    return end > index && ScalarText.isBoundary(text, end) ? end : nil
  }

  /// `([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})\b` becomes one amount with two decimals.
  private static func combiningCents(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(0xA2) else { return text }
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      result.append(text[index])
      index += 1
      guard isUnit(text[index - 1]) else { continue }
      var end = index
      while end < text.count, ScalarText.isASCIIDigit(text[end]) { end += 1 }
      guard end > index, end < text.count, text[end] == 0x20 else { continue }
      var cents = end + 1
      if cents + 4 <= text.count, text[cents..<(cents + 4)].elementsEqual([0x61, 0x6E, 0x64, 0x20]) { cents += 4 }
      guard cents < text.count, text[cents] == 0xA2, let after = centsEnd(text, cents + 1) else { continue }
      result.append(contentsOf: text[index..<end])
      result.append(0x2E)
      if after - cents == 2 { result.append(0x30) }
      result.append(contentsOf: text[(cents + 1)..<after])
      index = after
    }
    return result
  }

  /// `[€£$]0.([0-9]{1,2})\b` becomes a number of cents; the point stands for any scalar, as in the original.
  private static func extractingCents(_ text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if isUnit(text[index]), index + 3 < text.count, text[index + 1] == 0x30, text[index + 2] != 0x0A,
        let after = centsEnd(text, index + 3)
      {
        result.append(0xA2)
        let digits = text[(index + 3)..<after]
        result.append(contentsOf: digits.first == 0x30 ? digits.dropFirst() : digits)
        if digits.count == 1, digits.first == 0x30 { result.append(0x30) }
        index = after
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
