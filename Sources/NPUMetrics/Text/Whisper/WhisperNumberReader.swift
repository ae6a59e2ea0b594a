/// Reads words one by one and writes numbers in digits: the state machine of Whisper's English number normaliser.
///
/// The state is the number read so far and the sign or currency in front of it. A number is either exact, which words
/// such as "hundred" change by arithmetic, or text, to which further digits are appended ("one oh one": 101).
struct WhisperNumberReader {
  private let text: [UInt32]
  private let words: [Range<Int>]
  private let kinds: [WhisperNumberWord?]
  private var prefix: UInt32?
  private var value: WhisperNumber?
  private var output: [UInt32] = []

  init(_ text: [UInt32]) {
    self.text = text
    words = ScalarText.words(text)
    kinds = words.map { WhisperNumberWord.named(text, $0) }
  }

  /// The words with numbers in digits, with single spaces between them.
  mutating func read() -> [UInt32] {
    output.reserveCapacity(text.count + 16)
    var index = 0
    while index < words.count {
      // "Per cent" and "double five" take the word behind them along.
      index += readWord(index) ? 2 : 1
    }
    flush()
    return output
  }

  /// Reads one word, and says whether the next was read with it.
  private mutating func readWord(_ index: Int) -> Bool {
    let current = words[index]
    let previous = index > 0 ? kinds[index - 1] : nil
    guard let kind = kinds[index] else {
      readOther(current)
      return false
    }
    switch kind {
    case .zero: value = WhisperNumber(text: (value?.lead ?? []) + [0x30])
    case .one(let ones): read(ones: ones, after: previous)
    case .oneSuffixed(let ones, let suffix):
      read(ones: ones, after: previous)
      flush(suffix: suffix)
    case .ten(let tens): read(tens: tens)
    case .tenSuffixed(let tens, let suffix):
      read(tens: tens)
      flush(suffix: suffix)
    case .multiplier(let power): read(power: power, suffix: nil)
    case .multiplierSuffixed(let power, let suffix): read(power: power, suffix: suffix)
    case .sign(let sign):
      flush()
      if isNumeric(index + 1) || self.kind(index + 1) != nil { prefix = sign } else { write(text[current]) }
    case .currency(let symbol):
      if value != nil {
        prefix = symbol
        flush()
      } else {
        write(text[current])
      }
    case .percent:
      if value != nil { flush(suffix: "%") } else { write(text[current]) }
    case .per:
      if value != nil, index + 1 < words.count, ScalarText.key(text, words[index + 1]) == WhisperNumberWord.cent {
        flush(suffix: "%")
        return true
      }
      flush()
      write(text[current])
    case .and, .double, .triple, .point:
      return readSpecial(kind, index, after: previous)
    }
    return false
  }

  private mutating func readSpecial(
    _ kind: WhisperNumberWord, _ index: Int, after previous: WhisperNumberWord?
  ) -> Bool {
    let next = self.kind(index + 1)
    guard next != nil || isNumeric(index + 1) else {
      flush()
      write(text[words[index]])
      return false
    }
    switch kind {
    case .and:
      if case .multiplier = previous { return false }
    case .point:
      if next?.isDecimal == true || isNumeric(index + 1) {
        value = WhisperNumber(text: (value?.lead ?? []) + [0x2E])
      }
      return false
    default:
      let repeated: UInt32? =
        switch next {
        case .one(let ones): ones
        case .zero: 0
        default: nil
        }
      if let repeated {
        let digits = WhisperNumber(small: repeated).digits
        let all = kind == .double ? digits + digits : digits + digits + digits
        value = WhisperNumber(text: (value?.lead ?? []) + all)
        return true
      }
    }
    flush()
    write(text[words[index]])
    return false
  }

  /// A word that is no number word: digits, perhaps with a currency in front, or anything else.
  private mutating func readOther(_ word: Range<Int>) {
    let symbol = text[word.lowerBound]
    let hasPrefix = [0x2D, 0x2B, 0xA3, 0x20AC, 0x24, 0xA2].contains(symbol)
    let digits = hasPrefix ? (word.lowerBound + 1)..<word.upperBound : word
    guard Self.isNumeric(text, digits) else {
      flush()
      write(text[word])
      return
    }
    if let pending = value {
      if pending.endsInPoint {
        value = WhisperNumber(text: pending.digits + text[word])
        return
      }
      flush()
    }
    if hasPrefix { prefix = symbol }
    value = WhisperNumber(numeral: text[digits])
  }

  private mutating func read(ones: UInt32, after previous: WhisperNumberWord?) {
    guard let pending = value else {
      value = WhisperNumber(small: ones)
      return
    }
    var followsOne = false
    if case .one = previous { followsOne = true }
    if pending.isText || followsOne {
      var followsTen = false
      if case .ten = previous { followsTen = true }
      value = followsTen && ones < 10 ? pending.replacingLast(by: ones) : pending.appending(ones)
    } else {
      value = pending.adding(ones, zeros: ones < 10 ? 1 : 2) ?? pending.appending(ones)
    }
  }

  private mutating func read(tens: UInt32) {
    guard let pending = value else {
      value = WhisperNumber(small: tens)
      return
    }
    value = pending.isText ? pending.appending(tens) : pending.adding(tens, zeros: 2) ?? pending.appending(tens)
  }

  private mutating func read(power: Int, suffix: String?) {
    if let pending = value {
      if let product = pending.multiplied(power: power) {
        value = product
      } else {
        flush()
        value = WhisperNumber(power: power)
      }
    } else {
      value = WhisperNumber(power: power)
    }
    if let suffix { flush(suffix: suffix) }
  }

  private func kind(_ index: Int) -> WhisperNumberWord? { index < kinds.count ? kinds[index] : nil }

  private func isNumeric(_ index: Int) -> Bool { index < words.count && Self.isNumeric(text, words[index]) }

  /// `^\d+(\.\d+)?$`.
  private static func isNumeric(_ text: [UInt32], _ range: Range<Int>) -> Bool {
    guard let first = text[range].first, let last = text[range].last, first != 0x2E, last != 0x2E else { return false }
    var points = 0
    for scalar in text[range] {
      if scalar == 0x2E {
        points += 1
        if points > 1 { return false }
      } else if ScalarText.digit(scalar) == nil {
        return false
      }
    }
    return true
  }

  /// Writes the number read so far, if there is one.
  private mutating func flush(suffix: String = "") {
    guard let pending = value else { return }
    write(pending.digits[...], suffix: suffix)
    value = nil
  }

  private mutating func write(_ word: ArraySlice<UInt32>, suffix: String = "") {
    if !output.isEmpty { output.append(0x20) }
    if let prefix { output.append(prefix) }
    prefix = nil
    output.append(contentsOf: word)
    output.append(contentsOf: suffix.unicodeScalars.lazy.map(\.value))
  }
}
