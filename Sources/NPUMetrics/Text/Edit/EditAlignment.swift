/// An optimal alignment of a reference with a hypothesis: which tokens were kept, replaced, lost and added.
///
/// Several alignments may be optimal. This one is that of jiwer 4.0 and rapidfuzz 3.14 for texts of common length: the
/// common beginning and end are hits; between them, from the end backwards, a step is a deletion wherever that is
/// optimal, else an insertion wherever that is, else a hit or a substitution. The rule is followed at every length,
/// whereas rapidfuzz cuts long texts in halves first, which may split differently at the same distance.
public struct EditAlignment: Sendable, Hashable {
  /// What happened to a run of tokens.
  public enum Operation: String, Sendable, Hashable, CaseIterable {
    /// The tokens are equal.
    case equal
    /// As many other tokens stand in their place.
    case substitute
    /// The hypothesis lacks the tokens.
    case delete
    /// The reference lacks the tokens.
    case insert
  }

  /// A run of one operation.
  public struct Chunk: Sendable, Hashable {
    /// What happened.
    public var operation: Operation
    /// The tokens of the reference, counted from 0; empty for an insertion.
    public var reference: Range<Int>
    /// The tokens of the hypothesis, counted from 0; empty for a deletion.
    public var hypothesis: Range<Int>

    /// Creates a run.
    public init(operation: Operation, reference: Range<Int>, hypothesis: Range<Int>) {
      self.operation = operation
      self.reference = reference
      self.hypothesis = hypothesis
    }
  }

  /// The runs from the beginning to the end; neighbours differ in their operation, and none is empty.
  public private(set) var chunks: [Chunk] = []
  /// The sums over all runs.
  public private(set) var counts = EditCounts()
}

extension EditAlignment {
  /// The most memory that an alignment uses unless told otherwise, in bytes: 256 MiB.
  ///
  /// An alignment needs a byte for each column of each 512 rows and 128 bytes for each column, within the band of its
  /// distance: two entirely different sequences of 300,000 tokens each just fit, similar ones of millions do.
  public static let defaultMemoryLimit: Int = EditEngine.memoryLimit

  /// Aligns two sequences of tokens.
  ///
  /// Time grows with the product of the lengths over 64, or for similar sequences with their distance times the length
  /// over 64.
  ///
  /// - Parameters:
  ///   - reference: The tokens as they should be.
  ///   - hypothesis: The tokens as they are.
  ///   - memoryLimit: The bytes that the edit matrix may take.
  /// - Throws: ``TextMetricError`` of kind `alignmentTooLarge` if it would take more.
  public init<Token: Hashable>(
    reference: [Token], hypothesis: [Token], memoryLimit: Int = EditAlignment.defaultMemoryLimit
  ) throws(TextMetricError) {
    try self.init(TokenPair(reference, hypothesis), memoryLimit: memoryLimit)
  }

  /// Aligns two texts.
  ///
  /// - Parameters:
  ///   - reference: The text as it should be.
  ///   - hypothesis: The text as it is.
  ///   - unit: What a token is.
  ///   - memoryLimit: The bytes that the edit matrix may take.
  /// - Throws: ``TextMetricError`` of kind `alignmentTooLarge` if it would take more.
  public init(
    reference: String, hypothesis: String, unit: TextUnit, memoryLimit: Int = EditAlignment.defaultMemoryLimit
  ) throws(TextMetricError) {
    try self.init(TokenPair(reference, hypothesis, unit: unit), memoryLimit: memoryLimit)
  }

  private init(_ pair: TokenPair, memoryLimit: Int) throws(TextMetricError) {
    var engine = EditEngine()
    var runs: [(step: AlignmentStep, count: Int)] = []
    try engine.walk(pair, memoryLimit: memoryLimit) { step, count in
      if let last = runs.last, last.step == step {
        runs[runs.count - 1].count += count
      } else {
        runs.append((step, count))
      }
    }
    var row = 0
    var column = 0
    for run in runs.reversed() {
      let rows = row..<(row + (run.step == .insertion ? 0 : run.count))
      let columns = column..<(column + (run.step == .deletion ? 0 : run.count))
      chunks.append(Chunk(operation: Operation(run.step), reference: rows, hypothesis: columns))
      row = rows.upperBound
      column = columns.upperBound
      switch run.step {
      case .hit: counts.hits += run.count
      case .substitution: counts.substitutions += run.count
      case .deletion: counts.deletions += run.count
      case .insertion: counts.insertions += run.count
      }
    }
  }
}

extension EditAlignment.Operation {
  fileprivate init(_ step: AlignmentStep) {
    switch step {
    case .hit: self = .equal
    case .substitution: self = .substitute
    case .deletion: self = .delete
    case .insertion: self = .insert
    }
  }
}
