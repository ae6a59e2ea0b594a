internal import NPUBase
internal import NPUMetrics
internal import NPUServices
internal import NPUTransport

/// One line of a journal as JSON: the order and the meaning of its keys.
///
/// The stamps of token-bearing events stand in `token_ns`, those of all other events in `other_ns`; `events` tells how
/// they interleave, as pairs of content bits and run length. Byte and token counts are left out where every one is 0 or
/// unknown.
enum JournalLine: Hashable {
  case record(RequestRecord)
  /// A line about the run and not about one request, of a kind that whoever wrote it knows.
  case note(kind: String)
  /// The last line, written only when the run ended as planned or was stopped in good order.
  case trailer(JournalTrailer)

  /// Writes a record as one object.
  static func write(_ record: RequestRecord, tokenStamps: JournalHeader.TokenStamps, to json: inout JSONByteWriter) {
    json.beginObject()
    json.field("request_id", record.requestID)
    json.field("index", record.index)
    json.field("phase", record.phase.rawValue)
    json.field("service", record.service)
    let timeline = record.timeline
    json.field("planned_ns", timeline.intended?.nanoseconds)
    json.field("start_ns", timeline.started.nanoseconds)
    json.field("sent_ns", timeline.sent?.nanoseconds)
    json.field("head_ns", timeline.head?.nanoseconds)
    json.field("first_byte_ns", timeline.firstByte?.nanoseconds)
    json.field("first_token_ns", timeline.firstToken?.nanoseconds)
    json.field("last_token_ns", timeline.lastToken?.nanoseconds)
    json.field("end_ns", timeline.closed?.nanoseconds)
    write(tokenStamps == .all ? timeline : timeline.withoutInnerTokenEvents(), to: &json)
    json.field("outcome", record.outcome.kind.rawValue)
    json.field("status", record.outcome.status)
    json.field("message", record.outcome.message)
    json.field("finish_reason", record.finishReason)
    if record.form != ResponseForm() { write(record.form, to: &json) }
    if record.tokens != TokenCounts() {
      json.key("usage")
      json.beginObject()
      json.field("prompt", record.tokens.prompt)
      json.field("completion", record.tokens.completion)
      json.field("cached", record.tokens.cached)
      json.field("reasoning", record.tokens.reasoning)
      json.field("source", record.tokens.source.rawValue)
      json.endObject()
    }
    if record.requested != RequestedLengths() {
      json.key("requested")
      json.beginObject()
      json.field("prompt", record.requested.promptTokens)
      json.field("prompt_source", record.requested.promptSource?.rawValue)
      json.field("output", record.requested.outputTokens)
      json.field("entry", record.requested.entry)
      json.endObject()
    }
    if record.transfer != TransferMetrics() { write(record.transfer, to: &json) }
    if !record.measures.isEmpty {
      json.key("measures")
      json.beginObject()
      for (measure, value) in record.measures.sorted(by: { $0.key < $1.key }) {
        json.key(measure.rawValue)
        json.value(value)
      }
      json.endObject()
    }
    json.field("text", record.text)
    if let findings = record.findings { write(findings, to: &json) }
    json.endObject()
  }

  /// Writes a line about the run: its kind, and what it says in JSON.
  static func write(note kind: String, _ value: String, to json: inout JSONByteWriter) {
    json.beginObject()
    json.field("kind", kind)
    json.key("value")
    json.raw(value)
    json.endObject()
  }

  private static func write(_ findings: ResponseFindings, to json: inout JSONByteWriter) {
    json.key("findings")
    json.beginObject()
    if !findings.anomalies.isEmpty {
      json.key("anomalies")
      json.beginObject()
      for anomaly in findings.anomalies { json.field(anomaly.kind.rawValue, anomaly.detail) }
      json.endObject()
    }
    json.field("characters", findings.characters)
    json.key("ended_by_itself")
    json.value(findings.endedByItself)
    json.field("unasked_script", findings.unaskedScript)
    json.field("logprobs", findings.logprobs?.rawValue)
    json.field("canary", findings.canary?.rawValue)
    json.endObject()
  }

  private static func write(_ timeline: StreamTimeline, to json: inout JSONByteWriter) {
    let events = timeline.events
    if timeline.omittedTokenEvents != 0 { json.field("omitted_token_events", timeline.omittedTokenEvents) }
    guard !events.isEmpty else { return }
    json.key("events")
    json.beginArray()
    var run: (content: ChunkContent, count: Int)?
    for event in events {
      if let open = run, open.content == event.content {
        run = (open.content, open.count + 1)
      } else {
        json.run(run)
        run = (event.content, 1)
      }
    }
    json.run(run)
    json.endArray()
    // Under another name where some are missing, so that nobody takes the rest for all.
    let tokenPrefix = timeline.omittedTokenEvents == 0 ? "token" : "kept_token"
    json.columns(tokenPrefix, of: events, bearingToken: true)
    json.columns("other", of: events, bearingToken: false)
  }

