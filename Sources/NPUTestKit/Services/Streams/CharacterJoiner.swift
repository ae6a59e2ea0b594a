internal import NPUBase

/// Joins the halves of characters that a server cut in two between chunks.
///
/// The first half, an escape such as `\ud83d` at the end of a text, is taken out of its chunk and put before the next
/// text at the same place, which is the same field of the same choice. If that does not begin with the other half,
/// U+FFFD is put there. Only chunks with a half, and those after one that waits, need to pass through here.
package struct CharacterJoiner: Sendable {
  /// The first halves that wait, by place: the names and indices on the way to the text.
  private var halves: [String: [UInt8]] = [:]
  /// How many characters were joined.
  package private(set) var joined = 0
  /// How many halves have no other half.
  package private(set) var broken = 0

  /// Most places that are kept; a server can name any number.
  private static let placeLimit = 256

  /// Creates a joiner to which nothing has come.
  package init() {}

  /// Whether a first half waits for its other half.
  package var isWaiting: Bool { !halves.isEmpty }

  /// Takes the payload of a chunk and gives it with what was joined.
  ///
  /// - Parameter payload: A well-formed JSON document.
  /// - Returns: The payload, changed where a character was cut.
  package mutating func join(_ payload: Span<UInt8>) -> [UInt8] {
    let edits = JSONCursor.scan(payload) { cursor -> [Edit] in
      var edits: [Edit] = []
      cursor.skipSpace()
      try? walk(&cursor, payload, at: "", &edits)
      return edits
    }
    var result: [UInt8] = []
    var position = 0
    for edit in edits ?? [] {
      result.append(copying: payload.extracting(position..<edit.range.lowerBound))
      result += edit.bytes
      position = edit.range.upperBound
    }
    result.append(copying: payload.extracting(position..<payload.count))
    return result
  }

  /// Takes the end of the stream: what still waits is broken.
  package mutating func finish() {
    broken += halves.count
    halves = [:]
  }

  private struct Edit {
    var range: Range<Int>
    var bytes: [UInt8]
  }

  private mutating func walk(
    _ cursor: inout JSONCursor, _ payload: Span<UInt8>, at place: String, _ edits: inout [Edit]
  ) throws(JSONCursor.Malformed) {
    switch try cursor.peek() {
    case 0x22:
      let text = try cursor.string()
      take(payload.extracting(text), from: text.lowerBound, at: place, &edits)
    case 0x7B:
      var hasEntry = try cursor.enter(.object)
      while hasEntry {
        let name = try cursor.key().text
        try walk(&cursor, payload, at: place + "/" + name, &edits)
        hasEntry = try cursor.another(in: .object)
      }
    case 0x5B:
      var hasElement = try cursor.enter(.array)
      var position = 0
      while hasElement {
        // A copy looks ahead: the index of a choice, or of a call, may stand after its text.
        var ahead = cursor
        let index = try Self.index(&ahead) ?? position
        try walk(&cursor, payload, at: place + "/\(index)", &edits)
        hasElement = try cursor.another(in: .array)
        position += 1
      }
    default: try cursor.skipValue()
    }
  }

  /// Reads a value; its index if it is an object that has one.
  private static func index(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) -> Int? {
    guard try cursor.peek() == 0x7B else { return nil }
    var index: Int?
    var hasEntry = try cursor.enter(.object)
    while hasEntry {
      if "index" ~= (try cursor.key()) { index = try cursor.wholeNumber() } else { try cursor.skipValue() }
      hasEntry = try cursor.another(in: .object)
    }
    return index
  }

  /// Takes one text of the payload.
  private mutating func take(_ text: Span<UInt8>, from start: Int, at place: String, _ edits: inout [Edit]) {
    guard !text.isEmpty else { return }
    var found = text.characterHalves[...]
    if let waiting = halves.removeValue(forKey: place) {
      let isOtherHalf = found.first.map { $0.position == 0 && !$0.isFirst } ?? false
      edits.append(Edit(range: start..<start, bytes: isOtherHalf ? waiting : CharacterHalf.replacement))
      if isOtherHalf {
        joined += 1
        found = found.dropFirst()
      } else {
        broken += 1
      }
    }
    for half in found {
      let range = (start + half.position)..<(start + half.position + CharacterHalf.length)
      let isLast = half.position + CharacterHalf.length == text.count
      if half.isFirst, isLast, halves.count < Self.placeLimit {
        var escape: [UInt8] = []
        escape.append(copying: text.extracting(half.position..<text.count))
        halves[place] = escape
        edits.append(Edit(range: range, bytes: []))
      } else {
        broken += 1
        edits.append(Edit(range: range, bytes: CharacterHalf.replacement))
      }
    }
  }
}
