/// The text of the first choice, from the payloads of an answer.
enum GeneratedText {
  /// Joins the answer text of payloads that are separated by line feeds; reasoning and tool calls are left out.
  ///
  /// Understands chunks of chat and completions, and whole answers of both. A payload that is not JSON adds nothing.
  static func joined(_ payloads: [UInt8]) -> String {
    payloads.split(separator: 0x0A).reduce(into: "") { text, payload in
      guard let value = try? JSONCoding.decode(JSONValue.self, from: Array(payload)),
        let first = value["choices"]?.array?.first(where: { ($0["index"]?.integer ?? 0) == 0 })
      else { return }
      let message = first["delta"] ?? first["message"]
      text += message?["content"]?.string ?? first["text"]?.string ?? ""
    }
  }
}
