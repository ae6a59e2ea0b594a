/// The text that stands in the payloads of an answer, for requests of which the run keeps the text.
enum GeneratedText {
  /// The answer text of the first choice.
  ///
  /// Reads events of chat and completion streams as well as whole answers; documents that are neither add nothing. Reasoning and
  /// tool calls are left out.
  ///
  /// - Parameter payloads: JSON documents one after another, with white space or nothing between them.
  /// - Returns: The text; empty if there is none.
  static func decode(_ payloads: [UInt8]) -> String {
    var accumulator = ChatAccumulator()
    for document in documents(in: payloads) {
      guard let answer = try? JSONCoding.decode(Answer.self, from: Array(document)) else { continue }
      accumulator.add(answer.chunk)
    }
    return accumulator.response.text ?? ""
  }

  /// A chunk or a whole answer, of a chat or of a completion.
  private struct Answer: Decodable {
    var chunk: ChatChunk

    init(from decoder: any Decoder) throws {
      if let whole = try? ChatResponse(from: decoder) {
        chunk = ChatChunk(whole)
        return
      }
      chunk = try ChatChunk(from: decoder)
      guard let completion = try? CompletionChunk(from: decoder), completion.choices.count == chunk.choices.count else {
        return
      }
      for (position, choice) in completion.choices.enumerated() where chunk.choices[position].delta == .init() {
        chunk.choices[position].delta.content = choice.text
      }
    }
  }

  /// The documents in a row of JSON objects: each ends where its outermost brace closes.
  private static func documents(in payloads: [UInt8]) -> [ArraySlice<UInt8>] {
    var documents: [ArraySlice<UInt8>] = []
    var start = payloads.startIndex
    var depth = 0
    var isInText = false
    var isEscaped = false
    for (position, byte) in payloads.enumerated() {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = depth > 0
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if depth == 0 { start = position }
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth = max(0, depth - 1)
        if depth == 0 { documents.append(payloads[start...position]) }
      default: break
      }
    }
    return documents
  }
}
