internal import NPUBase

extension ChunkScanner {
  /// Looks at a payload with bytes beyond ASCII: at the edge of a text half a character may stand, elsewhere none.
  ///
  /// An error remains one: what the server says of it explains more than its bytes.
  static func checkEncoding(of payload: Span<UInt8>, _ facts: inout ChunkFacts) {
    guard payload.firstNonUTF8 != nil, !facts.content.contains(.error) else { return }
    var rest: [UInt8] = []
    rest.append(copying: payload)
    var edges: ChunkFacts.Oddities = .characterHalf
    for range in ChunkText.all(in: payload, readsDocuments: false).map(\.range) where !range.isEmpty {
      let text = payload.extracting(range)
      let first = text.continuingBytes
      let last = first == text.count ? 0 : text.cutCharacterBytes
      if first > 0 { edges.insert(.beginsInCharacter) }
      if last > 0 { edges.insert(.endsInCharacter) }
      for position in range.prefix(first) { rest[position] = 0x20 }
      for position in range.suffix(last) { rest[position] = 0x20 }
    }
    if rest.span.firstNonUTF8 == nil {
      facts.oddities.formUnion(edges)
    } else {
      facts = ChunkFacts()
      facts.content = .malformed
      facts.oddities = .notUTF8
    }
  }
}
