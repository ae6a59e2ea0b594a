internal import NPUBase
internal import NPUServices

extension LoadReport {
  /// How many completed responses have one oddity of form.
  public struct ResponseFormFigures: Sendable, Hashable, Codable {
    /// What is odd, such as `no_finish_reason` or `one_piece`.
    public var note: String
    /// The media type, content encoding or finish reason in question, where there is one.
    public var detail: String?
    /// How many completed responses.
    public var count: Int
  }
}

/// The oddities of completed responses, in bounded memory.
struct ResponseFormCounts {
  /// The note of responses whose tokens came at once; it follows from the stamps and stands in no record.
  static let onePiece = "one_piece"
  /// Oddities kept apart; a server can invent finish reasons without end.
  private static let mostKinds = 64

  private struct Key: Hashable {
    var note: String
    var detail: String?
  }

  private var counts: [Key: Int] = [:]

  mutating func add(_ record: RequestRecord, isInOnePiece: Bool) {
    if isInOnePiece { add(Self.onePiece, nil) }
    guard !record.form.notes.isEmpty else { return }
    for (note, name) in ResponseNotes.named where record.form.notes.contains(note) {
      switch note {
      case .mediaType: add(name, record.form.mediaType)
      case .contentEncoding: add(name, record.form.contentEncoding)
      case .cut: add(name, record.form.cutReason ?? Self.reason(of: record, .cut))
      case .unknownFinishReason: add(name, record.form.unknownFinishReason ?? Self.reason(of: record, .unknown))
      default: add(name, nil)
      }
    }
  }

  /// The last finish reason, if it is of the kind: older journals keep no other.
  private static func reason(of record: RequestRecord, _ kind: FinishReason.Kind) -> String? {
    record.finishReason.flatMap { FinishReason(rawValue: $0).kind == kind ? $0 : nil }
  }

  private mutating func add(_ note: String, _ detail: String?) {
    let key = Key(note: note, detail: detail.map { Excerpt.of($0, limit: 60) })
    let isKept = counts[key] != nil || counts.count < Self.mostKinds
    counts[isKept ? key : Key(note: note, detail: "others"), default: 0] += 1
  }

  /// In the order of the notes, the most frequent detail first.
  var figures: [LoadReport.ResponseFormFigures] {
    let order = ResponseNotes.named.map(\.name) + [Self.onePiece]
    func place(_ key: Key) -> Int { order.firstIndex(of: key.note) ?? order.count }
    return counts.sorted { left, right in
      (place(left.key), right.value, left.key.detail ?? "") < (place(right.key), left.value, right.key.detail ?? "")
    }.map { LoadReport.ResponseFormFigures(note: $0.key.note, detail: $0.key.detail, count: $0.value) }
  }
}

extension LoadReport.ResponseFormFigures {
  /// What the oddity means for the figures, in one sentence.
  func sentence(of completed: Int) -> String {
    let who = "\(count) of \(completed) completed responses"
    let quoted = detail.map { "\"\($0)\"" } ?? "(not kept)"
    let detail = detail ?? "none"
    switch note {
    case "no_finish_reason":
      return
        "\(who) had no finish_reason: they ended with [DONE] or as a whole document, and why they ended is unknown."
    case "cut_by_server":
      return "\(who) were cut by the server itself, with the finish reason \(quoted): they may lack text."
    case "unknown_finish_reason":
      return
        "\(who) ended with the finish reason \(quoted), which is not known here: look up whether it is a failure."
    case "media_type":
      return
        "\(who) arrived as \(detail), not as text/event-stream in UTF-8: they were recognised by their first bytes."
    case "content_encoding":
      return
        "\(who) arrived compressed (\(detail)), which was not asked for: what compresses them may hold events back."
    case "contradictory_usage":
      return
        "\(who) contradicted their usage, which counts 0 tokens beside text or for the prompt: such counts are taken as "
        + "unknown."
    case "joined_character":
      return "\(who) had characters cut in two between chunks; they were joined."
    case "broken_character":
      return "\(who) had half characters: each became U+FFFD, or is missing where it was the end of a text."
    case "unmarked_end":
      return
        "\(who) are streams without an end mark, known to be whole by the clean end of their bodies alone: one that "
        + "the service gave up and ended so cannot be told from them."
    case ResponseFormCounts.onePiece:
      return
        "\(who) arrived in one piece, not as a stream, as from a proxy that buffers: TPOT and ITL are undefined for "
        + "them."
    default: return "\(who) have the note \(note)."
    }
  }
}
