public import NPUBase
public import NPUMetrics

/// A comparison of two services in the parts that every report of one has, whatever was compared.
public struct ComparisonDocument: Sendable {
  /// How a case ended.
  public enum CaseOutcome: String, Sendable, Hashable, CaseIterable {
    /// Nothing speaks against the candidate.
    case good
    /// The candidate is not as it ought to be.
    case bad
    /// The case says nothing of the candidate.
    case unjudged
  }

  /// A figure of the whole comparison.
  public struct Figure: Sendable, Hashable {
    /// What it is.
    public var name: String
    /// Its value as text.
    public var value: String

    /// Creates a figure.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A case.
  public struct Case: Sendable, Hashable {
    /// The identity of the case.
    public var id: String
    /// How it ended.
    public var outcome: CaseOutcome
    /// Why, where that is not plain from the figures; empty otherwise.
    public var reason: String
    /// Its figures as texts, in the order of the columns.
    public var cells: [String]

    /// Creates a case.
    public init(id: String, outcome: CaseOutcome, reason: String = "", cells: [String]) {
      self.id = id
      self.outcome = outcome
      self.reason = reason
      self.cells = cells
    }
  }

  /// The figures that every comparison has in JSON, whatever was compared; null where one is not defined.
  public struct CommonFigures: Sendable, Hashable {
    /// The share of cases whose first responses are equal, by bytes, pixels or letters, 0 to 1.
    public var exactMatch: Double?
    /// The share of cases that are equal once they are made comparable, 0 to 1.
    public var normalizedMatch: Double?
    /// The mean similarity, 1 for equal responses.
    public var similarity: Double?
    /// The cases that one side alone gets right.
    public var flips: PairedFlips?
    /// The least loss that so many cases would have shown.
    public var minimumDetectableLoss: Double?

    /// Creates the figures.
    ///
    /// - Parameters:
    ///   - exactMatch: The share of cases whose first responses are equal.
    ///   - normalizedMatch: The share of cases that are equal once they are made comparable.
    ///   - similarity: The mean similarity.
    ///   - flips: The cases that one side alone gets right.
    ///   - minimumDetectableLoss: The least loss that so many cases would have shown.
    public init(
      exactMatch: Double? = nil, normalizedMatch: Double? = nil, similarity: Double? = nil, flips: PairedFlips? = nil,
      minimumDetectableLoss: Double? = nil
    ) {
      self.exactMatch = exactMatch
      self.normalizedMatch = normalizedMatch
      self.similarity = similarity
      self.flips = flips
      self.minimumDetectableLoss = minimumDetectableLoss
    }

    var members: [String: JSONValue] {
      [
        "exact_match": .number(exactMatch), "normalized_match": .number(normalizedMatch),
        "similarity": .number(similarity),
        "flips": [
          "worse": .int(Int64(flips?.worse ?? 0)), "better": .int(Int64(flips?.better ?? 0)),
          "p_value": .number(flips.flatMap { $0.flips > 0 ? $0.pValue : nil }),
        ],
        "minimum_detectable_loss": .number(minimumDetectableLoss),
      ]
    }
  }

  /// What was compared, as in "Images".
  public var title: String
  /// What the baseline is.
  public var baseline: String
  /// What the candidate is.
  public var candidate: String
  /// What it comes to.
  public var verdict: AccuracyVerdict
  /// Why, with the numbers.
  public var reason: String
  /// Figures of the whole comparison.
  public var figures: [Figure]
  /// The headings of the figures of a case.
  public var columns: [String]
  /// The cases.
  public var cases: [Case]
  /// What else is to be known.
  public var notes: [String]
  /// The comparison as a JSON object.
  public var json: JSONValue

  /// Puts a document together; verdict, reason, both sides, the number of the cases and the figures that all comparisons
  /// have are added to the JSON object.
  public init(
    title: String, baseline: String, candidate: String, verdict: AccuracyVerdict, reason: String, figures: [Figure],
    columns: [String], cases: [Case], missing: [String] = [], notes: [String] = [],
    common: CommonFigures = CommonFigures(), json members: [String: JSONValue]
  ) {
    self.title = title
    self.baseline = baseline
    self.candidate = candidate
    self.verdict = verdict
    self.reason = reason
    self.figures = figures
    self.columns = columns
    self.cases = cases
    self.notes = notes
    if !missing.isEmpty {
      let shown = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? ", …" : "")
      self.notes.append("\(missing.count) cases are on one side alone and were not compared: \(shown).")
    }
    var object = members.merging(common.members) { $1 }
    object["cases"] = .int(Int64(cases.count))
    object["verdict"] = .string(verdict.rawValue)
    object["reason"] = .string(reason)
    object["baseline"] = .string(baseline)
    object["candidate"] = .string(candidate)
    object["on_one_side_alone"] = .array(missing.map { .string($0) })
    json = .object(object)
  }

  /// The exit status of a tool: 0 for a candidate that is as good or better, 1 for one that is worse, and where the cases
  /// leave it open, 2 where none of them could be compared.
  public var exitStatus: Int32 {
    if !cases.isEmpty, cases.allSatisfy({ $0.outcome == .unjudged }) { return 2 }
    return verdict == .same || verdict == .better ? 0 : 1
  }
}
