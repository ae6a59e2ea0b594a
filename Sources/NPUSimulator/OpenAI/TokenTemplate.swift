internal import NIOCore

/// A chunk of one content token with a gap where the text stands: three copies make an event.
///
/// It is cut out of a chunk that the renderer wrote, so that there is one place alone which knows the shape of chunks.
struct TokenTemplate: Sendable {
  private let before: [UInt8]
  private let after: [UInt8]

  /// Makes the template of one choice, or nothing if tokens of this request differ in more than their text.
  ///
  /// - Parameters:
  ///   - renderer: What writes chunks.
  ///   - choice: The number of the choice.
  init?(_ renderer: ChunkRenderer, choice: Int) {
    guard renderer.request.logprobs == nil, !renderer.request.returnsTokenIDs else { return nil }
    let mark = Array("<the token>".utf8)
    var buffer = ByteBuffer()
    renderer.write(.init(choice: choice, pieces: [Piece(kind: .content, text: mark, token: mark)]), into: &buffer)
    let bytes = Array(buffer.readableBytesView)
    // The last one: the id or the model may hold the same words, but stand before the text.
    let starts = stride(from: bytes.count - mark.count, through: 0, by: -1)
    guard let start = starts.first(where: { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }) else { return nil }
    before = Array(bytes[..<start])
    after = Array(bytes[(start + mark.count)...])
  }

  /// Writes the chunk of a token.
  func write(_ text: [UInt8], into buffer: inout ByteBuffer) {
    buffer.writeBytes(before)
    buffer.writeJSONContent(text)
    buffer.writeBytes(after)
  }
}
