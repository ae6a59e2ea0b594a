internal import NIOCore

/// A transcription in the form that was asked for.
struct TranscriptionResponse: Sendable {
  private enum Form: Sendable {
    case plain, json, text, verbose, srt, vtt
  }

  let streams: Bool
  private let form: Form
  private let language: String?
  private let model: String
  private let wantsWords: Bool
  private let wantsUsage: Bool
  private let id: String
  private let created: Int
  private let behaviour: Behaviour

  /// - Throws: `ErrorResponse` for a form that is not known.
  init(
    _ form: FormIntake, isPlain: Bool, number: Int, created: Int, _ behaviour: Behaviour
  ) throws(ErrorResponse) {
    self.behaviour = behaviour
    language = form.text("language")
    model = form.text("model") ?? "simulated-whisper"
    wantsWords = form.fields.contains {
      $0.name == "timestamp_granularities[]" && $0.value.elementsEqual("word".utf8)
    }
    wantsUsage = form.text("stream_include_usage") == "true"
    id = "transcribe-\(number)"
    self.created = created
    streams = !isPlain && form.text("stream")?.lowercased() == "true"
    if streams, behaviour.has(.refusesTextStreams) { throw .value("Streams are not supported.", "stream") }
    guard !isPlain else {
      self.form = .plain
      return
    }
    switch form.text("response_format") ?? "json" {
    case "json": self.form = .json
    case "text": self.form = .text
    case "verbose_json": self.form = .verbose
    case "srt": self.form = .srt
    case "vtt": self.form = .vtt
    case let other:
      throw .value("Currently only support response_format: `text`, `json`, `verbose_json`, not `\(other)`")
    }
  }

  var contentType: String {
    if streams { return "text/event-stream; charset=utf-8" }
    switch form {
    case .plain, .json, .verbose: return "application/json"
    case .text, .srt, .vtt: return "text/plain; charset=utf-8"
    }
  }

