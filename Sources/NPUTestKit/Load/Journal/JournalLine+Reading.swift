internal import NPUBase
internal import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension JournalLine {
  /// Reads one line; keys that are not known are passed over.
  init(reading line: ArraySlice<UInt8>) throws(JSONByteScanner.Failure) {
    self = try JSONByteScanner.scan(line) { (scanner) throws(JSONByteScanner.Failure) in
      var draft = Draft()
      try scanner.readObject { (key, scanner) throws(JSONByteScanner.Failure) in
        try draft.read(key, from: &scanner)
      }
      if let complete = draft.complete {
        return .trailer(
          JournalTrailer(
            complete: complete, overdue: draft.overdue, unpreparedTime: draft.unpreparedTime, failure: draft.failure))
      }
      if let kind = draft.kind { return .note(kind: kind) }
      return .record(try draft.record(scanner))
    }
  }

  /// What was read of a line so far.
  private struct Draft {
    var complete: Bool?
    var overdue = 0
    var unpreparedTime = Duration.zero
    var failure: String?
    var kind: String?
    var index: Int?
    var phase = RequestRecord.Phase.measured
    var service: String?
    var requestID: String?
    var started: MonotonicInstant?
    var timeline = StreamTimeline(started: MonotonicInstant(nanoseconds: 0))
    var runs: [Int64] = []
    var tokenEvents = Columns()
    var otherEvents = Columns()
    var outcome: String?
    var status: Int?
    var message: String?
    var finishReason: String?
    var form = ResponseForm()
    var tokens = TokenCounts()
    var requested = RequestedLengths()
    var transfer = TransferMetrics()
    var measures: [Measure: Double] = [:]
    var text: String?
    var findings: ResponseFindings?

    typealias Failure = JSONByteScanner.Failure

    mutating func read(_ key: String, from scanner: inout JSONByteScanner) throws(Failure) {
      switch key {
      case "complete": complete = try scanner.readBool()
      case "overdue": overdue = try scanner.readCount(key)
      case "unprepared_ns": unpreparedTime = .nanoseconds(try scanner.readCount(key))
      case "failure": failure = try scanner.readString()
      case "kind": kind = try scanner.readString()
      case "service": service = try scanner.readString()
      case "index": index = try scanner.readCount(key)
      case "phase":
        let name = try scanner.readString()
        guard let known = RequestRecord.Phase(rawValue: name) else {
          throw scanner.fail("an unknown phase '\(name)'")
        }
        phase = known
      case "request_id": requestID = try scanner.readString()
      case "planned_ns": timeline.intended = try scanner.readInstant()
      case "start_ns": started = try scanner.readInstant()
      case "sent_ns": timeline.sent = try scanner.readInstant()
      case "head_ns": timeline.head = try scanner.readInstant()
      case "first_byte_ns": timeline.firstByte = try scanner.readInstant()
      case "end_ns": timeline.closed = try scanner.readInstant()
      case "omitted_token_events":
        let count = try scanner.readInt()
        guard count >= 0, count <= Int32.max else { throw scanner.fail("\(count) omitted events") }
        timeline.omittedTokenEvents = count
      case "events": runs = try scanner.readIntegers()
      case "token_ns", "kept_token_ns": tokenEvents.instants = try scanner.readIntegers()
      case "token_bytes", "kept_token_bytes": tokenEvents.bytes = try scanner.readCounts(key)
      case "token_counts", "kept_token_counts": tokenEvents.tokens = try scanner.readOptionalCounts(key)
      case "other_ns": otherEvents.instants = try scanner.readIntegers()
      case "other_bytes": otherEvents.bytes = try scanner.readCounts(key)
      case "other_counts": otherEvents.tokens = try scanner.readOptionalCounts(key)
      case "outcome": outcome = try scanner.readString()
      case "status": status = try scanner.readInt()
      case "message": message = try scanner.readString()
      case "finish_reason": finishReason = try scanner.readString()
      case "form": try readForm(&scanner)
      case "usage": try readUsage(&scanner)
      case "requested": try readRequested(&scanner)
      case "transfer": try readTransfer(&scanner)
      case "measures": try readMeasures(&scanner)
      case "text": text = try scanner.readString()
      case "findings": try readFindings(&scanner)
      default: try scanner.skipValue()
      }
    }

    func record(_ scanner: JSONByteScanner) throws(Failure) -> RequestRecord {
      guard let index, let started, let outcome else {
        let missing = index == nil ? "index" : started == nil ? "start_ns" : "outcome"
        throw scanner.fail("no key '\(missing)', which every record has")
      }
      var timeline = timeline
      timeline.started = started
      timeline.events = try events(scanner)
      return RequestRecord(
        index: index, phase: phase, service: service, requestID: requestID, timeline: timeline,
        outcome: Outcome(FormerNames.outcome(outcome), status: status, message: message),
        finishReason: finishReason, form: form, tokens: tokens, requested: requested, transfer: transfer,
        measures: measures, text: text, findings: findings)
    }

    /// Weaves the columns together as the runs say.
    private func events(_ scanner: JSONByteScanner) throws(Failure) -> [StreamEvent] {
      var events: [StreamEvent] = []
      var nextToken = 0
      var nextOther = 0
      var position = 0
      while position + 1 < runs.count {
        guard let bits = UInt16(exactly: runs[position]) else {
          throw scanner.fail("event bits \(runs[position]), which are not within 0...65535")
        }
        let content = ChunkContent(rawValue: bits)
        let bearsToken = !content.isDisjoint(with: .token)
        let count = runs[position + 1]
        let left = bearsToken ? tokenEvents.instants.count - nextToken : otherEvents.instants.count - nextOther
        guard count > 0, count <= left else {
          throw scanner.fail("a run of \(count) events with \(left) stamps left")
        }
        for _ in 0..<count {
          if bearsToken {
            events.append(tokenEvents.event(nextToken, content: content))
            nextToken += 1
          } else {
            events.append(otherEvents.event(nextOther, content: content))
            nextOther += 1
          }
        }
        position += 2
      }
      let isWhole = nextToken == tokenEvents.instants.count && nextOther == otherEvents.instants.count
      guard position == runs.count, isWhole, tokenEvents.isEven, otherEvents.isEven else {
        throw scanner.fail("event columns of different lengths")
      }
      return events
    }

    private mutating func readForm(_ scanner: inout JSONByteScanner) throws(Failure) {
      try scanner.readObject { (key, scanner) throws(Failure) in
        switch key {
        case "notes":
          // A note of a later version is passed over, as a key is.
          try scanner.readArray { (scanner) throws(Failure) in
            form.notes.formUnion(ResponseNotes(name: try scanner.readString()))
          }
        case "media_type": form.mediaType = try scanner.readString()
        case "content_encoding": form.contentEncoding = try scanner.readString()
        case "cut_reason": form.cutReason = try scanner.readString()
        case "unknown_finish_reason": form.unknownFinishReason = try scanner.readString()
        default: try scanner.skipValue()
        }
      }
    }

    private mutating func readFindings(_ scanner: inout JSONByteScanner) throws(Failure) {
      var read = ResponseFindings(characters: 0, endedByItself: false)
      try scanner.readObject { (key, scanner) throws(Failure) in
        switch key {
        case "anomalies":
          // A kind of a later version is passed over, as a key is.
          try scanner.readObject { (name, scanner) throws(Failure) in
            let detail = try scanner.readString()
            if let kind = AnomalyKind(rawValue: name) { read.anomalies.append(Anomaly(kind, detail)) }
          }
        case "characters": read.characters = try scanner.readCount(key)
        case "ended_by_itself": read.endedByItself = try scanner.readBool()
        case "unasked_script": read.unaskedScript = try scanner.readString()
        case "logprobs": read.logprobs = ResponseFindings.Logprobs(rawValue: try scanner.readString())
        case "canary": read.canary = ResponseFindings.Canary(rawValue: try scanner.readString())
        default: try scanner.skipValue()
        }
      }
      findings = read
    }

    private mutating func readUsage(_ scanner: inout JSONByteScanner) throws(Failure) {
      try scanner.readObject { (key, scanner) throws(Failure) in
        switch key {
        case "prompt": tokens.prompt = try scanner.readTokens(key)
        case "completion": tokens.completion = try scanner.readTokens(key)
        case "cached": tokens.cached = try scanner.readTokens(key)
        case "reasoning": tokens.reasoning = try scanner.readTokens(key)
        case "source":
          let name = try scanner.readString()
          guard let source = TokenCounts.Source(rawValue: name) else {
            throw scanner.fail("an unknown source of token counts '\(name)'")
          }
          tokens.source = source
        default: try scanner.skipValue()
        }
      }
    }

    private mutating func readRequested(_ scanner: inout JSONByteScanner) throws(Failure) {
      try scanner.readObject { (key, scanner) throws(Failure) in
        switch key {
        case "prompt": requested.promptTokens = try scanner.readTokens(key)
        case "prompt_source": requested.promptSource = PromptLength.Source(rawValue: try scanner.readString())
        case "output": requested.outputTokens = try scanner.readTokens(key)
        case "entry": requested.entry = try scanner.readCount(key)
        default: try scanner.skipValue()
        }
      }
    }

    private mutating func readMeasures(_ scanner: inout JSONByteScanner) throws(Failure) {
      try scanner.readObject { (key, scanner) throws(Failure) in
        if let value = try scanner.readNumberOrNull() { measures[FormerNames.measure(key)] = value }
      }
    }

    private mutating func readTransfer(_ scanner: inout JSONByteScanner) throws(Failure) {
      try scanner.readObject { (key, scanner) throws(Failure) in
        switch key {
        case "lookup_ns": transfer.nameLookup = .nanoseconds(try scanner.readInteger())
        case "connect_ns": transfer.connect = .nanoseconds(try scanner.readInteger())
        case "tls_ns": transfer.tls = .nanoseconds(try scanner.readInteger())
        case "request_ns": transfer.requestSent = .nanoseconds(try scanner.readInteger())
        case "first_byte_ns": transfer.firstByte = .nanoseconds(try scanner.readInteger())
        case "total_ns": transfer.total = .nanoseconds(try scanner.readInteger())
        case "sent_bytes": transfer.bytesSent = try scanner.readCount(key)
        case "received_bytes": transfer.bytesReceived = try scanner.readCount(key)
        case "reused": transfer.connectionReused = try scanner.readBool()
        case "resent": transfer.wasResent = try scanner.readBool()
        case "http": transfer.httpVersion = try scanner.readString()
        case "local": transfer.localAddress = try scanner.readString()
        case "remote": transfer.remoteAddress = try scanner.readString()
        default: try scanner.skipValue()
        }
      }
    }
  }

  /// Stamps, byte counts and token counts of one kind of event, side by side.
  private struct Columns {
    var instants: [Int64] = []
    var bytes: [Int32] = []
    var tokens: [Int32?] = []

    /// Whether the optional columns are empty or as long as the stamps.
    var isEven: Bool {
      (bytes.isEmpty || bytes.count == instants.count) && (tokens.isEmpty || tokens.count == instants.count)
    }

    func event(_ index: Int, content: ChunkContent) -> StreamEvent {
      StreamEvent(
        instant: MonotonicInstant(nanoseconds: instants[index]), content: content,
        bytes: index < bytes.count ? bytes[index] : 0, tokens: index < tokens.count ? tokens[index] : nil)
    }
  }
}

