internal import NPUBase

/// How the decoders of responses read the forms that ``ChunkScanner`` lists, so that both find the same.
extension KeyedDecodingContainer where Key == JSONKey {
  /// A content: a text or a list of parts.
  func content(_ key: JSONKey) -> ContentText { ContentText(lenient(key, as: JSONValue.self)) }

  /// The reasoning under its new name, else under its old one, and then that among the parts of a content.
  ///
  /// vLLM 0.12 to 0.15 sends the same text under both names.
  func reasoning(_ content: ContentText) -> String? {
    var own = reasoning("reasoning")
    if own?.isEmpty != false { own = reasoning("reasoning_content") ?? own }
    guard let parts = content.reasoning else { return own }
    return (own ?? "") + parts
  }

  private func reasoning(_ key: JSONKey) -> String? {
    let content = content(key)
    guard let parts = content.reasoning else { return content.text }
    return (content.text ?? "") + parts
  }

  /// The index of a choice, else its position in the list that is being read.
  func choiceIndex(of decoder: any Decoder) -> Int { count("index") ?? decoder.codingPath.last?.intValue ?? 0 }

  /// The token counts: those beside the choices, else the last that a choice has.
  func usage() -> Usage? {
    if let usage = lenient("usage", as: Usage.self) { return usage }
    // Only servers that count in their choices have anything more to read.
    return lenient("choices", as: [Lossy<ChoiceUsage>].self)?.compactMap { $0.value?.usage }.last
  }
}

private struct ChoiceUsage: Decodable {
  var usage: Usage?

  init(from decoder: any Decoder) throws {
    usage = try decoder.container(keyedBy: JSONKey.self).lenient("usage")
  }
}

/// An element of a list that may be something else.
struct Lossy<Value: Decodable>: Decodable {
  var value: Value?

  init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}
