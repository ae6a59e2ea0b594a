/// What sums do with log-probabilities that stand for minus infinity.
///
/// JSON has no infinity, so servers write a great negative number in its place: vLLM writes -9999.
public enum ClampedLogprobs: Sendable, Hashable {
  /// Count them with the value that the server wrote. The default: leaving a model's worst tokens out flatters it.
  case counted
  /// Leave them out of sum and count; how many there were is still reported.
  case excluded

  /// The value at and below which a log-probability stands for minus infinity.
  public static let threshold = -9999.0
}
