internal import NPUBase

/// Joins the halves of characters that a server cut in two between chunks.
///
/// A half is an escape such as `\ud83d` without the other, or some of the bytes of a character. The first half, at the
/// end of a text, is taken out of its chunk and put before the next text at the same place, which is the same field of
/// the same choice. If that does not begin with the other half, U+FFFD is put there; if no text follows, the half is
/// left out and counted as broken. Only chunks with a half, and those after one that waits, need to pass through here.
package struct CharacterJoiner: Sendable {
  private let readsDocuments: Bool
  /// The first halves that wait, by place: the names and indices on the way to the text.
  private var halves: [String: [UInt8]] = [:]
  /// How many characters were joined.
  package private(set) var joined = 0
  /// How many halves were followed, or preceded, by something else than the other half.
  private var mismatched = 0
  /// How many texts had halves.
  package private(set) var textsWithHalves = 0

  /// Most places that are kept; a server can name any number.
  private static let placeLimit = 256

  /// Creates a joiner to which nothing has come.
  ///
  /// - Parameter readsDocuments: Whether the payloads are whole responses and no chunks.
  package init(readsDocuments: Bool = false) { self.readsDocuments = readsDocuments }

  /// Whether a first half waits for its other half.
  package var isWaiting: Bool { !halves.isEmpty }

  /// How many halves have no other half, if nothing more comes.
  package var broken: Int { mismatched + halves.count }

  /// Takes the payload of a chunk and gives it with what was joined.
  ///
  /// - Parameter payload: A well-formed JSON document.
  /// - Returns: The payload, changed where a character was cut.
  package mutating func join(_ payload: Span<UInt8>) -> [UInt8] {
    var edits: [Edit] = []
    for text in ChunkText.all(in: payload, readsDocuments: readsDocuments) where !text.range.isEmpty {
      take(payload.extracting(text.range), from: text.range.lowerBound, at: text.place, &edits)
    }
    var result: [UInt8] = []
    var position = 0
    for edit in edits {
      result.append(copying: payload.extracting(position..<edit.range.lowerBound))
      result += edit.bytes
      position = edit.range.upperBound
    }
    result.append(copying: payload.extracting(position..<payload.count))
    return result
  }

  private struct Edit {
    var range: Range<Int>
    var bytes: [UInt8]
  }

  /// Takes one text of the payload.
  private mutating func take(_ text: Span<UInt8>, from start: Int, at place: String, _ edits: inout [Edit]) {
    let escapes = text.characterHalves
    let isContinued = text.continuingBytes > 0
    let rest = isContinued && text.continuingBytes == text.count ? 0 : text.cutCharacterBytes
    if !escapes.isEmpty || isContinued || rest > 0 { textsWithHalves += 1 }
    var found = escapes[...]
    if let waiting = halves.removeValue(forKey: place) {
      if waiting.first != 0x5C {
        guard join(waiting, text, from: start, at: place, &edits) else { return }
      } else if let other = found.first, other.position == 0, !other.isFirst {
        edits.append(Edit(range: start..<start, bytes: waiting))
        joined += 1
        found = found.dropFirst()
      } else {
        lose(start..<(start + text.continuingBytes), &edits)
      }
    } else if isContinued {
      lose(start..<(start + text.continuingBytes), &edits)
    }
    for half in found {
      let end = half.position + CharacterHalf.length
      if half.isFirst, end == text.count {
        keep(text, from: half.position, start, at: place, &edits)
      } else {
        lose((start + half.position)..<(start + end), &edits)
      }
    }
    if rest > 0 { keep(text, from: text.count - rest, start, at: place, &edits) }
  }

  /// Joins the first bytes of a character with those at the beginning of a text.
  ///
  /// - Returns: Whether there is more in the text: a character can be cut into three or four.
  private mutating func join(
    _ waiting: [UInt8], _ text: Span<UInt8>, from start: Int, at place: String, _ edits: inout [Edit]
  ) -> Bool {
    var character = waiting
    var length = 0
    while length < text.continuingBytes, character.span.utf8Character(at: 0) == .cut {
      character.append(text[length])
      length += 1
    }
    switch character.span.utf8Character(at: 0) {
    case .whole:
      edits.append(Edit(range: start..<start, bytes: waiting))
      joined += 1
      // What stands behind the character and continues none is lost by itself.
      if text.continuingBytes > length { lose((start + length)..<(start + text.continuingBytes), &edits) }
    case .cut where length == text.count:
      edits.append(Edit(range: start..<(start + length), bytes: []))
      halves[place] = character
      return false
    default: lose(start..<(start + text.continuingBytes), &edits)
    }
    return true
  }

  /// Keeps the half at the end of a text until the next.
  private mutating func keep(
    _ text: Span<UInt8>, from position: Int, _ start: Int, at place: String, _ edits: inout [Edit]
  ) {
    let range = (start + position)..<(start + text.count)
    guard halves.count < Self.placeLimit else { return lose(range, &edits) }
    var half: [UInt8] = []
    half.append(copying: text.extracting(position..<text.count))
    halves[place] = half
    edits.append(Edit(range: range, bytes: []))
  }

  /// Puts U+FFFD in the place of a half without the other.
  private mutating func lose(_ range: Range<Int>, _ edits: inout [Edit]) {
    mismatched += 1
    edits.append(Edit(range: range, bytes: CharacterHalf.replacement))
  }
}
