/// Reads a whole XML document, of any content, in one pass.
///
/// A document type is refused: what it may define would grow without limit.
struct XMLReader {
  /// Why a text is not read.
  enum Fault: Error, Hashable {
    /// It is no XML, or ends too early.
    case malformed
    /// It has a document type.
    case documentType
    /// Elements are nested deeper than ``XMLReader/deepest``.
    case tooDeep
  }

  /// Answers of object stores are four levels deep.
  static let deepest = 32

  private let bytes: [UInt8]
  private var position = 0
  /// The elements that are open, the root first.
  private var open: [XMLElement] = []
  /// The text of each open element, as far as it was read.
  private var texts: [[UInt8]] = []

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The root of a document.
  static func read(_ bytes: [UInt8]) throws(Fault) -> XMLElement {
    var reader = XMLReader(bytes)
    return try reader.document()
  }

  private mutating func document() throws(Fault) -> XMLElement {
    var root: XMLElement?
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        try takeText(isInside: !open.isEmpty)
        continue
      }
      if skip("<?", until: "?>") || skip("<!--", until: "-->") { continue }
      if starts("<![CDATA[") {
        try takeCharacterData()
      } else if starts("<!") {
        throw .documentType
      } else if starts("</") {
        if let closed = try closeElement() { root = closed }
      } else {
        guard root == nil else { throw .malformed }
        if let single = try openElement() { root = single }
      }
    }
    guard let root, open.isEmpty else { throw .malformed }
    return root
  }

  // MARK: - Elements

  /// Begins an element.
  ///
  /// - Returns: The element, if it is the root and empty.
  private mutating func openElement() throws(Fault) -> XMLElement? {
    position += 1
    let name = try takeName()
    var isEmpty = false
    var quote: UInt8?
    while true {
      guard position < bytes.count else { throw .malformed }
      let byte = bytes[position]
      position += 1
      if let mark = quote {
        if byte == mark { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "<") {
        throw .malformed
      } else if byte == UInt8(ascii: ">") {
        break
      }
      isEmpty = byte == UInt8(ascii: "/")
    }
    guard open.count < Self.deepest else { throw .tooDeep }
    open.append(XMLElement(name: name))
    texts.append([])
    return isEmpty ? finishElement() : nil
  }

  /// Ends the innermost element.
  ///
  /// - Returns: The element, if it is the root.
  private mutating func closeElement() throws(Fault) -> XMLElement? {
    position += 2
    let name = try takeName()
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">"), open.last?.name == name else {
      throw .malformed
    }
    position += 1
    return finishElement()
  }

  private mutating func finishElement() -> XMLElement? {
    guard var element = open.popLast(), let text = texts.popLast() else { return nil }
    // The spaces between elements are layout.
    if element.children.isEmpty { element.text = String(decoding: text, as: UTF8.self) }
    guard let last = open.indices.last else { return element }
    open[last].children.append(element)
    return nil
  }

  private mutating func takeName() throws(Fault) -> String {
    let start = position
    while position < bytes.count, !Self.isSpace(bytes[position]), !Self.endsOfName.contains(bytes[position]) {
      position += 1
    }
    guard position > start else { throw .malformed }
    let name = String(decoding: bytes[start..<position], as: UTF8.self)
    return name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }

  // MARK: - Texts

  private mutating func takeText(isInside: Bool) throws(Fault) {
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      let byte = bytes[position]
      if isInside, let last = texts.indices.last {
        if byte == UInt8(ascii: "&") {
          texts[last] += try takeReference()
          continue
        }
        texts[last].append(byte)
      } else if !Self.isSpace(byte), !Self.byteOrderMark.contains(byte) {
        throw .malformed
      }
      position += 1
    }
  }

  private mutating func takeCharacterData() throws(Fault) {
    position += "<![CDATA[".utf8.count
    guard let last = texts.indices.last, let end = place(of: "]]>") else { throw .malformed }
    texts[last] += bytes[position..<end]
    position = end + 3
  }

  /// Reads what stands for a character, such as `&amp;` or `&#x4E2D;`.
  private mutating func takeReference() throws(Fault) -> [UInt8] {
    let longest = 12
    guard let end = bytes[position...].prefix(longest).firstIndex(of: UInt8(ascii: ";")) else { throw .malformed }
    let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    position = end + 1
    switch name {
    case "amp": return [UInt8(ascii: "&")]
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "quot": return [UInt8(ascii: "\"")]
    case "apos": return [UInt8(ascii: "'")]
    default:
      let number =
        name.hasPrefix("#x")
        ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
      guard let scalar = number.flatMap(Unicode.Scalar.init) else { throw .malformed }
      return Array(String(Character(scalar)).utf8)
    }
  }

  // MARK: - Bytes

  private mutating func skip(_ start: String, until end: String) -> Bool {
    guard starts(start) else { return false }
    position = place(of: end).map { $0 + end.utf8.count } ?? bytes.count
    return true
  }

  private func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

  private func place(of text: String) -> Int? { bytes[position...].firstRange(of: Array(text.utf8))?.lowerBound }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private static let endsOfName: [UInt8] = [UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "<")]
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
