/// The text of the first choice, from the payloads of an answer.
enum GeneratedText {
  /// Joins the answer text of payloads; reasoning and tool calls are left out.
  ///
  /// Understands chunks of chat and completions, and whole answers of both, and servers that repeat their text in each
  /// chunk. A payload that is not JSON adds nothing.
  static func joined(_ payloads: [[UInt8]]) -> String {
    var text = TextAssembly(.detect)
    var namesRoleAlways = true
    var fullText: String?
    for payload in payloads {
      guard let value = try? JSONCoding.decode(JSONValue.self, from: payload) else { continue }
      fullText = value["full_text"]?.string ?? fullText
      guard let first = value["choices"]?.array?.first(where: { ($0["index"]?.integer ?? 0) == 0 }) else { continue }
      let message = first["delta"] ?? first["message"]
      if message?["role"]?.string == nil { namesRoleAlways = false }
      text.append(message?["content"]?.string ?? first["text"]?.string ?? "")
    }
    return text.text(mayRepeat: namesRoleAlways, fullText: fullText)
  }
}
