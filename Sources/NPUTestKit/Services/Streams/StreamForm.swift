/// In what form a server writes the events of a streamed response.
package enum StreamForm: Sendable, Hashable {
  /// The chunks of OpenAI's protocols, which ``ChunkScanner`` reads.
  case chunks
  /// The events of TGI and of MindIE's `/infer`: a token each, and the whole text in the last.
  case tokens
  /// The events of Triton's `generate_stream`: a text each.
  case textOutputs
  /// The documents of the first server of vLLM, as MindIE's `/generate` has them: a list of texts, and a NUL behind it.
  case texts
  /// The events of services of one's own on ModelArts: a token each, as text. Most say nothing of their end.
  case predictions

  /// Whether a NUL ends each event, in place of the lines of server-sent events.
  package var isNULFramed: Bool { self == .texts }

  /// Whether a body is a stream by what its head says, whatever its first bytes are.
  package func isStream(_ media: MediaType) -> Bool {
    media.isEventStream || isNULFramed && !media.isJSON && !media.isText
  }

  /// What one event carried, of which nothing is known that came before it.
  func facts(of payload: Span<UInt8>, type: Span<UInt8>) -> ChunkFacts {
    if self == .chunks { return ChunkScanner().scan(payload, type: type) }
    var scanner = TextEventScanner(self)
    return scanner.scan(payload, type: type)
  }

  /// What one event that has no type carried, of which nothing is known that came before it.
  func facts(of payload: Span<UInt8>) -> ChunkFacts {
    if self == .chunks { return ChunkScanner().scan(payload) }
    var scanner = TextEventScanner(self)
    return scanner.scan(payload)
  }

  /// What a whole response in one document carried.
  package func facts(ofDocument document: Span<UInt8>) -> ChunkFacts {
    if self == .chunks { return ChunkScanner(readsDocuments: true).scan(document) }
    var scanner = TextEventScanner(self, readsDocuments: true)
    return scanner.scan(document)
  }
}