  private static func write(_ form: ResponseForm, to json: inout JSONByteWriter) {
    json.key("form")
    json.beginObject()
    if !form.notes.isEmpty {
      json.key("notes")
      json.beginArray()
      for name in form.notes.names { json.value(name) }
      json.endArray()
    }
    json.field("media_type", form.mediaType)
    json.field("content_encoding", form.contentEncoding)
    json.field("cut_reason", form.cutReason)
    json.field("unknown_finish_reason", form.unknownFinishReason)
    json.endObject()
  }

  private static func write(_ transfer: TransferMetrics, to json: inout JSONByteWriter) {
    json.key("transfer")
    json.beginObject()
    json.field("lookup_ns", transfer.nameLookup?.wholeNanoseconds)
    json.field("connect_ns", transfer.connect?.wholeNanoseconds)
    json.field("tls_ns", transfer.tls?.wholeNanoseconds)
    json.field("request_ns", transfer.requestSent?.wholeNanoseconds)
    json.field("first_byte_ns", transfer.firstByte?.wholeNanoseconds)
    json.field("total_ns", transfer.total?.wholeNanoseconds)
    json.field("sent_bytes", transfer.bytesSent)
    json.field("received_bytes", transfer.bytesReceived)
    if transfer.connectionReused {
      json.key("reused")
      json.value(true)
    }
    if transfer.wasResent {
      json.key("resent")
      json.value(true)
    }
    json.field("http", transfer.httpVersion)
    json.field("local", transfer.localAddress)
    json.field("remote", transfer.remoteAddress)
    json.endObject()
  }
}

extension JSONByteWriter {
  fileprivate mutating func field(_ name: String, _ integer: Int64?) {
    guard let integer else { return }
    key(name)
    value(integer)
  }

  fileprivate mutating func field(_ name: String, _ integer: Int?) {
    field(name, integer.map(Int64.init))
  }

  fileprivate mutating func field(_ name: String, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  fileprivate mutating func run(_ run: (content: ChunkContent, count: Int)?) {
    guard let run else { return }
    value(Int64(run.content.rawValue))
    value(run.count)
  }

  /// The columns of the events that bear a token, or of those that do not.
  fileprivate mutating func columns(_ prefix: String, of events: [StreamEvent], bearingToken: Bool) {
    var hasAny = false
    var hasBytes = false
    var hasTokens = false
    for event in events where event.bearsToken == bearingToken {
      if !hasAny { begin("\(prefix)_ns") }
      hasAny = true
      value(event.instant.nanoseconds)
      if event.bytes != 0 { hasBytes = true }
      if event.tokens != nil { hasTokens = true }
    }
    guard hasAny else { return }
    endArray()
    if hasBytes {
      begin("\(prefix)_bytes")
      for event in events where event.bearsToken == bearingToken { value(Int64(event.bytes)) }
      endArray()
    }
    if hasTokens {
      begin("\(prefix)_counts")
      for event in events where event.bearsToken == bearingToken {
        if let tokens = event.tokens { value(Int64(tokens)) } else { null() }
      }
      endArray()
    }
  }

  private mutating func begin(_ name: String) {
    key(name)
    beginArray()
  }
}

extension StreamTimeline {
  /// The timeline with the first and last token-bearing event of each kind of text only; other events stay.
  func withoutInnerTokenEvents() -> StreamTimeline {
    var kept: Set<Int> = []
    let kinds: [ChunkContent] = [.token, .reasoning, .text, .toolCall]
    for kind in kinds {
      let meets: (StreamEvent) -> Bool = { !$0.content.isDisjoint(with: kind) }
      if let first = events.firstIndex(where: meets) { kept.insert(first) }
      if let last = events.lastIndex(where: meets) { kept.insert(last) }
    }
    // Events that also end the response or count its tokens are landmarks too.
    let landmarks: ChunkContent = [.finish, .usage, .error, .done, .malformed, .role]
    var result = self
    result.events = events.indices.compactMap { index in
      let event = events[index]
      let stays = !event.bearsToken || kept.contains(index) || !event.content.isDisjoint(with: landmarks)
      return stays ? event : nil
    }
    result.omittedTokenEvents += events.count - result.events.count
    return result
  }
}
