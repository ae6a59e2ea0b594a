package import NPUBase

/// The text of a message's content, which is a text or a list of parts.
///
/// A part is a text, or an object with its text under `text`. One whose type is `thinking` or `reasoning`, and whatever
/// stands under those names, a text or parts again, is reasoning. Everything else, such as an image, has no text.
package struct ContentText: Sendable, Hashable {
  /// The text; `nil` where there is neither a text nor a list.
  package private(set) var text: String?
  /// The reasoning among the parts; `nil` where there is none.
  package private(set) var reasoning: String?

  /// Reads a content.
  package init(_ content: JSONValue?) {
    switch content {
    case .string(let text): self.text = text
    case .array(let parts):
      text = ""
      for part in parts { add(part, isReasoning: false) }
    default: break
    }
  }

  private mutating func add(_ part: JSONValue, isReasoning: Bool) {
    if let text = part.string { return append(text, isReasoning) }
    guard let members = part.object else { return }
    let isReasoning = isReasoning || Self.isReasoning(members["type"]?.string)
    if let text = members["text"]?.string { append(text, isReasoning) }
    for name in ["thinking", "reasoning"] {
      for inner in members[name]?.array ?? [members[name] ?? .null] where inner.object != nil || inner.string != nil {
        add(inner, isReasoning: true)
      }
    }
  }

  private mutating func append(_ piece: String, _ isReasoning: Bool) {
    guard !piece.isEmpty else { return }
    if isReasoning { reasoning = (reasoning ?? "") + piece } else { text = (text ?? "") + piece }
  }

  private static func isReasoning(_ type: String?) -> Bool { type == "thinking" || type == "reasoning" }
}
