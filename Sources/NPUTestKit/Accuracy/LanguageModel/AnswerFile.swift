internal import NPUBase

/// Responses of one service that somebody else collected: a file of JSON Lines.
///
/// A line is an object with `id` and `text`, and as far as they are known `reference` and `correct`. Right is what
/// `correct` says, where both files say it of a case: two ways of judging would differ where the responses do not.
/// Without it, right is a text that is its reference in folded form, see ``NPUMetrics/FoldingNormalizer``. A text that
/// is null or empty is no response, and wrong where anything is judged.
public struct AnswerFile: Sendable, Hashable {
  /// One line.
  public struct Line: Sendable, Hashable {
    /// The identity of the case.
    public var id: String
    /// The response.
    public var text: String?
    /// What the response should be.
    public var reference: String?
    /// Whether it is right, as somebody judged.
    public var correct: Bool?
  }

  /// The lines, in the order of the file.
  public let lines: [Line]

  /// Reads a file.
  ///
  /// - Throws: ``AccuracyError`` with the file and the line: no object, no id or text, an id that stands twice, a value
  ///   of another kind.
  public init(path: String) throws(AccuracyError) {
    let file = try JSONLines(path: path)
    var seen: [String: Int] = [:]
    var lines: [Line] = []
    for line in file.lines {
      let id = try file.id(of: line, among: &seen)
      guard line.object["text"] != nil else {
        throw file.fault("the line has no text; write null where the service gave no response", line)
      }
      lines.append(
        Line(
          id: id, text: try file.text("text", of: line), reference: try file.text("reference", of: line),
          correct: try file.flag("correct", of: line)))
    }
    self.lines = lines
  }

  /// The responses of two files, judged; the references of one file serve both.
  ///
  /// - Parameters:
  ///   - baseline: The file of the baseline.
  ///   - candidate: The file of the candidate.
  ///   - names: What the services are called in reports.
  /// - Returns: Both sides.
  /// - Throws: ``AccuracyError`` of kind `changedCase` if the references of a case differ.
  public static func services(
    baseline: AnswerFile, candidate: AnswerFile, named names: (baseline: String, candidate: String)
  ) throws(AccuracyError) -> (baseline: ComparedService, candidate: ComparedService) {
    let (own, other) = (baseline.references, candidate.references)
    for (id, reference) in own {
      guard let second = other[id], !CaseExpectation.matches(reference, second) else { continue }
      throw AccuracyError(
        kind: .changedCase,
        message: "the reference of case \"\(Excerpt.of(id, limit: 100))\" is \"\(Excerpt.of(reference, limit: 60))\" "
          + "in one file and \"\(Excerpt.of(second, limit: 60))\" in the other; compare responses to the same cases")
    }
    let references = own.merging(other) { first, _ in first }
    let judged = Set(baseline.judged).intersection(candidate.judged)
    return (
      baseline.service(named: names.baseline, judged: judged, references: references),
      candidate.service(named: names.candidate, judged: judged, references: references)
    )
  }

  /// The cases that somebody has judged.
  private var judged: [String] { lines.filter { $0.correct != nil }.map(\.id) }

  private var references: [String: String] {
    Dictionary(lines.compactMap { line in line.reference.map { (line.id, $0) } }) { first, _ in first }
  }

  private func service(
    named name: String, judged: Set<String>, references: [String: String]
  ) -> ComparedService {
    ComparedService(
      name: name,
      cases: lines.map { line in
        let isRight =
          judged.contains(line.id)
          ? line.correct : references[line.id].map { CaseExpectation.matches($0, line.text ?? "") }
        return CaseResponses(
          id: line.id, alone: [JudgedResponse(RecordedResponse(text: line.text), isRight: isRight)])
      })
  }
}