  func document(_ audio: TranscribedAudio) -> ByteBuffer {
    var body = ByteBuffer()
    switch form {
    case .text:
      body.writeString(audio.text + "\n")
    case .srt, .vtt:
      let isSRT = form == .srt
      if !isSRT { body.writeStaticString("WEBVTT\n\n") }
      for (index, segment) in audio.segments.enumerated() {
        if isSRT { body.writeString("\(index + 1)\n") }
        let mark: Character = isSRT ? "," : "."
        body.writeString("\(Self.clock(segment.start, mark)) --> \(Self.clock(segment.end, mark))\n\(segment.text)\n\n")
      }
    case .json:
      body.writeStaticString(#"{"text":"#)
      body.writeJSON(audio.text)
      body.writeString(#","usage":{"type":"duration","seconds":\#(Int(stated(audio).rounded(.up)))}}"#)
    case .plain:
      body.writeStaticString(#"{"language":"#)
      body.writeJSON(named(audio))
      writeSegments(audio, into: &body)
      body.writeStaticString(#","text":"#)
      body.writeJSON(audio.text)
      body.writeStaticString("}\n")
    case .verbose:
      // vLLM writes the length as a text.
      body.writeString(#"{"duration":"\#(Self.number(stated(audio)))","language":"#)
      body.writeJSON(named(audio))
      body.writeStaticString(#","text":"#)
      body.writeJSON(audio.text)
      writeSegments(audio, into: &body)
      body.writeStaticString(#","words":"#)
      if wantsWords { writeWords(audio, into: &body) } else { body.writeStaticString("null") }
      body.writeStaticString("}")
    }
    return body
  }

  /// The events of a stream, a word each, the last at the end of the work.
  func parts(_ audio: TranscribedAudio, from first: Int64, over work: Int64) -> [TimedScript.Part] {
    var words: [String] = []
    for character in audio.text {
      // A space opens a word, as tokens have it; other scripts go by the character.
      if words.isEmpty || character == " " || !character.isASCII { words.append("") }
      words[words.count - 1].append(character)
    }
    if words.count > 3, behaviour.has(.losesStreamedToken) { words.remove(at: 2) }
    let gaps = Double(max(1, words.count - 1))
    return words.enumerated().map { index, word in
      var body = ByteBuffer()
      writeChunkStart(into: &body)
      body.writeStaticString(#"[{"delta":{"content":"#)
      body.writeJSON(word)
      body.writeStaticString("}")
      body.writeString(index == words.count - 1 ? #","finish_reason":"stop","stop_reason":null}]}"# : "}]}")
      body.writeStaticString("\n\n")
      return TimedScript.Part(due: first + Int64(Double(work) * Double(index) / gaps), body: body)
    }
  }

  /// What ends a stream.
  func end(_ audio: TranscribedAudio) -> ByteBuffer {
    var body = ByteBuffer()
    if audio.text.isEmpty {
      writeChunkStart(into: &body)
      body.writeStaticString(#"[{"delta":{"content":""},"finish_reason":"stop","stop_reason":null}]}"#)
      body.writeStaticString("\n\n")
    }
    if wantsUsage {
      let count = Tokenizer.count(Array(audio.text.utf8))
      writeChunkStart(into: &body)
      body.writeString(#"[],"usage":{"prompt_tokens":0,"total_tokens":\#(count),"completion_tokens":\#(count)}}"#)
      body.writeStaticString("\n\n")
    }
    body.writeStaticString("data: [DONE]\n\n")
    return body
  }

  private func writeChunkStart(into body: inout ByteBuffer) {
    body.writeString(#"data: {"id":"\#(id)","object":"transcription.chunk","created":\#(created),"model":"#)
    body.writeJSON(model)
    body.writeStaticString(#","choices":"#)
  }

  private func named(_ audio: TranscribedAudio) -> String {
    if behaviour.has(.reportsOneLanguage) { return "en" }
    return language ?? (behaviour.audio.isThorough ? audio.language : "en")
  }

  private func stated(_ audio: TranscribedAudio) -> Double {
    behaviour.has(.misstatesDuration) ? audio.seconds * 2 : audio.seconds
  }

  private func writeSegments(_ audio: TranscribedAudio, into body: inout ByteBuffer) {
    body.writeStaticString(#","segments":["#)
    var segments = audio.segments
    if behaviour.has(.reversesSegments) { segments.reverse() }
    if behaviour.has(.shiftsSegments) {
      for index in segments.indices {
        segments[index].start += audio.seconds / 2
        segments[index].end += audio.seconds / 2
      }
    }
    for (index, segment) in segments.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      body.writeStaticString("{")
      if form == .verbose { body.writeString(#""id":\#(index),"seek":0,"temperature":0.0,"tokens":[],"#) }
      body.writeString(#""start":\#(Self.number(segment.start)),"end":\#(Self.number(segment.end)),"text":"#)
      body.writeJSON(segment.text)
      body.writeStaticString("}")
    }
    body.writeStaticString("]")
  }

  private func writeWords(_ audio: TranscribedAudio, into body: inout ByteBuffer) {
    body.writeStaticString("[")
    var isFirst = true
    for segment in audio.segments {
      let step = (segment.end - segment.start) / Double(max(1, segment.words.count))
      for (index, word) in segment.words.enumerated() {
        let start = segment.start + step * Double(index)
        if !isFirst { body.writeStaticString(",") }
        isFirst = false
        body.writeString(#"{"start":\#(Self.number(start)),"end":\#(Self.number(start + step)),"word":"#)
        body.writeJSON(word)
        body.writeStaticString("}")
      }
    }
    body.writeStaticString("]")
  }

  /// Seconds to a hundredth.
  private static func number(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }

  private static func clock(_ seconds: Double, _ mark: Character) -> String {
    let milliseconds = Int((seconds * 1000).rounded())
    func digits(_ value: Int, _ count: Int) -> String {
      String(repeating: "0", count: max(0, count - String(value).count)) + String(value)
    }
    let parts = [milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds / 1000 % 60].map { digits($0, 2) }
    return parts.joined(separator: ":") + "\(mark)" + digits(milliseconds % 1000, 3)
  }
}
