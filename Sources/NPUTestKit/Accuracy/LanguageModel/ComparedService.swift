public import NPUBase

/// A response with the judgement on it.
public struct JudgedResponse: Sendable, Hashable {
  /// What the service said.
  public var response: RecordedResponse
  /// Whether it is right; nil where nobody judged.
  public var isRight: Bool?

  /// Creates a judged response.
  public init(_ response: RecordedResponse, isRight: Bool? = nil) {
    self.response = response
    self.isRight = isRight
  }

  /// The text; nil for a request that failed, and for a response without a character.
  public var text: String? {
    guard response.error == nil, let text = response.text, !text.isEmpty else { return nil }
    return text
  }
}

/// What one service said to one case, each time that it was asked.
public struct CaseResponses: Sendable, Hashable {
  /// The identity of the case.
  public var id: String
  /// What was asked, where it is known: both sides must have asked the same.
  public var request: JSONValue?
  /// What it said when nothing else was asked at the time, by repetition.
  public var alone: [JudgedResponse]
  /// What it said among other requests, by repetition.
  public var amongOthers: [JudgedResponse]

  /// Creates the responses to a case.
  public init(
    id: String, request: JSONValue? = nil, alone: [JudgedResponse], amongOthers: [JudgedResponse] = []
  ) {
    self.id = id
    self.request = request
    self.alone = alone
    self.amongOthers = amongOthers
  }

  /// Those that the comparison is about: alone, or among others where it was never alone.
  public var compared: [JudgedResponse] { alone.isEmpty ? amongOthers : alone }

  /// Whether the case is right: in more than half of its first repetitions.
  ///
  /// So repetitions of one case never count as several cases. A request that failed is wrong; nil where no repetition is
  /// judged.
  func isRight(in repetitions: Int) -> Bool? {
    let compared = compared.prefix(repetitions)
    guard compared.contains(where: { $0.isRight != nil }) else { return nil }
    return 2 * compared.count { $0.text != nil && $0.isRight == true } > compared.count
  }

  /// What a side has that lacks a case of the other one: a request without a response.
  static func lacking(_ other: CaseResponses) -> CaseResponses {
    let isJudged = other.compared.contains { $0.isRight != nil }
    return CaseResponses(
      id: other.id,
      alone: [
        JudgedResponse(
          RecordedResponse(error: "missing: there is no response to this case"), isRight: isJudged ? false : nil)
      ])
  }

  /// Whether the service responded in more than half of the repetitions.
  var hasResponded: Bool { 2 * compared.count { $0.text != nil } > compared.count }
}

/// One side of a comparison: a service by what it said.
public struct ComparedService: Sendable, Hashable {
  /// What it is called in reports: an address, a folder or a file.
  public var name: String
  /// What it said, one entry for a case.
  public var cases: [CaseResponses]

  /// Creates a side.
  public init(name: String, cases: [CaseResponses]) {
    self.name = name
    self.cases = cases
  }

  /// Creates a side of recorded cases.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - recorded: The cases with their repetitions, in any order.
  ///   - judge: Whether a text is right; nil leaves it unjudged. It is not asked about requests that failed.
  public init(
    name: String, recorded: [RecordedCase], judge: (_ recorded: RecordedCase, _ text: String) -> Bool? = { _, _ in nil }
  ) {
    var places: [String: Int] = [:]
    var cases: [CaseResponses] = []
    for entry in recorded.sorted(by: { $0.repetition < $1.repetition }) {
      let place = places[entry.id] ?? cases.count
      if place == cases.count {
        places[entry.id] = place
        cases.append(CaseResponses(id: entry.id, request: entry.request, alone: []))
      }
      var judged = JudgedResponse(entry.response)
      // What is no text is wrong, if texts are judged at all.
      judged.isRight = judge(entry, judged.text ?? "").map { $0 && judged.text != nil }
      if (entry.concurrency ?? 1) > 1 {
        cases[place].amongOthers.append(judged)
      } else {
        cases[place].alone.append(judged)
      }
    }
    self.init(name: name, cases: cases)
  }
}
