internal import NPUBase
internal import NPUServices

/// The payloads of one response, kept until its text is asked for.
struct GeneratedText: Sendable {
  private let form: StreamForm
  private let mode: StreamedText
  private var bytes: [UInt8] = []
  /// Where each payload ends: a payload may hold line feeds of its own, so no byte can part them.
  private var ends: [Int] = []

  /// Creates a text of which nothing has come.
  ///
  /// - Parameters:
  ///   - form: In what form the payloads are written.
  ///   - text: How their texts add up.
  init(_ form: StreamForm = .chunks, _ text: StreamedText = .detect) {
    self.form = form
    mode = text
  }

  /// Keeps a copy of a payload: a chunk, or a whole response.
  mutating func keep(_ payload: Span<UInt8>) {
    bytes.append(copying: payload)
    ends.append(bytes.count)
  }

  /// The text of the first choice; reasoning and tool calls are left out.
  ///
  /// Understands chunks of chat and completions, and whole responses of both, and servers that repeat their text in
  /// each chunk. A payload that is not JSON adds nothing.
  var joined: String {
    guard form == .chunks else { return joinedEvents }
    var text = TextAssembly(mode)
    var namesRoleAlways = true
    var fullText: String?
    var start = 0
    for end in ends {
      defer { start = end }
      guard let value = try? JSONCoding.decode(JSONValue.self, from: Array(bytes[start..<end])) else { continue }
      fullText = value["full_text"]?.string ?? fullText
      let choices = value["choices"]?.array ?? []
      guard let first = choices.enumerated().first(where: { (WholeNumber.of($1["index"]) ?? $0) == 0 })?.element else {
        continue
      }
      let message = first["delta"] ?? first["message"]
      if message?["role"]?.string == nil { namesRoleAlways = false }
      text.append((ContentText(first["text"]).text ?? "") + (ContentText(message?["content"]).text ?? ""))
    }
    return text.text(mayRepeat: namesRoleAlways, fullText: fullText)
  }

  /// The text of events that are no chunks.
  private var joinedEvents: String {
    var text = EventText(form, mode)
    var start = 0
    for end in ends {
      defer { start = end }
      text.add(Array(bytes[start..<end]))
    }
    return text.text
  }
}