extension JSONByteScanner {
  fileprivate mutating func readInt() throws(Failure) -> Int {
    guard let value = Int(exactly: try readInteger()) else { throw fail("a number that does not fit") }
    return value
  }

  fileprivate mutating func readInstant() throws(Failure) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: try readInteger())
  }

  /// Reads a number of things, which is never negative.
  fileprivate mutating func readCount(_ key: String) throws(Failure) -> Int {
    let value = try readInt()
    guard value >= 0 else { throw fail("\(value) as '\(key)', which counts from 0") }
    return value
  }

  /// Reads a number of tokens of one request.
  fileprivate mutating func readTokens(_ key: String) throws(Failure) -> Int {
    let value = try readInt()
    guard 0...TokenCounts.most ~= value else {
      throw fail("\(value) tokens as '\(key)', which is 0 to \(TokenCounts.most)")
    }
    return value
  }

  fileprivate mutating func readCounts(_ key: String) throws(Failure) -> [Int32] {
    var result: [Int32] = []
    try readArray { (scanner) throws(Failure) in
      result.append(try scanner.count32(try scanner.readInteger(), key))
    }
    return result
  }

  fileprivate mutating func readOptionalCounts(_ key: String) throws(Failure) -> [Int32?] {
    var result: [Int32?] = []
    try readArray { (scanner) throws(Failure) in
      guard let wide = try scanner.readIntegerOrNull() else { return result.append(nil) }
      result.append(try scanner.count32(wide, key))
    }
    return result
  }

  private func count32(_ value: Int64, _ key: String) throws(Failure) -> Int32 {
    guard value >= 0, let count = Int32(exactly: value) else {
      throw fail("\(value) in '\(key)', whose numbers are 0 to \(Int32.max)")
    }
    return count
  }
}
