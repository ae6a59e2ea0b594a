/// Splits texts into words by jiwer's default rule and numbers equal words equally; its buffers serve many pairs.
///
/// jiwer 4.0 replaces each run of two or more white spaces by U+0020, strips the ends and splits on U+0020 alone. So
/// every word is a slice of the text: a run of white space separates if it is longer than one scalar, is a U+0020, or
/// stands at an end.
struct WordSplitter {
  private struct Word {
    var start: Int
    var end: Int
    var hash: UInt64
  }

  private var bytes: [UInt8] = []
  private var words: [Word] = []
  /// The index of a word in `words` plus one, or 0 for a free slot.
  private var slots: [UInt32] = []
  private var numbers: [UInt32] = []
  private var distinct = 0

  /// The numbered words of a pair.
  mutating func pair(_ reference: String, _ hypothesis: String) -> TokenPair {
    bytes.removeAll(keepingCapacity: true)
    words.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: reference.utf8)
    let boundary = bytes.count
    bytes.append(contentsOf: hypothesis.utf8)
    // A second reference for the length of this call, not a copy: a span of a property would block the others.
    let text = bytes
    Self.split(text.span, 0..<boundary, into: &words)
    let referenceWords = words.count
    Self.split(text.span, boundary..<text.count, into: &words)
    number()
    return TokenPair(
      reference: Array(numbers[..<referenceWords]), hypothesis: Array(numbers[referenceWords...]), alphabet: distinct)
  }

  /// Appends the words of one text, given as a range of the bytes.
  private static func split(_ span: Span<UInt8>, _ range: Range<Int>, into words: inout [Word]) {
    var position = range.lowerBound
    var start = -1
    var hash: UInt64 = 0
    while position < range.upperBound {
      let byte = span[position]
      // Every white space is at most U+0020, or begins with one of these four bytes.
      if byte > 0x20, byte != 0xC2, byte < 0xE1 || byte > 0xE3 {
        if start < 0 {
          start = position
          hash = 0x9E37_79B9_7F4A_7C15
        }
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        position += 1
        continue
      }
      var end = position
      var spaces = 0
      while end < range.upperBound {
        let length = WhiteSpace.length(at: end, in: span, end: range.upperBound)
        if length == 0 { break }
        end += length
        spaces += 1
      }
      if spaces == 0 || (spaces == 1 && byte != 0x20 && start >= 0 && end < range.upperBound) {
        // No white space after all, or one that stays inside the word.
        if start < 0 {
          start = position
          hash = 0x9E37_79B9_7F4A_7C15
        }
        let next = max(end, position + 1)
        for index in position..<next { hash = (hash ^ UInt64(span[index])) &* 0x0000_0100_0000_01B3 }
        position = next
      } else {
        if start >= 0 { words.append(Word(start: start, end: position, hash: hash)) }
        start = -1
        position = end
      }
    }
    if start >= 0 { words.append(Word(start: start, end: range.upperBound, hash: hash)) }
  }

  /// Numbers all words by a hash table over their bytes.
  private mutating func number() {
    var capacity = 16
    while capacity < words.count * 2 { capacity *= 2 }
    if slots.count != capacity {
      slots = Array(repeating: 0, count: capacity)
    } else {
      for index in slots.indices { slots[index] = 0 }
    }
    numbers.removeAll(keepingCapacity: true)
    distinct = 0
    let mask = capacity - 1
    for (index, word) in words.enumerated() {
      var slot = Int(truncatingIfNeeded: word.hash ^ (word.hash >> 32)) & mask
      while true {
        let entry = Int(slots[slot]) - 1
        if entry < 0 {
          slots[slot] = UInt32(index + 1)
          numbers.append(UInt32(distinct))
          distinct += 1
          break
        }
        if equal(words[entry], word) {
          numbers.append(numbers[entry])
          break
        }
        slot = (slot + 1) & mask
      }
    }
  }

  private func equal(_ left: Word, _ right: Word) -> Bool {
    guard left.hash == right.hash, left.end - left.start == right.end - right.start else { return false }
    let span = bytes.span
    for offset in 0..<(left.end - left.start) where span[left.start + offset] != span[right.start + offset] {
      return false
    }
    return true
  }
}
