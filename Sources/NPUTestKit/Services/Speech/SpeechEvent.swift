internal import NPUBase

/// One server-sent event of streamed speech.
enum SpeechEvent: Sendable, Hashable {
  /// A piece of the audio.
  case audio([UInt8])
  /// The end of a whole response, with token counts where the service gives them.
  case done(Usage?)
  /// An error that the service reports.
  case error(ErrorBody)
  /// Something without meaning here, such as a keep-alive.
  case other

  /// Reads the data of one event; `nil` if it is no JSON, or holds audio that is no Base64.
  ///
  /// The kind stands in the field `type` of the data, and in the event type of some services; either will do.
  init?(data: String, type: String) {
    let bytes = Array(data.utf8)
    if data.utf8.drop(while: { $0 == 0x20 }).elementsEqual("[DONE]".utf8) {
      self = .done(nil)
      return
    }
    if type == "ping" || data.utf8.allSatisfy({ $0 <= 0x20 }) {
      self = .other
      return
    }
    guard let value = try? JSONCoding.decode(JSONValue.self, from: bytes) else {
      if type == "error" || type == "speech.audio.error" {
        self = .error(ErrorBody(bytes))
        return
      }
      return nil
    }
    let kind = value["type"]?.string ?? type
    if kind.hasSuffix("error") || (value["error"] ?? .null) != .null || value["object"]?.string == "error" {
      self = .error(ErrorBody(value))
    } else if kind.hasSuffix(".done") {
      let counts = value["usage"] ?? .null
      let usage = try? JSONCoding.decode(Usage.self, from: JSONCoding.encode(counts))
      self = .done(counts == .null ? nil : usage)
    } else if let text = value["audio"]?.string ?? value["delta"]?.string {
      guard let audio = Base64.decode(text) else { return nil }
      self = .audio(audio)
    } else {
      self = .other
    }
  }
}
