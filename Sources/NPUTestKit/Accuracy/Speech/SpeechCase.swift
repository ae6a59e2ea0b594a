public import NPUBase

/// A text that two services are to speak.
public struct SpeechCase: AskedCase {
  /// The identity of the case.
  public var id: String
  /// The text.
  public var text: String

  /// Creates a case.
  public init(id: String, text: String) {
    self.id = id
    self.text = text
  }

  /// What the case asks, as a recording holds it.
  public var request: JSONValue { ["text": .string(text)] }

  /// Reads a case out of a recording.
  public init(_ recorded: RecordedCase) throws(AccuracyError) {
    guard let text = recorded.request["text"]?.string else { throw .malformed(recorded, lacking: "text") }
    self.init(id: recorded.id, text: text)
  }
}

extension SpeechCase {
  /// Sentences for those who have none, in English and Chinese, with numbers and names, which are said wrong first.
  public static let sentences: [String] = [
    "The quick brown fox jumps over the lazy dog.", "Please call me back after nine in the morning.",
    "All of the samples were taken before the first rain of the year.", "The train to Berlin leaves from platform 14.",
    "Artificial intelligence is transforming whole industries.", "She sold sea shells, he says, for 3 dollars each.",
    "今天天气真不错，适合出去散步。", "人工智能正在改变世界的方方面面。", "请在上午九点以后给我回电话。",
    "这列火车从第十四站台开往北京。",
  ]

  /// A case for each text, with its number for an identity.
  public static func cases(_ texts: [String] = sentences) -> [SpeechCase] {
    texts.enumerated().map { SpeechCase(id: "\($0.offset + 1)", text: $0.element) }
  }
}
