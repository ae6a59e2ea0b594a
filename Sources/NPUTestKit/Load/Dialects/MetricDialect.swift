public import NPUBase
public import NPUMetrics

/// The way one benchmark tool turns the instants of a request into figures.
///
/// Tools give the same names to different quantities. A dialect recomputes from a ``RequestRecord`` what a tool would
/// have printed for it, so that figures of two tools can be compared, and explains where they differ.
public struct MetricDialect: Sendable {
  /// A short name for files and command lines, in lower case.
  public var name: String
  /// The tool's own name.
  public var title: String
  /// The version of the tool that is described; tools change their figures between versions.
  public var version: String
  /// How the tool reads a percentile between two samples.
  public var percentileMethod: PercentileMethod
  /// How the tool defines its figures and why they differ from the kit's.
  public var explanation: String
  /// What the tool calls its figures.
  public var terms: Terms
  private var compute: @Sendable (DialectView) -> DialectFigures

  /// What a tool calls its figures.
  public struct Terms: Sendable, Hashable {
    /// The time to the first token.
    public var firstToken = "TTFT"
    /// The time to the first token that is not reasoning, where the tool has such a figure.
    public var firstOutput: String?
    /// The per-token figures, one value per request, in the order of ``DialectFigures/perToken``.
    public var perToken: [String] = []
    /// The gaps, many values per request, where the tool has them.
    public var gaps: String?
    /// The latency of the whole request.
    public var endToEnd = "E2E"
  }

  /// Creates a dialect from its rules.
  init(
    name: String, title: String, version: String, percentileMethod: PercentileMethod = .linear, terms: Terms,
    explanation: String,
    compute: @escaping @Sendable (DialectView) -> DialectFigures
  ) {
    self.name = name
    self.title = title
    self.version = version
    self.percentileMethod = percentileMethod
    self.terms = terms
    self.explanation = explanation
    self.compute = compute
  }

  /// Every dialect, the kit's own first.
  public static let all: [MetricDialect] = [
    .npuTestKit, .vLLM, .sgLang, .aiPerf, .guideLLM, .inferencePerf, .evalScope, .aisBench, .llmPerf,
  ]

  /// The dialect with a short name, compared without regard to case; `nil` if there is none.
  public static func named(_ name: String) -> MetricDialect? {
    all.first { $0.name == name.lowercased() }
  }

  /// Computes what the tool would have said about a request.
  ///
  /// - Parameters:
  ///   - record: The request.
  ///   - processed: When the client was done with its own work on the response, such as counting tokens. Some tools
  ///     stop their clock only then. Without it, the end of the exchange is taken.
  /// - Returns: The figures; `nil` where the tool has none or the record does not hold what the tool needs.
  public func figures(for record: RequestRecord, processed: MonotonicInstant? = nil) -> DialectFigures {
    compute(DialectView(record: record, processed: processed))
  }
}

extension MetricDialect: Hashable {
  /// Whether two dialects are the same, by name.
  public static func == (left: MetricDialect, right: MetricDialect) -> Bool { left.name == right.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What a tool would have said about one request, under the names of ``MetricDialect/terms``.
public struct DialectFigures: Sendable, Hashable {
  /// The time to the first token.
  public var firstToken: Duration?
  /// The time to the first token that is not reasoning.
  public var firstOutput: Duration?
  /// The per-token figures in the order of their names.
  public var perToken: [Duration?] = []
  /// How much the request weighs in each per-token figure of a run; empty where every request weighs the same.
  public var weights: [Int] = []
  /// The gaps; `nil` if the tool has none or the record lacks the stamps.
  public var gaps: [Duration]?
  /// The latency of the whole request.
  public var endToEnd: Duration?
  /// The output tokens by which the tool divides.
  public var outputTokens: Int?
}
